import Glibc
import Testing

/// The harness itself, with programs that every Debian has.
@Suite struct HarnessTests {
  @Test func `both streams and the exit code come back apart`() throws {
    let result = try Sandbox().run(["sh", "-c", "printf out; printf err >&2; exit 7"])
    #expect((result.stdout, result.stderr, result.code) == ("out", "err", 7), "\(result)")
  }

  @Test func `a signal is not an exit code`() throws {
    let result = try Sandbox().run(["sh", "-c", "kill -TERM $$"])
    #expect(result.ending == .signal(SIGTERM), "\(result)")
  }

  @Test func `input larger than a pipe comes back byte for byte`() throws {
    let bytes = (0..<1_000_000).map { UInt8(truncatingIfNeeded: $0 &* 31) }
    let result = try Sandbox().run(["cat"], input: .bytes(bytes))
    #expect(result.output == bytes && result.succeeded)
  }

  @Test func `a program that reads nothing does not stop the run`() throws {
    let result = try Sandbox().run(["true"], input: .bytes([UInt8](repeating: 0, count: 1_000_000)))
    #expect(result.succeeded)
  }

  @Test func `a program that never ends is killed with its children`() throws {
    let result = try Sandbox().run(
      ["sh", "-c", "echo started; sleep 1000 & wait"], input: .silent, seconds: 0.5)
    #expect(result.ending == .timeout && result.stdout == "started\n", "\(result)")
  }

  @Test func `a grandchild that keeps the pipe open does not hold the test up`() throws {
    let start = ContinuousClock.now
    let result = try Sandbox().run(["sh", "-c", "echo done; sleep 5 & exit 0"])
    #expect(result.stdout == "done\n" && ContinuousClock.now - start < .seconds(4))
  }

  @Test func `the environment is exactly what was given`() throws {
    let sandbox = try Sandbox()
    sandbox.environment = ["A": "1", "B": "2"]
    let result = try sandbox.run(["env"], setting: ["B": nil, "C": "x y"])
    #expect(result.stdout == "A=1\nC=x y\n")
  }

  @Test func `only the named descriptors are inherited`() throws {
    let leaked = open("/dev/null", O_RDONLY)
    defer { close(leaked) }
    let result = try Sandbox().run(
      ["sh", "-c", "cat <&5; echo; ls /proc/self/fd"], descriptors: [5: Array("five".utf8)])
    let lines = result.stdout.split(separator: "\n")
    // ls holds one more: the folder it reads.
    #expect(lines.first == "five" && lines.dropFirst().count <= 5, "\(result)")
  }

  @Test func `a run has no controlling terminal`() throws {
    let result = try Sandbox().run(["sh", "-c", ": </dev/tty"])
    #expect(!result.succeeded)
  }

  @Test func `another user runs when the tests are root's`() throws {
    let sandbox = try Sandbox(as: .nobody)
    try sandbox.write("x", to: "own.txt", mode: 0o600)
    let result = try sandbox.run(["sh", "-c", "id -u; cat own.txt; touch made; cat /etc/shadow"])
    #expect(result.stdout == (Binaries.isRoot ? "65534\nx" : "\(getuid())\nx"), "\(result)")
    #expect(!result.succeeded && TestFiles.exists(sandbox.path("made")))
  }

  @Test func `nothing is left of a sandbox`() throws {
    var root = ""
    do {
      let sandbox = try Sandbox()
      root = sandbox.root
      try sandbox.write("x", to: "deep/er/file")
      #expect(sandbox.files(holding: "correct horse").map { $0.dropFirst(root.count) } == ["/passphrase"])
    }
    #expect(!TestFiles.exists(root))
  }

  @Test func `a prompt at a terminal is answered`() throws {
    let terminal = try Sandbox().terminal(
      "sh", "-c",
      "printf 'name? ' >/dev/tty; read n </dev/tty; stty -echo; printf 'secret? '; read s; stty echo; echo \"[$n/$s]\"; exit 3"
    )
    try terminal.expect("name? ")
    try terminal.send("ann\r")
    try terminal.expect("secret? ")
    try terminal.waitForEcho(false)
    try terminal.send("hidden\r")
    try terminal.expect("[ann/hidden]")
    #expect(terminal.finish() == .exit(3))
    #expect(terminal.transcript.split(separator: "hidden").count == 2, "the secret was echoed: \(terminal)")
  }

  @Test func `control-C at a terminal interrupts`() throws {
    let terminal = try Sandbox().terminal("sh", "-c", "echo ready; exec sleep 1000")
    try terminal.expect("ready")
    try terminal.send("\u{3}")
    #expect(terminal.finish(seconds: 20) == .signal(SIGINT))
  }

  @Test func `waiting for what never comes shows the transcript`() throws {
    let terminal = try Sandbox().terminal("sh", "-c", "echo something else")
    let error = #expect(throws: HarnessError.self) { try terminal.expect("this") }
    #expect(error?.description.contains("something else") == true)
  }

  @Test func `a script runs its lines and files`() throws {
    let script = try Script(
      text: """
        # every kind of line
        env GREETING='hello  there' EMPTY=
        stdin in.txt
        exec cat
        cmp stdout in.txt
        ! cmp stdout other.txt
        exec sh -c 'echo "$GREETING"; echo ''quoted'' >&2'
        stdout 'hello  there'
        ! stdout nothing
        stderr quoted
        ! exec sh -c 'exit 5'   # the exit code is checked next
        status 5
        ? exec false
        mkdir sub
        cp stdout sub/empty
        cd sub
        exists empty $WORK/project/in.txt
        chmod 600 empty
        mode 600 empty
        rm empty
        ! exists empty
        grep line ../in.txt
        -- in.txt --
        a line

        -- other.txt --
        """, path: "inline")
    var runner = ScriptRunner(script, in: try Sandbox())
    try runner.run()
  }

  @Test(arguments: [
    (["exec false"], "inline:1: exec false: it failed"),
    (["! exec true"], "inline:1: ! exec true: it did not fail"),
    (["exec echo seen", "stdout 'unseen'"], "inline:2: stdout 'unseen': not so"),
    (["exec echo seen", "! stdout seen"], "--- stdout\nseen"),
    (["? exec sh -c 'exit 3'", "status 4"], "exit 3"),
    (["cmp a b", "-- a --", "1", "-- b --", "2"], "project/a"),
    (["exce true"], "there is no line 'exce'"),
    (["exec 'true"], "inline:1: a quote is not closed"),
  ])
  func `a script that does not hold says where and why`(lines: [String], expected: String) throws {
    let error = #expect(throws: HarnessError.self) {
      var runner = ScriptRunner(
        try Script(text: lines.joined(separator: "\n"), path: "inline"), in: try Sandbox())
      try runner.run()
    }
    #expect(error?.description.contains(expected) == true, "\(error as Any)")
  }
}
