import Testing

/// Each platform's program is called as its documentation says, and a value is on its standard input only.
@Suite struct PushPlatformTests {
  struct Platform: CustomTestStringConvertible, Sendable {
    let id: String
    var options: [String] = []
    /// The calls that hand over A and B.
    let calls: [[String]]
    /// What those read, of the values of A and B.
    let read: @Sendable (String, String) -> [[String: String]]
    /// The call that lists names, and an answer that tells A and C.
    let list: [String]
    let answer: String

    var testDescription: String { id }
  }

  private static let curl = [
    "curl", "--fail", "--silent", "--show-error", "--output", "/dev/null", "--request", "PUT", "--variable",
    "%RENDER_API_KEY", "--expand-header", "Authorization: Bearer {{RENDER_API_KEY}}", "--header",
    "Content-Type: application/json", "--data-binary", "@-",
  ]

  static let platforms: [Platform] = [
    Platform(
      id: "vercel",
      calls: ["A", "B"].map { ["vercel", "env", "add", $0, "production", "--force"] },
      read: { [["-": $0], ["-": $1]] },
      list: ["vercel", "env", "ls", "production", "--format", "json"],
      answer: #"{"envs": [{"key": "A", "value": "x"}, {"key": "C", "value": "y"}]}"#),
    Platform(
      id: "netlify", calls: [["netlify", "env:import", "/dev/stdin"]],
      read: { [["-": "A=\($0)\nB='\($1)'\n"]] },
      list: ["netlify", "env:list", "--json", "--context", "production"], answer: #"{"A": "x", "C": "y"}"#),
    Platform(
      id: "render", options: ["--option", "service=srv-1"],
      calls: ["A", "B"].map { Self.curl + ["https://api.render.com/v1/services/srv-1/env-vars/\($0)"] },
      read: { [["value": $0], ["value": $1]] },
      list: [
        "curl", "--fail", "--silent", "--show-error", "--variable", "%RENDER_API_KEY", "--expand-header",
        "Authorization: Bearer {{RENDER_API_KEY}}", "https://api.render.com/v1/services/srv-1/env-vars?limit=100",
      ],
      answer:
        #"[{"envVar": {"key": "A", "value": "x"}, "cursor": "c"}, {"envVar": {"key": "C", "value": "y"}, "cursor": "d"}]"#
    ),
    Platform(
      id: "railway", options: ["--option", "service=web"],
      calls: ["A", "B"].map {
        [
          "railway", "variable", "set", $0, "--stdin", "--skip-deploys", "--environment", "production", "--service",
          "web",
        ]
      }, read: { [["-": $0], ["-": $1]] },
      list: ["railway", "variable", "list", "--json", "--environment", "production", "--service", "web"],
      answer: #"{"A": "x", "C": "y", "RAILWAY_SERVICE_ID": "z"}"#),
    Platform(
      id: "heroku", options: ["--option", "app=shop"],
      calls: [["heroku", "api", "PATCH", "/apps/shop/config-vars"]], read: { [["A": $0, "B": $1]] },
      list: ["heroku", "config", "--json", "--app", "shop"], answer: #"{"A": "x", "C": "y"}"#),
    Platform(
      id: "fly", options: ["--option", "app=shop"],
      calls: [["fly", "secrets", "import", "--stage", "--app", "shop"]],
      read: { [["-": "A=\($0)\nB=\"\"\"\($1)\"\"\"\n"]] },
      list: ["fly", "secrets", "list", "--json", "--app", "shop"],
      answer: #"[{"name": "A", "digest": "x"}, {"Name": "C", "Digest": "y"}]"#),
    Platform(
      id: "github", options: ["--option", "env=live", "--option", "repo=shop/web"],
      calls: ["A", "B"].map { ["gh", "secret", "set", $0, "--env", "live", "--repo", "shop/web"] },
      read: { [["-": $0], ["-": $1]] },
      list: ["gh", "secret", "list", "--json", "name", "--env", "live", "--repo", "shop/web"],
      answer: #"[{"name": "A"}, {"name": "C"}]"#),
    Platform(
      id: "cloudflare", options: ["--option", "worker=shop"],
      calls: [["wrangler", "secret", "bulk", "--name", "shop"]], read: { [["A": $0, "B": $1]] },
      list: ["wrangler", "secret", "list", "--format", "json", "--name", "shop"],
      answer: #"[{"name": "A", "type": "secret_text"}, {"name": "C", "type": "secret_text"}]"#),
  ]

  @Test(arguments: platforms)
  func `a value reaches the program by its standard input, and nothing else by any way`(platform: Platform) throws {
    let (one, other) = (Marker(), Marker())
    let second = other.text + "\nsecond \"line\" \u{E9}"
    let scene = try PushScene(["A": one.text, "B": second], in: "production")
    let watch = try CommandLineWatch(for: [one, other])
    let result = try scene.sandbox.run(
      ["coffer", "push", "-e", "production", "--to", platform.id, "--yes"] + platform.options)
    let seen = watch.end()
    #expect(result.succeeded && result.output.isEmpty, "\(result)")
    #expect(result.stderr.contains("2 values of production pushed to "), "\(result)")
    #expect(result.stderr.contains(" was here") == !["heroku", "netlify"].contains(platform.id), "\(result)")
    #expect(try scene.arguments() == platform.calls)
    let expected = try platform.read(one.text, second).map { call in
      try call.sorted { $0.key < $1.key }.map { "\($0.key) \(try scene.digest($0.value))" }
    }
    #expect(try scene.digests() == expected)
    #expect(seen.seen.isEmpty && seen.rounds > 5, "\(seen)")
    for environment in try scene.environments() {
      #expect(environment.contains("\nHOME=") || environment.hasPrefix("HOME="))
      #expect(!environment.contains("COFFER_PASSPHRASE_FILE"), "what unlocks coffer was passed on")
    }
    for marker in [one, other] {
      #expect(marker.form(in: result.errorOutput) == nil, "\(result)")
      // The notes of arguments and environments are among the files.
      for path in TestFiles.tree(scene.sandbox.root) where !TestFiles.isFolder(path) {
        #expect(marker.form(in: try TestFiles.read(path)) == nil, "\(path)")
      }
    }
  }

  @Test(arguments: platforms)
  func `a dry run tells names and command lines, and runs nothing`(platform: Platform) throws {
    let (one, other) = (Marker(), Marker())
    let scene = try PushScene(["A": one.text, "B": other.text], in: "production")
    let result = try scene.sandbox.run(
      ["coffer", "push", "-e", "production", "--to", platform.id, "--dry-run"] + platform.options)
    #expect(result.succeeded, "\(result)")
    let lines = result.stdout.split(separator: "\n").map(String.init)
    #expect(lines.count == platform.calls.count, "\(result)")
    // The line is one for a shell: it calls the program with the very same arguments.
    for (line, call) in zip(lines, platform.calls) {
      let command = String(line.prefix(upTo: line.firstRange(of: "  # standard input: ")?.lowerBound ?? line.endIndex))
      let spoken = try scene.sandbox.run(["sh", "-c", "set -- \(command); printf '%s\\n' \"$@\""])
      #expect(spoken.stdout == call.joined(separator: "\n") + "\n", "\(line)")
    }
    #expect(try scene.arguments().isEmpty)
    for marker in [one, other] {
      #expect(marker.form(in: result.output) == nil && marker.form(in: result.errorOutput) == nil)
    }
  }

  @Test(arguments: platforms)
  func `names there are compared with ours`(platform: Platform) throws {
    let scene = try PushScene(["A": "one", "B": "other"], in: "production")
    try scene.answer(platform.answer)
    let command = ["coffer", "check", "-e", "production", "--against", platform.id] + platform.options
    let result = try scene.sandbox.run(command)
    #expect(result.code == 1, "\(result)")
    #expect(try scene.arguments() == [platform.list])
    #expect(result.stdout.contains("missing: B is not at ") && result.stdout.contains("extra: C is at "), "\(result)")
    #expect(result.stdout.contains("  coffer push -e production --to \(platform.id) --only B\n"))
    #expect(result.stderr.contains("1 missing, 1 extra"), "\(result)")
    let json = try scene.sandbox.run(command + ["--format", "json"])
    #expect(
      json.code == 1
        && json.stdout == """
          [{"environment": "production", "platform": "\(platform.id)", "variable": "B", "kind": "missing"},
           {"environment": "production", "platform": "\(platform.id)", "variable": "C", "kind": "extra"}]

          """,
      "\(json)")
    try scene.answer(platform.answer.replacing("\"C\"", with: "\"B\""))
    let same = try scene.sandbox.run(command)
    #expect(same.succeeded && same.output.isEmpty, "\(same)")
  }
}
