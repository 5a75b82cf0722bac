import Glibc
import Testing

/// Killed, or refused by the disk, at every moment at which a write touches it: the state is the old one or the new one.
@Suite struct InterruptionTests {
  /// The calls that change what is on a disk.
  private static let calls = ["pwrite64", "write", "fdatasync", "fsync", "ftruncate", "rename", "unlink", "fchmod"]

  /// A write that changes the vault, the link and coffer.toml.
  enum Write: String, CaseIterable, CustomTestStringConvertible {
    case set, importing
    var testDescription: String { rawValue }

    var words: [String] { self == .set ? ["set", "TOKEN"] : ["import", ".env", "--yes"] }

    func input(_ values: [Marker]) -> Input { self == .set ? .text(values[0].text) : .none }
  }

  /// A vault in which the write replaces one value, and declares what coffer.toml does not have yet.
  private struct Scene {
    let sandbox: Sandbox
    let write: Write
    let values = (0..<4).map { _ in Marker() }
    let before: FolderState
    let old: String
    let new: String
    let counts: [String: Int]

    init(_ write: Write) throws {
      self.write = write
      sandbox = try Sandbox.prepared()
      let undeclared = try sandbox.text(of: "coffer.toml")
      try sandbox.succeed("set", "TOKEN", input: .text("the old value"))
      try sandbox.write(undeclared, to: "coffer.toml")
      remove(sandbox.linkFile)
      try sandbox.succeed("link", "--yes")
      if write == .importing {
        try sandbox.write(
          "TOKEN=\(values[0].text)\nSECOND=\(values[1].text)\nPORT=3000\nTHIRD=\(values[2].text)\n", to: ".env")
      }
      before = try FolderState(of: sandbox.cofferHome, sandbox.project)
      old = try sandbox.succeed("export").stdout
      let trace = sandbox.root + "/trace"
      let clean = try sandbox.run(
        Trace.prefix(to: trace, calls: InterruptionTests.calls) + [sandbox.program] + write.words,
        input: write.input(values))
      try #require(clean.succeeded, "\(clean)")
      counts = try Trace(file: trace).counts
      new = try sandbox.succeed("export").stdout
      try #require(old != new && new.contains(values[0].text))
      try before.restore()
    }

    /// Runs the write with something done to its system calls.
    func run(injecting injection: String, in call: String) throws -> RunResult {
      try before.restore()
      return try sandbox.run(
        Trace.prefix(to: "/dev/null", calls: [call], more: ["-e", "inject=\(call):\(injection)"]) + [sandbox.program]
          + write.words, input: write.input(values))
    }

    /// That all is whole, whatever happened.
    ///
    /// - Returns: whether the write took place.
    func look(after what: String) throws -> Bool {
      let state = try sandbox.coffer("export")
      #expect(state.succeeded && (state.stdout == old || state.stdout == new), "\(what): \(state)")
      for command in [["verify"], ["run", "--", "true"]] {
        let result = try sandbox.run(["coffer"] + command)
        // A launch may miss what was declared already and not stored: it says so, and nothing else may stop it.
        #expect(result.succeeded, "\(what): \(result)")
      }
      for path in TestFiles.tree(sandbox.cofferHome) + TestFiles.tree(sandbox.project)
      where !TestFiles.isFolder(path) && !path.hasSuffix("/.env") {
        let bytes = try TestFiles.read(path)
        for value in values where value.form(in: bytes) != nil { Issue.record("\(what): a value is in \(path)") }
        // What is looked at here is noted in the audit file.
        let isKnown =
          before.bytes(of: path) != nil || path.contains("/audit/")
          || ["-wal", "-shm", "/declaring"].contains(where: path.hasSuffix)
        // What was to become coffer.toml or a link, under the name it had until then.
        #expect(isKnown || path.contains(".coffer-"), "\(what): \(path) was left")
      }
      return state.stdout == new
    }
  }

  @Test(.enabled(if: Trace.isPossible, "strace cannot work here"), arguments: Write.allCases)
  func `killed at any moment, a write has happened as a whole or not at all`(write: Write) throws {
    let scene = try Scene(write)
    var outcomes: Set<Bool> = []
    for (call, count) in scene.counts.sorted(by: { $0.key < $1.key }) {
      for number in 1...count {
        let what = "\(write), killed at \(call) \(number) of \(count)"
        let result = try scene.run(injecting: "signal=KILL:when=\(number)", in: call)
        #expect(!result.succeeded, "\(what): \(result)")
        outcomes.insert(try scene.look(after: what))
      }
    }
    #expect(outcomes == [true, false], "every kill came too early or too late: it proves nothing")
  }

  @Test(.enabled(if: Trace.isPossible, "strace cannot work here"), arguments: Write.allCases)
  func `a disk that is full or broken from any moment on leaves the old state, or the new one and says so`(write: Write)
    throws
  {
    let scene = try Scene(write)
    for (call, count) in scene.counts.sorted(by: { $0.key < $1.key }) where call != "write" && call != "unlink" {
      // Both errors at every moment would take twice as long to say the same.
      for number in 1...count {
        let injection = number % 2 == 0 ? "error=EIO:when=\(number)" : "error=ENOSPC:when=\(number)+"
        let what = "\(write), \(call) \(number) of \(count) with \(injection)"
        let result = try scene.run(injecting: injection, in: call)
        let happened = try scene.look(after: what)
        if result.succeeded {
          #expect(happened, "\(what): done, it says: \(result)")
        } else {
          #expect(result.code == 2 && result.stderr.contains("coffer: error: "), "\(what): \(result)")
          let said = ["TOKEN is at version 2", "stored in development", "the change is stored"].contains(
            where: result.stderr.contains)
          #expect(happened == said, "\(what): \(happened ? "it is stored" : "it is not stored"): \(result)")
        }
      }
    }
  }

  @Test func `killed at random times, sets and imports are whole`() throws {
    let sandbox = try Sandbox.prepared()
    try sandbox.succeed("set", "TOKEN", input: .text("0"))
    try sandbox.succeed("set", "OTHER", input: .text("0"))
    try sandbox.write(
      "#!/bin/sh\nprintf 'TOKEN=%s\\nOTHER=%s\\n' $1 $1 | \"$COFFER\" import - --yes\n", to: "import.sh", mode: 0o755)
    for round in 1...25 {
      let child = try sandbox.start(
        sandbox.path("import.sh"), "\(round)", setting: ["COFFER": sandbox.program])
      usleep(UInt32.random(in: 5_000...60_000))
      child.kill()
      let values = try ["TOKEN", "OTHER"].map { try sandbox.coffer("get", $0).stdout }
      #expect(values[0] == values[1] && Int(values[0]) != nil, "round \(round): \(values)")
    }
    #expect(try sandbox.coffer("verify").succeeded)
    try sandbox.succeed("set", "TOKEN", input: .text("last"))
    #expect(try sandbox.coffer("get", "TOKEN").stdout == "last")
  }

  @Test func `a limit on file sizes leaves the old state`() throws {
    let sandbox = try Sandbox.prepared()
    try sandbox.succeed("set", "TOKEN", input: .text("the old value"))
    let before = try FolderState(of: sandbox.cofferHome, sandbox.project)
    for limit in [0, 1, 64, 4096, 8192, 12_288, 20_480, 32_768] {
      try before.restore()
      let result = try sandbox.run(
        ["prlimit", "--fsize=\(limit)", sandbox.program, "set", "TOKEN"], input: .text("the new value"))
      let value = try sandbox.coffer("get", "TOKEN")
      #expect(value.stdout == (result.succeeded ? "the new value" : "the old value"), "\(limit): \(result)\(value)")
      #expect(result.succeeded || result.stderr.contains("coffer: error: "), "\(limit): \(result)")
      #expect(try sandbox.coffer("verify").succeeded)
    }
  }

  @Test func `output that cannot be written is no success`() throws {
    let sandbox = try Sandbox.prepared()
    try sandbox.succeed("set", "TOKEN", input: .text("the value"))
    for command in [
      "get TOKEN", "export", "list", "list --format json", "history TOKEN", "completions bash", "--version", "--help",
    ] {
      let result = try sandbox.run(["sh", "-c", "\(sandbox.program) \(command) >/dev/full"])
      #expect(result.code == 2, "\(command): \(result)")
      #expect(result.stderr.contains("No space left on device"), "\(command): \(result)")
    }
    // The recovery phrase is shown once: a vault whose phrase nobody saw must not stay.
    let fresh = try Sandbox()
    let made = try fresh.run(["sh", "-c", "\(fresh.program) init --name shop --yes >/dev/full"])
    #expect(made.code == 2 && made.stderr.contains("No space left on device"), "\(made)")
    let left = [fresh.cofferHome + "/data", fresh.cofferHome + "/state", fresh.project].flatMap(TestFiles.tree)
    #expect(left.allSatisfy(TestFiles.isFolder), "\(left)")
    try fresh.succeed("init", "--name", "shop", "--yes")
    // Who closes the pipe has read enough, as with any filter.
    let piped = try sandbox.run(["sh", "-c", "\(sandbox.program) export | true"])
    #expect(piped.succeeded, "\(piped)")
  }

  @Test(.enabled(if: Binaries.isRoot && Conditions.mounts, "no small disk can be mounted here"))
  func `a full disk leaves the old state`() throws {
    let sandbox = try Sandbox.prepared()
    try sandbox.succeed("set", "TOKEN", input: .text("the old value"))
    let data = sandbox.cofferHome + "/data"
    let before = try FolderState(of: sandbox.cofferHome)
    let script = """
      cp -a "$DATA" "$DATA.aside" && mount -t tmpfs -o size=128k none "$DATA" && cp -a "$DATA.aside/." "$DATA" || exit 77
      head -c $1 /dev/zero >"$DATA/fill" 2>/dev/null
      head -c $2 /dev/zero | tr '\\0' x | "$COFFER" set TOKEN; echo "set $?"
      echo "now $("$COFFER" get TOKEN | head -c 20)"
      echo "run $("$COFFER" run -- sh -c 'printf %.20s "$TOKEN"')"
      rm "$DATA/fill"; "$COFFER" get TOKEN | head -c 20; echo
      "$COFFER" verify; echo "verify $?"
      printf again | "$COFFER" set TOKEN; "$COFFER" get TOKEN
      """
    for (fill, size) in [(1 << 20, 10), (60_000, 10), (1000, 100_000), (40_000, 20_000)] {
      // What the pin has seen on the small disk is gone with it.
      try before.restore()
      let result = try sandbox.run(
        ["unshare", "-m", "sh", "-c", script, "sh", "\(fill)", "\(size)"],
        setting: ["DATA": data, "COFFER": sandbox.program])
      TestFiles.removeTree(data + ".aside")
      let lines = result.stdout.split(separator: "\n").map(String.init)
      #expect(lines.count >= 6 && lines[lines.count - 2] == "verify 0" && lines.last == "again", "\(result)")
      try #require(lines.count >= 6)
      let expected = lines[0] == "set 0" ? String(repeating: "x", count: min(20, size)) : "the old value"
      // Without any room a reader has the index that it needs in its own memory.
      #expect(lines[1] == "now \(expected)" && lines[2] == "run \(expected)", "\(result)")
      #expect(lines[lines.count - 3] == expected, "\(result)")
      #expect(lines[0] == "set 0" || result.stderr.contains("coffer: error: "), "\(result)")
    }
  }
}
