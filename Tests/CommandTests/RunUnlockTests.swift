import Glibc
import Platform
import Testing

/// What unlocks Coffer, and that it never reaches the launched program. Each test has a vault of its own.
@Suite struct RunUnlockTests {
  private static let secretsOfCoffer = [
    "COFFER_PASSPHRASE_FILE", "COFFER_PASSPHRASE", "COFFER_PASSPHRASE_FD", "COFFER_TOKEN", "COFFER_TOKEN_FILE",
    "COFFER_RECOVERY_PHRASE",
  ]

  private func sandbox() throws -> Sandbox {
    let sandbox = try Sandbox()
    try sandbox.makeIdentity()
    let made = try sandbox.coffer("init", "--yes")
    #expect(made.succeeded, "\(made)")
    return sandbox
  }

  @Test func `what unlocked coffer is not in the command, whatever is asked for`() throws {
    let sandbox = try sandbox()
    for name in Self.secretsOfCoffer where name != "COFFER_PASSPHRASE_FILE" {
      // An empty token is none; TokenTests have real ones.
      sandbox.environment[name] = name.hasPrefix("COFFER_TOKEN") ? "" : "canary"
    }
    for option in [["--preserve-env"], ["--pristine", "--preserve-env=COFFER_TOKEN,COFFER_PASSPHRASE_FILE"]] {
      let result = try sandbox.run(["coffer", "run"] + option + ["--", "cat", "/proc/self/environ"])
      #expect(result.succeeded, "\(result)")
      #expect(Set(result.variables.keys).isDisjoint(with: Self.secretsOfCoffer), "\(result)")
    }
  }

  private static let passphraseBytes = Array((Sandbox.passphrase + "\n").utf8)

  /// Launches a command that says whether descriptor 7, which gave the passphrase, is gone.
  private func launch(_ sandbox: Sandbox, fromFile: Bool = false) throws -> String {
    let look = ["--", "sh", "-c", "test ! -e /proc/$$/fd/7 && echo gone"]
    let result = try sandbox.run(
      ["coffer", "run"] + (fromFile ? [] : ["--passphrase-fd", "7"]) + look,
      setting: ["COFFER_PASSPHRASE_FILE": fromFile ? "/dev/fd/7" : nil], descriptors: [7: Self.passphraseBytes])
    return result.stdout + result.stderr
  }

  @Test func `the passphrase's descriptor is closed in the command`() throws {
    let sandbox = try sandbox()
    sandbox.environment["COFFER_PASSPHRASE_FILE"] = nil
    #expect(try launch(sandbox) == "gone\n")
    #expect(try launch(sandbox, fromFile: true) == "gone\n")
    let other = try sandbox.coffer(
      "run", "--passphrase-fd", "7", "--", "sh", "-c", "cat <&8",
      descriptors: [7: Self.passphraseBytes, 8: Array("mine".utf8)])
    #expect(other.stdout == "mine", "descriptors that are not coffer's are passed on: \(other)")
  }

  @Test(.enabled(if: KernelKeyring.isAvailable, "no kernel keyring here"))
  func `the passphrase's descriptor is closed where the keyring made it unnecessary`() throws {
    let sandbox = try sandbox()
    sandbox.environment["COFFER_PASSPHRASE_FILE"] = nil
    let unlocked = try sandbox.coffer("unlock", "--passphrase-fd", "7", descriptors: [7: Self.passphraseBytes])
    #expect(unlocked.succeeded, "\(unlocked)")
    #expect(try launch(sandbox) == "gone\n")
    #expect(try launch(sandbox, fromFile: true) == "gone\n")
  }

  @Test func `a passphrase on standard input leaves the command an empty one`() throws {
    let sandbox = try sandbox()
    sandbox.environment["COFFER_PASSPHRASE_FILE"] = nil
    let result = try sandbox.coffer(
      "run", "--passphrase-fd", "0", "--", "sh", "-c", "readlink /proc/$$/fd/0; cat; echo end",
      input: .text(Sandbox.passphrase + "\n"))
    #expect(result.stdout == "/dev/null\nend\n", "\(result)")
  }

  @Test func `a wrong passphrase, or none to be had`() throws {
    let sandbox = try sandbox()
    try sandbox.write("not the passphrase", to: "wrong", mode: 0o600)
    sandbox.environment["COFFER_PASSPHRASE_FILE"] = sandbox.path("wrong")
    let launch = try sandbox.coffer("run", "--", "echo", "launched")
    #expect(launch.code == 125 && launch.stderr.contains("wrong passphrase") && launch.output.isEmpty, "\(launch)")
    let get = try sandbox.coffer("get", "TOKEN")
    #expect(get.code == 5 && get.stderr.contains("wrong passphrase"), "\(get)")

    sandbox.environment["COFFER_PASSPHRASE_FILE"] = nil
    let asked = try sandbox.coffer("run", "--", "echo", "launched")
    #expect(asked.code == 125 && asked.output.isEmpty && asked.stderr.contains("hint: coffer unlock"), "\(asked)")
    for command in [
      ["list"], ["get", "TOKEN"], ["check"], ["export"], ["unlock"], ["env", "list"], ["history", "TOKEN"],
    ] {
      let result = try sandbox.run(["coffer"] + command)
      #expect(result.code == 5 && result.output.isEmpty, "\(result)")
      #expect(result.stderr.contains("a passphrase is needed, and there is no terminal to ask on"), "\(result)")
    }
    let empty = try sandbox.coffer("list", "--passphrase-fd", "7", descriptors: [7: [0x0A]])
    #expect(empty.code == 5 && empty.stderr.contains("the passphrase is empty"), "\(empty)")
    sandbox.environment["COFFER_PASSPHRASE_FILE"] = sandbox.path("missing")
    #expect(try sandbox.coffer("run", "--", "true").code == 125)
  }

  @Test func `a locked launch asks at a terminal, hidden`() throws {
    let sandbox = try sandbox()
    sandbox.environment["COFFER_PASSPHRASE_FILE"] = nil
    let terminal = try sandbox.terminal("coffer", "run", "--", "sh", "-c", "echo launched; tty")
    try terminal.expect("Passphrase: ")
    try terminal.waitForEcho(false)
    try terminal.send(Sandbox.passphrase + "\r")
    try terminal.expect("launched")
    try terminal.expect("/dev/pts/")
    #expect(terminal.finish() == .exit(0))
    #expect(!terminal.transcript.contains("correct horse") && terminal.echoes, "\(terminal)")
  }
}

/// `unlock` and `lock`: where the kernel keeps keys for this user.
@Suite(.enabled(if: KernelKeyring.isAvailable, "no kernel keyring here"))
struct UnlockTests {
  @Test func `unlock serves later commands without a passphrase, until lock`() throws {
    let sandbox = try Sandbox()
    try sandbox.makeIdentity()
    #expect(try sandbox.coffer("init", "--yes").succeeded)
    let unlock = try sandbox.coffer("unlock")
    #expect(unlock.stderr.contains("development is unlocked for 8 hours"), "\(unlock)")
    let withPassphrase = sandbox.environment
    sandbox.environment["COFFER_PASSPHRASE_FILE"] = nil
    try sandbox.store(["TOKEN": "canary"])
    for command in [
      ["list"], ["get", "TOKEN"], ["run", "--", "true"], ["check"], ["export"], ["env", "list"], ["history", "TOKEN"],
    ] {
      let result = try sandbox.run(["coffer"] + command)
      #expect(result.succeeded, "\(result)")
    }
    // Another environment has its own key; the vault as a whole wants the passphrase.
    for command in [["list", "-e", "staging"], ["env", "add", "preview"], ["check", "--all"]] {
      #expect(try sandbox.run(["coffer"] + command).code == 5, "\(command)")
    }
    let lock = try sandbox.coffer("lock")
    #expect(lock.succeeded && lock.stderr == "locked\n", "\(lock)")
    let launch = try sandbox.coffer("run", "--", "echo", "launched")
    #expect(launch.code == 125 && launch.output.isEmpty, "\(launch)")
    #expect(try sandbox.coffer("lock").stderr == "nothing was unlocked\n")

    sandbox.environment = withPassphrase
    #expect(try sandbox.coffer("unlock", "-e", "production").stderr.contains("production is unlocked for 15 minutes"))
    sandbox.environment["COFFER_PASSPHRASE_FILE"] = nil
    try sandbox.store(["TOKEN": "live"], in: "production")
    #expect(try sandbox.coffer("run", "-e", "production", "--", "sh", "-c", "echo $TOKEN").stdout == "live\n")
    for command in [["get", "TOKEN", "-e", "production"], ["export", "-e", "production"]] {
      let result = try sandbox.run(["coffer"] + command)
      #expect(result.code == 5 && result.output.isEmpty, "production's values want the passphrase again: \(result)")
    }
    // Development was locked with the rest, and production's unlocking does not bring it back.
    #expect(try sandbox.coffer("list").code == 5)
  }

  @Test func `unlock ends by itself, and once is once`() throws {
    let sandbox = try Sandbox()
    try sandbox.makeIdentity()
    #expect(try sandbox.coffer("init", "--yes").succeeded)
    let withPassphrase = sandbox.environment
    #expect(try sandbox.coffer("unlock", "--for", "2s").stderr.contains("unlocked for 2 seconds"))
    let unlocked = ContinuousClock.now
    sandbox.environment["COFFER_PASSPHRASE_FILE"] = nil
    #expect(try sandbox.coffer("list").succeeded)
    while ContinuousClock.now - unlocked < .seconds(4), try sandbox.coffer("list").succeeded { usleep(100_000) }
    #expect(try sandbox.coffer("list").code == 5, "it is still unlocked after 4 seconds")

    sandbox.environment = withPassphrase
    #expect(try sandbox.coffer("unlock", "--once").stderr == "development is unlocked for the next command\n")
    sandbox.environment["COFFER_PASSPHRASE_FILE"] = nil
    #expect(try sandbox.coffer("run", "--", "true").succeeded)
    #expect(try sandbox.coffer("run", "--", "true").code == 125)
  }

  @Test(arguments: ["0s", "10", "1d", "25h", "-5m", "m", "99999999999s", "1.5h", ""])
  func `a time that is none is refused`(time: String) throws {
    let result = try Sandbox.prepared().coffer("unlock", "--for=\(time)")
    #expect(result.code == 2, "\(result)")
  }
}
