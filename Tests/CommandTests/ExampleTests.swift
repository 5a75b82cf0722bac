import Testing

/// The examples run as tests, as a newcomer runs them.
@Suite struct ExampleTests {
  @Test func `the demo runs from a plaintext file to a rollback`() throws {
    let result = try run("shop", Sandbox())
    #expect(result.succeeded && result.stdout.contains("Read on: README.md"), "\(result)")
  }

  @Test(arguments: ["docker", "systemd", "ci"])
  func `a server launches from a snapshot`(example: String) throws {
    let result = try run(example, Sandbox())
    #expect(result.succeeded, "\(result)")
    // What this machine cannot do stands in the run's log, where Tests/Checks/skips.py holds it against Tests/skips.txt.
    for line in result.stdout.split(separator: "\n") where line.hasPrefix("➜ Example") { print(line) }
  }

  private func run(_ example: String, _ sandbox: Sandbox) throws -> RunResult {
    try sandbox.run(
      [Binaries.packageFolder + "/examples/\(example)/demo.sh"],
      setting: ["COFFER": Binaries.coffer, "TMPDIR": sandbox.root, "COFFER_PASSPHRASE_FILE": nil],
      seconds: 180)
  }
}
