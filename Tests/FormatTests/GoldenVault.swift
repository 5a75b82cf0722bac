@testable import Platform
@testable import Sealing
@testable import Vault

/// A vault of format 1 in Tests/Vectors/golden-v1, in tables of version 1, and one in golden-v2, in tables of version 2: laid out as
/// Coffer's folders, which every later version must open.
enum GoldenVault {
  static func folder(_ tables: Int = 1) -> String { VectorFile.folder + "/golden-v\(tables)" }
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
      let pending: UInt32?
      let versions: [String: Version]
    }
    let vault: String
    let sequence: UInt64
    let environments: [String: [String: Name]]
  }

  static func secret(_ text: String) throws -> Secret { Secret(try SecretBytes(copying: Array(text.utf8))) }

  /// Makes one in `scratch`.
  /// - Returns: the recovery phrase, and what it holds.
  static func make(_ scratch: ScratchFolder) throws -> (phrase: [UInt8], expected: Expected) {
    let identity = try Identity()
    let passphrase = try SecretBytes(copying: Array(passphrase.utf8))
    try IdentityFile(
      sealing: identity, passphrase: passphrase, derivation: .cheapestForTests(), created: 1_767_225_600_000
    ).save(scratch.folders)
    var phrase = try SecretBytes(count: 0)
    let (vault, session) = try Vault.create(
      Vault.Founding(
        name: "golden", founder: "Zoë", environments: ["development", "production", "renewed", "scratch"]),
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
    try renew(HandMade(vault: vault, session: session), put: put)
    try put([("GONE", "with its environment", "")], "scratch")
    let gone = try key("scratch")
    try vault.write(session) { (transaction) throws(VaultError) in try transaction.removeEnvironment(gone) }
    // As a reader finds it, new epochs and all.
    let found = try vault.read { (snapshot) throws(VaultError) in try snapshot.unlock(identity) }
    return (phrase.withBytes { $0.array }, try contents(vault, found))
  }

  /// An environment in its third epoch: a name rolled back, one removed, one with a version pending.
  private static func renew(_ hand: HandMade, put: ([(String, String, String)], String) throws -> Void) throws {
    let (vault, session) = (hand.vault, hand.session)
    let first = try vault.read { (snapshot) throws(VaultError) in try snapshot.key("renewed", in: session) }
    for round in 1...3 {
      try put((0..<20).map { ("NAME_\($0)", "\(round) of \($0)", $0 == 7 ? "hex:16" : "") }, "renewed")
    }
    try put([("REMOVED", "was here", "")], "renewed")
    try vault.write(session) { (transaction) throws(VaultError) in
      try transaction.point("NAME_1", to: 1, first, in: transaction.snapshot())
    }
    try vault.write(session) { (transaction) throws(VaultError) in try transaction.remove(["REMOVED"], first) }
    for (name, value) in [("NAME_2", "not yet"), ("NEW", "never yet")] {
      let new = Transaction.NewValue(name: name, value: try secret(value))
      _ = try vault.write(session) { (transaction) throws(VaultError) in try transaction.pend(new, first) }
    }
    var renewed = session
    for round in 2...3 {
      guard let environment = renewed.environments[first.environment] else { throw BadCase(field: "renewed") }
      renewed.environments[first.environment] = try hand.renew(environment)
      guard let key = renewed.environments[first.environment] else { throw BadCase(field: "renewed") }
      // One that was rolled back gets the version after its newest.
      let new = try ["NAME_1", "NAME_3"].map {
        Transaction.NewValue(name: $0, value: try secret("in epoch \(round)"))
      }
      _ = try vault.write(renewed) { (transaction) throws(VaultError) in try transaction.put(new, key) }
    }
    guard let key = renewed.environments[first.environment] else { throw BadCase(field: "renewed") }
    // Back to what was sealed in the first epoch.
    try vault.write(renewed) { (transaction) throws(VaultError) in
      try transaction.point("NAME_3", to: 2, key, in: transaction.snapshot())
    }
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
            current: entry.current, pending: entry.pending, versions: versions)
        }
      }
      return snapshot.head.sequence
    }
    return Expected(vault: vault.id.hex, sequence: sequence, environments: environments)
  }
}
