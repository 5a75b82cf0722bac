@testable import Platform
@testable import Sealing
@testable import Vault

/// A vault of format 1 in Tests/Vectors/golden-v1, laid out as Coffer's folders, which every later version must open.
enum GoldenVault {
  static let folder = VectorFile.folder + "/golden-v1"
  static let passphrase = "a golden vault, not a secret"

  /// What the vault holds, in the form that decode.py prints.
  struct Expected: Codable, Equatable {
    struct Version: Codable, Equatable {
      let sha256: String
      let length: Int
      let generator: String
    }
    struct Name: Codable, Equatable {
      let current: UInt32?
      let versions: [String: Version]
    }
    let vault: String
    let sequence: UInt64
    let environments: [String: [String: Name]]
  }

  static func secret(_ text: String) throws -> Secret { Secret(try SecretBytes(copying: Array(text.utf8))) }

  /// Makes it anew in `scratch`.
  /// - Returns: the recovery phrase, and what it holds.
  static func make(_ scratch: ScratchFolder) throws -> (phrase: [UInt8], expected: Expected) {
    let identity = try Identity()
    let passphrase = try SecretBytes(copying: Array(passphrase.utf8))
    try IdentityFile(
      sealing: identity, passphrase: passphrase, derivation: .cheapestForTests(), created: 1_767_225_600_000
    ).save(scratch.folders)
    var phrase = try SecretBytes(count: 0)
    let (vault, session) = try Vault.create(
      Vault.Founding(name: "golden", founder: "Zoë", environments: ["development", "production", "scratch"]),
      identity: identity, scratch.folders, phrase: &phrase)
    func key(_ name: String) throws -> EnvironmentKey {
      try vault.read { (snapshot) throws(VaultError) in try snapshot.key(name, in: session) }
    }
    func put(_ values: [(String, String, String)], _ environment: String) throws {
      let key = try key(environment)
      let new = try values.map {
        Transaction.NewValue(name: $0.0, value: try secret($0.1), generator: $0.2)
      }
      _ = try vault.write(session) { (transaction) throws(VaultError) in try transaction.put(new, key) }
    }
    try put((0..<40).map { ("VARIABLE_\($0)", "value \($0)", "") }, "development")
    try put(
      [
        ("DATABASE_URL", "postgres://localhost/shop", ""), ("SESSION_KEY", "0123456789abcdef", "hex:8"),
        ("EMPTY", "", ""), ("LINES", "one\ntwo \"quoted\" = $HOME\n", ""), ("UNICODE", "grüße 🔑", ""),
        ("LONG", String(repeating: "0123456789", count: 500), ""), ("REMOVED", "was here", ""),
      ], "development")
    try put([("DATABASE_URL", "postgres://db.internal/shop", "")], "development")
    try put(
      [("DATABASE_URL", "postgres://db2.internal/shop", ""), ("SESSION_KEY", "fedcba9876543210", "hex:8")],
      "development")
    let development = try key("development")
    try vault.write(session) { (transaction) throws(VaultError) in
      let snapshot = try transaction.snapshot()
      try transaction.point("DATABASE_URL", to: 2, development, in: snapshot)
    }
    try vault.write(session) { (transaction) throws(VaultError) in
      try transaction.remove(["REMOVED"], development)
    }
    try put(
      [("DATABASE_URL", "postgres://production/shop", ""), ("API_KEY", "sk_not_a_key", "")], "production")
    try put([("GONE", "with its environment", "")], "scratch")
    let gone = try key("scratch")
    try vault.write(session) { (transaction) throws(VaultError) in try transaction.removeEnvironment(gone) }
    return (phrase.withBytes { $0.array }, try contents(vault, session))
  }

  /// Everything that `session` can read.
  static func contents(_ vault: Vault, _ session: Session) throws -> Expected {
    var environments: [String: [String: Expected.Name]] = [:]
    let sequence = try vault.read { (snapshot) throws(VaultError) in
      for environment in try snapshot.environments(session.directory) {
        let key = try snapshot.key(environment.name, in: session)
        for entry in try snapshot.entries(key, includingRemoved: true) {
          var versions: [String: Expected.Version] = [:]
          for version in try snapshot.history(entry.name, key) {
            let value = try snapshot.value(entry.name, version: version.version, key)
            versions[String(version.version)] = Expected.Version(
              sha256: Hashing.sha256(value.bytes).bytes.hex, length: value.bytes.count,
              generator: version.generator)
          }
          environments[environment.name, default: [:]][entry.name] = Expected.Name(
            current: entry.current, versions: versions)
        }
      }
      return snapshot.head.sequence
    }
    return Expected(vault: vault.id.hex, sequence: sequence, environments: environments)
  }
}
