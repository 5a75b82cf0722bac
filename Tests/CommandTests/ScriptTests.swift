import Testing

/// Each file of Scripts is one test: a session with the program, in a sandbox of its own.
@Suite struct ScriptTests {
  @Test(arguments: Script.all(in: Binaries.packageFolder + "/Tests/CommandTests/Scripts"))
  func `a script holds`(path: String) throws {
    var runner = ScriptRunner(try Script(path: path), in: try Sandbox())
    try runner.run()
  }
}
