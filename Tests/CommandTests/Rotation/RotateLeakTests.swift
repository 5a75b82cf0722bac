import Testing

/// From a finding to a rotation.
@Suite struct RotateLeakTests {
  /// The fingerprint that `coffer scan` gives to a text, with the sandbox's coffer.toml.
  private static func fingerprint(of value: String, in sandbox: Sandbox) throws -> String {
    try sandbox.write("value = \(value)\n", to: "leaked/notes.txt")
    let scanned = try sandbox.coffer("scan", "--dir", ".", "--format", "jsonl", in: ".")
    let found = scanned.stdout.matches(of: /"fingerprint": ?"([0-9a-f]{32})"/).map { String($0.1) }
    guard let first = found.first, Set(found).count == 1 else { throw HarnessError("not one finding: \(scanned)") }
    return first
  }

  @Test func `a fingerprint finds the secret, and the leak is closed with the rotation`() throws {
    let scene = try RotationScene()
    let leak = try Self.fingerprint(of: scene.old, in: scene.sandbox)
    let begun = try scene.sandbox.coffer("rotate", "--leak", leak, "--generate", "hex:32")
    #expect(begun.code == 1 && begun.stderr.contains("leak        \(leak)"), "\(begun)")
    // Still by its fingerprint, also once the value is not in use any more.
    let tested = try scene.sandbox.coffer(
      "rotate", "--leak", leak, "--resume", "--yes", "--test", scene.register, "--rollout", "false")
    #expect(tested.code == 1 && tested.stderr.contains("promoted: "), "\(tested)")
    let result = try scene.sandbox.coffer(
      "rotate", "--leak", leak, "--resume", "--rollout", scene.refuseOld(), "--dead", scene.check, "--yes")
    #expect(result.succeeded && result.stderr.contains("dead: "), "\(result)")
    let status = try scene.sandbox.succeed("rotate", "--status", "--format", "json").stdout
    #expect(status.contains(#""name": "TOKEN""#) && status.contains(#""leak": "\#(leak)""#), "\(status)")
    #expect(status.contains(#""step": "dead""#), "\(status)")

    let old = try scene.sandbox.coffer("rotate", "--leak", leak, "--generate", "hex:32", "--yes")
    #expect(old.code == 1, "\(old)")
    #expect(old.stderr.contains("this is version 1 of TOKEN in development, which is not in use any more"), "\(old)")
  }

  @Test func `a value of another environment, of two names or of none is not rotated`() throws {
    let scene = try RotationScene()
    let leak = try Self.fingerprint(of: scene.old, in: scene.sandbox)
    let elsewhere = try scene.sandbox.coffer("rotate", "--leak", leak, "-e", "staging", "--generate", "hex:32", "--yes")
    #expect(elsewhere.code == 1, "\(elsewhere)")
    #expect(
      elsewhere.stderr.contains("this is the value of TOKEN in development, and not one of staging"), "\(elsewhere)")
    #expect(elsewhere.stderr.contains("coffer rotate TOKEN -e development --leak FINGERPRINT"), "\(elsewhere)")

    try scene.sandbox.store(["TWIN": scene.old])
    let two = try scene.sandbox.coffer("rotate", "--leak", leak, "--generate", "hex:32", "--yes")
    #expect(two.code == 1 && two.stderr.contains("several names have this value in development: TOKEN, TWIN"), "\(two)")

    let unknown = String(repeating: "0", count: 32)
    let none = try scene.sandbox.coffer("rotate", "--leak", unknown)
    #expect(none.code == 1 && none.stderr.contains("no value of the vault has this fingerprint"), "\(none)")
    #expect(none.stderr.contains("coffer rotate NAME replaces a secret without it"), "\(none)")
    #expect(try scene.sandbox.coffer("rotate", "--leak", "12ab").code == 2)
    #expect(try scene.step() == nil)
  }

  @Test func `a name is rotated only for a leak of its own value in use`() throws {
    let scene = try RotationScene()
    let leak = try Self.fingerprint(of: scene.old, in: scene.sandbox)
    try scene.sandbox.store(["OTHER": Marker().text])
    func rotate(_ name: String, _ leak: String, _ more: [String] = []) throws -> RunResult {
      try scene.sandbox.run(["coffer", "rotate", name, "--leak", leak, "--generate", "hex:32", "--yes"] + more)
    }
    let unknown = String(repeating: "0", count: 32)
    for (name, leak) in [("TOKEN", unknown), ("OTHER", leak)] {
      for more in [[], ["--dry-run"]] {
        let result = try rotate(name, leak, more)
        #expect(result.code == 1, "\(result)")
        #expect(result.stderr.contains("this fingerprint is not of \(name)'s value in development"), "\(result)")
        #expect(result.stderr.contains("coffer rotate \(name) -e development, without --leak"), "\(result)")
        #expect(
          result.stderr.contains("coffer rotate TOKEN -e development --leak FINGERPRINT") == (name == "OTHER"),
          "\(result)")
      }
    }
    #expect(try scene.sandbox.succeed("rotate", "--status").stdout.isEmpty)

    let named = try rotate("TOKEN", leak, ["--test", scene.register])
    #expect(try named.succeeded && scene.step() == "unproven", "\(named)")
    #expect(try scene.sandbox.succeed("rotate", "--status").stdout.contains("leak \(leak)"))
    let old = try rotate("TOKEN", leak)
    #expect(old.code == 1 && old.stderr.contains("this is version 1 of TOKEN in development, which is not"), "\(old)")
    _ = try scene.sandbox.run(["sh", "-c", scene.refuseOld()])
    let proven = try scene.rotate("--leak", leak, "--resume", "--dead", scene.check)
    #expect(try proven.succeeded && scene.step() == "dead", "\(proven)")
  }
}
