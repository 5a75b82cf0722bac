import Glibc
import Testing

/// Questions at a terminal, as a person meets them.
@Suite struct PromptTests {
  @Test func `nothing typed at a hidden prompt is shown, and a wrong passphrase is told`() throws {
    let sandbox = try Sandbox.withVault(unlocked: false)
    try sandbox.succeed("set", "TOKEN", input: .text("the value"))
    sandbox.environment["COFFER_PASSPHRASE_FILE"] = nil

    let right = try sandbox.terminal("coffer", "get", "TOKEN")
    try right.expect("Passphrase: ")
    try right.waitForEcho(false)
    try right.send(Sandbox.passphrase + "\r")
    try right.expect("the value\r\n")
    #expect(right.finish() == .exit(0) && right.echoes, "\(right)")
    #expect(!right.transcript.contains("correct") && !right.transcript.contains("*"), "\(right)")

    let wrong = try sandbox.terminal("coffer", "get", "TOKEN")
    try wrong.expect("Passphrase: ")
    try wrong.waitForEcho(false)
    try wrong.send("correct horse battery stapler\r")
    try wrong.expect("wrong passphrase")
    #expect(wrong.finish() == .exit(5) && wrong.echoes, "\(wrong)")
    #expect(!wrong.transcript.contains("stapler") && !wrong.transcript.contains("the value"), "\(wrong)")

    let launch = try sandbox.terminal("coffer", "run", "--", "printenv", "TOKEN")
    try launch.expect("Passphrase: ")
    try launch.waitForEcho(false)
    try launch.send("wrong\r")
    try launch.expect("wrong passphrase")
    #expect(launch.finish() == .exit(125), "\(launch)")
  }

  @Test func `a value is set at the prompt, with backspace, and a paste of 5,000 characters arrives whole`() throws {
    let sandbox = try Sandbox.prepared()
    let pasted = String((0..<5_000).map { _ in "abcdefghij0123456789".randomElement()! })
    let lines = "first\rsecond\rthird"
    for (name, typed, expected) in [
      ("TYPED", "secrex\u{7F}t\r", "secret"), ("REWRITTEN", "wrong\u{15}right\r", "right"),
      ("LONG", pasted + "\r", pasted), ("PASTED", "\u{1B}[200~\(pasted)\u{1B}[201~\r", pasted),
      ("LINES", "\u{1B}[200~\(lines)\u{1B}[201~\r", "first\nsecond\nthird"),
      ("UMLAUT", "grüße\r", "grüße"),
    ] {
      let terminal = try sandbox.terminal("coffer", "set", name)
      try terminal.expect("Value of \(name): ")
      try terminal.waitForEcho(false)
      try terminal.send(typed)
      #expect(terminal.finish() == .exit(0) && terminal.echoes, "\(terminal)")
      #expect(!terminal.transcript.contains(expected), "\(terminal)")
      let value = try sandbox.coffer("get", name)
      #expect(value.stdout == expected, "\(name): \(value)")
    }
    // A slip of the Enter key stores nothing; who means an empty value says so.
    let slip = try sandbox.terminal("coffer", "set", "EMPTY")
    try slip.expect("Value of EMPTY: ")
    try slip.waitForEcho(false)
    try slip.send("\r")
    #expect(slip.finish() == .exit(2) && slip.echoes && slip.transcript.contains("< /dev/null"), "\(slip)")
    #expect(try sandbox.coffer("get", "EMPTY").code == 1)
  }

  @Test func `several lines pasted without marks are refused, and none reaches the shell`() throws {
    let sandbox = try Sandbox.prepared()
    let shell = try sandbox.terminal(
      "sh", "-c", "\(sandbox.program) set MANY; echo \"ended $?\"; read rest; echo \"shell got [$rest]\"")
    try shell.expect("Value of MANY: ")
    try shell.waitForEcho(false)
    try shell.send("line one\rtouch stray\rline three\r")
    try shell.expect("ended 2")
    try shell.send("mine\r")
    try shell.expect("shell got [mine]")
    #expect(try sandbox.coffer("get", "MANY").code == 1)
  }

  @Test func `Ctrl-C and Ctrl-D end a prompt with nothing changed and the terminal as it was`() throws {
    let sandbox = try Sandbox.prepared()
    // Ctrl-C kills, as a shell expects to see it: 130 there.
    for (key, ending) in [("\u{3}", "ended 130"), ("\u{1C}", "ended 131"), ("\u{4}", "ended 2")] {
      let shell = try sandbox.terminal(
        "sh", "-c", "trap : INT QUIT; \(sandbox.program) set TOKEN; echo \"ended $?\"; stty -a; echo over")
      try shell.expect("Value of TOKEN: ")
      try shell.waitForEcho(false)
      try shell.send("half of it")
      if key == "\u{4}" { try shell.send("\u{15}") }
      try shell.send(key)
      try shell.expect(ending)
      let settings = try shell.expect("over")
      #expect(settings.contains(" echo ") && settings.contains("isig icanon "), "\(shell)")
      #expect(shell.finish() == .exit(0) && !shell.transcript.contains("half"), "\(shell)")
    }
    #expect(try sandbox.coffer("get", "TOKEN").code == 1)
  }

  @Test(.enabled(if: hasProgram("bash"), "bash is not installed"))
  func `Ctrl-Z gives the shell its terminal back, and fg asks again`() throws {
    let sandbox = try Sandbox.prepared()
    let shell = try sandbox.terminal(
      "bash", "-c", "set -m; \(sandbox.program) set TOKEN; echo \"stopped $?\"; stty -a; fg; echo \"ended $?\"")
    try shell.expect("Value of TOKEN: ")
    try shell.waitForEcho(false)
    try shell.send("forgotten")
    try shell.send("\u{1A}")
    let before = try shell.expect("stopped 1")
    try shell.expect(" echo ")
    try shell.expect("Value of TOKEN: ")
    try shell.waitForEcho(false)
    try shell.send("second\r")
    try shell.expect("ended 0")
    #expect(shell.finish() == .exit(0) && !before.contains("forgotten"), "\(shell)")
    #expect(try sandbox.coffer("get", "TOKEN").stdout == "second")
  }

  @Test func `init asks for a new passphrase twice`() throws {
    let sandbox = try Sandbox()
    sandbox.environment["COFFER_PASSPHRASE_FILE"] = nil
    func start(_ answers: [String]) throws -> PseudoTerminal {
      let terminal = try sandbox.terminal("coffer", "init", "--name", "shop")
      try terminal.expect("Make a vault named shop, and this coffer.toml? [Y/n] ")
      try terminal.send("y\r")
      try terminal.expect("Backup folder (empty: none): ")
      try terminal.send("\r")
      for (prompt, answer) in zip(["New passphrase for your identity: ", "Once more: "], answers) {
        try terminal.expect(prompt)
        try terminal.waitForEcho(false)
        try terminal.send(answer + "\r")
      }
      return terminal
    }
    let short = try start(["seven77"])
    try short.expect("eight characters at least")
    #expect(short.finish() == .exit(2), "\(short)")
    let differing = try start(["a long passphrase", "a long passphrose"])
    try differing.expect("the two passphrases differ")
    #expect(differing.finish() == .exit(2) && differing.echoes, "\(differing)")
    #expect(TestFiles.tree(sandbox.cofferHome).filter { !TestFiles.isFolder($0) }.isEmpty, "something was made")
    #expect(!TestFiles.exists(sandbox.path("coffer.toml")))

    let same = try start(["a long passphrase", "a long passphrase"])
    try same.expect("recovery phrase")
    #expect(same.finish() == .exit(0), "\(same)")
    #expect(!same.transcript.contains("a long"), "\(same)")
    let value = try sandbox.coffer(
      "set", "TOKEN", "--passphrase-fd", "5", input: .text("x"), descriptors: [5: Array("a long passphrase\n".utf8)])
    #expect(value.succeeded, "\(value)")
  }

  @Test func `what destroys or shows asks first, and no is no`() throws {
    let sandbox = try Sandbox.prepared()
    try sandbox.succeed("set", "TOKEN", input: .text("the value"))

    func ask(_ command: String..., question: String, answer: String) throws -> PseudoTerminal {
      let terminal = try PseudoTerminal(
        [sandbox.program] + command, environment: sandbox.environment, folder: sandbox.project)
      try terminal.expect(question)
      try terminal.send(answer + "\r")
      return terminal
    }
    let kept = try ask("rm", "TOKEN", question: "Take TOKEN out of use in development? [y/N] ", answer: "")
    #expect(kept.finish() != .exit(0), "\(kept)")
    #expect(try sandbox.coffer("get", "TOKEN").stdout == "the value")

    let hidden = try ask("export", question: "in the clear to this terminal? [y/N] ", answer: "n")
    #expect(hidden.finish() == .exit(1) && !hidden.transcript.contains("the value"), "\(hidden)")
    let shown = try ask("export", question: "in the clear to this terminal? [y/N] ", answer: "y")
    try shown.expect("the value")
    #expect(shown.finish() == .exit(0), "\(shown)")

    try sandbox.write("IMPORTED=kept out\n", to: ".env")
    let refused = try ask("import", ".env", question: "Import into development? [Y/n] ", answer: "n")
    #expect(refused.finish() == .exit(1), "\(refused)")
    #expect(try sandbox.coffer("get", "IMPORTED").code == 1)
    let taken = try ask("import", ".env", question: "Import into development? [Y/n] ", answer: "y")
    try taken.expect("Delete .env? Its values are in the vault now. [y/N] ")
    try taken.send("y\r")
    #expect(taken.finish() == .exit(0) && !TestFiles.exists(sandbox.path(".env")), "\(taken)")
    #expect(!taken.transcript.contains("kept out"), "\(taken)")
    #expect(try sandbox.coffer("get", "IMPORTED").stdout == "kept out")

    try sandbox.write(sandbox.text(of: "coffer.toml") + "\n[variables.MORE]\nrequired = false\n", to: "coffer.toml")
    let unlinked = try ask("link", question: "Allow this folder to use it? [y/N] ", answer: "n")
    #expect(unlinked.finish() == .exit(1), "\(unlinked)")
    #expect(try sandbox.coffer("run", "--", "true").code == 125)
    let linked = try ask("link", question: "Allow this folder to use it? [y/N] ", answer: "yes")
    #expect(linked.finish() == .exit(0), "\(linked)")
    #expect(try sandbox.coffer("run", "--", "true").code == 0)

    let gone = try ask("rm", "TOKEN", question: "? [y/N] ", answer: "y")
    #expect(gone.finish() == .exit(0), "\(gone)")
    #expect(try sandbox.coffer("get", "TOKEN").code == 1)
  }
}
