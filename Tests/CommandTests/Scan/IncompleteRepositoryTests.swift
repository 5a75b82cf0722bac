import Foundation
import Glibc
import Testing

/// A repository that cannot be read whole is read as far as it goes; it is never clean, and says what was not read.
@Suite struct IncompleteRepositoryTests {
  /// Takes something away from a repository.
  struct Case: Sendable, CustomStringConvertible {
    let name: String
    let gap: String
    /// Whether what is intact holds a secret that must be found all the same.
    var isReadInPart = true
    /// What to scan: a path relative to the project.
    let damage: @Sendable (ScannedRepository) throws -> String

    var description: String { name }
  }

  static let cases: [Case] = [
    Case(name: "a shallow clone", gap: "shallow") { repository in
      try repository.git("clone", "--quiet", "--depth", "1", "file://" + repository.sandbox.project, "../clone")
      return "../clone"
    },
    Case(name: "a partial clone", gap: "partial") { repository in
      try repository.git("config", "uploadpack.allowFilter", "true")
      try repository.git(
        "clone", "--quiet", "--filter=blob:none", "file://" + repository.sandbox.project, "../clone")
      return "../clone"
    },
    Case(name: "a missing loose object", gap: "missing") { repository in
      let blob = try repository.git("rev-parse", "HEAD~1:changing")
      unlink(repository.loose(blob))
      return "."
    },
    Case(name: "an object of zeros", gap: "damaged") { repository in
      let blob = try repository.git("rev-parse", "HEAD~1:changing")
      chmod(repository.loose(blob), 0o644)
      try TestFiles.write([UInt8](repeating: 0, count: 40), to: repository.loose(blob), mode: 0o644)
      return "."
    },
    Case(name: "a missing tree", gap: "missing") { repository in
      unlink(repository.loose(try repository.git("rev-parse", "HEAD~2^{tree}")))
      return "."
    },
    Case(name: "a truncated pack", gap: "damaged", isReadInPart: false) { repository in
      try repository.git("repack", "-a", "-d", "--quiet")
      let pack = try #require(
        TestFiles.tree(repository.sandbox.path(".git/objects/pack")).first { $0.hasSuffix(".pack") })
      chmod(pack, 0o644)
      let bytes = try TestFiles.read(pack)
      try TestFiles.write(Array(bytes.prefix(bytes.count / 2)), to: pack, mode: 0o644)
      return "."
    },
    Case(name: "a pack without its index", gap: "damaged", isReadInPart: false) { repository in
      try repository.git("repack", "-a", "-d", "--quiet")
      for file in TestFiles.tree(repository.sandbox.path(".git/objects/pack")) where file.hasSuffix(".idx") {
        unlink(file)
      }
      return "."
    },
    Case(name: "an alternate that is gone", gap: "alternate") { repository in
      try repository.git("clone", "--quiet", "--shared", ".", "../clone")
      try TestFiles.write(
        Array("/nonexistent/objects\n".utf8), to: repository.sandbox.path(".git/objects/info/alternates"), mode: 0o644)
      return "."
    },
    Case(name: "a file in Git LFS", gap: "lfs") { repository in
      let pointer = """
        version https://git-lfs.github.com/spec/v1
        oid sha256:\(String(repeating: "4d7a2146", count: 8))
        size 12345

        """
      try repository.commit(pointer, to: "model.bin")
      return "."
    },
    Case(name: "a submodule", gap: "submodule") { repository in
      try repository.git(
        "update-index", "--add", "--cacheinfo", "160000,\(String(repeating: "1a", count: 20)),library")
      try repository.git("commit", "--quiet", "-m", "submodule")
      return "."
    },
  ]

  @Test(arguments: cases) func `it is never clean:`(_ kind: Case) throws {
    let repository = try ScannedRepository()
    for number in 0..<4 { try repository.commit("\(number)\n", to: "changing") }
    let path = try kind.damage(repository)
    let without = try repository.scan(path)
    #expect(without.status == 3, "\(without.result)")
    #expect(without.findings.isEmpty)
    #expect(without.summary["complete"] as? Bool == false, "\(without.result)")
    #expect(without.gaps.contains(kind.gap), "\(without.result)")
    let text = try repository.sandbox.run(["coffer", "scan", path])
    #expect(text.code == 3)
    #expect(!text.stdout.contains("clean"), "\(text)")
    #expect(text.stdout.contains("NOT everything was read"), "\(text)")
  }

  @Test(arguments: cases.filter(\.isReadInPart)) func `what is intact is read:`(_ kind: Case) throws {
    let repository = try ScannedRepository()
    for number in 0..<4 { try repository.commit("\(number)\n", to: "changing") }
    try repository.commit("k = \(InventedToken.github())\n", to: "leak")
    let path = try kind.damage(repository)
    let scanned = try repository.scan(path)
    #expect(scanned.status == 1, "\(scanned.result)")
    #expect(scanned.findings.count == 1, "\(scanned.result)")
    #expect(scanned.gaps.contains(kind.gap), "\(scanned.result)")
  }

  @Test func `a SHA-256 repository is told, and its files are read`() throws {
    let repository = try ScannedRepository("--object-format=sha256")
    try repository.commit("k = \(InventedToken.github())\n", to: "leak")
    let scanned = try repository.scan()
    #expect(scanned.status == 1, "\(scanned.result)")
    #expect(scanned.findings.first?["source"] as? String == "worktree")
    #expect(scanned.gaps.contains("format"), "\(scanned.result)")
    try repository.git("rm", "--quiet", "leak")
    try repository.commit("gone")
    #expect(try repository.scan().status == 3)
  }

  @Test func `another user's repository is read, and nothing of it runs`() throws {
    let repository = try ScannedRepository()
    try repository.commit("k = \(InventedToken.github())\n", to: "leak")
    try repository.git("config", "core.fsmonitor", "touch \(repository.sandbox.root)/ran; false")
    try repository.git("config", "core.pager", "touch \(repository.sandbox.root)/ran")
    if Binaries.isRoot {
      for path in TestFiles.tree(repository.sandbox.project) + [repository.sandbox.project] {
        lchown(path, 65534, 65534)
      }
    }
    #expect(try repository.scan().status == 1)
    #expect(access(repository.sandbox.root + "/ran", F_OK) != 0)
  }

  @Test func `object folders outside are read, told, and left out where CI is set`() throws {
    let repository = try ScannedRepository()
    try repository.commit("k = \(InventedToken.github())\n", to: "leak")
    try repository.git("clone", "--quiet", "--shared", ".", "../clone")
    #expect(try repository.scan("../clone").status == 1)
    repository.sandbox.environment["CI"] = "true"
    let refused = try repository.scan("../clone")
    #expect(refused.status == 3, "\(refused.result)")
    #expect(refused.gaps.contains("alternate"), "\(refused.result)")
    #expect(try repository.scan("--follow-alternates", "../clone").status == 1)
  }

  @Test func `no repository there is an error and no clean scan`() throws {
    let sandbox = try Sandbox()
    for path in ["/nonexistent", "."] {
      let result = try sandbox.coffer("scan", path)
      #expect(result.code == 2, "\(result)")
      #expect(result.stderr.contains("coffer: error:"), "\(result)")
      #expect(result.output.isEmpty)
    }
  }
}

extension ScannedRepository {
  func loose(_ id: String) -> String { sandbox.path(".git/objects/\(id.prefix(2))/\(id.dropFirst(2))") }
}
