import Glibc
import Testing

/// Launches with a machine's token: from everywhere it may come, and what refuses it. The machine has the vault's file and nothing else
/// of its owner.
@Suite struct TokenTests {
  @Test func `a token launches from everywhere it may come, and none of it reaches the program`() throws {
    let server = try Server()
    let token = server.token
    try server.sandbox.write(token + "\n", to: "credentials/shop/coffer-token", mode: 0o400)
    try server.sandbox.write(token, to: "bare", mode: 0o400)
    let file = server.sandbox.path("credentials/shop/coffer-token")
    let bytes = Array((token + "\n").utf8)
    let ways: [(String, options: [String], setting: [String: String?], descriptors: [Int32: [UInt8]])] = [
      ("COFFER_TOKEN", [], ["COFFER_TOKEN": token], [:]),
      ("a file", [], ["COFFER_TOKEN_FILE": file], [:]),
      ("a file without a line end", [], ["COFFER_TOKEN_FILE": "bare"], [:]),
      ("a file of a descriptor", [], ["COFFER_TOKEN_FILE": "/dev/fd/7"], [7: bytes]),
      ("/proc/self/fd", [], ["COFFER_TOKEN_FILE": "/proc/self/fd/7"], [7: bytes]),
      ("a descriptor", ["--token-fd", "7"], [:], [7: bytes]),
      ("-e beside it", ["-e", "production"], ["COFFER_TOKEN": token], [:]),
      ("COFFER_ENV beside it", [], ["COFFER_TOKEN": token, "COFFER_ENV": "production"], [:]),
      ("a variable that is empty beside it", [], ["COFFER_TOKEN": token, "COFFER_TOKEN_FILE": ""], [:]),
    ]
    for (name, options, setting, descriptors) in ways {
      let result = try server.sandbox.run(
        ["coffer", "run", "--preserve-env"] + options + [
          "--", "sh", "-c",
          "echo $FIRST_KEY; env | grep COFFER_TOKEN; test -e /proc/$$/fd/7 && echo open; cat /proc/$$/environ | tr '\\0' '\\n' | grep coffer_",
        ], setting: setting, descriptors: descriptors)
      #expect(result.stdout == "one\n", "\(name): \(result)")
      #expect(result.stderr.isEmpty, "\(name): \(result)")
    }
    let fifo = server.sandbox.path("fifo")
    #expect(mkfifo(fifo, 0o600) == 0)
    let result = try server.sandbox.run(
      [
        "sh", "-c", "echo $1 > fifo & COFFER_TOKEN_FILE=fifo exec $0 run -- printenv SECOND_KEY", Binaries.coffer,
        token,
      ])
    #expect(result.stdout == "two\n", "\(result)")
  }

  @Test
  func `a token's or passphrase's file that others can read is warned of once, and what a container brings is not`()
    throws
  {
    let server = try Server()
    let file = server.sandbox.path("open")
    func launch(_ mode: mode_t) throws -> RunResult {
      #expect(chmod(file, mode) == 0)
      return try server.sandbox.run(["coffer", "run", "--", "true"], setting: ["COFFER_TOKEN_FILE": "open"])
    }
    try server.sandbox.write(server.token, to: "open", mode: 0o600)
    for (mode, isTold) in [(0o600, false), (0o400, false), (0o711, false), (0o640, true), (0o604, true), (0o444, true)]
    {
      let result = try launch(mode_t(mode))
      let told = "coffer: warning: open can be read by others (mode \(String(mode, radix: 8))): chmod 600 open\n"
      #expect(result.succeeded && result.stderr == (isTold ? told : ""), "\(result)")
    }
    #expect(chmod(server.owner.root + "/passphrase", 0o644) == 0)
    try server.owner.succeed("lock")
    let unlocked = try server.owner.coffer("get", "FIRST_KEY", "-e", "production")
    #expect(
      unlocked.succeeded && unlocked.stderr.contains("passphrase can be read by others (mode 644)"), "\(unlocked)")
  }

  @Test(.enabled(if: Binaries.isRoot && Conditions.mounts, "nothing can be mounted here"))
  func `a secret of a container is its manager's`() throws {
    let server = try Server()
    try server.sandbox.write(server.token, to: "open", mode: 0o444)
    let script = """
      mkdir volume && mount -t tmpfs none volume && cp -p open volume/token && mount -o remount,ro volume || exit 77
      COFFER_TOKEN_FILE=volume/token "$COFFER" run -- echo volume
      mount -t tmpfs none /run && mkdir /run/secrets && cp -p open /run/secrets/token || exit 77
      COFFER_TOKEN_FILE=/run/secrets/token "$COFFER" run -- echo secret
      """
    let result = try server.sandbox.run(["unshare", "-m", "sh", "-c", script], setting: ["COFFER": Binaries.coffer])
    #expect(result.stdout == "volume\nsecret\n" && result.stderr.isEmpty, "\(result)")
  }

  @Test func `without a coffer.toml a token launches with everything it opens`() throws {
    let server = try Server()
    for name in ["coffer.toml"] { #expect(remove(server.sandbox.path(name)) == 0) }
    let setting: [String: String?] = ["COFFER_TOKEN": server.token]
    let all = try server.sandbox.coffer("run", "--", "sh", "-c", "echo $FIRST_KEY $SECOND_KEY", setting: setting)
    #expect(all.stdout == "one two\n", "\(all)")
    let explained = try server.sandbox.coffer("run", "--explain", setting: setting)
    #expect(explained.stdout.contains("FIRST_KEY     vault, production  there is no coffer.toml"), "\(explained)")
    let narrowed = try server.sandbox.coffer("run", "--only", "FIRST_KEY", "--", "env", setting: setting)
    #expect(narrowed.stdout.contains("FIRST_KEY=one") && !narrowed.stdout.contains("SECOND_KEY"), "\(narrowed)")
    let got = try server.sandbox.coffer("get", "FIRST_KEY", setting: setting)
    #expect(got.stdout == "one", "\(got)")
  }

  @Test func `what reads takes a token, and what writes refuses it`() throws {
    let server = try Server()
    let setting: [String: String?] = ["COFFER_TOKEN": server.token]
    for (command, output) in [
      (["get", "FIRST_KEY"], "one"), (["get", "FIRST_KEY", "--version-number", "1"], "old"), (["check"], ""),
      (["export"], "FIRST_KEY=one\nSECOND_KEY=two\n"),
    ] {
      let result = try server.sandbox.run(["coffer"] + command, setting: setting)
      #expect(result.succeeded && result.stdout == output, "\(result)")
    }
    let listed = try server.sandbox.coffer("list", setting: setting)
    #expect(listed.stdout.contains("FIRST_KEY   version 2") && listed.stderr == "2 names in production\n", "\(listed)")
    for command in [
      ["set", "NEW", "--generate", "hex:8"], ["rm", "FIRST_KEY", "--yes"], ["rollback", "FIRST_KEY", "1"],
      ["env", "add", "preview"], ["token", "create", "-e", "production"], ["token", "list"], ["unlock"],
      ["token", "revoke", "web", "--yes"], ["history", "FIRST_KEY"],
    ] {
      // On the owner's machine, where it would work without the token.
      let result = try server.owner.run(["coffer"] + command, setting: setting)
      #expect(result.code == 5 && result.stderr.contains("error: a token only reads"), "\(result)")
    }
  }

  @Test func `a token that is refused says why, and nothing is launched`() throws {
    let server = try Server()
    let token = server.token
    let other = try Sandbox.withVault()
    let foreign = try other.succeed("token", "create", "-e", "production").stdout.dropLast()
    let short = try server.create("short", "--expires", "1s")
    var letters = Array(token)
    letters[30] = letters[30] == "A" ? "B" : "A"
    let mistyped = String(letters)
    let cases: [(String, setting: [String: String?], options: [String], message: String)] = [
      (
        "mistyped",
        ["COFFER_TOKEN": mistyped],
        [], "this is no token of coffer"
      ),
      ("cut", ["COFFER_TOKEN": String(token.dropLast())], [], "this is no token of coffer"),
      ("too long", ["COFFER_TOKEN": String(repeating: token, count: 9)], [], "this is no token of coffer"),
      ("two", ["COFFER_TOKEN": token, "COFFER_TOKEN_FILE": "/dev/null"], [], "more than one token was given"),
      ("two, a descriptor", ["COFFER_TOKEN": token], ["--token-fd", "0"], "more than one token was given"),
      ("no such file", ["COFFER_TOKEN_FILE": "missing"], [], "missing: "),
      ("an empty file", ["COFFER_TOKEN_FILE": "/dev/null"], [], "this is no token of coffer"),
      (
        "another environment", ["COFFER_TOKEN": token], ["-e", "staging"],
        "the token opens production, and staging was asked for"
      ),
      (
        "another environment in COFFER_ENV", ["COFFER_TOKEN": token, "COFFER_ENV": "staging"], [],
        "the token opens production"
      ),
      ("another vault", ["COFFER_TOKEN": String(foreign)], [], "coffer.toml names another vault"),
      ("expired", ["COFFER_TOKEN": short], [], "the token expired on 20"),
    ]
    sleep(1)
    for (name, setting, options, message) in cases {
      let result = try server.sandbox.run(
        ["coffer", "run"] + options + ["--", "echo", "launched"], setting: setting)
      #expect(result.code == 125 && result.output.isEmpty, "\(name): \(result)")
      #expect(result.stderr.contains("coffer: error: \(message)"), "\(name): \(result)")
      #expect(Marker(token).form(in: result.errorOutput) == nil, "\(name)")
    }
    #expect(remove(server.sandbox.path("coffer.toml")) == 0)
    let absent = try server.sandbox.coffer("run", "--", "true", setting: ["COFFER_TOKEN": String(foreign)])
    #expect(absent.code == 125 && absent.stderr.contains("the token's vault is not on this machine"), "\(absent)")
    // A token where the path of one belongs is not told either.
    let misplaced = try server.sandbox.coffer("run", "--", "true", setting: ["COFFER_TOKEN_FILE": token])
    #expect(misplaced.code == 125 && Marker(token).form(in: misplaced.errorOutput) == nil, "\(misplaced)")
  }

  @Test func `a revoked token opens nothing, and what it could read is told`() throws {
    let server = try Server()
    let revoked = try server.owner.coffer("token", "revoke", "web", "--yes")
    #expect(revoked.succeeded, "\(revoked)")
    #expect(
      revoked.stdout == "production  FIRST_KEY   version 2\nproduction  SECOND_KEY  version 1\n", "\(revoked)")
    #expect(
      revoked.stderr.contains("may have kept them") && revoked.stderr.contains("still open with it"), "\(revoked)")
    try server.bring()
    let refused = try server.sandbox.coffer("run", "--", "true", setting: ["COFFER_TOKEN": server.token])
    #expect(refused.code == 125 && refused.stderr.contains("error: the token was revoked"), "\(refused)")
    // The owner reads on, under the new key.
    let value = try server.owner.coffer("get", "FIRST_KEY", "-e", "production")
    #expect(value.stdout == "one", "\(value)")
    let again = try server.owner.coffer("token", "revoke", "web", "--yes")
    #expect(again.code == 1 && again.stderr.contains("web is revoked already"), "\(again)")
    let unknown = try server.owner.coffer("token", "revoke", "nobody", "--yes")
    #expect(unknown.code == 1 && unknown.stderr.contains("no token named nobody"), "\(unknown)")
  }

  @Test func `a token that is limited to names opens no other, now or later`() throws {
    let server = try Server()
    let token = try server.create("one", "--only", "FIRST_KEY,LATER_KEY")
    let setting: [String: String?] = ["COFFER_TOKEN": token]
    let launched = try server.sandbox.coffer(
      "run", "--", "sh", "-c", "echo $FIRST_KEY ${SECOND_KEY-none}", setting: setting)
    #expect(launched.stdout == "one none\n", "\(launched)")
    let explained = try server.sandbox.coffer("run", "--explain", setting: setting)
    #expect(explained.stdout.contains("SECOND_KEY    left out"), "\(explained)")
    let outside = try server.sandbox.coffer("run", "--only", "SECOND_KEY", "--", "true", setting: setting)
    #expect(outside.code == 125 && outside.stderr.contains("the token does not open SECOND_KEY"), "\(outside)")
    let got = try server.sandbox.coffer("get", "SECOND_KEY", setting: setting)
    #expect(got.code == 5 && got.output.isEmpty && got.stderr.contains("does not open SECOND_KEY"), "\(got)")
    #expect(try server.sandbox.coffer("get", "FIRST_KEY", "--version-number", "1", setting: setting).stdout == "old")
    #expect(try server.sandbox.coffer("export", setting: setting).stdout == "FIRST_KEY=one\n")
    #expect(try server.sandbox.coffer("check", setting: setting).succeeded)
    let listed = try server.sandbox.coffer("list", setting: setting)
    #expect(listed.stderr == "1 name in production\n" && !listed.stdout.contains("SECOND"), "\(listed)")
    try server.owner.succeed("set", "LATER_KEY", "-e", "production", input: .text("three"))
    try server.bring()
    #expect(try server.sandbox.coffer("get", "LATER_KEY", setting: setting).stdout == "three")
  }

  @Test func `launches warn from 14 days before the end`() throws {
    let server = try Server()
    for (time, warning) in [("10d", "the token expires in 9 days (20"), ("13h", "the token expires in 12 hours (20")] {
      let token = try server.create(time, "--expires", time)
      let result = try server.sandbox.coffer("run", "-q", "--", "true", setting: ["COFFER_TOKEN": token])
      #expect(result.succeeded && result.stderr.hasPrefix("coffer: warning: \(warning)"), "\(result)")
    }
    for time in ["15d", "never"] {
      let token = try server.create(time, "--expires", time)
      let result = try server.sandbox.coffer("run", "--", "true", setting: ["COFFER_TOKEN": token])
      #expect(result.succeeded && result.stderr.isEmpty, "\(result)")
    }
  }

  @Test func `a token is in no command line, no output and no file but its own`() throws {
    let server = try Server()
    let token = Marker(server.token)
    let watch = try CommandLineWatch(for: [token])
    let bytes = Array((server.token + "\n").utf8)
    for (options, setting, descriptors) in [
      ([], ["COFFER_TOKEN": server.token], [:]), ([], ["COFFER_TOKEN_FILE": "/dev/fd/7"], [7: bytes]),
      (["--token-fd", "7"], [:], [7: bytes]),
    ] as [([String], [String: String?], [Int32: [UInt8]])] {
      for command in [
        ["get", "FIRST_KEY"], ["list"], ["check"], ["export"], ["run", "--explain"], ["get", "NONE_KEY"],
      ] {
        let result = try server.sandbox.run(["coffer"] + command + options, setting: setting, descriptors: descriptors)
        #expect(token.form(in: result.output) == nil && token.form(in: result.errorOutput) == nil, "\(result)")
      }
    }
    for command in [
      ["token", "list", "--all"], ["token", "list", "--format", "json"], ["token", "revoke", "web", "--yes"],
    ] {
      let result = try server.owner.run(["coffer"] + command)
      #expect(token.form(in: result.output) == nil && token.form(in: result.errorOutput) == nil, "\(result)")
    }
    let seen = watch.end()
    #expect(seen.seen.isEmpty && seen.rounds > 10, "\(seen)")
    for root in [server.owner.root, server.sandbox.root] {
      for path in TestFiles.tree(root) where !TestFiles.isFolder(path) {
        #expect(token.form(in: try TestFiles.read(path)) == nil, "\(path)")
      }
    }
  }

  @Test func `no passphrase derivation stands before a launch with a token`() throws {
    let server = try Server()
    // Argon2id takes 256 MiB. With the passphrase the same limit stops it.
    let limited = [
      "prlimit", "--data=\(64 << 20)", Binaries.coffer, "run", "-e", "production", "--", "printenv", "FIRST_KEY",
    ]
    let launched = try server.sandbox.run(limited, setting: ["COFFER_TOKEN": server.token])
    #expect(launched.stdout == "one\n", "\(launched)")
    try server.owner.succeed("lock")
    let control = try server.owner.run(limited)
    #expect(control.code == 125 && control.stderr.contains("out of memory"), "\(control)")
    if let program = Binaries.staticCoffer {
      let small = try server.sandbox.run(
        ["prlimit", "--as=\(64 << 20)", program, "run", "--", "/usr/bin/printenv", "FIRST_KEY"],
        setting: ["COFFER_TOKEN": server.token])
      #expect(small.stdout == "one\n", "\(small)")
    }
  }
}

/// A vault with a token named web for production, and a machine that has the vault's file, coffer.toml, and no identity.
private final class Server {
  let owner: Sandbox
  let sandbox: Sandbox
  let token: String

  init() throws {
    owner = try Sandbox.withVault()
    try owner.succeed("set", "FIRST_KEY", "-e", "production", input: .text("old"))
    try owner.succeed("set", "FIRST_KEY", "-e", "production", input: .text("one"))
    try owner.succeed("set", "SECOND_KEY", "-e", "production", input: .text("two"))
    token = String(try owner.succeed("token", "create", "web", "-e", "production").stdout.dropLast())
    sandbox = try Sandbox()
    sandbox.environment["COFFER_PASSPHRASE_FILE"] = nil
    sandbox.locksAtEnd = false
    try sandbox.write(owner.text(of: "coffer.toml"), to: "coffer.toml")
    try bring()
  }

  /// Makes one more, and brings the vault to the machine again.
  func create(_ name: String, _ options: String...) throws -> String {
    let made = try owner.run(["coffer", "token", "create", name, "-e", "production"] + options)
    guard made.succeeded else { throw HarnessError("no token: \(made)") }
    try bring()
    return String(made.stdout.dropLast())
  }

  func bring() throws {
    let folder = parent(of: owner.vaultFile)
    let target = sandbox.cofferHome + "/data"
    let copied = try sandbox.run([
      "sh", "-c", "rm -rf $2 && mkdir -p $2 && cp -r $1 $2 && chmod 700 $2 $2/*", "sh", folder, target,
    ])
    guard copied.succeeded else { throw HarnessError("no vault: \(copied)") }
  }
}
