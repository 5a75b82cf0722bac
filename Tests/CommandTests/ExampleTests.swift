import Testing

/// The examples run as tests, as a newcomer runs them.
@Suite struct ExampleTests {
  @Test func `the demo runs from a plaintext file to a rollback`() throws {
    let sandbox = try Sandbox()
    let result = try sandbox.run(
      [Binaries.packageFolder + "/examples/shop/demo.sh"],
      setting: ["COFFER": Binaries.coffer, "TMPDIR": sandbox.root, "COFFER_PASSPHRASE_FILE": nil],
      seconds: 180)
    #expect(result.succeeded && result.stdout.contains("Read on: README.md"), "\(result)")
  }
}
