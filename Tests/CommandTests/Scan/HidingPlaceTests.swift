import Foundation
import Testing

/// Each place of a repository where a secret can hide; a scan finds it there and says where it came in.
@Suite struct HidingPlaceTests {
  /// Puts a secret somewhere, and says what the finding has to tell.
  struct Case: Sendable, CustomStringConvertible {
    let name: String
    let source: String
    var file: String?
    var reach = "reference"
    var isInHead = false
    /// Whether the commit that the finding has to name is the one that `hide` returns.
    let hide: @Sendable (ScannedRepository, String) throws -> String?

    var description: String { name }
  }

  static let cases: [Case] = [
    Case(name: "a file of HEAD", source: "blob", file: "app.js", isInHead: true) { repository, secret in
      try repository.commit("const key = \"\(secret)\"\n", to: "app.js")
    },
    Case(name: "a deleted file", source: "blob", file: ".env") { repository, secret in
      let commit = try repository.commit("TOKEN=\(secret)\n", to: ".env")
      try repository.git("rm", "--quiet", ".env")
      try repository.commit("remove it")
      return commit
    },
    Case(name: "another branch", source: "blob", file: "config/production.yml") { repository, secret in
      try repository.git("checkout", "--quiet", "-b", "side")
      let commit = try repository.commit("token: \(secret)\n", to: "config/production.yml")
      try repository.git("checkout", "--quiet", "main")
      return commit
    },
    Case(name: "a stash", source: "blob", file: "readme", reach: "stash") { repository, secret in
      try repository.sandbox.write("token \(secret)\n", to: "readme")
      try repository.git("stash", "--quiet")
      return try repository.git("rev-parse", "refs/stash")
    },
    Case(name: "an older stash", source: "blob", file: "readme", reach: "stash") { repository, secret in
      try repository.sandbox.write("token \(secret)\n", to: "readme")
      try repository.git("stash", "--quiet")
      let commit = try repository.git("rev-parse", "refs/stash")
      try repository.sandbox.write("something else\n", to: "readme")
      try repository.git("stash", "--quiet")
      return commit
    },
    Case(name: "an untracked file of a stash", source: "blob", file: "new", reach: "stash") { repository, secret in
      try repository.sandbox.write("token \(secret)\n", to: "new")
      try repository.git("stash", "--quiet", "--include-untracked")
      return try repository.git("rev-parse", "refs/stash^3")
    },
    Case(name: "a reflog only", source: "blob", file: "gone", reach: "reflog") { repository, secret in
      let commit = try repository.commit("token \(secret)\n", to: "gone")
      try repository.git("reset", "--quiet", "--hard", "HEAD~1")
      return commit
    },
    Case(name: "an unreachable commit", source: "blob", file: "lost", reach: "unreachable") { repository, secret in
      let commit = try repository.commit("token \(secret)\n", to: "lost")
      try repository.git("reset", "--quiet", "--hard", "HEAD~1")
      try repository.git("reflog", "expire", "--expire=now", "--all")
      try repository.git("update-ref", "-d", "ORIG_HEAD")
      return commit
    },
    Case(name: "an unreachable blob", source: "blob", reach: "unreachable") { repository, secret in
      try repository.git(["hash-object", "-w", "--stdin"], input: .text("token \(secret)\n"))
      return nil
    },
    Case(name: "a merge alone", source: "blob", file: "merged", isInHead: true) { repository, secret in
      try repository.git("checkout", "--quiet", "-b", "side")
      try repository.commit("one", to: "one")
      try repository.git("checkout", "--quiet", "main")
      try repository.commit("two", to: "two")
      try repository.git("merge", "--quiet", "--no-commit", "--no-ff", "side")
      return try repository.commit("token \(secret)\n", to: "merged", message: "merge")
    },
    Case(name: "an octopus merge", source: "blob", file: "eight", isInHead: true) { repository, secret in
      for side in ["a", "b", "c"] {
        try repository.git("checkout", "--quiet", "-b", side, "main")
        try repository.commit(side, to: side)
      }
      try repository.git("checkout", "--quiet", "main")
      try repository.git("merge", "--quiet", "--no-commit", "--no-ff", "a", "b", "c")
      return try repository.commit("token \(secret)\n", to: "eight", message: "octopus")
    },
    Case(name: "a commit's message", source: "commit-message", isInHead: true) { repository, secret in
      try repository.commit("use \(secret) for now")
    },
    Case(name: "an author", source: "commit-message", isInHead: true) { repository, secret in
      try repository.git("commit", "--quiet", "--allow-empty", "-m", "x", "--author", "\(secret) <a@example.com>")
      return try repository.git("rev-parse", "HEAD")
    },
    Case(name: "a note", source: "note", reach: "note") { repository, secret in
      try repository.git("notes", "add", "-m", "deployed with \(secret)")
      return try repository.git("rev-parse", "refs/notes/commits")
    },
    Case(name: "the index alone", source: "index", file: "staged", reach: "index") { repository, secret in
      try repository.sandbox.write("token \(secret)\n", to: "staged")
      try repository.git("add", "staged")
      return nil
    },
    Case(name: "a tag's message", source: "tag-message") { repository, secret in
      try repository.git("tag", "-a", "v1", "-m", "release with \(secret)")
      return nil
    },
    Case(name: "a file that a tag points at", source: "blob") { repository, secret in
      let blob = try repository.git(["hash-object", "-w", "--stdin"], input: .text("token \(secret)\n"))
      try repository.git("tag", "blob", blob)
      return nil
    },
    Case(name: "UTF-16, little end first", source: "blob", file: "app.config", isInHead: true) { repository, secret in
      try repository.writeBytes(
        Array("\u{FEFF}key = \(secret)\r\n".utf16).flatMap { [UInt8($0 & 255), UInt8($0 >> 8)] }, to: "app.config")
      return try repository.commit("windows")
    },
    Case(name: "UTF-16, big end first", source: "blob", file: "app.config", isInHead: true) { repository, secret in
      try repository.writeBytes(
        Array("\u{FEFF}key = \(secret)\r\n".utf16).flatMap { [UInt8($0 >> 8), UInt8($0 & 255)] }, to: "app.config")
      return try repository.commit("windows")
    },
    // Where it stands now comes first.
    Case(name: "a renamed file", source: "blob", file: "old", isInHead: true) { repository, secret in
      let commit = try repository.commit("token \(secret)\n", to: "old")
      try repository.git("mv", "old", "new")
      try repository.commit("rename")
      return commit
    },
    Case(name: "a file's name", source: "path", file: nil, isInHead: true) { repository, secret in
      try repository.commit("nothing\n", to: "keys/\(secret).txt")
      return nil
    },
    Case(name: "a file that was renamed and deleted", source: "blob", file: "old") { repository, secret in
      let commit = try repository.commit("token \(secret)\n", to: "old")
      try repository.git("mv", "old", "new")
      try repository.commit("rename")
      try repository.git("rm", "--quiet", "new")
      try repository.commit("gone")
      return commit
    },
    Case(name: "a mark that a reset left", source: "blob", file: "gone", reach: "reflog") { repository, secret in
      let commit = try repository.commit("token \(secret)\n", to: "gone")
      try repository.git("reset", "--quiet", "--hard", "HEAD~1")
      try repository.git("reflog", "expire", "--expire=now", "--all")
      return commit
    },
    Case(name: "a huge line", source: "blob", file: "bundle.min.js", isInHead: true) { repository, secret in
      let noise = String(repeating: "var a=1;function f(){return a};", count: 100_000)
      return try repository.commit(noise + "k=\"\(secret)\";" + noise, to: "bundle.min.js")
    },
    Case(name: "a binary", source: "blob", file: "program", isInHead: true) { repository, secret in
      let noise = (0..<4096).map { _ in UInt8.random(in: 0...255) } + [0]
      try repository.writeBytes(noise + Array(secret.utf8) + [0] + noise, to: "program")
      return try repository.commit("binary")
    },
    Case(name: "an odd name", source: "blob", file: "-- a\n\"b\" \u{202E}c", isInHead: true) { repository, secret in
      try repository.commit("token \(secret)\n", to: "-- a\n\"b\" \u{202E}c")
    },
    Case(name: "a packed history", source: "blob", file: "deep") { repository, secret in
      let commit = try repository.commit("token \(secret)\n", to: "deep")
      for number in 0..<20 { try repository.commit("\(number)\n", to: "deep") }
      try repository.git("repack", "-a", "-d", "--quiet", "--depth=50")
      return commit
    },
    Case(name: "another work tree", source: "blob", file: "elsewhere") { repository, secret in
      let folder = repository.sandbox.root + "/second"
      try repository.git("worktree", "add", "--quiet", "--detach", folder)
      try repository.sandbox.write("token \(secret)\n", to: folder + "/elsewhere")
      try repository.git(["add", "elsewhere"], in: folder)
      try repository.git(["commit", "--quiet", "-m", "there"], in: folder)
      return try repository.git(["rev-parse", "HEAD"], in: folder)
    },
  ]

  @Test(arguments: cases) func `a secret is found in`(_ hiding: Case) throws {
    let repository = try ScannedRepository()
    try repository.commit("nothing here\n", to: "readme", message: "start")
    let secret = InventedToken.github()
    let commit = try hiding.hide(repository, secret)

    let scanned = try repository.scan()
    #expect(scanned.status == 1, "\(scanned.result)")
    #expect(scanned.findings.count == 1, "\(scanned.result)")
    #expect(!scanned.result.stdout.contains(secret.dropFirst(4)))
    let finding = try #require(scanned.findings.first, "\(scanned.result)")
    #expect(finding["rule"] as? String == "github-personal-access-token")
    #expect(finding["confidence"] as? String == "high")
    #expect(finding["checksum"] as? String == "valid")
    #expect(finding["source"] as? String == hiding.source, "\(scanned.result)")
    let isNamed = ["note", "path"].contains(hiding.source)
    #expect(isNamed || finding["file"] as? String == hiding.file, "\(scanned.result)")
    #expect(finding["in_head"] as? Bool == hiding.isInHead, "\(scanned.result)")
    #expect((scanned.places.first?["reach"] as? String) == hiding.reach, "\(scanned.result)")
    if let commit { #expect(finding["commit"] as? String == commit, "\(scanned.result)") }
    #expect(try repository.scan("--show-secrets").result.stdout.contains(secret))
  }

  @Test func `nothing found in all of it is clean`() throws {
    let repository = try ScannedRepository()
    try repository.commit("nothing here\n", to: "readme", message: "start")
    let scanned = try repository.scan()
    #expect(scanned.status == 0, "\(scanned.result)")
    #expect(scanned.findings.isEmpty)
    #expect(scanned.summary["complete"] as? Bool == true)
  }

  @Test func `a repository without a commit is clean`() throws {
    #expect(try ScannedRepository().scan().status == 0)
  }

  @Test func `one secret in many places is one finding`() throws {
    let repository = try ScannedRepository()
    let secret = InventedToken.github()
    let first = try repository.commit("a \(secret)\n", to: "a")
    let second = try repository.commit("x\ny \(secret)\n", to: "b")
    try repository.commit("gone\n", to: "a")
    let third = try repository.commit("again \(secret)\n", to: "a")
    for number in 0..<5 { try repository.commit("\(number)\ny \(secret)\n", to: "b") }

    let scanned = try repository.scan()
    #expect(scanned.findings.count == 1)
    let places = scanned.places.map { [$0["file"] as? String, $0["commit"] as? String, "\($0["line"] ?? "")"] }
    #expect(places == [["a", first, "1"], ["b", second, "2"], ["a", third, "1"]], "\(scanned.result)")
  }

  @Test func `the same is found run after run, on any number of threads`() throws {
    let repository = try ScannedRepository()
    for number in 0..<40 {
      try repository.commit("k\(number) = \(InventedToken.github())\n", to: "f\(number % 7)")
    }
    try repository.git("repack", "-a", "-d", "--quiet")
    let first = try repository.scan("--show-secrets", "--threads", "1").findings.map { "\($0)" }.count
    let lines = try (0..<4).map { round in
      try repository.scan("--show-secrets", "--threads", "\(round + 1)").result.stdout.split(separator: "\n")
        .filter { !$0.hasPrefix("{\"summary\"") }
    }
    #expect(first == 40)
    #expect(
      lines.allSatisfy {
        $0.count == 40 && Set($0.map { line in fields(line) }) == Set(lines[0].map { line in fields(line) })
      })
  }

  /// All of a finding but its fingerprint, which without a salt is of one run.
  private func fields(_ line: Substring) -> String {
    String(line.replacing(/"fingerprint":"[0-9a-f]{32}"/, with: ""))
  }

  @Test func `a commit that a remote is known to have is told as pushed`() throws {
    let repository = try ScannedRepository()
    let remote = repository.sandbox.root + "/remote.git"
    try repository.git("init", "--quiet", "--bare", remote)
    try repository.git("remote", "add", "origin", remote)
    try repository.commit("old \(InventedToken.github())\n", to: "pushed")
    try repository.git("push", "--quiet", "origin", "main")
    try repository.commit("new \(InventedToken.github())\n", to: "local")
    // Taken back at the remote: it was there all the same.
    try repository.git("checkout", "--quiet", "--orphan", "fresh")
    try repository.git("rm", "-r", "-f", "--quiet", ".")
    try repository.commit("clean\n", to: "clean")
    try repository.git("push", "--quiet", "--force", "origin", "fresh:main")

    let scanned = try repository.scan()
    let pushed = Dictionary(
      uniqueKeysWithValues: scanned.findings.map { ($0["file"] as? String ?? "", $0["pushed"] as? Bool) })
    #expect(pushed == ["pushed": true, "local": false], "\(scanned.result)")
  }

  @Test func `author and date are those of the commit`() throws {
    let repository = try ScannedRepository()
    try repository.commit("k = \(InventedToken.github())\n", to: "a")
    let finding = try #require(try repository.scan().findings.first)
    #expect(finding["author"] as? String == "Ann Author <ann@example.com>")
    #expect(finding["date"] as? String == "2023-11-14T23:44:20+01:30")
  }
}

extension ScannedRepository {
  func writeBytes(_ bytes: [UInt8], to file: String) throws {
    try TestFiles.write(bytes, to: sandbox.path(file), mode: 0o644)
  }
}
