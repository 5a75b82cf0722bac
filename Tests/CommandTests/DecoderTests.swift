import FoundationEssentials
import Glibc
import Testing

/// Tests/Vectors/decode.py, which shares no code with Coffer, reads what the program wrote.
@Suite struct DecoderTests {
  private static let decoder = ["/usr/bin/python3", Binaries.packageFolder + "/Tests/Vectors/decode.py"]

  private static var hasSodium: Bool { system("/usr/bin/python3 -c 'import nacl' >/dev/null 2>&1 </dev/null") == 0 }

  /// What decode.py prints.
  private struct Decoded: Decodable {
    struct Name: Decodable {
      struct Version: Decodable {
        let sha256: String
        let length: Int
        let generator: String
      }
      let current: Int?
      let versions: [String: Version]
    }
    /// A record of the directory, as far as it is one of access that ended.
    struct Noted: Decodable {
      struct End: Decodable {
        let epoch: Int
        let names: [String]?
      }
      let ends: [End]?
    }
    let environments: [String: [String: Name]]
    let ledger: [String: Noted]
  }

  @Test(.enabled(if: hasSodium, "needs Debian's python3-nacl, which `make test` installs"))
  func `an independent reader finds every value that was stored`() throws {
    let sandbox = try Sandbox.withVault()
    let stored: [(environment: String, name: String, values: [[UInt8]])] = [
      ("development", "PLAIN", [Array("value".utf8)]), ("development", "EMPTY", [[]]),
      ("development", "LINES", [Array("one\ntwo = $HOME \"quoted\"\n".utf8)]),
      ("development", "UNICODE", [Array("grüße 🔑".utf8)]),
      ("development", "BYTES", [(1...255).map { UInt8($0) } + [0x80, 0x80]]),
      ("development", "LONG", [(0..<100_000).map { UInt8($0 % 200 + 1) }]),
      ("development", "OFTEN", (1...4).map { Array("version \($0)".utf8) }),
      ("production", "PLAIN", [Array("another value".utf8)]),
    ]
    for (environment, name, values) in stored {
      for value in values {
        try sandbox.succeed("set", name, "-e", environment, "--raw", input: .bytes(value))
      }
    }
    try sandbox.succeed("rollback", "OFTEN", "2")
    try sandbox.succeed("set", "MADE", "--generate", "hex:16")
    try sandbox.succeed("set", "GONE", input: .text("for a while"))
    try sandbox.succeed("rm", "GONE", "--yes")

    let found = try decode(sandbox)
    for (environment, name, values) in stored {
      let versions = try #require(found.environments[environment]?[name]?.versions, "\(name)")
      #expect(versions.count == values.count)
      for (place, value) in values.enumerated() {
        let version = try #require(versions[String(place + 1)])
        #expect(version.length == value.count)
        let digest = try sha256(value, sandbox)
        #expect(version.sha256 == digest, "\(name) \(place + 1)")
      }
    }
    let development = try #require(found.environments["development"])
    #expect(development["OFTEN"]?.current == 2)
    #expect(development["MADE"]?.versions["1"]?.generator == "hex:16")
    #expect(development["GONE"].map { $0.current == nil && $0.versions.count == 1 } == true)
    #expect(Set(found.environments.keys).isSuperset(of: ["development", "production"]))
  }

  @Test(.enabled(if: hasSodium, "needs Debian's python3-nacl, which `make test` installs"))
  func `and refuses another passphrase, and a vault whose file was changed`() throws {
    let sandbox = try Sandbox.withVault(unlocked: false)
    try sandbox.write("not the passphrase\n", to: "wrong")
    #expect(try run(sandbox, passphrase: sandbox.path("wrong")).code == 6)
    #expect(try run(sandbox).succeeded)
    var bytes = try TestFiles.read(sandbox.vaultFile)
    bytes[bytes.count / 2] ^= 1
    try TestFiles.write(bytes, to: sandbox.vaultFile, mode: 0o600)
    let refused = try run(sandbox)
    #expect(refused.code == 3 && refused.output.isEmpty, "\(refused)")
  }

  /// What decode.py prints of a token.
  private struct DecodedToken: Decodable {
    struct Value: Decodable { let sha256: String }
    let environment: String
    let names: [String: Value]
    /// How many values nothing in the token's hands opens.
    let closed: Int
  }

  @Test(.enabled(if: hasSodium, "needs Debian's python3-nacl, which `make test` installs"))
  func `a token opens what it is for, and what it holds opens nothing else`() throws {
    let sandbox = try Sandbox.withVault()
    for name in ["A_KEY", "B_KEY", "C_KEY"] {
      try sandbox.succeed("set", name, "-e", "production", input: .text("value of \(name)"))
    }
    try sandbox.succeed("token", "create", "other", "-e", "production")
    for (options, names) in [([], ["A_KEY", "B_KEY", "C_KEY"]), (["--only", "A_KEY,Z_KEY"], ["A_KEY"])]
      as [([String], [String])]
    {
      let made = try sandbox.run(["coffer", "token", "create", "-e", "production"] + options)
      try sandbox.write(made.stdout, to: "token")
      // Again after a new epoch.
      for epoch in 1...2 {
        let result = try run(
          sandbox, ["--token-file", sandbox.path("token"), "--try", "A_KEY", "--try", "B_KEY", "--try", "C_KEY"])
        try #require(result.succeeded, "\(result)")
        let found = try JSONDecoder().decode(DecodedToken.self, from: Data(result.output))
        #expect(found.environment == "production" && found.names.keys.sorted() == names, "\(result)")
        #expect(found.closed == 3 - names.count, "\(result)")
        for name in names {
          let digest = try sha256(Array("value of \(name)".utf8), sandbox)
          #expect(found.names[name]?.sha256 == digest)
        }
        if epoch == 1, !options.isEmpty { try sandbox.succeed("token", "revoke", "other", "--yes") }
      }
    }
    try sandbox.succeed("token", "revoke", "production-1", "--yes")
    try sandbox.write(sandbox.succeed("token", "create", "-e", "production").stdout, to: "gone")
    try sandbox.succeed("token", "revoke", "production-3", "--yes")
    let refused = try run(sandbox, ["--token-file", sandbox.path("gone")])
    #expect(refused.code == 4 && refused.output.isEmpty, "\(refused)")
  }

  @Test(.enabled(if: hasSodium, "needs Debian's python3-nacl, which `make test` installs"))
  func `a backup reads as the vault does, and a changed one is refused`() throws {
    let sandbox = try Sandbox.withVault()
    for value in ["one", "two"] { try sandbox.succeed("set", "TOKEN", input: .text(value)) }
    try sandbox.succeed("set", "OTHER", "-e", "production", input: .text("value"))
    let backup = sandbox.root + "/the.cofferbackup"
    try sandbox.succeed("backup", backup)
    func read() throws -> RunResult {
      try sandbox.run(
        Self.decoder + [
          "--archive", backup, "--identity", sandbox.identityFile, "--passphrase-file", sandbox.root + "/passphrase",
        ])
    }
    let vault = try run(sandbox)
    let archive = try read()
    #expect(archive.succeeded && archive.output == vault.output && archive.stdout.contains("TOKEN"), "\(archive)")
    var bytes = try TestFiles.read(backup)
    bytes[bytes.count / 2] ^= 1
    try TestFiles.write(bytes, to: backup)
    #expect(try read().code == 3)
  }

  @Test(.enabled(if: hasSodium, "needs Debian's python3-nacl, which `make test` installs"))
  func `a bundle reads as the vault does, for those whom it is sealed to`() throws {
    let scene = try MemberScene()
    let owner = scene.owner
    // Together more than one chunk.
    for number in 1...12 {
      let long = (0..<100_000).map { UInt8(($0 + number) % 200 + 1) }
      try owner.succeed("set", "LONG\(number)", "--raw", input: .bytes(long))
    }
    let bob = try scene.member("Bob", "--read", "development").sandbox
    try owner.succeed("bundle", "-o", "all.cofferbundle")
    try owner.succeed("bundle", "Bob", "-o", "one.cofferbundle")
    func read(_ name: String, by sandbox: Sandbox) throws -> RunResult {
      try sandbox.run(
        Self.decoder + [
          "--bundle", owner.path(name), "--identity", sandbox.identityFile, "--passphrase-file",
          sandbox.root + "/passphrase",
        ])
    }
    let vault = try run(owner)
    let whole = try read("all.cofferbundle", by: owner)
    #expect(whole.succeeded && whole.output == vault.output && whole.stdout.contains("LONG2"), "\(whole.stderr)")
    let his = try read("all.cofferbundle", by: bob)
    #expect(his.succeeded && his.stdout.contains("LONG2"), "\(his.stderr)")
    #expect(try read("one.cofferbundle", by: bob).output == his.output)
    let refused = try read("one.cofferbundle", by: owner)
    #expect(refused.code == 3 && refused.output.isEmpty && refused.stderr.contains("sealed to others"), "\(refused)")
    var bytes = try TestFiles.read(owner.path("all.cofferbundle"))
    bytes[bytes.count / 2] ^= 1
    try TestFiles.write(bytes, to: owner.path("all.cofferbundle"), mode: 0o600)
    #expect(try read("all.cofferbundle", by: owner).code == 3)
  }

  @Test(.enabled(if: hasSodium, "needs Debian's python3-nacl, which `make test` installs"))
  func `an independent reader follows a removal, and opens nothing for who was removed`() throws {
    let scene = try MemberScene()
    try scene.owner.store(["A": "one"])
    try scene.owner.store(["P": "one"], in: "production")
    let bob = try scene.member("Bob", "--read", "development,production").sandbox
    #expect(try decode(bob).environments["production"]?["P"]?.current == 1)
    try scene.owner.succeed("member", "role", "Bob", "--read", "development", "--yes")
    try scene.carry(from: scene.owner, to: bob)
    #expect(Set(try decode(bob).environments.keys) == ["development"])
    try scene.owner.succeed("member", "remove", "Bob", "--yes")
    try scene.owner.store(["A": "two"])
    let found = try decode(scene.owner)
    #expect(found.environments["development"]?["A"]?.versions.count == 2)
    #expect(found.environments["production"]?["P"]?.versions.count == 1)
    let noted = found.ledger.filter { $0.key.hasPrefix("setting/access-ended/") }
    #expect(noted.count == 1 && noted.values.first?.ends?.map(\.epoch) == [1, 1])
    #expect(noted.values.first?.ends?.allSatisfy { $0.names == nil } == true)
    try scene.carry(from: scene.owner, to: bob)
    let refused = try run(bob)
    #expect(refused.code == 4 && refused.output.isEmpty, "\(refused)")
  }

  /// What decode.py prints of a snapshot.
  private struct DecodedSnapshot: Decodable {
    struct Value: Decodable { let sha256: String }
    let environment: String
    let names: [String: Value]
  }

  @Test(.enabled(if: hasSodium, "needs Debian's python3-nacl, which `make test` installs"))
  func `a snapshot opens with its token alone, and no changed one does`() throws {
    let sandbox = try Sandbox.withVault()
    for name in ["A_KEY", "B_KEY"] {
      try sandbox.succeed("set", name, "-e", "production", input: .text("value of \(name)"))
    }
    for (name, options, names) in [("all", [], ["A_KEY", "B_KEY"]), ("one", ["--only", "A_KEY,Z_KEY"], ["A_KEY"])] {
      let made = try sandbox.run(["coffer", "token", "create", name, "-e", "production"] + options)
      try sandbox.write(made.stdout, to: name)
      try sandbox.succeed("snapshot", "-e", "production", "--for", name, "-o", "\(name).snapshot")
      let options = ["--snapshot", sandbox.path("\(name).snapshot"), "--token-file", sandbox.path(name)]
      let result = try sandbox.run(Self.decoder + options)
      try #require(result.succeeded, "\(result)")
      let found = try JSONDecoder().decode(DecodedSnapshot.self, from: Data(result.output))
      #expect(found.environment == "production" && found.names.keys.sorted() == names, "\(result)")
      for name in names {
        let digest = try sha256(Array("value of \(name)".utf8), sandbox)
        #expect(found.names[name]?.sha256 == digest)
      }
    }
    let other = try sandbox.run(
      Self.decoder + ["--snapshot", sandbox.path("all.snapshot"), "--token-file", sandbox.path("one")])
    #expect(other.code == 3 && other.output.isEmpty, "\(other)")
    var bytes = try TestFiles.read(sandbox.path("all.snapshot"))
    bytes[bytes.count - 100] ^= 1
    try TestFiles.write(bytes, to: sandbox.path("all.snapshot"), mode: 0o644)
    let changed = try sandbox.run(
      Self.decoder + ["--snapshot", sandbox.path("all.snapshot"), "--token-file", sandbox.path("all")])
    #expect(changed.code == 4 && changed.output.isEmpty, "\(changed)")
  }

  private func decode(_ sandbox: Sandbox) throws -> Decoded {
    let result = try run(sandbox)
    guard result.succeeded else { throw HarnessError("not read: \(result)") }
    return try JSONDecoder().decode(Decoded.self, from: Data(result.output))
  }

  private func run(_ sandbox: Sandbox, passphrase: String? = nil) throws -> RunResult {
    try run(sandbox, ["--passphrase-file", passphrase ?? sandbox.root + "/passphrase"])
  }

  private func run(_ sandbox: Sandbox, _ options: [String]) throws -> RunResult {
    let short = parent(of: sandbox.vaultFile).split(separator: "/").last.map(String.init) ?? ""
    return try sandbox.run(Self.decoder + ["--home", sandbox.cofferHome, "--vault", short] + options)
  }

  private func sha256(_ bytes: [UInt8], _ sandbox: Sandbox) throws -> String {
    let result = try sandbox.run(["sha256sum"], input: .bytes(bytes))
    return String(result.stdout.prefix(64))
  }
}
