import Testing

/// What the program says about itself. Each command's help is a file in Help; COFFER_WRITE_SNAPSHOTS=1 writes them anew.
@Suite struct HelpTests {
  /// In the order of the help, which is the man page's.
  static let commands: [[String]] = [
    [], ["init"], ["link"], ["join"], ["import"], ["run"], ["check"], ["push"], ["scan"], ["set"], ["get"], ["list"],
    ["rm"], ["history"], ["rollback"], ["rotate"], ["export"], ["identity"], ["identity", "show"],
    ["identity", "export"], ["identity", "import"], ["passphrase"], ["member"], ["member", "list"], ["member", "add"],
    ["member", "role"], ["member", "remove"], ["bundle"], ["sync"], ["token"], ["token", "create"], ["token", "list"],
    ["token", "revoke"], ["snapshot"], ["unlock"], ["lock"], ["env"], ["env", "list"], ["env", "add"], ["env", "copy"],
    ["env", "remove"], ["status"], ["doctor"], ["audit"], ["audit", "show"], ["audit", "verify"], ["verify"],
    ["backup"], ["restore"], ["recover"], ["migrate"], ["completions"],
  ]

  @Test(arguments: commands)
  func `help is as it was`(command: [String]) throws {
    let result = try Sandbox().run(["coffer"] + command + ["--help"])
    #expect(result.succeeded && result.stderr.isEmpty, "\(result)")
    let path =
      Binaries.packageFolder + "/Tests/CommandTests/Help/" + (["coffer"] + command).joined(separator: "-") + ".txt"
    if environmentVariable("COFFER_WRITE_SNAPSHOTS") == "1" {
      try TestFiles.makeFolder(parent(of: path))
      try TestFiles.write(result.output, to: path)
    }
    let expected = String(decoding: try TestFiles.read(path), as: UTF8.self)
    #expect(result.stdout == expected, "COFFER_WRITE_SNAPSHOTS=1 writes what it is now")
    // The parser does not fold its line of usage.
    let lines = result.stdout.split(separator: "\n").filter { !$0.hasPrefix("USAGE: ") }
    #expect(lines.allSatisfy { $0.count <= 80 }, "a line is too long for a terminal")
    #expect(lines.allSatisfy { $0.last != " " }, "a line ends in blanks")
  }

  @Test func `every command has its help here`() throws {
    let lines = try Sandbox().coffer("--help").stdout.split(separator: "\n")
    // ArgumentParser's lists: two blanks, the name, its aliases, what it does.
    let listed = lines.drop { !$0.hasSuffix("SUBCOMMANDS:") }.filter {
      $0.hasPrefix("  ") && $0.dropFirst(2).first != " "
    }
    .compactMap { $0.split(whereSeparator: { " ,".contains($0) }).first.map(String.init) }
    let known = Set(Self.commands.compactMap(\.first) + ["See", "help"])
    #expect(Set(listed).subtracting(known).isEmpty && Set(listed).isSuperset(of: known.subtracting(["See", "help"])))
  }

  @Test func `a bare coffer, help and a version`() throws {
    let sandbox = try Sandbox()
    let help = try sandbox.coffer("--help")
    for words in [[], ["help"], ["-h"]] {
      let result = try sandbox.run(["coffer"] + words)
      #expect(result.succeeded && result.output == help.output, "\(result)")
    }
    #expect(try sandbox.coffer("help", "run").output == sandbox.coffer("run", "--help").output)
    let version = try sandbox.coffer("--version")
    #expect(version.succeeded && version.stdout.wholeMatch(of: /coffer \d+\.\d+\.\d+\n/) != nil, "\(version)")
    let group = try sandbox.coffer("env")
    let groupHelp = try sandbox.coffer("env", "--help")
    #expect(group.output == groupHelp.output, "\(group)")
    // Nothing of this needs or makes a file.
    #expect(TestFiles.tree(sandbox.cofferHome).isEmpty)
  }

  @Test func `a command that does not exist`() throws {
    let result = try Sandbox().coffer("lauch")
    #expect(result.code == 2 && result.output.isEmpty, "\(result)")
    #expect(result.stderr == "coffer: error: there is no command named lauch\ncoffer: hint: coffer --help lists them\n")
  }

  @Test func `a completion script parses in bash`() throws { try expectParsed(by: "bash") }

  @Test(.enabled(if: hasProgram("zsh"), "zsh is not installed; `make test` installs it"))
  func `a completion script parses in zsh`() throws { try expectParsed(by: "zsh") }

  @Test(.enabled(if: hasProgram("fish"), "fish is not installed; `make test` installs it"))
  func `a completion script parses in fish`() throws { try expectParsed(by: "fish") }

  private func expectParsed(by shell: String) throws {
    let sandbox = try Sandbox()
    let script = try sandbox.coffer("completions", shell)
    #expect(
      script.succeeded && script.stdout.contains("rollback") && script.stdout.contains("--preserve-env"),
      "\(script.stderr)")
    try TestFiles.write(script.output, to: sandbox.path("script"))
    let parsed = try sandbox.run([shell, "-n", "script"])
    #expect(parsed.succeeded && parsed.stderr.isEmpty, "\(parsed)")
  }

  @Test func `bash completes commands and options`() throws {
    let sandbox = try Sandbox()
    try TestFiles.write(sandbox.coffer("completions", "bash").output, to: sandbox.path("script"))
    func completions(_ words: [String]) throws -> [String] {
      let result = try sandbox.run(
        [
          "bash", "-c",
          """
          . ./script; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); COMP_LINE="$*"; COMP_POINT=${#COMP_LINE}
          $(complete -p coffer | sed 's/.*-F \\([^ ]*\\).*/\\1/') coffer "${COMP_WORDS[COMP_CWORD]}" coffer
          printf '%s\\n' "${COMPREPLY[@]}"
          """, "bash",
        ] + words)
      return result.stdout.split(separator: "\n").map { String($0).trimmed }
    }
    #expect(try completions(["coffer", "roll"]) == ["rollback"])
    #expect(try completions(["coffer", "run", "--pris"]) == ["--pristine"])
    #expect(try completions(["coffer", "completions", "f"]) == ["fish"])
  }
}

extension String {
  /// Without blanks around it.
  fileprivate var trimmed: String { split(separator: " ").joined(separator: " ") }
}
