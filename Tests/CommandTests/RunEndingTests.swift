import Glibc
import Testing

/// `coffer run` becomes the command: its exit code, its signals, its process number; and 125 to 127 when it could not.
@Suite struct RunEndingTests {
  @Test func `each exit code of the command is the exit code`() throws {
    let sandbox = try Sandbox.prepared()
    let script =
      #"i=0; while [ $i -le 255 ]; do "$0" run -- sh -c "exit $i"; [ $? = $i ] || echo $i; i=$((i + 1)); done"#
    let result = try sandbox.run(["sh", "-c", script, Binaries.coffer], seconds: 300)
    #expect(result.succeeded && result.stdout.isEmpty && result.stderr.isEmpty, "\(result)")
  }

  @Test(arguments: [SIGTERM, SIGKILL, SIGINT, SIGSEGV])
  func `death by a signal is seen as one`(signal: Int32) throws {
    let result = try Sandbox.prepared().coffer("run", "--", "sh", "-c", "kill -\(signal) $$")
    #expect(result.ending == .signal(signal), "\(result)")
  }

  @Test func `a signal sent to coffer reaches the command`() throws {
    let sandbox = try Sandbox.prepared()
    let child = try sandbox.start(
      "coffer", "run", "--", "sh", "-c", "trap 'exit 42' TERM; touch ready; while :; do sleep 0.05; done")
    let deadline = Deadline(seconds: 20)
    while !TestFiles.exists(sandbox.path("ready")), !deadline.hasPassed { usleep(1000) }
    child.signal(SIGTERM)
    #expect(child.wait(until: Deadline(seconds: 20)) == .exit(42))
  }

  @Test func `the command has coffer's process number`() throws {
    let result = try Sandbox.prepared().run(
      ["sh", "-c", #"echo $$; exec "$0" run -- sh -c 'echo $$'"#, Binaries.coffer])
    let numbers = result.stdout.split(separator: "\n")
    #expect(numbers.count == 2 && numbers[0] == numbers[1], "\(result)")
  }

  @Test func `standard input and output are the command's alone`() throws {
    let bytes = (0..<300_000).map { UInt8(truncatingIfNeeded: $0 &* 7) }
    let result = try Sandbox.prepared().coffer("run", "--", "cat", input: .bytes(bytes))
    #expect(result.succeeded && result.output == bytes && result.errorOutput.isEmpty, "\(result.stderr)")
  }

  @Test(arguments: [
    (["nothing-of-this-name"], 127, "nothing-of-this-name: command not found"),
    (["./missing"], 127, "./missing: command not found"),
    (["plain/below"], 127, "plain/below: command not found"),
    ([""], 127, "command not found"),
    (["./plain"], 126, "./plain: "),
    (["./folder"], 126, "./folder: "),
    (["./orphan"], 126, "./orphan: its interpreter (the first line, or the loader) does not exist"),
  ])
  func `a command that does not start`(command: [String], code: Int32, message: String) throws {
    let sandbox = try Sandbox.prepared()
    try sandbox.write("just text", to: "plain")
    try sandbox.write("#!/nowhere/interpreter\n", to: "orphan", mode: 0o755)
    try TestFiles.makeFolder(sandbox.path("folder"))
    let result = try sandbox.run(["coffer", "run", "--"] + command)
    #expect(result.code == code && result.stderr.contains(message) && result.output.isEmpty, "\(result)")
  }

  @Test(arguments: [
    (["run"], "no command to run"),
    (["run", "--"], "no command to run"),
    (["run", "true"], "the command goes after --"),
    (["run", "true", "--", "true"], "the command goes after --"),
    (["run", "--colour", "--", "true"], "unknown option"),
    (["run", "-e", "stagin", "--", "true"], "there is no environment named stagin"),
    (["run", "--only", "TOKN", "--", "true"], "did you mean TOKEN?"),
    (["run", "--passphrase-fd", "x", "--", "true"], "--passphrase-fd"),
    (["run", "-e"], "-e"),
  ])
  func `what is wrong with the launch itself is 125`(arguments: [String], message: String) throws {
    let result = try Sandbox.prepared("[variables.TOKEN]\nrequired = false").run(["coffer"] + arguments)
    #expect(result.code == 125 && result.stderr.contains(message) && result.output.isEmpty, "\(result)")
  }

  @Test(arguments: [
    ("[variables.TOKEN", "coffer.toml:"), ("[variables.TOKEN]\nrequird = true", "required"),
    ("[variables.TOKEN]\ntype = \"strng\"", "did you mean string?"),
    ("[variables.TOKEN]", "TOKEN is missing in development"),
    ("[variables.COFFER_HOME]\ndefault = \"x\"", "COFFER_HOME may not be injected"),
  ])
  func `what is wrong with the project is 125`(text: String, message: String) throws {
    let sandbox = try Sandbox.prepared()
    try sandbox.write(SharedVault.shared().manifest + text, to: "coffer.toml")
    // Approved where it can be read, so that the approval is not what is missing.
    _ = try sandbox.coffer("link", "--yes")
    let result = try sandbox.coffer("run", "--", "true")
    #expect(result.code == 125 && result.stderr.contains(message) && result.output.isEmpty, "\(result)")
  }

  @Test func `no project, no vault, no identity: 125`() throws {
    let nowhere = try Sandbox().coffer("run", "--", "true")
    #expect(nowhere.code == 125 && nowhere.stderr.contains("no coffer.toml here or in a folder above"), "\(nowhere)")
    let sandbox = try Sandbox.prepared()
    TestFiles.removeTree(sandbox.cofferHome + "/data")
    let lost = try sandbox.coffer("run", "--", "true")
    #expect(lost.code == 125 && lost.stderr.contains("there is no vault"), "\(lost)")
  }
}
