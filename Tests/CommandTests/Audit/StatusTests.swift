import Foundation
import Testing

/// `coffer status`: what is due, and that nobody is asked.
@Suite struct StatusTests {
  private func status(_ sandbox: Sandbox, code: Int32) throws -> [String: Any] {
    let result = try sandbox.coffer("status", "--format", "json")
    #expect(result.code == code, "\(result)")
    return try #require(try JSONSerialization.jsonObject(with: Data(result.output)) as? [String: Any], "\(result)")
  }

  @Test func `a project where nothing is due`() throws {
    let sandbox = try Sandbox.prepared("[variables.TOKEN]\nmax_age = \"1d\"\n")
    try sandbox.store(["TOKEN": "x"])
    let status = try status(sandbox, code: 0)
    #expect(status["attention"] as? Bool == false && (status["due"] as? [Any])?.isEmpty == true)
    let environments = try #require(status["environments"] as? [[String: Any]])
    #expect(environments.compactMap { $0["name"] as? String } == ["development", "staging", "production"])
    #expect(environments.compactMap { $0["names"] as? Int } == [1, 0, 0])
    let text = try sandbox.coffer("status")
    #expect(text.succeeded && text.stdout.contains("due           nothing"), "\(text)")
    #expect(text.stdout.split(separator: "\n").allSatisfy { $0.count <= 100 })
  }

  @Test func `the pin is the newest entry, and one is one`() throws {
    let sandbox = try Sandbox.withVault()
    try sandbox.succeed("backup", sandbox.root + "/a.cofferbackup")
    try sandbox.store(["TOKEN": "x"])
    let status = try status(sandbox, code: 1)
    let pin = try #require(status["pin"] as? [String: Any])
    let head = try #require(pin["head"] as? String)
    #expect(pin["sequence"] as? Int == status["sequence"] as? Int && head.count == 64)
    // As this device's pin has it: docs/FORMAT.md, "Files of a device".
    let folder = sandbox.cofferHome + "/state/pins/"
    let pins = TestFiles.tree(folder).filter { !TestFiles.isFolder($0) && !$0.hasSuffix(".next") }
    let bytes = try TestFiles.read(try #require(pins.first))
    #expect(bytes[33..<65].map { String(format: "%02x", $0) }.joined() == head)
    let text = try sandbox.coffer("status").stdout
    #expect(text.contains("entry \(pin["sequence"] ?? "") (\(head.prefix(8))), "), "\(text)")
    #expect(text.contains("; 1 change is not in it\n") && text.contains("development: 1 name "), "\(text)")
    try sandbox.store(["OTHER": "x"])
    #expect(try sandbox.coffer("status").stdout.contains("; 2 changes are not in it\n"))
    let verified = try sandbox.coffer("export", "--format", "env", "--only", "TOKEN")
    #expect(!verified.stderr.contains("1 values"), "\(verified)")
  }

  @Test(.enabled(if: Conditions.shiftsClocks, "no library can be put before the clock"))
  func `a value that is older than its max_age is due, by the environment it is in`() throws {
    let sandbox = try Sandbox.prepared(
      "[variables.OLD]\nmax_age = \"90d\"\n[variables.NEW]\nmax_age = \"90d\"\n[variables.ANY]\n")
    for name in ["OLD", "ANY"] {
      let set = try sandbox.run(
        [Binaries.debugCoffer, "set", name], input: .text("x"),
        setting: try Conditions.clock(shifted: -100 * 86_400, in: sandbox))
      #expect(set.succeeded, "\(set)")
    }
    try sandbox.store(["NEW": "x"])
    let status = try status(sandbox, code: 1)
    let due = try #require(status["due"] as? [[String: Any]])
    #expect(due.compactMap { $0["name"] as? String } == ["OLD"] && due.first?["reason"] as? String == "age")
    #expect(due.first?["version"] as? Int == 1 && due.first?["environment"] as? String == "development")
    let text = try sandbox.coffer("status")
    #expect(text.stdout.contains("OLD in development is 100 days old, and max_age is 90 days"), "\(text)")
    try sandbox.store(["OLD": "y"])
    #expect(try self.status(sandbox, code: 0)["attention"] as? Bool == false)
  }

  @Test func `a rotation that is not finished is due`() throws {
    let sandbox = try Sandbox.prepared("[variables.TOKEN]\n")
    try sandbox.succeed("set", "TOKEN", "--generate", "hex:32")
    _ = try sandbox.coffer("rotate", "TOKEN", "--generate", "hex:32", "--test", "false", "--yes")
    let due = try #require(try status(sandbox, code: 1)["due"] as? [[String: Any]])
    #expect(due.compactMap { $0["reason"] as? String } == ["unfinished"], "\(due)")
  }

  @Test func `what is locked is said to be, and nobody is asked`() throws {
    let sandbox = try Sandbox.withVault(unlocked: false)
    try sandbox.succeed("set", "TOKEN", input: .text("x"))
    sandbox.environment["COFFER_PASSPHRASE_FILE"] = nil
    let status = try status(sandbox, code: 0)
    #expect(status["locked"] as? Bool == true && status["due"] is NSNull)
    #expect((status["environments"] as? [[String: Any]])?.compactMap { $0["names"] as? Int }.sorted() == [0, 0, 1])
    let terminal = try sandbox.terminal("coffer", "status")
    #expect(terminal.finish() == .exit(0) && terminal.transcript.contains("cannot be told while the vault is locked"))
    #expect(!terminal.transcript.contains("Passphrase"), "\(terminal)")
  }

  @Test func `a change of coffer.toml that was not approved needs attention`() throws {
    let sandbox = try Sandbox.prepared("[variables.TOKEN]\n")
    try sandbox.write(try sandbox.text(of: "coffer.toml") + "[variables.MORE]\n", to: "coffer.toml")
    #expect((try status(sandbox, code: 1)["not_approved"] as? [String])?.count == 1)
  }

  @Test(.enabled(if: Conditions.hasKeyring, "no kernel keyring here"))
  func `looking does not use up what was unlocked for one use`() throws {
    let sandbox = try Sandbox.withVault(unlocked: false)
    try sandbox.succeed("set", "TOKEN", input: .text("x"))
    try sandbox.succeed("unlock", "--once")
    sandbox.environment["COFFER_PASSPHRASE_FILE"] = nil
    for _ in 0..<2 {
      #expect(try status(sandbox, code: 0)["unlocked_until"] is String)
      #expect(try sandbox.coffer("audit").succeeded)
    }
    #expect(try sandbox.coffer("get", "TOKEN").stdout == "x")
    #expect(try status(sandbox, code: 0)["unlocked_until"] is NSNull)
  }
}
