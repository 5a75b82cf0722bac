import Foundation
import Glibc
import Testing

/// Repositories made to take a scanner down, and circumstances in which a scan is cut short.
@Suite struct HostileRepositoryTests {
  /// Of its own, in KiB: what a scan of any of these may take.
  private static let memory = 1 << 20

  /// Scans under a limit of memory, in a minute or not at all.
  private static func scan(_ repository: ScannedRepository, _ arguments: [String] = []) throws -> Scanned {
    let words = ["sh", "-c", "ulimit -d \(memory) && exec \"$@\"", "sh", Binaries.scanner, "--format", "jsonl"]
    let result = try repository.sandbox.run(words + arguments, seconds: 60)
    #expect(result.ending != .timeout, "\(result)")
    return try Scanned(result)
  }

  @Test func `a git bomb`() throws {
    let repository = try ScannedRepository()
    let blob = try repository.git(["hash-object", "-w", "--stdin"], input: .text("k = \(InventedToken.github())\n"))
    var entry = "100644 blob \(blob)"
    for _ in 0..<10 {
      let tree = try repository.git(["mktree"], input: .text((0..<10).map { "\(entry)\tf\($0)\n" }.joined()))
      entry = "040000 tree \(tree)"
    }
    let commit = try repository.git("commit-tree", String(entry.split(separator: " ")[2]), "-m", "bomb")
    try repository.git("update-ref", "refs/heads/main", commit)
    let scanned = try Self.scan(repository)
    #expect(scanned.status == 1, "\(scanned.result.stderr)")
    #expect(scanned.findings.count == 1)
    #expect(scanned.places.count < 100_001, "\(scanned.places.count) places")
  }

  @Test func `a blob of 64 MiB of zeros`() throws {
    let repository = try ScannedRepository()
    try repository.commit("k = \(InventedToken.github())\n", to: "leak")
    try repository.git(["hash-object", "-w", "--stdin"], input: .bytes([UInt8](repeating: 0, count: 64 << 20)))
    let scanned = try Self.scan(repository)
    #expect(scanned.status == 1 && scanned.findings.count == 1, "\(scanned.result)")
    #expect(scanned.summary["complete"] as? Bool == true, "\(scanned.result)")
  }

  @Test func `40 MiB of assignments to nothing`() throws {
    let repository = try ScannedRepository()
    let line = Array("password=".utf8)
    var bytes: [UInt8] = []
    while bytes.count < 40 << 20 { bytes += line }
    try repository.writeBytes(bytes, to: "passwords")
    try repository.commit("k = \(InventedToken.github())\n", to: "leak")
    let scanned = try Self.scan(repository)
    #expect(scanned.status == 1, "\(scanned.result)")
    #expect(scanned.findings.contains { $0["file"] as? String == "leak" }, "\(scanned.result)")
  }

  @Test func `alternates that go in a circle`() throws {
    let repository = try ScannedRepository()
    try repository.commit("k = \(InventedToken.github())\n", to: "leak")
    try repository.git("clone", "--quiet", "--shared", ".", "../clone")
    let clone = repository.sandbox.root + "/clone/.git/objects"
    try repository.sandbox.write(
      clone + "\n" + repository.sandbox.path(".git/objects") + "\n", to: ".git/objects/info/alternates")
    for path in [".", "../clone"] {
      let scanned = try Self.scan(repository, [path])
      #expect(scanned.status == 1 && scanned.findings.count == 1, "\(scanned.result)")
    }
  }

  @Test(arguments: [".git", "./.git", "../project/.git", "deep", "/dev/zero", "/proc/self/fd/0", "/nonexistent"])
  func `a .git file that leads`(to target: String) throws {
    let sandbox = try Sandbox()
    try sandbox.write("gitdir: \(target)\n", to: ".git")
    try sandbox.write("gitdir: ../.git\n", to: "deep/.git")
    for path in [".", "deep"] {
      let result = try sandbox.coffer("scan", path)
      #expect(result.code == 2 && result.stderr.hasPrefix("coffer: error: "), "\(result)")
      #expect(result.output.isEmpty)
    }
  }

  @Test func `names that would steer a terminal are written out`() throws {
    let repository = try ScannedRepository()
    let names = [
      "\u{1B}[31mred", "two\nlines", "back\u{8}space", "right\u{202E}left", "c1\u{9B}31m", "bell\u{7}",
      "\u{1B}]0;title\u{7}",
    ]
    for name in names { try repository.sandbox.write("k = \(InventedToken.github())\n", to: name) }
    try repository.git("add", "--all")
    try repository.git(
      "commit", "--quiet", "-m", "\u{1B}[2J \(InventedToken.github())", "--author", "\u{1B}[31mEve\u{9B}31m <\u{7}@x>")
    try repository.commit("version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 1\n", to: "\u{1B}[31mlfs")
    for arguments in [
      ["scan"], ["scan", "--all-places"], ["scan", "--format", "jsonl"], ["scan", "--dir", "."],
      ["scan", "\u{1B}[31m"],
    ] {
      let result = try repository.sandbox.run(["coffer"] + arguments)
      for text in [result.stdout, result.stderr] {
        let raw = text.unicodeScalars.filter {
          $0 != "\n" && ($0.properties.generalCategory == .control || $0 == "\u{202E}")
        }
        #expect(arguments.contains("jsonl") ? !raw.contains("\u{1B}") : raw.isEmpty, "\(result)")
      }
    }
    let scanned = try repository.scan()
    #expect(Set(scanned.findings.compactMap { $0["file"] as? String }) == Set(names), "\(scanned.result)")
  }

  // MARK: Cut short

  @Test func `a scan that is killed leaves nothing but its cache`() throws {
    let repository = try ScannedRepository()
    try repository.writeBytes((0..<8 << 20).map { UInt8(truncatingIfNeeded: $0 * 31 >> 3) }, to: "large")
    try repository.commit("k = \(InventedToken.github())\n", to: "leak")
    let sandbox = repository.sandbox
    func files() -> [String] { TestFiles.tree(sandbox.root).filter { !$0.hasPrefix(sandbox.cofferHome + "/cache") } }
    let before = files()
    var killed = 0
    for milliseconds in [10, 50, 100, 200, 300, 400, 600, 900] as [UInt32] {
      let child = try sandbox.start(Binaries.scanner, "--quiet")
      usleep(milliseconds * 1000)
      kill(child.pid, SIGKILL)
      if child.wait(until: Deadline(seconds: 60)) == .signal(SIGKILL) { killed += 1 }
      #expect(files() == before)
    }
    #expect(killed > 2, "it was over too soon to be killed: this proves little")
    let after = try repository.scan()
    #expect(after.status == 1 && after.findings.count == 1, "\(after.result)")
  }

  @Test(.enabled(if: Binaries.isRoot && Conditions.mounts, "no small disk can be mounted here"))
  func `a full disk is told`() throws {
    let repository = try ScannedRepository()
    try repository.commit((0..<300).map { "k\($0) = \(InventedToken.github())\n" }.joined(), to: "leaks")
    let folder = repository.sandbox.root + "/disk"
    try TestFiles.makeFolder(folder)
    let result = try repository.sandbox.run([
      "unshare", "-m", "sh", "-c",
      "mount -t tmpfs -o size=16k none \"$1\" && exec \"$2\" --format jsonl -o \"$1/report\"", "sh", folder,
      Binaries.scanner,
    ])
    #expect(result.code == 2 && result.output.isEmpty, "\(result)")
    #expect(result.stderr.contains("coffer: error: ") && result.stderr.contains("No space left on device"), "\(result)")
    let full = try repository.sandbox.run(["sh", "-c", "exec \"$1\" > /dev/full", "sh", Binaries.scanner])
    #expect(full.code == 2 && full.stderr.contains("No space left on device"), "\(full)")
  }

  @Test func `a reader that has read enough ends it without a word`() throws {
    let repository = try ScannedRepository()
    try repository.commit((0..<2000).map { "k\($0) = \(InventedToken.github())\n" }.joined(), to: "leaks")
    for format in ["text", "jsonl"] {
      let result = try repository.sandbox.run([
        "bash", "-c", "\"$1\" scan --format \(format) | head -1; echo ${PIPESTATUS[0]}", "bash",
        repository.sandbox.program,
      ])
      // By the signal, as grep and git end.
      #expect(result.stdout.hasSuffix("\n141\n") && result.stdout.split(separator: "\n").count == 2, "\(result)")
      #expect(result.errorOutput.isEmpty, "\(result)")
      // Where the signal is ignored, as by Python's subprocess, what was found stays found.
      let ignoring = try repository.sandbox.run([
        "bash", "-c", "trap '' PIPE; \"$1\" scan --format \(format) | head -1 > /dev/null; echo ${PIPESTATUS[0]}",
        "bash",
        repository.sandbox.program,
      ])
      #expect(ignoring.stdout == "1\n" && ignoring.errorOutput.isEmpty, "\(ignoring)")
    }
  }

  @Test func `no home and no place for a cache are no obstacle`() throws {
    let repository = try ScannedRepository()
    try repository.commit("k = \(InventedToken.github())\n", to: "leak")
    for setting in [
      ["HOME": nil, "COFFER_HOME": nil], ["HOME": "/proc/nonexistent", "COFFER_HOME": nil],
      ["COFFER_HOME": "/proc/nonexistent"],
      ["COFFER_HOME": "/dev/null"], ["HOME": "", "COFFER_HOME": ""],
    ] as [[String: String?]] {
      let result = try repository.sandbox.run(["coffer", "scan", "--format", "jsonl"], setting: setting)
      #expect(result.code == 1 && result.errorOutput.isEmpty, "\(setting) \(result)")
    }
  }

  @Test func `many scans at once find the same`() throws {
    let repository = try ScannedRepository()
    try repository.sandbox.write("[scan]\nsalt = \"0123456789abcdef\"\n", to: "coffer.toml")
    try repository.commit((0..<20).map { "k\($0) = \(InventedToken.github())\n" }.joined(), to: "leaks")
    // Without a cache at first: each of them makes it.
    let script =
      "for n in 1 2 3 4; do \"$1\" --format jsonl > ../out.$n & all=\"$all $!\"; done; for p in $all; do wait $p; echo $?; done"
    let result = try repository.sandbox.run(["sh", "-c", script, "sh", Binaries.scanner])
    #expect(result.stdout == "1\n1\n1\n1\n", "\(result)")
    let found = try (1...4).map { number in
      try repository.sandbox.text(of: "../out.\(number)").split(separator: "\n").filter {
        !$0.hasPrefix("{\"summary\"")
      }
    }
    #expect(found.allSatisfy { $0 == found[0] && $0.count == 20 })
  }
}
