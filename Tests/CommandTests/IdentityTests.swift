import Glibc
import Platform
import Sealing
import Testing
import Vault

/// A device's identity: shown, taken elsewhere, and never lost.
@Suite struct IdentityTests {
  @Test func `the public key is one line, the same each time, and needs no passphrase`() throws {
    let sandbox = try Sandbox()
    let made = try sandbox.succeed("identity")
    #expect(made.stdout.wholeMatch(of: /cofferpub_[0-9A-Za-z]{94}\n/) != nil, "\(made)")
    #expect(made.stderr.contains("made your identity: \(sandbox.identityFile)\n"), "\(made)")
    // Not what the other tests' identities cost: libsodium's MODERATE.
    let derivation = try IdentityFile(bytes: TestFiles.read(sandbox.identityFile)).derivation
    #expect((derivation.passes, derivation.memory) == (3, 256 << 20))
    let words = try #require(made.stderr.firstMatch(of: /its words: ([a-z]+ [a-z]+ [a-z]+ [a-z]+ [a-z]+ [a-z]+)\n/)).1
    sandbox.environment["COFFER_PASSPHRASE_FILE"] = nil
    for command in [["identity"], ["identity", "show"], ["identity", "--no-color"]] {
      let again = try sandbox.run(["coffer"] + command)
      #expect(again.succeeded && again.stdout == made.stdout && again.stderr.contains(words), "\(again)")
      #expect(!again.stderr.contains("made"), "\(again)")
    }
    let quiet = try sandbox.coffer("identity", "--quiet")
    #expect(quiet.stdout == made.stdout && quiet.stderr.isEmpty, "\(quiet)")
    // The vault that is made then has these keys.
    sandbox.environment["COFFER_PASSPHRASE_FILE"] = sandbox.root + "/passphrase"
    let begun = try sandbox.succeed("init", "--name", "shop", "--yes")
    #expect(!begun.stderr.contains("made your identity"), "\(begun)")
    #expect(try sandbox.coffer("identity").stdout == made.stdout)
    let other = try Sandbox().succeed("identity")
    #expect(other.stdout != made.stdout && !other.stderr.contains(words))
  }

  @Test func `an identity is made at a terminal with a passphrase typed twice`() throws {
    let sandbox = try Sandbox()
    sandbox.environment["COFFER_PASSPHRASE_FILE"] = nil
    #expect(try sandbox.coffer("identity").code == 5)
    #expect(!TestFiles.exists(sandbox.identityFile))
    let terminal = try sandbox.terminal("coffer", "identity")
    for prompt in ["New passphrase for your identity: ", "Once more: "] {
      try terminal.expect(prompt)
      try terminal.waitForEcho(false)
      try terminal.send("typed by a person\r")
    }
    try terminal.expect("cofferpub_")
    try terminal.expect("its words: ")
    #expect(terminal.finish() == .exit(0) && !terminal.transcript.contains("typed by"), "\(terminal)")
  }

  @Test func `an exported identity opens a copied vault on another device`() throws {
    let first = try Sandbox.withVault(unlocked: false)
    try first.succeed("set", "TOKEN", input: .text("canary"))
    let exported = first.root + "/stick"
    let written = try first.succeed("identity", "export", exported)
    #expect(TestFiles.mode(exported) == 0o600 && written.stdout.isEmpty, "\(written)")
    #expect(try TestFiles.read(exported) == TestFiles.read(first.identityFile))

    let second = try Sandbox()
    let imported = try second.succeed("identity", "import", exported)
    #expect(imported.stderr.contains("this device has your identity now"), "\(imported)")
    #expect(TestFiles.mode(second.identityFile) == 0o600)
    #expect(try second.coffer("identity").stdout == first.coffer("identity").stdout)
    try TestFiles.makeFolder(second.cofferHome + "/data")
    try #require(try second.run(["cp", "-r", first.cofferHome + "/data/.", second.cofferHome + "/data"]).succeeded)
    try second.write(first.text(of: "coffer.toml"), to: "coffer.toml")
    try second.succeed("link", "--yes")
    #expect(try second.succeed("get", "TOKEN").stdout == "canary")
    try second.succeed("set", "TOKEN", input: .text("from the second"))
    #expect(try second.coffer("verify").succeeded)
    let twice = try second.succeed("identity", "import", exported)
    #expect(twice.stderr.contains("this is this device's identity already"), "\(twice)")
  }

  @Test func `export replaces nothing, and warns in a git work tree`() throws {
    let sandbox = try Sandbox()
    let none = try sandbox.coffer("identity", "export", "out")
    #expect(none.code == 5 && !TestFiles.exists(sandbox.path("out")), "\(none)")
    try sandbox.succeed("identity")
    try sandbox.write("mine", to: "there")
    symlink("nowhere", sandbox.path("dangling"))
    symlink("there", sandbox.path("link"))
    for name in ["there", "dangling", "link", "."] {
      let result = try sandbox.coffer("identity", "export", name)
      #expect(result.code == 2 && result.stderr.contains("coffer: error: "), "\(result)")
    }
    #expect(try sandbox.text(of: "there") == "mine" && !TestFiles.exists(sandbox.path("nowhere")))
    let lost = try sandbox.coffer("identity", "export", "missing/out")
    #expect(lost.code == 2, "\(lost)")
    #expect(try !sandbox.succeed("identity", "export", "out").stderr.contains("warning"))
    try TestFiles.makeFolder(sandbox.path(".git"))
    let warned = try sandbox.succeed("identity", "export", "tracked")
    #expect(warned.stderr.contains("coffer: warning: \(sandbox.project) is a git work tree"), "\(warned)")
    #expect(TestFiles.entries(sandbox.project).filter { $0.contains(".coffer-") } == [])
  }

  @Test func `another identity is replaced only on demand, and kept`() throws {
    let sandbox = try Sandbox.withVault(unlocked: false)
    let own = try TestFiles.read(sandbox.identityFile)
    let stranger = try Sandbox()
    try stranger.succeed("identity")
    let file = stranger.identityFile
    let refused = try sandbox.coffer("identity", "import", file)
    #expect(
      refused.code == 2 && refused.stderr.contains("this device has another identity: nothing was changed"),
      "\(refused)")
    let wrong = try sandbox.coffer(
      "identity", "import", file, "--replace", "--passphrase-fd", "3", descriptors: [3: Array("wrong one".utf8)])
    #expect(wrong.code == 5 && wrong.stderr.contains("wrong passphrase"), "\(wrong)")
    #expect(try TestFiles.read(sandbox.identityFile) == own)
    #expect(TestFiles.entries(parent(of: sandbox.identityFile)) == [sandbox.identityFile])

    let replaced = try sandbox.succeed("identity", "import", file, "--replace")
    #expect(
      replaced.stderr.contains("the identity that was here is kept: \(sandbox.identityFile).old\n"), "\(replaced)")
    #expect(try TestFiles.read(sandbox.identityFile) == TestFiles.read(file))
    #expect(
      try TestFiles.read(sandbox.identityFile + ".old") == own && TestFiles.mode(sandbox.identityFile + ".old") == 0o600
    )
    let stranded = try sandbox.coffer("list")
    #expect(stranded.code == 5 && stranded.stderr.contains("may not do this in this vault"), "\(stranded)")

    // And back: what was kept is an identity file like any other.
    let back = try sandbox.succeed("identity", "import", sandbox.identityFile + ".old", "--replace")
    #expect(back.stderr.contains("is kept: \(sandbox.identityFile).old-2\n"), "\(back)")
    #expect(try TestFiles.read(sandbox.identityFile) == own && sandbox.coffer("list").succeeded)
    #expect(try TestFiles.read(sandbox.identityFile + ".old") == own)
  }

  @Test(.enabled(if: KernelKeyring.isAvailable, "no kernel keyring here"))
  func `what the replaced identity unlocked ends, and not by an import that is refused`() throws {
    let sandbox = try Sandbox.withVault()
    let stranger = try Sandbox()
    try stranger.succeed("identity")
    func isUnlocked() throws -> Bool { try sandbox.coffer("list", setting: ["COFFER_PASSPHRASE_FILE": nil]).succeeded }
    #expect(try sandbox.coffer("identity", "import", stranger.identityFile).code == 2)
    #expect(try isUnlocked())
    let replaced = try sandbox.succeed("identity", "import", stranger.identityFile, "--replace")
    #expect(replaced.stderr.contains("replaced; 1 environment was unlocked, of 1 vault: locked now"), "\(replaced)")
    #expect(try !isUnlocked())
  }

  @Test func `the file of an earlier passphrase takes its place only on demand`() throws {
    let sandbox = try Sandbox()
    try sandbox.succeed("identity")
    try sandbox.succeed("identity", "export", "old")
    try sandbox.succeed("passphrase", "--new-passphrase-fd", "4", descriptors: [4: Array("one more passphrase".utf8)])
    let refused = try sandbox.coffer("identity", "import", "old")
    #expect(
      refused.code == 2
        && refused.stderr.contains("this device has this identity already, perhaps under another passphrase"),
      "\(refused)")
    try sandbox.succeed("identity", "import", "old", "--replace")
    #expect(try TestFiles.read(sandbox.identityFile) == TestFiles.read(sandbox.path("old")))
  }

  @Test func `what is no private file of this user is refused, and a damaged one`() throws {
    let maker = try Sandbox()
    try maker.succeed("identity")
    let good = try TestFiles.read(maker.identityFile)
    let sandbox = try Sandbox()
    func refused(_ name: String, _ reason: String, code: Int32) throws {
      let result = try sandbox.coffer("identity", "import", name, seconds: 20)
      #expect(result.code == code && result.stderr.contains(reason), "\(name): \(result)")
      #expect(!TestFiles.exists(sandbox.identityFile), "\(name) was taken")
    }
    try TestFiles.write(good, to: sandbox.path("good"), mode: 0o600)
    symlink("good", sandbox.path("link"))
    mkfifo(sandbox.path("fifo"), 0o600)
    try TestFiles.write(good, to: sandbox.path("open"), mode: 0o644)
    try refused("link", "is a symbolic link: refused", code: 4)
    try refused("fifo", "is not a regular file: refused", code: 4)
    try refused("open", "can be reached by others (mode 644): refused", code: 4)
    try refused(".", "is not a regular file: refused", code: 4)
    try refused("missing", "missing: No such file or directory", code: 2)
    for (name, bytes) in [
      ("empty", []), ("magic", Array(good.prefix(8))), ("short", good.dropLast()), ("long", good + [0]),
      ("longer", good + [UInt8](repeating: 0, count: 5000)), ("text", Array("not an identity\n".utf8)),
    ] as [(String, [UInt8])] {
      try TestFiles.write(bytes, to: sandbox.path(name), mode: 0o600)
      try refused(name, "the identity file is damaged", code: 4)
    }
    for place in stride(from: 0, to: good.count, by: 7) {
      var bytes = good
      bytes[place] ^= 0x10
      try TestFiles.write(bytes, to: sandbox.path("flipped"), mode: 0o600)
      try refused("flipped", "the identity file is damaged", code: 4)
    }
    try sandbox.succeed("identity", "import", "good")
  }

  @Test func `a damaged identity gives way to its copy, and is kept too`() throws {
    let sandbox = try Sandbox.withVault(unlocked: false)
    try sandbox.succeed("identity", "export", "copy")
    var bytes = try TestFiles.read(sandbox.identityFile)
    bytes[50] ^= 1
    try TestFiles.write(bytes, to: sandbox.identityFile, mode: 0o600)
    #expect(try sandbox.coffer("list").code == 4)
    let refused = try sandbox.coffer("identity", "import", "copy")
    #expect(refused.code == 2 && refused.stderr.contains("an identity file that cannot be read"), "\(refused)")
    try sandbox.succeed("identity", "import", "copy", "--replace")
    #expect(try sandbox.coffer("list").succeeded && TestFiles.read(sandbox.identityFile + ".old") == bytes)
  }
}
