import Glibc
import Platform
import Testing

/// Marker secrets go through every command; afterwards they are nowhere but where that is the point.
@Suite struct CanaryTests {
  @Test func `no secret is in any output, file or command line that is not made for it`() throws {
    let canary = try Canary()
    let values = canary.values
    let watch = try CommandLineWatch(for: values + [canary.passphrase])
    try canary.start()

    // Values come in.
    try canary.run("set", "FIRST_TOKEN", input: .text(values[0].text))
    try canary.run("set", "SECOND_TOKEN", "--raw", input: .text(values[1].text + "\n"))
    try canary.sandbox.write(values[2].text, to: "value.txt")
    try canary.run("set", "FILE_TOKEN", "--file", "value.txt")
    try canary.run("set", "FIRST_TOKEN", input: .text(values[3].text))
    try canary.run("set", "FIRST_TOKEN", "-e", "production", input: .text(values[4].text))
    try canary.run("set", "MADE_TOKEN", "--generate", "alnum:40")
    try canary.prompt("set", "TYPED_TOKEN", typing: [("Value of TYPED_TOKEN: ", values[5])])
    try canary.sandbox.write(canary.dotenv, to: ".env")
    try canary.run("import", ".env", "--dry-run")
    try canary.run("import", ".env", "--yes", "--delete")
    try canary.run("import", "-", "-e", "staging", "--yes", input: .text("FIRST_TOKEN=\(values[9].text)\n"))
    for name in ["value.txt", ".env"] { remove(canary.sandbox.path(name)) }

    // Names, versions and verdicts go out.
    for command in [
      ["list"], ["list", "--format", "json"], ["list", "--removed"], ["history", "FIRST_TOKEN"],
      ["history", "FIRST_TOKEN", "--format", "json"], ["audit"], ["audit", "--format", "json"], ["status"], ["check"],
      ["check", "--all", "--format", "json"], ["verify"],
      ["rollback", "FIRST_TOKEN", "1"], ["rm", "SECOND_TOKEN", "--yes"], ["rollback", "SECOND_TOKEN", "1"],
      ["env", "list"], ["env", "add", "preview"], ["env", "copy", "development", "preview", "--regenerate"],
      ["env", "copy", "staging", "preview", "--overwrite", "--yes"], ["env", "remove", "preview", "--yes"],
      ["push", "--to", "github", "--dry-run"],
      ["token", "create", "ci", "-e", "staging"], ["token", "list", "--format", "json"],
      ["snapshot", "-e", "staging", "--for", "ci", "-o", "staging.snapshot", "--no-check"],
      ["snapshot", "--inspect", "staging.snapshot"], ["token", "revoke", "ci", "--yes"], ["unlock", "-e", "staging"],
      ["backup", "the.cofferbackup"], ["restore", "the.cofferbackup", "--yes"], ["bundle", "-o", "all.cofferbundle"],
      ["join", "all.cofferbundle", "--yes"], ["migrate", "--dry-run"], ["doctor"],
      ["status", "--format", "json"], ["audit", "verify"],
      ["member", "list"], ["member", "list", "--all", "--format", "json"],
      ["run", "--explain"], ["run", "--", "true"], ["run", "-e", "staging", "--only", "FIRST_TOKEN", "--", "true"],
      ["run", "--", "/nonexistent"], ["link", "--yes"], ["completions", "bash"], ["--version"],
      ["unlock", "-e", "staging"],
    ] {
      if command.first == "unlock", !KernelKeyring.isAvailable { continue }
      try canary.run(command)
    }

    // And where it is the point, nothing but the value comes out.
    try canary.run("get", "FIRST_TOKEN", shows: [values[0]])
    try canary.run("get", "FIRST_TOKEN", "--version-number", "2", shows: [values[3]])
    try canary.run("get", "TYPED_TOKEN", shows: [values[5]])
    try canary.run("get", "FIRST_TOKEN", "-e", "production", shows: [values[4]])
    try canary.run("run", "--", "printenv", "FILE_TOKEN", shows: [values[2]])
    for form in ["dotenv", "json", "shell"] { try canary.run("export", "--format", form, shows: values) }
    // The generated one is known only now, and is a secret like the others.
    let made = Marker(try canary.result("get", "MADE_TOKEN").stdout)
    try canary.run("lock")
    canary.look(for: [made])

    let seen = watch.end()
    #expect(seen.seen.isEmpty && seen.rounds > 10, "\(seen)")
    canary.lookAtFiles(for: canary.secrets + [made])
    canary.lookInVault(for: canary.names)
  }

  @Test func `no mistake makes a secret show`() throws {
    let canary = try Canary()
    try canary.start()
    let value = canary.values[1].text
    try canary.run("set", "TOKEN", input: .text(canary.values[2].text))
    let mistakes: [[String]] = [
      ["set", "TOKEN", value], ["set", "TOKEN=" + value], ["set", "TOKEN", "--value", value],
      ["set", "TOKEN", "--value=" + value], ["set", "TOKEN", "--" + value], ["set", "TOKEN", "-" + value],
      ["set", "TOKEN", "--generate", value], ["set", "TOKEN", "--file", value],
      ["set", "TOKEN", "--passphrase-fd", value],
      ["set", "TOKEN", "-e", value], ["set", "9" + value], ["set", value + "-"], ["set", "\"" + value + "\""],
      ["get", value], ["get", "TOKEN", value], ["get", "TOKEN", "--version-number", value], ["get", "--" + value],
      ["history", value], ["rollback", value, "1"], ["rollback", "TOKEN", value], ["rm", value, "--yes"],
      ["audit", "--since", value], ["audit", "--limit", value], ["audit", value], ["status", value], ["doctor", value],
      ["list", "--format", value], ["list", value], ["list", "-e", value], ["export", "--format", value],
      ["identity", value], ["identity", "import", value], ["identity", "export", value + "/" + value],
      ["passphrase", value], ["passphrase", "--new-passphrase-fd", value],
      ["export", "--age", value], ["export", "--age-file", value], ["export", "--age", "age1" + value],
      ["import", value], ["import", value + "=x"], ["check", value], ["verify", value], ["unlock", "--for", value],
      ["lock", value], ["push", value], ["push", "--to", value],
      ["push", "--to", "fly", "--option", value, "--dry-run"],
      ["push", "--to", "fly", "--option", value + "=x", "--dry-run"],
      ["push", "--to", "vercel", "-e", value, "--dry-run"],
      ["push", "--to", "fly", "--only", value, "--dry-run"], ["check", "--against", value],
      ["member", "add", value], ["member", "add", value, value], ["member", "add", "ann", value, "--words", value],
      ["member", "role", value, "--read", value], ["member", "role", "ann", "--read", value], ["member", value],
      ["member", "remove", value, "--yes"], ["member", "list", "--format", value],
      ["env", "add", value], ["env", "copy", value, "x"], ["env", value], ["run", value],
      ["run", "--only", value, "--", "true"],
      ["run", "--" + value, "--", "true"], ["run", "-e", value, "--", "true"],
      ["run", "--preserve-env=" + value, value],
      [value], ["--" + value], ["-" + value], ["init", "--name", value], ["completions", value], ["link", value],
    ]
    for mistake in mistakes {
      let result = try canary.result(mistake)
      // A cluster of short options may hold an h, for help.
      #expect(!result.succeeded || mistake.contains("-" + value), "\(result)")
      canary.look(at: result, for: [canary.values[1]])
    }
    // The passphrase where a path or a number belongs.
    let passphrase = canary.passphrase.text
    for setting in [["COFFER_PASSPHRASE_FILE": passphrase], ["COFFER_ENV": passphrase], ["COFFER_ENV": value]] {
      let result = try canary.sandbox.run(["coffer", "list"], setting: setting.mapValues { $0 })
      canary.look(at: result, for: [canary.passphrase, canary.values[1]])
    }
    canary.lookAtFiles(for: canary.secrets)
  }

  @Test func `a malformed file is told by its line, not by what stands there`() throws {
    let canary = try Canary()
    try canary.start()
    let value = canary.values[0]
    let text = value.text
    for line in [
      text, "KEY=\"\(text)", "KEY='\(text)", "KEY=\"\(text)\" \(text)", "KEY: \(text)", "=\(text)", "9\(text)=x",
      "export \(text)", "KEY=\(text)\u{0}", "A B=\(text)", "KEY=`\(text)", "{\"KEY\": \"\(text)\"}",
      "-----BEGIN \(text)",
    ] {
      let before = try canary.sandbox.text(of: "coffer.toml")
      try canary.sandbox.write("OTHER=1\n\(line)\n", to: "bad.env")
      let result = try canary.result(["import", "bad.env", "--yes"])
      canary.look(at: result, for: [value])
      #expect(result.code == 2 && result.stderr.contains("error: bad.env:2: "), "\(result)")
      try canary.sandbox.write(before, to: "coffer.toml")
    }
    remove(canary.sandbox.path("bad.env"))

    let good = try canary.sandbox.text(of: "coffer.toml")
    for lines in [
      text, "\"\(text)", "KEY = \"\(text)", "KEY = \(text)", "KEY = '\(text)'", "[\(text)",
      "[variables.X]\nvalue = \"\(text)\"",
      "[variables.X]\ntype = \"\(text)\"", "[variables.X]\ndefault = \(text)",
      "[variables.X]\nvalues = { production = \(text) }",
      "[variables.X]\nvalues = \"\(text)\"", "[variables.X]\nfrom = \"\(text) \"",
      "[variables.X]\nrequired = \"\(text)\"",
      "[variables.X]\nsecret = \"\(text)\"", "[variables.X]\nmax_age = \"\(text)\"",
      "[variables.X]\nprovider = \"\(text)\"",
      "vault = \"\(text)\"", "[launch]\nallow = \"\(text)\"",
    ] {
      try canary.sandbox.write(good + "\n" + lines + "\n", to: "coffer.toml")
      // The name of a provider is anybody's own.
      let isRefused = !lines.contains("provider")
      for (command, code) in [(["check"], 2), (["run", "--", "true"], 125), (["list"], 2)] as [([String], Int32)] {
        let result = try canary.result(command)
        let shape = lines.replacing(text, with: "MARKER")
        canary.look(at: result, for: [value], "with the line \(shape)")
        if isRefused {
          #expect(result.code == code && result.stderr.contains("error: coffer.toml:"), "\(shape): \(result)")
        }
      }
    }
    try canary.sandbox.write(good, to: "coffer.toml")
    canary.lookAtFiles(for: canary.secrets)
  }
}

/// A vault full of markers, and the search for them.
private final class Canary {
  let sandbox: Sandbox
  let values = (0..<10).map { _ in Marker() }
  let passphrase = Marker()
  /// Names that are secrets to who holds only the vault's file.
  let names = (0..<2).map { _ in Marker() }
  private(set) var phrase = Marker("not yet known")
  private var outputs: [(result: RunResult, shown: [String])] = []
  private let begun = time(nil)

  var secrets: [Marker] { values + [passphrase, phrase] }

  var dotenv: String {
    """
    # \(values[6].text) in a comment
    DATABASE_URL=postgres://user:\(values[6].text)@localhost/db?x=$HOME
    export QUOTED="\(values[7].text)
    a second line"
    \(names[0].text)=\(values[8].text)
    PORT=3000
    LOG_LEVEL=\(values[7].text)
    NEXT_PUBLIC_KEY=\(values[8].text)
    API_URL=https://host/\(values[6].text)

    """
  }

  init() throws {
    sandbox = try Sandbox()
    sandbox.environment["COFFER_PASSPHRASE_FILE"] = nil
    // So that a temporary file, if there were one, would be found.
    sandbox.environment["TMPDIR"] = sandbox.root + "/tmp"
    try TestFiles.makeFolder(sandbox.root + "/tmp")
    remove(sandbox.root + "/passphrase")
  }

  /// Makes the vault, and unlocks it where there is a keyring.
  func start() throws {
    let made = try result(["init", "--name", "canary", "--yes"])
    try #require(made.succeeded, "\(made)")
    phrase = Marker(String(made.stdout.dropLast()))
    look(at: made, for: values + [passphrase])
    #expect(phrase.form(in: made.errorOutput) == nil)
    if KernelKeyring.isAvailable { try run("unlock", "--for", "10m") }
  }

  func result(_ arguments: String..., input: Input = .none) throws -> RunResult { try result(arguments, input: input) }

  /// Whatever may ask for the passphrase finds it at descriptor 9.
  func result(_ arguments: [String], input: Input = .none) throws -> RunResult {
    let takesPassphrase =
      ![
        "lock", "verify", "link", "completions", "--version", "backup", "restore", "migrate", "doctor",
      ].contains(arguments.first) && arguments != ["audit", "verify"]
    let end = arguments.firstIndex(of: "--") ?? arguments.endIndex
    let command =
      takesPassphrase && arguments.count > 0
      ? arguments[..<end] + ["--passphrase-fd", "9"] + arguments[end...] : arguments[...]
    return try sandbox.run(
      ["coffer"] + command, input: input, descriptors: [9: Array((passphrase.text + "\n").utf8)])
  }

  /// Runs a command; only the `shows` may be on its standard output.
  func run(_ arguments: String..., input: Input = .none, shows: [Marker] = []) throws {
    try run(arguments, input: input, shows: shows)
  }

  func run(_ arguments: [String], input: Input = .none, shows: [Marker] = []) throws {
    let result = try result(arguments, input: input)
    // What is due is an answer.
    let isMeantToFail = arguments.contains("/nonexistent") || ["check", "status"].contains(arguments.first)
    if !isMeantToFail { #expect(result.succeeded, "\(result)") }
    outputs.append((result, shows.map(\.text)))
    look(at: result, for: secrets, shows: shows)
    if shows.count == 1 { #expect(result.stdout.hasPrefix(shows[0].text), "\(result)") }
  }

  /// Types secrets at a terminal: it must show none.
  func prompt(_ arguments: String..., typing answers: [(prompt: String, marker: Marker)]) throws {
    let terminal = try PseudoTerminal(
      [Binaries.coffer] + arguments, environment: sandbox.environment, folder: sandbox.project)
    let unlocking = KernelKeyring.isAvailable ? [] : [("Passphrase: ", passphrase)]
    for (prompt, marker) in unlocking + answers {
      try terminal.expect(prompt)
      try terminal.waitForEcho(false)
      try terminal.send(marker.text + "\r")
    }
    #expect(terminal.finish() == .exit(0), "\(terminal)")
    for marker in secrets { #expect(marker.form(in: terminal.transcript) == nil, "\(terminal)") }
  }

  /// Looks at one result's streams.
  func look(at result: RunResult, for markers: [Marker], shows: [Marker] = [], _ comment: String = "") {
    let shown = Set(shows.map(\.text))
    for marker in markers {
      if let form = marker.form(in: result.errorOutput) {
        Issue.record("a secret (\(form)) is on standard error \(comment): \(result)")
      }
      if !shown.contains(marker.text), let form = marker.form(in: result.output) {
        Issue.record("a secret (\(form)) is on standard output \(comment): \(result)")
      }
    }
  }

  /// Looks at all that was put out so far, for what was not known then.
  func look(for markers: [Marker]) {
    for (result, shown) in outputs where shown.count < 2 { look(at: result, for: markers) }
  }

  /// Looks at every file of the sandbox, and at new ones where programs put temporary files.
  func lookAtFiles(for markers: [Marker]) {
    var files = TestFiles.tree(sandbox.root)
    for folder in ["/tmp", "/var/tmp", "/dev/shm", "/run"] {
      files += TestFiles.entries(folder).filter { path in
        var status = stat()
        return lstat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFREG && status.st_ctim.tv_sec >= begun
          && status.st_size < 8 << 20
      }
    }
    #expect(files.contains { $0.hasSuffix("/vault.db") })
    for path in files where !TestFiles.isFolder(path) {
      guard let bytes = try? TestFiles.read(path) else { continue }
      for marker in markers {
        if let form = marker.form(in: bytes) { Issue.record("a secret (\(form)) is in \(path)") }
        if marker.form(in: path) != nil { Issue.record("a secret is in the name of \(path)") }
      }
    }
  }

  /// Names stand in coffer.toml, but not where the vault is.
  func lookInVault(for markers: [Marker]) {
    for path in TestFiles.tree(sandbox.cofferHome + "/data") + [sandbox.identityFile, sandbox.pinFile] {
      guard let bytes = try? TestFiles.read(path) else { continue }
      for marker in markers where marker.form(in: bytes) != nil { Issue.record("a name is in \(path)") }
    }
  }
}
