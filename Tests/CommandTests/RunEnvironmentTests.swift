import Testing

/// Which variables a launched program gets, and from where.
@Suite struct RunEnvironmentTests {
  private static let declarations = """
    [variables.TOKEN]
    [variables.OTHER]
    required = false
    [variables.DATABASE_URL]
    from = "API_DATABASE_URL"
    [variables.PORT]
    secret = false
    default = "3000"
    values = { production = "8080" }
    [variables.LEVEL]
    required = ["production"]
    default = "debug"
    """

  private func sandbox() throws -> Sandbox {
    let sandbox = try Sandbox.prepared(Self.declarations)
    try sandbox.store(["TOKEN": "vault", "API_DATABASE_URL": "postgres://vault"])
    // In the vault, but not declared.
    let imported = try sandbox.coffer("import", "-", "--yes", "--no-declare", input: .text("HIDDEN=vault\n"))
    #expect(imported.succeeded, "\(imported)")
    sandbox.environment["TOKEN"] = "ambient"
    sandbox.environment["OTHER"] = "ambient"
    sandbox.environment["UNRELATED"] = "ambient"
    return sandbox
  }

  @Test func `only declared names are injected, and the vault wins over what is inherited`() throws {
    let sandbox = try sandbox()
    let result = try sandbox.coffer("run", "--", "cat", "/proc/self/environ")
    #expect(result.succeeded, "\(result)")
    #expect(result.variable("TOKEN") == "vault" && result.variable("DATABASE_URL") == "postgres://vault")
    #expect(result.variable("PORT") == "3000" && result.variable("LEVEL") == "debug")
    #expect(result.variable("OTHER") == "ambient" && result.variable("UNRELATED") == "ambient")
    #expect(result.variables["HIDDEN"] == nil && result.variables["API_DATABASE_URL"] == nil)
    let entries = result.output.split(separator: 0).map { $0.prefix { $0 != UInt8(ascii: "=") } }
    #expect(Set(entries).count == entries.count, "a name stands twice")
  }

  @Test(arguments: [
    (["--preserve-env"], "ambient"), (["--preserve-env=TOKEN"], "ambient"), (["--preserve-env=PORT,TOKEN"], "ambient"),
    (["--preserve-env=OTHER"], "vault"), (["--preserve-env="], "vault"), (["--preserve", "TOKEN"], "ambient"),
  ])
  func `preserved names keep what was inherited`(options: [String], token: String) throws {
    let sandbox = try sandbox()
    let result = try sandbox.run(["coffer", "run"] + options + ["--", "cat", "/proc/self/environ"])
    #expect(result.variable("TOKEN") == token, "\(result)")
    // Not inherited: then the vault's.
    #expect(result.variable("DATABASE_URL") == "postgres://vault")
  }

  @Test func `pristine starts from a named few`() throws {
    let sandbox = try sandbox()
    sandbox.environment["LC_ALL"] = "C.UTF-8"
    let result = try sandbox.coffer("run", "--pristine", "--", "cat", "/proc/self/environ")
    #expect(
      Set(result.variables.keys) == [
        "PATH", "HOME", "LANG", "TERM", "LC_ALL", "TOKEN", "DATABASE_URL", "PORT", "LEVEL",
      ], "\(result)")
    let kept = try sandbox.coffer("run", "--pristine", "--preserve-env=UNRELATED", "--", "cat", "/proc/self/environ")
    #expect(kept.variable("UNRELATED") == "ambient" && kept.variables["OTHER"] == nil)
  }

  @Test func `only narrows, all widens`() throws {
    let sandbox = try sandbox()
    let only = try sandbox.coffer("run", "--only", "TOKEN, PORT", "--pristine", "--", "cat", "/proc/self/environ")
    #expect(Set(only.variables.keys).isDisjoint(with: ["DATABASE_URL", "LEVEL", "HIDDEN"]), "\(only)")
    #expect(only.variable("TOKEN") == "vault" && only.variable("PORT") == "3000")
    // What is not asked for is not required.
    #expect(try sandbox.coffer("rm", "TOKEN", "--yes").succeeded)
    #expect(try sandbox.coffer("run", "--only", "PORT", "--", "true").succeeded)
    #expect(try sandbox.coffer("run", "--", "true").code == 125)
    try sandbox.store(["TOKEN": "vault"])

    let all = try sandbox.coffer("run", "--all", "--", "cat", "/proc/self/environ")
    #expect(all.variable("HIDDEN") == "vault" && all.variables["API_DATABASE_URL"] == nil, "\(all)")
    let both = try sandbox.coffer("run", "--all", "--only", "HIDDEN", "--pristine", "--", "cat", "/proc/self/environ")
    #expect(both.variable("HIDDEN") == "vault" && both.variables["TOKEN"] == nil, "\(both)")
    let hidden = try sandbox.coffer("run", "--only", "HIDDEN", "--", "true")
    #expect(hidden.code == 125 && hidden.stderr.contains("HIDDEN"), "\(hidden)")
  }

  @Test func `each environment has its own values and literals`() throws {
    let sandbox = try sandbox()
    let missing = try sandbox.coffer("run", "-e", "production", "--", "true")
    #expect(missing.code == 125 && missing.output.isEmpty)
    for name in ["TOKEN", "DATABASE_URL", "LEVEL"] {
      #expect(missing.stderr.contains("\(name) is missing in production"), "\(missing)")
    }
    try sandbox.store(["TOKEN": "live", "API_DATABASE_URL": "postgres://live", "LEVEL": "warn"], in: "production")
    for result in [
      try sandbox.coffer("run", "-e", "production", "--", "cat", "/proc/self/environ"),
      try sandbox.coffer("run", "--", "cat", "/proc/self/environ", setting: ["COFFER_ENV": "production"]),
    ] {
      #expect(result.variable("TOKEN") == "live" && result.variable("PORT") == "8080", "\(result)")
      #expect(result.variable("LEVEL") == "warn" && result.variable("DATABASE_URL") == "postgres://live")
    }
    // The vault's value wins over coffer.toml's.
    try sandbox.store(["PORT": "9090"])
    #expect(try sandbox.coffer("run", "--", "sh", "-c", "echo $PORT").stdout == "9090\n")
  }

  @Test func `explain says what would be injected, from where, and launches nothing`() throws {
    let sandbox = try sandbox()
    let result = try sandbox.coffer("run", "--explain", "--preserve-env=TOKEN", "--", "touch", "launched")
    #expect(result.succeeded && !TestFiles.exists(sandbox.path("launched")), "\(result)")
    #expect(result.stdout.contains("DATABASE_URL") && result.stdout.contains("as API_DATABASE_URL"))
    #expect(result.stdout.contains("coffer.toml, default") && result.stdout.contains("preserved"))
    #expect(!result.stdout.contains("postgres://") && !result.stderr.contains("postgres://"))
    #expect(result.stdout.contains("COFFER_PASSPHRASE_FILE") && result.stdout.contains("it unlocked coffer"))
  }

  @Test func `names that change how programs load code are refused, all at once`() throws {
    let sandbox = try Sandbox.prepared()
    try sandbox.store(["LD_PRELOAD": "canary", "NODE_OPTIONS": "canary", "PATH": "canary", "GIT_SSH_COMMAND": "canary"])
    let refused = try sandbox.coffer("run", "--", "true")
    #expect(refused.code == 125 && refused.output.isEmpty && !refused.stderr.contains("canary"), "\(refused)")
    for name in ["LD_PRELOAD", "NODE_OPTIONS", "PATH", "GIT_SSH_COMMAND"] {
      #expect(refused.stderr.contains("\(name) may not be injected: "), "\(refused)")
    }
    #expect(refused.stderr.contains("[launch] allow"))

    // Each by its name, approved like all that widens.
    let toml = try sandbox.text(of: "coffer.toml")
    try sandbox.write(
      toml.replacing("[scan]", with: "[launch]\nallow = [\"LD_PRELOAD\", \"NODE_OPTIONS\"]\n[scan]"), to: "coffer.toml")
    let unapproved = try sandbox.coffer("run", "--only", "NODE_OPTIONS", "--", "true")
    #expect(unapproved.code == 125 && unapproved.stderr.contains("allows NODE_OPTIONS"), "\(unapproved)")
    #expect(try sandbox.coffer("link", "--yes").succeeded)
    let allowed = try sandbox.coffer("run", "--only", "NODE_OPTIONS", "--", "cat", "/proc/self/environ")
    #expect(allowed.variable("NODE_OPTIONS") == "canary", "\(allowed)")
    let still = try sandbox.coffer("run", "--only", "NODE_OPTIONS,PATH", "--", "true")
    #expect(still.code == 125 && still.stderr.contains("PATH may not be injected"), "\(still)")
  }
}
