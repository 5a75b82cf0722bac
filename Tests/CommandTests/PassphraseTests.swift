import Glibc
import Platform
import Testing

/// The passphrase, changed. Each test has an identity of its own: it ends what that unlocked.
@Suite struct PassphraseTests {
  private static let new = "a staple that no horse knows"

  /// Whether a passphrase opens the identity.
  private static func opens(_ sandbox: Sandbox, _ passphrase: String) throws -> Bool {
    let result = try sandbox.coffer(
      "get", "TOKEN", "-e", "production", "--passphrase-fd", "3", descriptors: [3: Array(passphrase.utf8)])
    guard result.succeeded || result.code == 5 && result.stderr.contains("wrong passphrase") else {
      throw HarnessError("neither right nor wrong: \(result)")
    }
    return result.succeeded
  }

  private static func change(_ sandbox: Sandbox, to new: String = new) throws -> RunResult {
    try sandbox.coffer("passphrase", "--new-passphrase-fd", "4", descriptors: [4: Array((new + "\n").utf8)])
  }

  /// A vault of its own whose production has a TOKEN.
  private static func scene(unlocked: Bool = false) throws -> Sandbox {
    let sandbox = try Sandbox.withVault(unlocked: unlocked)
    try sandbox.succeed("set", "TOKEN", "-e", "production", input: .text("canary"))
    return sandbox
  }

  @Test func `at a terminal the old one is asked for, and the new one twice; none is shown`() throws {
    let sandbox = try Self.scene()
    sandbox.environment["COFFER_PASSPHRASE_FILE"] = nil
    let before = try TestFiles.read(sandbox.identityFile)
    for (typed, said, code) in [
      (["wrong passphrase here"], "wrong passphrase", Int32(5)),
      ([Sandbox.passphrase, "seven c"], "the passphrase is too short: eight characters at least", 2),
      ([Sandbox.passphrase, ""], "the passphrase is empty", 5),
      ([Sandbox.passphrase, Self.new, Self.new + "x"], "the two passphrases differ", 2),
      ([Sandbox.passphrase, Sandbox.passphrase, Sandbox.passphrase], "the new passphrase is the old one", 2),
    ] {
      let terminal = try sandbox.terminal("coffer", "passphrase")
      for (prompt, text) in zip(["Passphrase: ", "New passphrase for your identity: ", "Once more: "], typed) {
        try terminal.expect(prompt)
        try terminal.waitForEcho(false)
        try terminal.send(text + "\r")
      }
      try terminal.expect(said)
      #expect(terminal.finish() == .exit(code) && terminal.echoes, "\(terminal)")
      #expect(try TestFiles.read(sandbox.identityFile) == before)
    }
    let terminal = try sandbox.terminal("coffer", "passphrase")
    for (prompt, text) in [
      ("Passphrase: ", Sandbox.passphrase), ("New passphrase for your identity: ", Self.new), ("Once more: ", Self.new),
    ] {
      try terminal.expect(prompt)
      try terminal.waitForEcho(false)
      try terminal.send(text + "\r")
    }
    try terminal.expect("the passphrase is changed; ")
    #expect(terminal.finish() == .exit(0) && terminal.echoes, "\(terminal)")
    #expect(!terminal.transcript.contains("horse"), "\(terminal)")
    #expect(try Self.opens(sandbox, Self.new) && !Self.opens(sandbox, Sandbox.passphrase))
    // The same keys, sealed under another salt; nothing else has changed but that.
    let after = try TestFiles.read(sandbox.identityFile)
    #expect(after.count == before.count && after[23..<39] != before[23..<39] && after[39..<111] == before[39..<111])
    #expect(TestFiles.mode(sandbox.identityFile) == 0o600)
    #expect(TestFiles.entries(parent(of: sandbox.identityFile)) == [sandbox.identityFile])
  }

  @Test func `descriptors and a file bring both; a wrong one changes nothing`() throws {
    let sandbox = try Self.scene()
    let before = try TestFiles.read(sandbox.identityFile)
    for (words, given, code) in [
      (["--new-passphrase-fd", "4"], [4: "short"], Int32(2)), (["--new-passphrase-fd", "4"], [4: ""], 5),
      (["--new-passphrase-fd", "4"], [4: Sandbox.passphrase], 2), (["--new-passphrase-fd", "44"], [:], 2),
      (["--passphrase-fd", "3", "--new-passphrase-fd", "4"], [3: "not this one", 4: Self.new], 5),
      (["--passphrase-fd", "3", "--new-passphrase-fd", "3"], [3: Sandbox.passphrase], 2), ([], [:], 5),
    ] as [([String], [Int32: String], Int32)] {
      let result = try sandbox.run(
        ["coffer", "passphrase"] + words, descriptors: given.mapValues { Array($0.utf8) })
      #expect(result.code == code && result.stderr.contains("coffer: error: "), "\(result)")
      #expect(!result.stderr.contains("changed; "), "\(result)")
      #expect(try TestFiles.read(sandbox.identityFile) == before)
    }
    let changed = try Self.change(sandbox)
    #expect(changed.succeeded && changed.stdout.isEmpty, "\(changed)")
    #expect(changed.stderr.contains("the file that COFFER_PASSPHRASE_FILE names still holds the old one"), "\(changed)")
    #expect(try Self.opens(sandbox, Self.new) && !Self.opens(sandbox, Sandbox.passphrase))
    let back = try sandbox.coffer(
      "passphrase", "--passphrase-fd", "3", "--new-passphrase-fd", "4",
      descriptors: [3: Array(Self.new.utf8), 4: Array(Sandbox.passphrase.utf8)])
    #expect(back.succeeded && !back.stderr.contains("hint"), "\(back)")
    #expect(try Self.opens(sandbox, Sandbox.passphrase))
  }

  @Test func `there is no passphrase without an identity`() throws {
    let result = try Self.change(Sandbox())
    #expect(result.code == 5 && result.stderr.contains("this device has no identity yet"), "\(result)")
  }

  @Test(.enabled(if: KernelKeyring.isAvailable, "no kernel keyring here"))
  func `what was unlocked of every vault ends, one whose file is gone included, and nobody else's`() throws {
    let sandbox = try Self.scene(unlocked: true)
    let other = try Sandbox.withVault()
    try #require(try other.coffer("get", "TOKEN", setting: ["COFFER_PASSPHRASE_FILE": nil]).code == 1)
    try sandbox.succeed("unlock", "-e", "production", "--for", "10m")
    for name in ["second", "third"] {
      try TestFiles.makeFolder(sandbox.path(name))
      try sandbox.succeed("init", "--name", name, "--yes", in: name)
      try sandbox.succeed("unlock", "--for", "10m", in: name)
    }
    func isUnlocked(_ folder: String) throws -> Bool {
      try sandbox.coffer("list", setting: ["COFFER_PASSPHRASE_FILE": nil], in: folder).succeeded
    }
    #expect(try isUnlocked(".") && isUnlocked("second") && isUnlocked("third"))
    // The third one's file and pin are lost: only the keyring knows of it.
    let manifest = try sandbox.text(of: "third/coffer.toml")
    let short = try #require(manifest.split(separator: "\"")[1].split(separator: " ").last.map(String.init))
    let keys = try sandbox.run(["cat", "/proc/keys"]).stdout.split(separator: "\n")
    TestFiles.removeTree(sandbox.cofferHome + "/data/" + short)
    for pin in TestFiles.entries(sandbox.cofferHome + "/state/pins") { remove(pin) }

    let changed = try Self.change(sandbox)
    #expect(
      changed.stderr.contains("the passphrase is changed; 4 environments were unlocked, of 3 vaults: locked now"),
      "\(changed)")
    #expect(try !isUnlocked(".") && !isUnlocked("second"))
    let left = try sandbox.run(["cat", "/proc/keys"]).stdout.split(separator: "\n").filter { $0.contains("coffer:") }
    #expect(keys.count > left.count)
    #expect(
      try other.coffer("get", "TOKEN", setting: ["COFFER_PASSPHRASE_FILE": nil]).code == 1, "another identity's ended")
    let again = try sandbox.coffer(
      "passphrase", "--passphrase-fd", "3", "--new-passphrase-fd", "4",
      descriptors: [3: Array(Self.new.utf8), 4: Array(Sandbox.passphrase.utf8)])
    #expect(again.stderr.contains("the passphrase is changed; nothing was unlocked"), "\(again)")
  }

  /// The calls that change what is on a disk.
  private static let calls = ["write", "fdatasync", "fsync", "ftruncate", "rename", "renameat2", "unlink", "fchmod"]

  @Test(.enabled(if: Trace.isPossible, "strace cannot work here"))
  func `killed, or refused by the disk, at any moment, the old one opens or the new one`() throws {
    let sandbox = try Self.scene()
    let before = try FolderState(of: sandbox.cofferHome)
    try sandbox.write(Self.new, to: "new", mode: 0o600)
    func run(_ prefix: [String]) throws -> RunResult {
      try sandbox.run(
        ["sh", "-c", #"exec "$@" 4< new"#, "sh"] + prefix + [sandbox.program, "passphrase", "--new-passphrase-fd", "4"])
    }
    let trace = sandbox.root + "/trace"
    let clean = try run(Trace.prefix(to: trace, calls: Self.calls))
    try #require(clean.succeeded, "\(clean)")
    var outcomes: Set<Bool> = []
    for (call, count) in try Trace(file: trace).counts.sorted(by: { $0.key < $1.key }) {
      for (number, injection) in Trace.moments(count).flatMap({ [($0, "signal=KILL"), ($0, "error=EIO")] }) {
        try before.restore()
        let isKill = injection == "signal=KILL"
        if isKill { _ = try sandbox.coffer("unlock", "--for", "10m") }
        let what = "\(call) \(number) of \(count), \(injection)"
        let result = try run(
          Trace.prefix(to: "/dev/null", calls: [call], more: ["-e", "inject=\(call):\(injection):when=\(number)"]))
        let isNew = try TestFiles.read(sandbox.identityFile) != before.bytes(of: sandbox.identityFile)
        #expect(try !isNew || Self.opens(sandbox, Self.new), "\(what): neither opens: \(result)")
        if isKill {
          #expect(!result.succeeded, "\(what): \(result)")
          outcomes.insert(isNew)
          let list = try sandbox.coffer("list", setting: ["COFFER_PASSPHRASE_FILE": nil])
          #expect(!isNew || list.code == 5, "\(what): still unlocked: \(list)")
        } else {
          // What was only said is no error.
          #expect(
            result.succeeded == isNew || call == "write" && !result.stderr.contains("error"), "\(what): \(result)")
        }
        let left = TestFiles.entries(parent(of: sandbox.identityFile)).filter { $0 != sandbox.identityFile }
        #expect(
          left.allSatisfy { $0.contains("/identity.coffer-") } && (left.isEmpty || isKill),
          "\(left)")
      }
    }
    #expect(outcomes == [true, false], "every kill came too early or too late: it proves nothing")
  }
}
