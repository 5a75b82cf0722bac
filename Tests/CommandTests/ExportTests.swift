import Testing

/// What is exported reads back as the same bytes, by Coffer and by the tools it is meant for.
@Suite struct ExportTests {
  @Test func `an exported dotenv file imports to the same values`() throws {
    let sandbox = try Sandbox.prepared()
    try sandbox.store(AwkwardValues.bytes)
    let file = sandbox.root + "/out.env"
    let exported = try sandbox.coffer("export", "--output", file)
    #expect(exported.succeeded, "\(exported)")
    let imported = try sandbox.coffer("import", file, "-e", "staging", "--yes")
    #expect(imported.succeeded, "\(imported)")
    for (name, bytes) in AwkwardValues.bytes {
      #expect(try sandbox.coffer("get", name, "-e", "staging").output == bytes, "\(name) differs")
    }
  }

  @Test func `an exported shell file sets the same values`() throws {
    let sandbox = try Sandbox.prepared()
    try sandbox.store(AwkwardValues.bytes)
    let exported = try sandbox.coffer("export", "--format", "shell")
    let sourced = try sandbox.run(
      ["sh", "-c", "cat > ../out.sh; . ../out.sh; exec cat /proc/self/environ"], input: .bytes(exported.output))
    #expect(sourced.succeeded, "\(sourced.stderr)")
    for (name, bytes) in AwkwardValues.bytes { #expect(sourced.variables[name] == bytes, "\(name) differs") }
  }

  @Test func `exported JSON holds the same values`() throws {
    let sandbox = try Sandbox.prepared()
    try sandbox.store(AwkwardValues.text)
    let exported = try sandbox.coffer("export", "--format", "json")
    let read = try sandbox.run(
      [
        "python3", "-c",
        """
        import json, sys
        for name, value in json.load(sys.stdin.buffer).items():
            sys.stdout.buffer.write((name + "=" + value).encode() + b"\\0")
        """,
      ], input: .bytes(exported.output))
    #expect(read.variables == AwkwardValues.text, "\(read.stderr)")
    #expect(try sandbox.coffer("export", "-e", "staging", "--format", "json").stdout == "{\n}\n")
  }

  @Test func `what JSON cannot hold is named, and nothing is written`() throws {
    let sandbox = try Sandbox.prepared()
    try sandbox.store(["GOOD": Array("canary".utf8), "NOT_UTF8": [0xFF]])
    let result = try sandbox.coffer("export", "--format", "json")
    #expect(result.code == 2 && result.output.isEmpty, "\(result)")
    #expect(result.stderr.contains("NOT_UTF8 is not UTF-8, which JSON needs"))
  }

  @Test func `the shell's redirection into a git work tree is refused too`() throws {
    let sandbox = try Sandbox.prepared()
    try sandbox.store(["TOKEN": "canary"])
    try TestFiles.makeFolder(sandbox.path("app/.git"))
    for target in ["app/out", "app/./deep/out"] {
      try TestFiles.makeFolder(sandbox.path("app/deep"))
      let result = try sandbox.run(["sh", "-c", #""$0" export > "$1""#, Binaries.coffer, target])
      #expect(
        result.code == 2 && result.stderr.contains("refusing to write secrets into the git work tree"), "\(result)")
      #expect(try sandbox.text(of: target).isEmpty)
    }
    let elsewhere = try sandbox.run(["sh", "-c", #""$0" export > "$1""#, Binaries.coffer, "out"])
    #expect(try elsewhere.succeeded && sandbox.text(of: "out") == "TOKEN=canary\n", "\(elsewhere)")
  }

  @Test func `a terminal is asked first`() throws {
    let sandbox = try Sandbox.prepared()
    try sandbox.store(["TOKEN": "canary"])
    let refused = try sandbox.terminal("coffer", "export")
    try refused.expect("Write every value of development in the clear to this terminal? [y/N] ")
    try refused.send("\r")
    #expect(refused.finish() == .exit(1) && !refused.transcript.contains("canary"), "\(refused)")
    let allowed = try sandbox.terminal("coffer", "export")
    try allowed.expect("[y/N] ")
    try allowed.send("y\r")
    try allowed.expect("TOKEN=canary")
    #expect(allowed.finish() == .exit(0), "\(allowed)")
  }

  @Test func `at a terminal, a file is asked about as well`() throws {
    let sandbox = try Sandbox.prepared()
    try sandbox.store(["TOKEN": "canary"])
    let file = sandbox.root + "/out.env"
    let refused = try sandbox.terminal("coffer", "export", "--output", file)
    try refused.expect("Write every value of development in the clear to \(file)? [y/N] ")
    try refused.send("\r")
    #expect(refused.finish() == .exit(1) && !TestFiles.exists(file), "\(refused)")
    let told = try sandbox.terminal("coffer", "export", "--output", file, "--yes")
    #expect(told.finish() == .exit(0) && !told.transcript.contains("[y/N]"), "\(told)")
    #expect(try TestFiles.read(file) == Array("TOKEN=canary\n".utf8))
  }
}
