import Glibc
import Testing

/// `coffer rotate` at a terminal, as a person meets it.
@Suite struct RotatePromptTests {
  @Test func `a person is led from the hidden paste to the end, and wrong pastes are asked for again`() throws {
    let old = "sk_live_" + Marker().text
    let scene = try RotationScene("STRIPE_SECRET_KEY", old: old)
    let new = "rk_live_" + Marker().text
    let terminal = try scene.sandbox.terminal("coffer", "rotate", scene.name)
    func paste(_ value: String) throws {
      try terminal.expect("New value of STRIPE_SECRET_KEY: ")
      try terminal.waitForEcho(false)
      try terminal.send(value + "\r")
    }
    try terminal.expect("https://dashboard.stripe.com/apikeys")
    try paste(old)
    try terminal.expect("is the one in use")
    try paste("ghp_" + Marker().text)
    try terminal.expect("does not start with sk_live_")
    try paste(new + " ")
    try terminal.expect("blanks or invisible characters")
    try paste(new)
    // Another kind of key than before may be meant so.
    try terminal.expect("Take it all the same? [y/N] ")
    try terminal.send("y\r")
    for (question, answer) in [
      ("Use it without a test? [y/N] ", "y"), ("cannot be seen from here. [y/N] ", "y"),
      ("Is the old value, version 1, revoked? [y/N] ", "n"),
    ] {
      try terminal.expect(question)
      try terminal.send(answer + "\r")
    }
    try terminal.expect("coffer rotate STRIPE_SECRET_KEY --resume goes on: it is rolled out")
    #expect(terminal.finish() == .exit(1) && terminal.echoes, "\(terminal)")
    #expect(!terminal.transcript.contains(String(old.dropFirst(8))), "\(terminal)")
    #expect(!terminal.transcript.contains(String(new.dropFirst(8))), "\(terminal)")
    #expect(try scene.current() == new)

    let rest = try scene.sandbox.terminal("coffer", "rotate", scene.name, "--resume")
    for question in ["revoked? [y/N] ", "End without having seen version 1 refused? [y/N] "] {
      try rest.expect(question)
      try rest.send("y\r")
    }
    #expect(rest.finish() == .exit(0), "\(rest)")
    #expect(try scene.step() == "unproven")
  }

  @Test func `a made value is handed over before it is used`() throws {
    let scene = try RotationScene()
    let terminal = try scene.sandbox.terminal(
      "coffer", "rotate", "TOKEN", "--generate", "alnum:24", "--test", scene.check)
    try terminal.expect("coffer get TOKEN -e development --version-number 2 shows it")
    try terminal.expect("Is version 2 where it is checked? [y/N] ")
    let made = try scene.sandbox.succeed("get", "TOKEN", "--version-number", "2").stdout
    #expect(made.utf8.count == 24)
    try scene.accept(made)
    try terminal.send("y\r")
    try terminal.expect("promoted: ")
    #expect(try scene.current() == made)
    #expect(!terminal.transcript.contains(made), "\(terminal)")
  }

  @Test func `the old value comes back only after a yes`() throws {
    let scene = try RotationScene()
    let new = Marker().text
    try scene.accept(new)
    #expect(try scene.rotate("--test", scene.check, input: .text(new)).code == 1)
    for (answer, code, value) in [("n", Int32(1), new), ("y", 0, scene.old)] {
      let terminal = try scene.sandbox.terminal("coffer", "rotate", "TOKEN", "--abort")
      try terminal.expect("Have launches get the old value, version 1, again? [y/N] ")
      try terminal.send(answer + "\r")
      #expect(terminal.finish() == .exit(code), "\(terminal)")
      #expect(try scene.current() == value)
    }
  }

  @Test func `Ctrl-C ends a command, a prompt or a question with all stored`() throws {
    let scene = try RotationScene()
    let new = Marker().text
    try scene.accept(new)
    let prompt = try scene.sandbox.terminal("coffer", "rotate", "TOKEN")
    try prompt.expect("New value of TOKEN: ")
    try prompt.waitForEcho(false)
    try prompt.send("half\u{3}")
    #expect(prompt.finish() == .signal(SIGINT) && prompt.echoes, "\(prompt)")
    #expect(try scene.step() == "planned")

    let command = try scene.sandbox.terminal(
      "coffer", "rotate", "TOKEN", "--resume", "--test", "(sleep 0.3; echo running) & sleep 60")
    try command.expect("New value of TOKEN: ")
    try command.waitForEcho(false)
    try command.send(new + "\r")
    try command.expect("running")
    try command.send("\u{3}")
    try command.expect("coffer rotate TOKEN --resume --test CMD goes on")
    #expect(command.finish() == .signal(SIGINT), "\(command)")
    #expect(try scene.step() == "set" && scene.current() == scene.old)

    let question = try scene.sandbox.terminal("coffer", "rotate", "TOKEN", "--resume", "--test", scene.check)
    try question.expect("cannot be seen from here. [y/N] ")
    try question.send("\u{3}")
    #expect(question.finish() == .signal(SIGINT), "\(question)")
    #expect(try scene.step() == "promoted" && scene.current() == new)
  }
}
