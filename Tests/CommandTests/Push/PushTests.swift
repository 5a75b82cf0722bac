import Testing

/// What stops a push, and what is known after one that did not come to its end.
@Suite struct PushTests {
  @Test func `a call that fails ends the push, tells how far it came, and can be repeated`() throws {
    let (one, other) = (Marker(), Marker())
    let scene = try PushScene(["A": one.text, "B": other.text, "C": "third"])
    try scene.fail(1)
    let result = try scene.push("--to", "vercel", "--yes")
    #expect(result.code == 1, "\(result)")
    #expect(result.stderr.contains("vercel failed for B: exit code 3"), "\(result)")
    #expect(result.stderr.contains("pushed: A\n") && result.stderr.contains("not pushed: B, C;"), "\(result)")
    #expect(try scene.arguments().map { $0[3] } == ["A", "B"])
    #expect(one.form(in: result.errorOutput) == nil && other.form(in: result.errorOutput) == nil)
    let again = try scene.push("--to", "vercel", "--yes")
    #expect(try again.succeeded && scene.arguments().map { $0[3] } == ["A", "B", "A", "B", "C"], "\(again)")
  }

  @Test(arguments: ["#!/bin/sh\nexit 0\n", "#!/bin/sh\nexec 0<&-\nsleep 0.2\n", "#!/bin/sh\nhead -c 3 >/dev/null\n"])
  func `a program that does not read its input neither hangs nor ends coffer, and is not believed`(program: String)
    throws
  {
    // More than a pipe holds unasked, and less.
    for length in [10, 100_000] {
      let scene = try PushScene(["A": String(repeating: "x", count: length)])
      try scene.stand(in: "gh", program)
      let result = try scene.push("--to", "github", "--yes")
      #expect(
        result.code == 1 && result.stderr.contains("gh failed for A: it did not read what it was given"), "\(result)")
    }
  }

  @Test func `a program that a signal ends has failed`() throws {
    let scene = try PushScene(["A": "one"])
    try scene.stand(in: "gh", "#!/bin/sh\nkill -PIPE $$\n")
    let result = try scene.push("--to", "github", "--yes")
    #expect(result.code == 1 && result.stderr.contains("gh failed for A: killed by signal 13"), "\(result)")
  }

  @Test func `ctrl-C ends a program that hangs, and coffer tells how far it came`() throws {
    let scene = try PushScene(["A": "one", "B": "other"])
    try scene.stand(in: "gh", "#!/bin/sh\necho waiting\nexec sleep 100\n")
    let terminal = try scene.sandbox.terminal("coffer", "push", "--to", "github")
    try terminal.expect("Push 2 values of development to GitHub Actions? [y/N] ")
    try terminal.send("y\r")
    try terminal.expect("waiting")
    try terminal.send("\u{3}")
    try terminal.expect("not pushed: A, B;")
    #expect(terminal.finish() == .signal(2), "\(terminal)")
  }

  @Test func `a missing program, or a missing key, is told with what to do`() throws {
    let scene = try PushScene(["A": "one"])
    let missing = try scene.push("--to", "vercel", "--yes", setting: ["PATH": "/nowhere"])
    #expect(missing.code == 127 && missing.stderr.contains("vercel is not in PATH"), "\(missing)")
    #expect(missing.stderr.contains("npm install --global vercel"), "\(missing)")
    let key = try scene.push("--to", "render", "--option", "service=s", "--yes", setting: ["RENDER_API_KEY": nil])
    #expect(key.code == 2 && key.stderr.contains("render needs RENDER_API_KEY in the environment"), "\(key)")
    let against = try scene.sandbox.run(
      ["coffer", "check", "--against", "fly"], setting: ["PATH": "/nowhere"])
    #expect(against.code == 127, "\(against)")
    #expect(try scene.arguments().isEmpty)
  }

  @Test func `it asks first, and without a terminal only --yes goes on`() throws {
    let scene = try PushScene(["A": "one"])
    let silent = try scene.push("--to", "github")
    #expect(silent.code == 2 && silent.stderr.contains("nobody can be asked whether to push"), "\(silent)")
    let refused = try scene.sandbox.terminal("coffer", "push", "--to", "github")
    try refused.expect("github: without --option env=NAME they become secrets of the whole repository")
    try refused.expect("Push 1 value of development to GitHub Actions? [y/N] ")
    try refused.send("\r")
    #expect(try refused.finish() == .exit(1) && scene.arguments().isEmpty, "\(refused)")
  }

  @Test func `production's passphrase is asked for again`() throws {
    let scene = try PushScene(["A": "one"], in: "production")
    let result = try scene.push("--to", "github", "--yes", setting: ["COFFER_PASSPHRASE_FILE": nil])
    #expect(try result.code == 5 && scene.arguments().isEmpty, "\(result)")
  }

  @Test func `what a launch would inject is pushed, and what stops a launch stops here`() throws {
    let declared = "[variables.A]\n[variables.PORT]\nsecret = false\ndefault = \"3000\"\n"
    let scene = try PushScene(["A": "one"])
    try scene.sandbox.store(["LOOSE": "x"])
    try scene.sandbox.declare(declared)
    #expect(try scene.push("--to", "github", "--yes").succeeded)
    #expect(try scene.arguments().map { $0[3] } == ["A", "PORT"])
    let all = try scene.push("--to", "github", "--dry-run", "--all", "--only", "LOOSE")
    #expect(all.stdout == "gh secret set LOOSE  # standard input: the value of LOOSE\n", "\(all)")
    let unknown = try scene.push("--to", "github", "--dry-run", "--only", "NOBODY")
    #expect(unknown.code == 2, "\(unknown)")
    try scene.sandbox.declare("[variables.A]\n[variables.MISSING]\n")
    let missing = try scene.push("--to", "github", "--yes")
    #expect(missing.code == 2 && missing.stderr.contains("MISSING is missing in development"), "\(missing)")
    #expect(missing.stderr.contains("nothing was pushed"), "\(missing)")
    try scene.sandbox.declare("[variables.NODE_OPTIONS]\ndefault = \"x\"\n")
    let refused = try scene.push("--to", "github", "--yes")
    #expect(refused.code == 2 && refused.stderr.contains("NODE_OPTIONS may not be injected"), "\(refused)")
    #expect(try scene.arguments().count == 2)
  }

  @Test func `values that a form cannot say are refused before the first call`() throws {
    let cases: [(String, String, String)] = [
      ("github", "", "A is empty"), ("netlify", "ends in \\", "A cannot be written"),
      ("netlify", "all ' of ` them \"", "A cannot be written"), ("fly", "cr\rhere", "A cannot be written"),
      ("fly", "odd \"#", "A cannot be written"), ("fly", "x\"\"\"\ny", "A cannot be written"),
    ]
    for (platform, value, words) in cases {
      let scene = try PushScene(["A": value, "B": "fine"])
      let result = try scene.push("--to", platform, "--yes")
      #expect(
        result.code == 2 && result.stderr.contains(words) && result.stderr.contains("nothing was pushed"), "\(result)")
      #expect(try scene.arguments().isEmpty, "\(platform)")
    }
    let scene = try PushScene(["A": "with an end\n"])
    let trimmed = try scene.push("--to", "github", "--yes")
    #expect(trimmed.succeeded && trimmed.stderr.contains("A ends in a line end, which gh takes away"), "\(trimmed)")
  }

  @Test func `a file variable is pushed as its content`() throws {
    let key = "-----BEGIN THING-----\nAAAA\n-----END THING-----"
    let scene = try PushScene([:], extra: "[variables.KEY]\nfile = true\n")
    try scene.sandbox.store(["KEY": key])
    #expect(try scene.push("--to", "cloudflare", "--yes").succeeded)
    #expect(try scene.digests() == [["KEY \(scene.digest(key))"]])
    let line = try scene.push("--to", "own", "--yes", setting: ["COFFER_POLICIES": try ownRecipe(scene)])
    #expect(line.code == 2 && line.stderr.contains("KEY has more than one line, which gh does not take"), "\(line)")
  }

  @Test func `a recipe of one's own is added, and a hostile one is refused at its line`() throws {
    let scene = try PushScene(["A": "one"])
    let policies = try ownRecipe(scene)
    let own = try scene.push("--to", "own", "--yes", setting: ["COFFER_POLICIES": policies])
    #expect(try own.succeeded && scene.arguments() == [["gh", "put", "A"]], "\(own)")
    let list = try scene.sandbox.run(
      ["coffer", "check", "--against", "own"], setting: ["COFFER_POLICIES": policies])
    #expect(list.code == 2 && list.stderr.contains("the recipe of own knows no way to list names"), "\(list)")
    let text = String(decoding: try TestFiles.read(policies + "/platforms/own.toml"), as: UTF8.self)
    try TestFiles.write(
      Array(text.replacing("\"{name}\"", with: "\"{name}={value}\"").utf8), to: policies + "/platforms/own.toml")
    for command in [["push", "--to", "own", "--yes"], ["push", "--to", "github", "--yes"]] {
      let hostile = try scene.sandbox.run(["coffer"] + command, setting: ["COFFER_POLICIES": policies])
      #expect(
        hostile.code == 2
          && hostile.stderr.contains("policies/platforms/own.toml:8: push.arguments may not have {value}"), "\(hostile)"
      )
    }
    #expect(try scene.arguments().count == 1)
  }

  @Test func `a listing that fails, or that nobody understands, compares nothing`() throws {
    let scene = try PushScene(["A": "one"])
    let marker = Marker()
    for answer in ["", "Not logged in\n", "{\"A\": \"\(marker.text)\"", "[{\"other\": \"\(marker.text)\"}]"] {
      try scene.answer(answer)
      let result = try scene.sandbox.coffer("check", "--against", "github")
      #expect(result.code == 2 && result.stderr.contains("nothing was compared"), "\(result)")
      #expect(marker.form(in: result.errorOutput) == nil && result.output.isEmpty)
    }
    try scene.answer("[" + String(repeating: " ", count: 2_000_000) + "]")
    #expect(try scene.sandbox.coffer("check", "--against", "github").code == 2)
    try scene.answer("[]")
    try scene.fail(5)
    let failed = try scene.sandbox.coffer("check", "--against", "github")
    #expect(failed.code == 2 && failed.stderr.contains("gh could not list the names: exit code 3"), "\(failed)")
    let both = try scene.sandbox.coffer("check", "--against", "github", "--all")
    #expect(both.code == 2, "\(both)")
    let hundred = (0..<100).map { "{\"envVar\": {\"key\": \"K\($0)\"}}" }.joined(separator: ",")
    try scene.answer("[\(hundred)]")
    let many = try scene.sandbox.coffer("check", "--against", "render", "--option", "service=s")
    #expect(many.code == 2 && many.stderr.contains("may have more: nothing was compared"), "\(many)")
  }

  @Test func `more names than one call takes are several calls`() throws {
    let names = (100..<205).map { "N\($0)" }
    let scene = try PushScene([:], extra: names.map { "[variables.\($0)]\ndefault = \"x\"\nsecret = false\n" }.joined())
    #expect(try scene.push("--to", "cloudflare", "--yes").succeeded)
    #expect(try scene.digests().map(\.count) == [100, 5])
  }

  /// A folder with a recipe named own.
  private func ownRecipe(_ scene: PushScene) throws -> String {
    let folder = scene.sandbox.root + "/policies"
    try TestFiles.makeFolder(folder + "/platforms")
    let text = """
      id = "own"
      title = "Own"
      documentation = ["https://own.example"]
      read = "2026-11-21"
      program = "gh"
      install = "ask"
      [push]
      arguments = ["put", "{name}"]
      format = "raw"

      """
    try TestFiles.write(Array(text.utf8), to: folder + "/platforms/own.toml")
    return folder
  }
}
