import Glibc
import Testing

/// coffer snapshot, and launches from what it writes: on machines that have the file, the token, and nothing else.
@Suite struct SnapshotTests {
  @Test func `a machine without vault, home or coffer.toml launches from the file and the token`() throws {
    let server = try SnapshotServer()
    try server.sandbox.write(server.token + "\n", to: "token", mode: 0o400)
    let bare: [String: String?] = ["HOME": nil, "COFFER_HOME": nil]
    let show = "echo $FIRST_KEY $SECOND_KEY; env | grep COFFER; ls /proc/$$/fd | tr '\\n' ' '"
    let ways: [(String, [String], [String: String?], [Int32: [UInt8]])] = [
      ("the option", ["--snapshot", "app.snapshot"], ["COFFER_TOKEN_FILE": "token"], [:]),
      ("the variable", [], ["COFFER_SNAPSHOT": "app.snapshot", "COFFER_TOKEN": server.token], [:]),
      (
        "descriptors", ["--snapshot", "/dev/fd/7", "--token-fd", "8"], [:],
        [7: try TestFiles.read(server.sandbox.path("app.snapshot")), 8: Array(server.token.utf8)]
      ),
      (
        "the option over the variable", ["--snapshot", "app.snapshot"],
        ["COFFER_SNAPSHOT": "nowhere", "COFFER_TOKEN_FILE": "token"], [:]
      ),
    ]
    for (name, options, setting, descriptors) in ways {
      let result = try server.sandbox.run(
        ["coffer", "run"] + options + ["--", "sh", "-c", show], setting: bare.merging(setting) { $1 },
        descriptors: descriptors)
      let lines = result.stdout.split(separator: "\n")
      #expect(result.succeeded && lines.first == "one two" && lines.count == 2, "\(name): \(result)")
      let open = Set((lines.last ?? "").split(separator: " "))
      #expect(!open.contains("7") && !open.contains("8"), "\(name): \(result)")
      #expect(result.stderr.isEmpty, "\(name): \(result)")
    }
    let fifo = server.sandbox.path("fifo")
    #expect(mkfifo(fifo, 0o600) == 0)
    let piped = try server.sandbox.run([
      "sh", "-c", "cat app.snapshot > fifo & COFFER_TOKEN_FILE=token exec $0 run --snapshot fifo -- printenv FIRST_KEY",
      Binaries.coffer,
    ])
    #expect(piped.stdout == "one\n", "\(piped)")
  }

  @Test func `what reads takes a snapshot, as far as it goes`() throws {
    let server = try SnapshotServer()
    for (command, output) in [
      (["get", "FIRST_KEY"], "one"), (["export"], "FIRST_KEY=one\nSECOND_KEY=two\n"),
      (["run", "--only", "SECOND_KEY", "--", "sh", "-c", "echo $FIRST_KEY$SECOND_KEY"], "two\n"),
    ] {
      let result = try server.coffer(command)
      #expect(result.succeeded && result.stdout == output, "\(result)")
    }
    #expect(try server.coffer(["list"]).stderr.contains("2 names in production"))
    for command in [["get", "FIRST_KEY", "--version-number", "1"], ["list", "--removed"]] {
      let result = try server.coffer(command)
      #expect(
        result.code == 2 && result.output.isEmpty && result.stderr.contains("a snapshot holds only what is in use"),
        "\(result)")
    }
    let other = try server.coffer(["run", "-e", "staging", "--", "true"])
    #expect(other.code == 125 && other.stderr.contains("the token opens production"), "\(other)")
    // With a coffer.toml its checks hold.
    try server.sandbox.write(
      "vault = \"shop \(server.short)\"\n[variables.FIRST_KEY]\ntype = \"int\"\n", to: "coffer.toml")
    let checked = try server.coffer(["run", "--", "true"])
    #expect(checked.code == 125 && checked.stderr.contains("FIRST_KEY"), "\(checked)")
    try server.sandbox.write("vault = \"shop 0000-0000-0000\"\n", to: "coffer.toml")
    let foreign = try server.coffer(["run", "--", "true"])
    #expect(foreign.code == 125 && foreign.stderr.contains("names another vault"), "\(foreign)")
  }

  @Test func `what is not to be used is refused, each with its reason`() throws {
    let server = try SnapshotServer()
    let other = String(try server.owner.succeed("token", "create", "other", "-e", "production").stdout.dropLast())
    let good = try TestFiles.read(server.sandbox.path("app.snapshot"))
    func refused(_ message: String, _ options: [String] = [], _ setting: [String: String?] = [:]) throws {
      let result = try server.coffer(["run"] + options + ["--", "echo", "launched"], setting)
      #expect(result.code == 125 && result.output.isEmpty && result.stderr.contains(message), "\(message): \(result)")
    }
    try refused("opens only with the token that it was made for", [], ["COFFER_TOKEN": nil])
    try refused("made for another token", [], ["COFFER_TOKEN": other])
    try refused("at least 1000 is asked for", ["--min-sequence", "1000"])
    try refused("at least 1000 is asked for", [], ["COFFER_MIN_SEQUENCE": "1000"])
    try refused("COFFER_MIN_SEQUENCE is not a number", [], ["COFFER_MIN_SEQUENCE": "new"])
    try refused("app2.snapshot", [], ["COFFER_SNAPSHOT": "app2.snapshot"])
    try refused("go with --snapshot", ["--min-sequence", "7"], ["COFFER_SNAPSHOT": nil])
    func write(_ bytes: [UInt8]) throws {
      try TestFiles.write(bytes, to: server.sandbox.path("app.snapshot"), mode: 0o644)
    }
    for (place, message) in [
      (0, "this is no snapshot"), (8, "newer coffer"), (12, "another vault"), (30, "may not write"),
      (60, "this is no snapshot"), (100, "signature of the snapshot"), (good.count - 100, "signature of the snapshot"),
      (good.count - 1, "signature of the snapshot"),
    ] {
      var bytes = good
      bytes[place] ^= 0x10
      try write(bytes)
      try refused(message)
    }
    for count in [0, 1, 8, 63, 500, good.count - 1] {
      try write(Array(good.prefix(count)))
      try refused("this is no snapshot")
    }
    try write(good)
    let foreign = try SnapshotServer()
    try refused("another vault than the token's", [], ["COFFER_TOKEN": foreign.token])
    try server.make("--max-age", "1m")
    #expect(try server.coffer(["run", "--", "true"]).succeeded)
  }

  @Test func `an older one is noticed where a newer was launched`() throws {
    let server = try SnapshotServer()
    let old = try TestFiles.read(server.sandbox.path("app.snapshot"))
    try server.owner.succeed("set", "FIRST_KEY", "-e", "production", input: .text("new"))
    try server.make()
    #expect(try server.coffer(["run", "--", "printenv", "FIRST_KEY"]).stdout == "new\n")
    try TestFiles.write(old, to: server.sandbox.path("app.snapshot"), mode: 0o644)
    let refused = try server.coffer(["run", "--", "true"])
    #expect(refused.code == 125 && refused.stderr.contains("rollback: the snapshot is older"), "\(refused)")
    #expect(refused.stderr.contains("--accept-older"))
    #expect(try server.coffer(["get", "FIRST_KEY"]).code == 4)
    #expect(try server.coffer(["run", "--accept-older", "--", "printenv", "FIRST_KEY"]).stdout == "one\n")
    #expect(try server.coffer(["run", "--", "printenv", "FIRST_KEY"]).stdout == "one\n")
    // Only launches are remembered.
    try server.make()
    #expect(try server.coffer(["get", "FIRST_KEY"]).stdout == "new")
    #expect(try server.coffer(["run", "--explain"]).succeeded)
    try TestFiles.write(old, to: server.sandbox.path("app.snapshot"), mode: 0o644)
    #expect(try server.coffer(["run", "--", "true"]).succeeded)
  }

  @Test(.enabled(if: Conditions.mounts, "nothing can be mounted here"))
  func `a read-only file system is enough, and what was noted there counts`() throws {
    let server = try SnapshotServer()
    let old = try TestFiles.read(server.sandbox.path("app.snapshot"))
    let script = """
      mount --bind "$1" "$1" && mount -o remount,bind,ro "$1" && ! touch "$1/x" 2>/dev/null &&
      exec "$0" run -- printenv FIRST_KEY
      """
    func launch() throws -> RunResult {
      try server.run(["unshare", "-m", "sh", "-c", script, Binaries.coffer, server.sandbox.root])
    }
    var result = try launch()
    #expect(result.stdout == "one\n" && result.stderr.isEmpty, "\(result)")
    try server.owner.succeed("set", "FIRST_KEY", "-e", "production", input: .text("new"))
    try server.make()
    #expect(try server.coffer(["run", "--", "true"]).succeeded)
    result = try launch()
    #expect(result.stdout == "new\n" && result.stderr.isEmpty, "\(result)")
    try TestFiles.write(old, to: server.sandbox.path("app.snapshot"), mode: 0o644)
    result = try launch()
    #expect(result.code == 125 && result.stderr.contains("rollback"), "\(result)")
  }

  @Test(.enabled(if: Conditions.mounts, "no namespaces here"))
  func `as process 1`() throws {
    let server = try SnapshotServer()
    let result = try server.run(
      [
        "unshare", "-p", "-f", Binaries.coffer, "run", "--", "sh", "-c", "echo $$ $FIRST_KEY; exit 9",
      ])
    #expect(result.code == 9 && result.stdout == "1 one\n", "\(result)")
  }

  @Test(.enabled(if: Binaries.isRoot, "only root can be two users"))
  func `for a user that nobody knows`() throws {
    let server = try SnapshotServer()
    _ = chmod(server.sandbox.root, 0o755)
    _ = chmod(server.sandbox.project, 0o755)
    let program = server.sandbox.path("coffer")
    try TestFiles.copy(Binaries.coffer, to: program)
    _ = chmod(program, 0o755)
    let unknown = try server.run(
      [
        "setpriv", "--reuid", "54321", "--regid", "54321", "--clear-groups", program, "run", "--", "printenv",
        "FIRST_KEY",
      ])
    #expect(unknown.stdout == "one\n" && unknown.stderr.isEmpty, "\(unknown)")
  }

  @Test func `64 MiB are enough`() throws {
    let server = try SnapshotServer()
    let limit = "--data=\(64 << 20)"
    let result = try server.run(["prlimit", limit, Binaries.coffer, "run", "--", "printenv", "FIRST_KEY"])
    #expect(result.stdout == "one\n", "\(result)")
  }

  @Test(.enabled(if: Binaries.staticCoffer != nil, "make dist builds it"))
  func `64 MiB of addresses are enough for the static program`() throws {
    let server = try SnapshotServer()
    let program = try #require(Binaries.staticCoffer)
    let small = try server.run(["prlimit", "--as=\(64 << 20)", program, "run", "--", "/usr/bin/printenv", "FIRST_KEY"])
    #expect(small.stdout == "one\n", "\(small)")
  }

  // MARK: Making one

  @Test func `one is made for a token that opens it, and says what it is`() throws {
    let server = try SnapshotServer()
    let owner = server.owner
    let made = try owner.coffer("snapshot", "-e", "production", "--for", "web", "-o", "new.snapshot")
    #expect(made.succeeded && made.output.isEmpty, "\(made)")
    #expect(made.stderr.contains("production for web: 2 names, entry "), "\(made)")
    #expect(TestFiles.mode(owner.path("new.snapshot")) == 0o644)
    let bytes = try TestFiles.read(owner.path("new.snapshot"))
    let piped = try owner.coffer("snapshot", "-e", "production", "--for", "web", "-o", "-")
    #expect(piped.output.starts(with: Array("COFFERSN".utf8)) && piped.output.count == bytes.count, "\(piped.stderr)")

    let facts = try owner.coffer("snapshot", "--inspect", "new.snapshot")
    for fact in [
      "vault           \(server.short)", "usable until    no end", "names           2", "verified        yes",
    ] {
      #expect(facts.stdout.contains(fact), "\(facts)")
    }
    // Anybody can look: no vault, no key.
    let elsewhere = try server.sandbox.coffer(
      "snapshot", "--inspect", owner.path("new.snapshot"), "--format", "json", setting: ["COFFER_HOME": "/nowhere"])
    #expect(elsewhere.succeeded && elsewhere.stdout.contains("\"verified\": true"), "\(elsewhere)")
    var changed = bytes
    changed[bytes.count - 1] ^= 1
    try TestFiles.write(changed, to: owner.path("changed"), mode: 0o644)
    let refused = try owner.coffer("snapshot", "--inspect", "changed")
    #expect(
      refused.code == 4 && refused.stdout.contains("verified        no") && refused.stderr.contains("signature"),
      "\(refused)")

    try owner.succeed("token", "create", "ended", "-e", "production", "--expires", "1s")
    try owner.succeed("token", "create", "gone", "-e", "production")
    try owner.succeed("token", "revoke", "gone", "--yes")
    sleep(1)
    for (options, code, message) in [
      (["--for", "nobody"], 1, "no token named nobody"), (["--for", "gone"], 5, "is revoked"),
      (["--for", "ended"], 5, "expired on"), (["--for", "web", "--max-age", "soon"], 2, "--max-age takes"),
      ([], 2, "which token"),
    ] as [([String], Int32, String)] {
      let result = try owner.run(["coffer", "snapshot", "-e", "production", "-o", "none"] + options)
      #expect(result.code == code && result.stderr.contains(message), "\(result)")
      #expect(!TestFiles.exists(owner.path("none")))
    }
    let other = try owner.coffer("snapshot", "--for", "web", "-o", "none")
    #expect(other.code == 2 && other.stderr.contains("-e production"), "\(other)")
  }

  @Test func `what is no snapshot is not replaced, and what would not launch is not made`() throws {
    let server = try SnapshotServer()
    let owner = server.owner
    try owner.write("console.log(1)\n", to: "server.js")
    let kept = try owner.coffer("snapshot", "-e", "production", "--for", "web", "-o", "server.js")
    #expect(kept.code == 2 && kept.stderr.contains("is no snapshot: it is not replaced"), "\(kept)")
    #expect(try owner.text(of: "server.js") == "console.log(1)\n")
    try owner.write(try owner.text(of: "coffer.toml") + "\n[variables.MISSING_KEY]\n", to: "coffer.toml")
    let stopped = try owner.coffer("snapshot", "-e", "production", "--for", "web", "-o", "none")
    #expect(
      stopped.code == 2 && stopped.stderr.contains("MISSING_KEY") && stopped.stderr.contains("nothing was written"),
      "\(stopped)")
    #expect(!TestFiles.exists(owner.path("none")))
    try owner.succeed("snapshot", "-e", "production", "--for", "web", "-o", "none", "--no-check")
    // A token that is limited to other names does not miss it.
    try owner.succeed("token", "create", "one", "-e", "production", "--only", "FIRST_KEY")
    try owner.succeed("snapshot", "-e", "production", "--for", "one", "-o", "one")
  }

  @Test func `a token that is limited to names gets these, and a revoked one keeps what it has`() throws {
    let server = try SnapshotServer()
    let made = try server.owner.succeed("token", "create", "one", "-e", "production", "--only", "FIRST_KEY")
    try server.owner.succeed("snapshot", "-e", "production", "--for", "one", "-o", server.sandbox.path("app.snapshot"))
    let setting: [String: String?] = ["COFFER_TOKEN": String(made.stdout.dropLast())]
    let launched = try server.coffer(["run", "--", "sh", "-c", "echo $FIRST_KEY ${SECOND_KEY-none}"], setting)
    #expect(launched.stdout == "one none\n", "\(launched)")
    try server.owner.succeed("token", "revoke", "one", "--yes")
    #expect(try server.coffer(["run", "--", "printenv", "FIRST_KEY"], setting).stdout == "one\n")
  }
}

/// A vault with a token named web for production, and a machine with the token and a snapshot for it, app.snapshot.
private final class SnapshotServer {
  let owner: Sandbox
  let sandbox: Sandbox
  let token: String

  init() throws {
    owner = try Sandbox.withVault()
    _ = try owner.coffer("unlock", "-e", "production")
    try owner.succeed("set", "FIRST_KEY", "-e", "production", input: .text("one"))
    try owner.succeed("set", "SECOND_KEY", "-e", "production", input: .text("two"))
    token = String(try owner.succeed("token", "create", "web", "-e", "production").stdout.dropLast())
    sandbox = try Sandbox()
    sandbox.environment["COFFER_PASSPHRASE_FILE"] = nil
    sandbox.locksAtEnd = false
    try make()
  }

  /// Makes app.snapshot anew.
  func make(_ options: String...) throws {
    let path = sandbox.path("app.snapshot")
    let result = try owner.run(["coffer", "snapshot", "-e", "production", "--for", "web", "-o", path] + options)
    guard result.succeeded else { throw HarnessError("no snapshot: \(result)") }
  }

  var short: String { parent(of: owner.vaultFile).split(separator: "/").last.map(String.init) ?? "" }

  /// Runs any program with the snapshot and the token.
  func run(_ command: [String], _ setting: [String: String?] = [:]) throws -> RunResult {
    let own: [String: String?] = ["COFFER_SNAPSHOT": "app.snapshot", "COFFER_TOKEN": token]
    return try sandbox.run(command, setting: own.merging(setting) { $1 })
  }

  func coffer(_ arguments: [String], _ setting: [String: String?] = [:]) throws -> RunResult {
    try run(["coffer"] + arguments, setting)
  }
}
