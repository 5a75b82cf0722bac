import Testing

/// What follows `--` reaches the command as it was typed, and the place it was typed in stays.
@Suite struct RunArgumentTests {
  private static let show = "cat /proc/$$/cmdline"

  @Test(arguments: [
    [], [""], ["", "", ""], ["a b", "  "], ["--", "--"], ["-e", "production"], ["--only=A"], ["--help"], ["--version"],
    ["--preserve-env=A"], ["'", "\"", "\\", "$HOME", "`id`"], ["two\nlines", "\n"], ["é", "東京"], ["@file", "-"],
  ])
  func `arguments arrive byte for byte`(arguments: [String]) throws {
    let result = try Sandbox.prepared().run(["coffer", "run", "--", "sh", "-c", Self.show, "sh"] + arguments)
    let expected: [[UInt8]] = (["sh", "-c", Self.show, "sh"] + arguments).map { Array($0.utf8) + [0] }
    #expect(result.output == expected.flatMap { $0 }, "\(result)")
  }

  @Test func `arguments that are not UTF-8 arrive byte for byte`() throws {
    let result = try Sandbox.prepared().run([
      "sh", "-c", #"exec "$0" run -- sh -c "$1" sh "$(printf '\377\376')" "$(printf 'a\303')" '' last"#,
      Binaries.coffer,
      Self.show,
    ])
    let expected: [[UInt8]] = [
      Array("sh".utf8), Array("-c".utf8), Array(Self.show.utf8), Array("sh".utf8), [0xFF, 0xFE], [0x61, 0xC3], [],
      Array("last".utf8),
    ]
    #expect(result.output == expected.flatMap { $0 + [0] }, "\(result)")
  }

  @Test func `the nearest coffer.toml upward counts, and the working folder stays`() throws {
    let sandbox = try Sandbox.prepared("[variables.WHERE]\ndefault = \"root\"\n")
    let show = ["coffer", "run", "--", "sh", "-c", #"echo "$WHERE $PWD $(pwd -P)""#]
    try TestFiles.makeFolder(sandbox.path("packages/web/src"))
    for folder in [".", "packages", "packages/web/src"] {
      let place = folder == "." ? sandbox.project : sandbox.path(folder)
      // PWD is inherited as it is; a shell corrects its own.
      #expect(try sandbox.run(show, in: folder).stdout == "root \(place) \(place)\n")
    }
    try sandbox.write(
      SharedVault.shared().manifest + "[variables.WHERE]\ndefault = \"web\"\n", to: "packages/web/coffer.toml")
    let unlinked = try sandbox.run(show, in: "packages/web/src")
    #expect(unlinked.code == 125, "a nested project is its own: \(unlinked)")
    #expect(try sandbox.coffer("link", "--yes", in: "packages/web").succeeded)
    #expect(try sandbox.run(show, in: "packages/web/src").stdout.hasPrefix("web "))
    #expect(try sandbox.run(show, in: "packages").stdout.hasPrefix("root "))
  }

  @Test func `echo of a variable at a terminal gets a hint at sh -c`() throws {
    let sandbox = try Sandbox.prepared()
    try sandbox.store(["TOKEN": "canary"])
    for arguments in [["echo", ""], ["echo"], ["echo", "$TOKEN"]] {
      let terminal = try PseudoTerminal(
        [Binaries.coffer, "run", "--"] + arguments, environment: sandbox.environment, folder: sandbox.project)
      try terminal.expect("hint: ")
      try terminal.expect("coffer run -- sh -c 'echo \"$TOKEN\"'")
      #expect(terminal.finish() == .exit(0) && !terminal.transcript.contains("canary"), "\(terminal)")
    }
    let piped = try sandbox.coffer("run", "--", "echo", "")
    #expect(piped.succeeded && piped.stderr.isEmpty && piped.stdout == "\n", "\(piped)")
  }

  @Test func `arguments and environment over the limit are refused with the heaviest names`() throws {
    let sandbox = try Sandbox.prepared()
    try sandbox.store([
      "HEAVY": [UInt8](repeating: 0x63, count: 70_000), "HEAVIER": [UInt8](repeating: 0x63, count: 90_000),
    ])
    // The limit is a quarter of the stack's.
    let result = try sandbox.run(["sh", "-c", #"ulimit -s 512; exec "$0" run -- true"#, Binaries.coffer])
    #expect(result.code == 125 && result.output.isEmpty, "\(result)")
    #expect(result.stderr.contains("Linux takes 131072; the largest: HEAVIER, HEAVY, "), "\(result)")
    #expect(result.stderr.contains("--only narrows what is injected") && !result.stderr.contains("cccc"))
    let narrowed = try sandbox.run(["sh", "-c", #"ulimit -s 512; exec "$0" run --only HEAVY -- true"#, Binaries.coffer])
    #expect(narrowed.succeeded, "\(narrowed)")
  }
}
