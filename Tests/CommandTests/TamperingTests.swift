import Glibc
import Testing

/// Coffer's files as somebody else might leave them: all is refused by name, nothing comes out, nothing is launched.
@Suite struct TamperingTests {
  private static let value = "the value"

  private static func sandbox() throws -> Sandbox {
    try fill(Sandbox.prepared())
  }

  private static func fill(_ sandbox: Sandbox) throws -> Sandbox {
    try sandbox.succeed("set", "TOKEN", input: .text("an old value"))
    try sandbox.succeed("set", "TOKEN", input: .text(value))
    try sandbox.succeed("set", "OTHER", input: .text("another value"))
    return sandbox
  }

  /// Commands that would show or use a value, with the exit code of refusal.
  private static let commands: [(words: [String], code: Int32)] = [
    (["get", "TOKEN"], 4), (["list"], 4), (["export"], 4), (["history", "TOKEN"], 4), (["check"], 4), (["verify"], 4),
    (["run", "--", "echo", "launched"], 125), (["run", "--explain"], 125), (["rollback", "TOKEN", "1"], 4),
    (["rm", "TOKEN", "--yes"], 4),
    (["env", "copy", "development", "staging"], 4), (["unlock"], 4),
  ]

  /// Runs all of them, and `set`: each must refuse with a message.
  private static func expectRefusal(
    _ sandbox: Sandbox, _ what: String, saying said: String? = nil, code: Int32? = nil,
    of commands: [(words: [String], code: Int32)] = commands
  ) throws {
    for (words, standard) in commands {
      let result = try sandbox.run(["coffer"] + words)
      let code = words.first == "run" ? 125 : code ?? standard
      #expect(result.code == code && result.output.isEmpty, "\(what): \(result)")
      #expect(result.stderr.hasPrefix("coffer: error: "), "\(what): \(result)")
      if let said { #expect(result.stderr.contains(said), "\(what): \(result)") }
    }
    let set = try sandbox.coffer("set", "TOKEN", input: .text("new"))
    #expect(set.code == code ?? 4, "\(what): \(set)")
  }

  @Test func `an older vault put back is refused as a rollback until it is accepted`() throws {
    let sandbox = try Sandbox.prepared()
    try sandbox.succeed("set", "TOKEN", input: .text("an old value"))
    let older = try FolderState(of: sandbox.cofferHome + "/data")
    try sandbox.succeed("set", "TOKEN", input: .text(Self.value))
    let newer = try FolderState(of: sandbox.cofferHome + "/data")
    try older.restore()
    try Self.expectRefusal(sandbox, "an older vault", saying: "rollback: the vault is older")
    try newer.restore()
    #expect(try sandbox.coffer("get", "TOKEN").stdout == Self.value)

    // Another write onto the older one makes the same length, and a history that this device never saw.
    try older.restore()
    let pin = try TestFiles.read(sandbox.pinFile)
    remove(sandbox.pinFile)
    try sandbox.succeed("set", "TOKEN", input: .text("another new value"))
    try TestFiles.write(pin, to: sandbox.pinFile, mode: 0o600)
    try Self.expectRefusal(sandbox, "a forked vault", saying: "history differs from what this device has seen")

    try older.restore()
    let accepted = try sandbox.coffer("link", "--accept-older", "--yes")
    #expect(accepted.succeeded, "\(accepted)")
    #expect(try sandbox.coffer("get", "TOKEN").stdout == "an old value")
    #expect(try sandbox.coffer("verify").succeeded)
  }

  @Test func `a damaged vault file is refused by every command`() throws {
    let sandbox = try Self.sandbox()
    let state = try FolderState(of: sandbox.cofferHome)
    let whole = try TestFiles.read(sandbox.vaultFile)
    var generator = SystemRandomNumberGenerator()
    let random = (0..<whole.count).map { _ in UInt8.random(in: 0...255, using: &generator) }
    let middle = whole.count / 2
    for (what, bytes) in [
      ("empty", []), ("only its header", Array(whole[..<100])), ("half of it", Array(whole[..<middle])),
      ("random bytes", random), ("zero bytes", [UInt8](repeating: 0, count: whole.count)),
      ("the second half exchanged", Array(whole[..<middle] + random[middle...])),
    ] {
      try TestFiles.write(bytes, to: sandbox.vaultFile, mode: 0o600)
      try Self.expectRefusal(sandbox, what)
      try state.restore()
    }
    // Cut anywhere, or longer than it was: one command is enough.
    for step in 1..<24 {
      try TestFiles.write(Array(whole[..<(whole.count * step / 24 - step % 2)]), to: sandbox.vaultFile, mode: 0o600)
      let result = try sandbox.coffer("get", "TOKEN")
      #expect(result.code == 4 && result.output.isEmpty, "cut to \(step)/24: \(result)")
    }
    try state.restore()
    #expect(try sandbox.coffer("get", "TOKEN").stdout == Self.value)
  }

  @Test func `no flipped bit of a vault goes unseen`() throws {
    let sandbox = try Self.sandbox()
    let whole = try TestFiles.read(sandbox.vaultFile)
    let count = 150
    var bits = (0..<count).map { whole.count * 8 / count * $0 + Int.random(in: 0..<(whole.count * 8 / count)) }
    // SQLite's own header, whose fields steer how all the rest is read.
    bits += (0..<50).map { $0 * 16 + $0 % 8 }
    for bit in bits {
      var bytes = whole
      bytes[bit / 8] ^= 1 << (bit % 8)
      try TestFiles.write(bytes, to: sandbox.vaultFile, mode: 0o600)
      let result = try sandbox.coffer("get", "TOKEN")
      #expect(result.code == 4 && result.output.isEmpty, "bit \(bit % 8) of byte \(bit / 8): \(result)")
    }
    for file in TestFiles.entries(parent(of: sandbox.vaultFile)) where !file.hasSuffix(".db") { remove(file) }
    try TestFiles.write(whole, to: sandbox.vaultFile, mode: 0o600)
    #expect(try sandbox.coffer("get", "TOKEN").stdout == Self.value)
  }

  @Test(.enabled(if: Trace.isPossible, "strace cannot work here"))
  func `a torn write-ahead log costs at most what it held, and shows nothing else`() throws {
    let sandbox = try Self.sandbox()
    // Killed after its commit, a command leaves the log beside the file.
    let killed = try sandbox.run(
      Trace.prefix(to: "/dev/null", calls: ["fdatasync"], more: ["-e", "inject=fdatasync:signal=KILL:when=4"])
        + [sandbox.program, "set", "TOKEN"], input: .text("committed"))
    let log = sandbox.vaultFile + "-wal"
    guard let whole = try? TestFiles.read(log), !whole.isEmpty else {
      Issue.record("no log was left: \(killed)")
      return
    }
    let state = try FolderState(of: sandbox.cofferHome)
    for place in stride(from: 0, to: whole.count, by: max(1, whole.count / 24)) {
      for cut in [true, false] {
        try state.restore()
        var bytes = whole
        if cut { bytes.removeSubrange(place...) } else { bytes[place] ^= 0x10 }
        try TestFiles.write(bytes, to: log, mode: 0o600)
        let result = try sandbox.coffer("get", "TOKEN")
        // The commit was acknowledged to the pin or not; a log without it is then older than what was seen.
        let isFine = result.succeeded && ["committed", Self.value].contains(result.stdout)
        #expect(
          isFine || result.code == 4 && result.output.isEmpty, "\(cut ? "cut" : "changed") at \(place): \(result)")
      }
    }
  }

  @Test func `another vault's files are not taken for this one's`() throws {
    let sandbox = try Self.sandbox()
    let state = try FolderState(of: sandbox.cofferHome)
    let mine = sandbox.vaultFile
    try TestFiles.makeFolder(sandbox.path("other"))
    let made = try sandbox.coffer("init", "--name", "other", "--yes", in: "other")
    try #require(made.succeeded, "\(made)")
    try sandbox.succeed("set", "TOKEN", input: .text("of the other vault"), in: "other")
    let other = try #require(
      TestFiles.tree(sandbox.cofferHome + "/data").first { $0.hasSuffix("/vault.db") && $0 != mine })
    let (otherVault, otherLink) = (
      try TestFiles.read(other),
      try #require(TestFiles.entries(sandbox.cofferHome + "/state/links").first { state.bytes(of: $0) == nil })
    )
    let (otherPin, link) = (
      try #require(TestFiles.entries(sandbox.cofferHome + "/state/pins").first { state.bytes(of: $0) == nil }),
      otherLink
    )
    let (pinBytes, linkBytes) = (try TestFiles.read(otherPin), try TestFiles.read(link))
    remove(sandbox.path("other/coffer.toml"))

    try TestFiles.write(otherVault, to: mine, mode: 0o600)
    try Self.expectRefusal(sandbox, "another vault's file")
    remove(state.paths.first { $0.contains("/pins/") } ?? "")
    try Self.expectRefusal(sandbox, "another vault's file, never seen before")
    let linked = try sandbox.coffer("link", "--yes", "--accept-older")
    #expect(linked.code == 4, "\(linked)")

    try state.restore()
    for (folder, bytes) in [("/pins/", pinBytes), ("/links/", linkBytes)] {
      let path = try #require(state.paths.first { $0.contains(folder) })
      try TestFiles.write(bytes, to: path, mode: 0o600)
      try Self.expectRefusal(sandbox, "another vault's file in \(folder)")
      try state.restore()
    }
    #expect(try sandbox.coffer("get", "TOKEN").stdout == Self.value)
  }

  @Test func `a damaged pin or link is told and mended by the command that the hint names`() throws {
    let sandbox = try Self.sandbox()
    for (path, part, mend) in [
      (sandbox.pinFile, "pin", ["link", "--accept-older", "--yes"]), (sandbox.linkFile, "link", ["link", "--yes"]),
    ] {
      let whole = try TestFiles.read(path)
      var changed = whole
      changed[whole.count / 2] ^= 1
      for bytes in [
        changed, Array(whole.dropLast()), whole + [0], [UInt8](repeating: 0, count: whole.count), Array("text".utf8),
      ] {
        try TestFiles.write(bytes, to: path, mode: 0o600)
        try Self.expectRefusal(sandbox, "a damaged \(part)", saying: "damaged", of: Array(Self.commands.prefix(7)))
      }
      let mended = try sandbox.run(["coffer"] + mend)
      #expect(mended.succeeded, "\(mended)")
      #expect(try sandbox.coffer("get", "TOKEN").stdout == Self.value)
      #expect(try sandbox.coffer("run", "--", "true").succeeded)
    }
  }

  @Test func `an identity that asks for too much or too little work is refused before any is done`() throws {
    let sandbox = try Self.fill(Sandbox.withVault(unlocked: false))
    let whole = try TestFiles.read(sandbox.identityFile)
    let patch = """
      import hashlib, sys
      path, passes, memory = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
      body = bytearray(open(path, 'rb').read()[:-32])
      order = 'big' if body[11:15] == (2).to_bytes(4, 'big') else 'little'
      assert body[11:15] == (2).to_bytes(4, order) and body[15:23] == (64 << 20).to_bytes(8, order)
      body[11:15], body[15:23] = passes.to_bytes(4, order), memory.to_bytes(8, order)
      label = b'coffer/identity-file'
      digest = hashlib.blake2b(len(label).to_bytes(4, order) + label + bytes(body), digest_size=32).digest()
      open(path, 'wb').write(bytes(body) + digest)
      """
    for (passes, memory) in [
      (3, 1 << 40), (3, 0), (3, 8192), (1, 256 << 20), (1_000_000, 256 << 20), (0xFFFF_FFFF, Int.max),
    ] {
      try TestFiles.write(whole, to: sandbox.identityFile, mode: 0o600)
      let patched = try sandbox.run(["python3", "-c", patch, sandbox.identityFile, "\(passes)", "\(memory)"])
      try #require(patched.succeeded, "\(patched)")
      let start = ContinuousClock.now
      let result = try sandbox.coffer("get", "TOKEN")
      #expect(
        result.code == 4 && result.output.isEmpty && result.stderr.contains("outside what coffer accepts"), "\(result)")
      #expect(ContinuousClock.now - start < .seconds(5))
      #expect(try sandbox.coffer("run", "--", "echo", "launched").code == 125)
    }
    var changed = whole
    changed[40] ^= 1
    for bytes in [changed, Array(whole.dropLast(3)), [], Array("text".utf8), whole + whole] {
      try TestFiles.write(bytes, to: sandbox.identityFile, mode: 0o600)
      let result = try sandbox.coffer("get", "TOKEN")
      #expect(result.code == 4 && result.output.isEmpty && result.stderr.contains("damaged"), "\(result)")
    }
    remove(sandbox.identityFile)
    #expect(try sandbox.coffer("get", "TOKEN").code == 5)
  }
}
