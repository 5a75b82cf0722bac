import Foundation
import Glibc
import Testing

/// What the scanner can do is little, whatever it reads: seen call by call.
@Suite struct ConfinementTests {
  /// A repository with something of everything.
  private static func repository() throws -> ScannedRepository {
    let repository = try ScannedRepository()
    for number in 0..<10 { try repository.commit("\(number) \(InventedToken.github())\n", to: "file\(number % 3)") }
    try repository.git("repack", "-a", "-d", "--quiet")
    try repository.commit("loose \(InventedToken.github())\n", to: "loose")
    return repository
  }

  @Test(
    .enabled(if: Trace.isPossible, "strace cannot work here"),
    arguments: [[], ["--staged"], ["--range", "HEAD~3..HEAD"], ["--dir", "."]])
  func `it confines itself before anything else and keeps to that`(_ scope: [String]) throws {
    let repository = try Self.repository()
    let sandbox = repository.sandbox
    let file = sandbox.root + "/trace"
    let result = try sandbox.run(
      Trace.prefix(to: file) + [Binaries.scanner, "--format", "jsonl", "-o", "report.jsonl", "--threads", "2"] + scope)
    #expect(result.code == (scope == ["--staged"] ? 0 : 1), "\(result)")
    let calls = try Trace(file: file).calls
    let confined = try #require(
      calls.firstIndex { $0.name == "landlock_restrict_self" && $0.result == "0" }, "no Landlock")
    let filtered = try #require(calls.firstIndex { $0.name == "seccomp" && $0.result.hasPrefix("0") }, "no seccomp")
    let threads = try #require(calls.firstIndex { $0.name.hasPrefix("clone") }, "it has no threads: this proves little")
    #expect(confined < filtered && filtered < threads)

    let objects = calls.firstIndex { call in
      Self.opens.contains(call.name)
        && (call.path.contains("/objects/pack") || call.path.contains(/\/objects\/[0-9a-f]{2}\//)
          || call.path.hasSuffix("/loose"))
    }
    if scope != ["--staged"] { #expect(try #require(objects, "it read no objects") > filtered) }

    for call in calls.dropFirst() {
      #expect(!["execve", "execveat", "socket", "connect", "ptrace", "fork", "vfork"].contains(call.name), "\(call)")
    }
    for (place, call) in calls.enumerated() where Self.opens.contains(call.name) && !call.result.hasPrefix("-1") {
      let isCache = call.path.hasPrefix(sandbox.cofferHome + "/cache/")
      if Self.writing.contains(where: call.arguments.contains) {
        #expect(isCache || place < confined && call.path == "report.jsonl", "opened for writing: \(call)")
      }
      // Relative paths are of folders that were opened themselves.
      if place > filtered, call.path.hasPrefix("/") {
        #expect(isCache || call.path.hasPrefix(sandbox.project), "opened after it was confined: \(call)")
      }
    }
  }

  private static let opens: Set<String> = ["open", "openat", "openat2", "creat"]
  private static let writing = ["O_WRONLY", "O_RDWR", "O_CREAT", "O_TRUNC", "O_TMPFILE"]

  /// A way in which a repository can lead to a file outside of it.
  struct Lure: Sendable, CustomStringConvertible {
    let description: String
    var scope: [String] = []
    /// Gets the path of a file with a secret.
    let lay: @Sendable (ScannedRepository, String) throws -> Void
  }

  static let lures: [Lure] = [
    Lure(description: "a link in the work tree, committed") { repository, canary in
      symlink(canary, repository.sandbox.path("link"))
      try repository.commit("link")
    },
    Lure(description: "a link in a folder", scope: ["--dir", "."]) { repository, canary in
      symlink(canary, repository.sandbox.path("link"))
      symlink(parent(of: canary), repository.sandbox.path("folder"))
    },
    Lure(description: "an alternate that is a file") { repository, canary in
      try repository.sandbox.write(canary + "\n" + parent(of: canary) + "\n", to: ".git/objects/info/alternates")
    },
    Lure(description: "an alternates file that is a link") { repository, canary in
      symlink(canary, repository.sandbox.path(".git/objects/info/alternates"))
    },
    Lure(description: "git's own files, as links") { repository, canary in
      for name in [
        "packed-refs", "shallow", "refs/heads/side", "ORIG_HEAD", "logs/refs/heads/side", "info/exclude",
        "COMMIT_EDITMSG",
      ] {
        unlink(repository.sandbox.path(".git/" + name))
        symlink(canary, repository.sandbox.path(".git/" + name))
      }
    },
    Lure(description: "the index, as a link") { repository, canary in
      unlink(repository.sandbox.path(".git/index"))
      symlink(canary, repository.sandbox.path(".git/index"))
    },
    Lure(description: "coffer.toml and .cofferignore, as links") { repository, canary in
      for name in ["coffer.toml", ".cofferignore", ".gitignore"] { symlink(canary, repository.sandbox.path(name)) }
    },
    Lure(description: "an object, as a link to one outside") { repository, canary in
      let blob = try repository.git("hash-object", "-w", canary)
      let outside = repository.sandbox.root + "/object"
      rename(repository.loose(blob), outside)
      symlink(outside, repository.loose(blob))
    },
    Lure(description: "core.worktree", scope: []) { repository, canary in
      try repository.git("config", "core.worktree", parent(of: canary))
    },
  ]

  @Test(arguments: lures) func `nothing outside is read by`(_ lure: Lure) throws {
    let repository = try ScannedRepository()
    try repository.commit("nothing\n", to: "readme")
    let secret = InventedToken.github()
    let canary = repository.sandbox.root + "/outside/canary"
    try TestFiles.makeFolder(parent(of: canary))
    try TestFiles.write(Array("k = \(secret)\n".utf8), to: canary)
    // Else nothing here would prove anything.
    #expect(try repository.sandbox.coffer("scan", "--dir", "../outside").code == 1)
    try lure.lay(repository, canary)

    let result = try repository.sandbox.run(["coffer", "scan", "--format", "jsonl", "--show-secrets"] + lure.scope)
    #expect(result.code == 0 || result.code == 3 || result.code == 2, "\(result)")
    #expect(result.code != 2 || result.stderr.contains("coffer: error:"), "\(result)")
    for text in [result.stdout, result.stderr] { #expect(!text.contains(secret.dropFirst(4).prefix(12)), "\(result)") }
  }
}

extension Binaries {
  /// The scanner, beside `coffer`.
  static let scanner = parent(of: coffer) + "/coffer-scan"
}

extension Trace.Call {
  /// The first string among its arguments.
  var path: String {
    let parts = arguments.split(separator: "\"", maxSplits: 2, omittingEmptySubsequences: false)
    return parts.count > 1 ? String(parts[1]) : ""
  }
}
