import Glibc
import Testing

/// Killed at every moment at which one of them touches the disk: backup, restore and migrate leave the old state or the new.
@Suite struct BackupInterruptionTests {
  private static let calls = [
    "pwrite64", "write", "fdatasync", "fsync", "ftruncate", "rename", "renameat2", "unlink", "fchmod",
  ]

  enum Work: String, CaseIterable, CustomTestStringConvertible {
    case backup, refresh, forward, back, fresh, migrate
    var testDescription: String { rawValue }
  }

  /// What one work does, and how it is before and after.
  private struct Scene {
    let sandbox: Sandbox
    let words: [String]
    let input: Input
    let before: FolderState
    /// All that may be seen afterwards.
    let states: Set<String>
    let counts: [String: Int]
    private let work: Work

    init(_ work: Work) throws {
      self.work = work
      sandbox = work == .migrate ? try MigrationTests.golden() : try Sandbox.prepared()
      let older = sandbox.root + "/older.cofferbackup"
      let newer = sandbox.root + "/newer.cofferbackup"
      var input = Input.none
      if work != .migrate {
        try sandbox.succeed("set", "TOKEN", input: .text("one"))
        try sandbox.succeed("backup", older)
        try sandbox.succeed("set", "TOKEN", input: .text("two"))
        try sandbox.succeed("backup", newer)
      }
      switch work {
      case .backup: words = ["backup", older]
      case .refresh:
        words = ["set", "TOKEN"]
        input = .text("three")
        try sandbox.succeed("backup", "--folder", sandbox.project + "/backups")
      case .forward:
        words = ["restore", newer]
        try sandbox.succeed("restore", older, "--accept-older", "--yes")
      case .back: words = ["restore", older, "--accept-older", "--yes"]
      case .fresh:
        words = ["restore", newer]
        for path in [sandbox.vaultFile, sandbox.vaultFile + "-wal", sandbox.vaultFile + "-shm"] { remove(path) }
      case .migrate: words = ["migrate"]
      }
      self.input = input
      before = try FolderState(of: sandbox.cofferHome, sandbox.project, sandbox.root)
      let old = try Self.state(sandbox, work)
      let trace = sandbox.root + "/trace"
      let clean = try sandbox.run(
        Trace.prefix(to: trace, calls: BackupInterruptionTests.calls) + [sandbox.program] + words, input: input)
      try #require(clean.succeeded, "\(clean)")
      counts = try Trace(file: trace).counts
      states = [old, try Self.state(sandbox, work)]
      try #require(states.count == 2)
      try before.restore()
    }

    /// What was to change, as far as it can be seen.
    private static func state(_ sandbox: Sandbox, _ work: Work) throws -> String {
      switch work {
      case .backup: return "\(try sandbox.sequence(of: sandbox.root + "/older.cofferbackup"))"
      case .refresh:
        let file = try #require(
          TestFiles.entries(sandbox.project + "/backups").first { $0.hasSuffix(".cofferbackup") })
        // Whole, whatever it holds.
        try sandbox.otherMachine(withIdentity: false).succeed("restore", file, "--yes")
        return "\(try sandbox.sequence(of: file))"
      case .forward, .back: return try sandbox.succeed("get", "TOKEN").stdout
      case .fresh: return TestFiles.exists(sandbox.vaultFile) ? try sandbox.succeed("get", "TOKEN").stdout : "none"
      case .migrate:
        try sandbox.succeed("verify")
        return try sandbox.succeed("migrate", "--dry-run").stderr.contains("nothing to do") ? "2" : "1"
      }
    }

    /// Runs it, killed at one call, and looks.
    func look(killedAt call: String, _ number: Int) throws -> String {
      try before.restore()
      let what = "\(work), killed at \(call) \(number)"
      let result = try sandbox.run(
        Trace.prefix(to: "/dev/null", calls: [call], more: ["-e", "inject=\(call):signal=KILL:when=\(number)"])
          + [sandbox.program] + words, input: input)
      #expect(!result.succeeded, "\(what): \(result)")
      let state = try Self.state(sandbox, work)
      #expect(states.contains(state), "\(what): \(state)")
      if state != "none" { #expect(try sandbox.coffer("verify").succeeded, "\(what)") }
      // Once more it works, whatever was left. Every third time: each is a whole run.
      guard number % 3 == 1 else { return state }
      let again = try sandbox.run(["coffer"] + words, input: input)
      #expect(again.succeeded, "\(what), again: \(again)")
      let left = TestFiles.tree(sandbox.root).filter { path in
        path.contains(".coffer-") || [".next", "/restoring.db", "/vault.db.new"].contains(where: path.hasSuffix)
      }
      #expect(left.isEmpty, "\(what), again: \(left)")
      #expect(try sandbox.coffer("verify").succeeded, "\(what)")
      return state
    }
  }

  @Test(.enabled(if: Trace.isPossible, "strace cannot work here"), arguments: Work.allCases)
  func `killed at any moment, it has happened as a whole or not at all`(work: Work) throws {
    let scene = try Scene(work)
    var seen: Set<String> = []
    for (call, count) in scene.counts.sorted(by: { $0.key < $1.key }) {
      for number in Trace.moments(count) { seen.insert(try scene.look(killedAt: call, number)) }
    }
    #expect(seen == scene.states, "every kill came too early or too late: it proves nothing")
  }
}
