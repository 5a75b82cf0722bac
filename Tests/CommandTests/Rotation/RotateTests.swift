import Testing

/// `coffer rotate` without a terminal, against a service that knows which values work.
@Suite struct RotateTests {
  @Test func `a value that Coffer makes is rotated from the plan to the proof`() throws {
    let scene = try RotationScene()
    let result = try scene.rotate(
      "--generate", "hex:32", "--test", scene.register, "--rollout", "touch restarted; \(scene.refuseOld())", "--dead",
      scene.check, "--yes")
    #expect(result.succeeded && result.stdout.isEmpty, "\(result)")
    for step in ["pending: ", "tested: ", "promoted: ", "rolled out: ", "revoked: ", "dead: "] {
      #expect(result.stderr.contains(step), "\(step)\(result)")
    }
    let new = try scene.current()
    #expect(new != scene.old && new.utf8.count == 64, "\(new)")
    #expect(TestFiles.exists(scene.sandbox.path("restarted")))
    try scene.expectWorking("done")
    // The commands saw the values, and nobody else did.
    #expect(!result.stderr.contains(new) && !result.stderr.contains(scene.old))

    let status = try scene.sandbox.succeed("rotate", "--status", "--format", "json").stdout
    for part in [
      #""name": "TOKEN", "environment": "development", "step": "dead", "open": false, "from": 1, "to": 2"#,
      #""playbook": "generated", "generator": "hex:32", "leak": null, "test": "passed""#,
      #""step": "planned", "time": ""#,
    ] { #expect(status.contains(part), "\(part) in \(status)") }
    let shown = try scene.sandbox.coffer("rotate", "--status")
    #expect(shown.stdout.contains("TOKEN  development  dead  version 1 to 2  just now\n"), "\(shown)")
    #expect(shown.stderr == "1 rotation, 0 open\n", "\(shown)")

    let again = try scene.rotate("--resume")
    #expect(again.succeeded && again.stderr.contains("has ended: dead"), "\(again)")
    let next = try scene.rotate("--generate", "hex:32", "--test", scene.register, "--yes")
    #expect(next.succeeded, "a second rotation: \(next)")
  }

  @Test func `a failing test keeps the new value pending, and the rotation goes on from there`() throws {
    let scene = try RotationScene()
    let new = Marker().text
    let failed = try scene.rotate("--test", scene.check, input: .text(new + "\n"))
    #expect(failed.code == 1 && failed.stderr.contains("failed the test: exit code 1"), "\(failed)")
    #expect(failed.stderr.contains("coffer rotate TOKEN --resume --test CMD goes on: it is set"), "\(failed)")
    #expect(failed.stderr.contains("coffer rotate TOKEN --abort goes back to version 1"), "\(failed)")
    #expect(try scene.current() == scene.old)
    #expect(try scene.sandbox.succeed("list").stdout.contains("version 2 pending"))
    #expect(try scene.sandbox.succeed("get", "TOKEN", "--version-number", "2").stdout == new)
    try scene.expectWorking("test failed")

    let twice = try scene.rotate(input: .text(new))
    #expect(twice.code == 1 && twice.stderr.contains("is being rotated in development already: it is set"), "\(twice)")

    let missing = try scene.rotate("--resume", "--test", "/nowhere/try")
    #expect(missing.code == 1 && missing.stderr.contains("exit code 127, command not found"), "\(missing)")
    try scene.accept(new)
    let resumed = try scene.rotate("--resume", "--test", scene.check, "--yes")
    #expect(resumed.succeeded && resumed.stderr.contains("not proven dead"), "\(resumed)")
    #expect(try scene.current() == new && scene.step() == "unproven")
  }

  @Test func `without a terminal a question ends the call with what goes on, and --yes answers`() throws {
    let scene = try RotationScene()
    let new = Marker().text
    try scene.accept(new)
    let untested = try scene.rotate(input: .text(new))
    #expect(
      untested.code == 1 && untested.stderr.contains("somebody has to answer: Use it without a test?"), "\(untested)")
    #expect(untested.stderr.contains("coffer rotate TOKEN --resume goes on: it is set"), "\(untested)")
    let promoted = try scene.rotate("--resume", "--test", scene.check)
    #expect(
      promoted.code == 1 && promoted.stderr.contains("Has everything that uses TOKEN been restarted?"), "\(promoted)")
    #expect(try scene.step() == "promoted" && scene.current() == new)
    let broken = try scene.rotate("--resume", "--rollout", "exit 4")
    #expect(broken.code == 1 && broken.stderr.contains("--rollout failed: exit code 4"), "\(broken)")
    let rolledOut = try scene.rotate("--resume", "--rollout", "test -z \"$TOKEN\"")
    #expect(rolledOut.code == 1 && rolledOut.stderr.contains("Is the old value, version 1, revoked?"), "\(rolledOut)")
    #expect(try scene.step() == "rolled out")
    let status = try scene.sandbox.coffer("rotate", "--status")
    #expect(status.stdout.contains("rolled out  version 1 to 2  just now  next: revoke the old value"), "\(status)")
    let ended = try scene.rotate("--resume", "--yes")
    #expect(ended.succeeded, "\(ended)")
    #expect(try scene.step() == "unproven")
  }

  @Test func `only a command that fails with the old value and succeeds with the new one is a proof`() throws {
    let scene = try RotationScene()
    let new = Marker().text
    try scene.accept(new)
    let works = try scene.rotate("--test", scene.check, "--dead", scene.check, "--yes", input: .text(new))
    #expect(works.code == 1 && works.stderr.contains("the old value still works"), "\(works)")
    #expect(try scene.step() == "revoked")
    let isNew = #"printf %s "$TOKEN" | sha256sum | grep -qF \#(try scene.digest(new))"#
    for (command, reason) in [
      ("false", "fails with the new value (exit code 1)"), ("/nowhere/try", "(exit code 127, command not found)"),
      ("/dev/null", "(exit code 126, not executable)"), ("true", "the old value still works"),
      (#"\#(isNew) || kill -9 $$"#, "proves nothing: killed by signal 9"),
      (#"\#(isNew) || exit 137"#, "proves nothing: exit code 137"),
      (#"\#(isNew) || /nowhere/try"#, "proves nothing: exit code 127"),
      // An outage that begins with the second call, and one that ends with it.
      ("echo >>first; test $(wc -l <first) -lt 2", "after it has succeeded (exit code 1)"),
      ("echo >>second; test $(wc -l <second) -gt 2", "fails with the new value (exit code 1)"),
    ] {
      let result = try scene.rotate("--resume", "--dead", command, "--yes")
      #expect(result.code == 1 && result.stderr.contains(reason), "\(command): \(result)")
      #expect(try scene.step() == "revoked", "\(command)")
    }
    let ended = try scene.rotate("--resume", "--yes")
    #expect(ended.succeeded && ended.stderr.contains("not proven dead"), "\(ended)")
    _ = try scene.sandbox.run(["sh", "-c", scene.refuseOld()])
    let proven = try scene.rotate("--resume", "--dead", scene.check)
    #expect(proven.succeeded && proven.stderr.contains("with version 1 the command fails (exit code 1)"), "\(proven)")
    #expect(try scene.step() == "dead")
  }

  /// A value, and what is said of it.
  static let wrong: [(String, String)] = [
    ("sk_live_", "is the one in use"), ("rk_live_", "does not start with sk_live_, as the one in use does"),
    ("ghp_", "does not start with sk_live_ or rk_live_ or sk_test_ or rk_test_"), ("sk_test_", "is a key for tests"),
    (" ", "has blanks or invisible characters around it"), ("\"", "has quotes around it"),
    ("STRIPE_SECRET_KEY=", "is a whole line of an env file"), ("", "is empty"),
  ]

  @Test(arguments: wrong) func `a wrong paste is caught, and nothing is stored`(start: String, reason: String) throws {
    let rest = Marker().text
    let scene = try RotationScene("STRIPE_SECRET_KEY", old: "sk_live_" + rest)
    let fresh = "sk_live_" + Marker().text
    let value =
      switch start {
      case "": ""
      case "sk_live_": scene.old
      case " ": fresh + " "
      case "\"": "\"\(fresh)\""
      case "STRIPE_SECRET_KEY=": start + fresh
      default: start + Marker().text
      }
    let result = try scene.rotate(input: .text(value + "\n"))
    #expect(result.code == 1 && result.stderr.contains(reason), "\(result)")
    #expect(value.isEmpty || !result.stderr.contains(value), "\(result)")
    #expect(try scene.step() == "planned" && scene.current() == scene.old)
    #expect(try scene.sandbox.succeed("history", scene.name).stdout.split(separator: "\n").count == 1)
    let right = try scene.rotate("--resume", "--yes", input: .text(fresh))
    #expect(right.succeeded, "\(right)")
    #expect(try scene.current() == fresh)
  }

  @Test func `a file is taken byte for byte, and an earlier value is caught`() throws {
    let scene = try RotationScene()
    let (first, second) = (scene.old, Marker().text)
    try scene.sandbox.store(["TOKEN": second])
    try scene.sandbox.write(first, to: "again")
    try scene.sandbox.write(Marker().text + "\n", to: "line")
    let again = try scene.rotate("--file", "again")
    #expect(again.code == 1 && again.stderr.contains("was in use before, as version 1"), "\(again)")
    let line = try scene.rotate("--resume", "--file", "line")
    #expect(line.code == 1 && line.stderr.contains("blanks or invisible characters"), "\(line)")
    #expect(line.stderr.contains("--resume --file PATH goes on: it is planned"), "\(line)")
  }

  @Test func `a rotation is given up before and after promotion, and not once the old value is revoked`() throws {
    let scene = try RotationScene()
    let new = Marker().text
    try scene.accept(new)
    #expect(try scene.rotate("--abort").code == 1)
    _ = try scene.rotate("--test", "false", input: .text(new))
    let early = try scene.rotate("--abort")
    #expect(early.succeeded && early.stderr.contains("version 1 of TOKEN stays in use"), "\(early)")
    #expect(try scene.current() == scene.old && scene.step() == "aborted")
    #expect(try !scene.sandbox.succeed("list").stdout.contains("pending"))

    // What was never in use may be brought again.
    let promoted = try scene.rotate("--test", scene.check, input: .text(new))
    #expect(promoted.code == 1, "\(promoted)")
    #expect(try scene.current() == new && scene.step() == "promoted")
    let unasked = try scene.rotate("--abort")
    #expect(unasked.code == 1 && unasked.stderr.contains("version 1, again?"), "\(unasked)")
    #expect(unasked.stderr.contains("--yes answers every question"), "\(unasked)")
    #expect(try scene.current() == new && scene.step() == "promoted")
    let late = try scene.rotate("--abort", "--yes")
    #expect(late.succeeded && late.stderr.contains("version 1 of TOKEN is in use again"), "\(late)")
    #expect(try scene.current() == scene.old)
    try scene.expectWorking("aborted")

    _ = try scene.rotate("--generate", "hex:32", "--test", scene.register, "--dead", "true", "--yes")
    #expect(try scene.step() == "revoked")
    let refused = try scene.rotate("--abort")
    #expect(refused.code == 1 && refused.stderr.contains("there is nothing to go back to any more"), "\(refused)")
  }

  @Test func `a set in between stops the promotion, and nothing is lost`() throws {
    let scene = try RotationScene()
    _ = try scene.rotate("--test", "false", input: .text(Marker().text))
    let other = Marker().text
    try scene.sandbox.store(["TOKEN": other])
    let result = try scene.rotate("--resume", "--test", "true", "--yes")
    #expect(result.code == 1 && result.stderr.contains("TOKEN was changed meanwhile"), "\(result)")
    #expect(result.stderr.contains("coffer rotate TOKEN --abort"), "\(result)")
    #expect(try scene.current() == other)
    #expect(try scene.rotate("--abort").succeeded)
    #expect(try scene.current() == other)
  }

  @Test func `a rotation that another process moved on is told as it is now`() throws {
    let scene = try RotationScene()
    let new = Marker().text
    try scene.accept(new)
    _ = try scene.rotate("--test", scene.check, input: .text(new))
    // What unlocks Coffer is not in a command's environment.
    let inner = #"export COFFER_PASSPHRASE_FILE="$FILE"; "$COFFER" rotate TOKEN --resume --rollout true 2>inner; true"#
    for (more, step) in [("", "rolled out"), ("; \"$COFFER\" rotate TOKEN --resume --yes 2>inner", "unproven")] {
      let result = try scene.rotate(
        "--resume", "--rollout", inner + more, "--yes",
        setting: ["COFFER": scene.sandbox.program, "FILE": scene.sandbox.root + "/passphrase"])
      #expect(result.code == 1 && result.stderr.contains("moved this rotation on: it is \(step)"), "\(result)")
      #expect(!result.stderr.contains("rolled out: nothing"), "\(result)")
      #expect(!result.stderr.contains("goes on: it is promoted"), "\(result)")
      #expect(result.stderr.contains("--resume goes on: it is \(step)") == (step == "rolled out"), "\(result)")
      #expect(result.stderr.contains("--abort goes back") == (step == "rolled out"), "\(result)")
      try #require(scene.step() == step)
      guard step == "rolled out" else { break }
      // Once more from promoted, with the next value.
      #expect(try scene.rotate("--abort", "--yes").succeeded)
      #expect(try scene.rotate("--generate", "hex:32", "--test", scene.register).code == 1)
      #expect(try scene.rotate("--resume", "--test", scene.register, "--rollout", "false", "--yes").code == 1)
      try #require(scene.step() == "promoted")
    }
  }

  @Test func `the plan is shown and nothing is done`() throws {
    let scene = try RotationScene("STRIPE_SECRET_KEY", old: "sk_live_" + Marker().text)
    let plan = try scene.rotate("--dry-run", "--dead", "./try")
    #expect(plan.succeeded && plan.stdout.isEmpty, "\(plan)")
    for part in [
      "STRIPE_SECRET_KEY in development, version 1 in use: Stripe", "https://dashboard.stripe.com/apikeys", "6 revoke",
      "--dead: has to fail with the old value",
    ] { #expect(plan.stderr.contains(part), "\(part)\(plan)") }
    #expect(try scene.sandbox.succeed("rotate", "--status").stdout.isEmpty)

    let made = try scene.rotate("--generate", "hex:32", "--yes")
    #expect(made.code == 2 && made.stderr.contains("is issued by its provider"), "\(made)")
    let odd = try scene.rotate("--playbook", "nobody")
    #expect(odd.code == 2 && odd.stderr.contains("there are: ") && odd.stderr.contains("postgres"), "\(odd)")
    let none = try scene.sandbox.coffer("rotate", "OTHER", "--generate", "hex:32")
    #expect(none.code == 1 && none.stderr.contains("OTHER has no value in development"), "\(none)")
    #expect(try scene.sandbox.coffer("rotate").code == 2)
    let value = try scene.sandbox.coffer("rotate", "TOKEN=\(scene.old)")
    #expect(value.code == 2 && !value.stderr.contains(scene.old), "\(value)")
  }

  @Test func `a locked vault is not rotated`() throws {
    let sandbox = try Sandbox.withVault(unlocked: false)
    try sandbox.succeed("set", "TOKEN", input: .text("the value"))
    sandbox.environment["COFFER_PASSPHRASE_FILE"] = nil
    let result = try sandbox.coffer("rotate", "TOKEN", "--generate", "hex:32", "--yes")
    #expect(result.code == 5, "\(result)")
    let given = try sandbox.coffer(
      "rotate", "TOKEN", "--generate", "hex:32", "--passphrase-fd", "5", "--test",
      "test -z \"$COFFER_PASSPHRASE_FILE\"",
      "--yes", descriptors: [5: Array(Sandbox.passphrase.utf8)])
    #expect(given.succeeded, "\(given)")
  }
}
