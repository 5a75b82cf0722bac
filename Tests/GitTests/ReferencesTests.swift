import Foundation
import Glibc
import Testing

@testable import Git

/// Everything that names an object, and what is broken among it.
struct ReferencesTests {
  let sandbox: GitSandbox
  let repo: String

  init() throws {
    sandbox = try GitSandbox()
    repo = try sandbox.makeRepository()
  }

  private func references(_ name: String = "repo") throws -> References {
    References(try RepositoryLayout.find(at: sandbox(name)))
  }

  /// The ids that a name names, of one holder.
  private func ids(_ references: References, _ name: String, _ holder: References.Holder) -> [String] {
    references.entries.filter { $0.name == name && $0.holder == holder }.map(\.id.hex)
  }

  @Test(arguments: [false, true])
  func `branches, tags, notes, stash and anything else under refs, as git lists them`(packed: Bool) throws {
    try sandbox.commit("file", "1\n")
    try sandbox.git("branch", "other/deep/name")
    try sandbox.git("tag", "light")
    try sandbox.git("tag", "-a", "-m", "message", "heavy")
    try sandbox.git("notes", "add", "-m", "a note")
    try sandbox.git("update-ref", "refs/odd/place", "HEAD")
    try sandbox.git("update-ref", "refs/remotes/origin/main", "HEAD")
    try sandbox.write("changed\n", to: "repo/file")
    try sandbox.git("stash", "--quiet")
    if packed { try sandbox.git("pack-refs", "--all") }
    // After packing: a loose one overrides the packed one.
    try sandbox.commit("file", "2\n")

    let found = try references()
    #expect(found.facts.isEmpty)
    let listed = try sandbox.git("for-each-ref", "--format=%(refname) %(objectname)").text
    let ours = found.entries.filter { $0.name.hasPrefix("refs/") && $0.holder != .reflog && $0.holder != .remoteReflog }
    var lines: Set<String> = []
    for entry in ours { lines.insert("\(entry.name) \(entry.id.hex)") }
    #expect(lines.sorted() == listed.split(separator: "\n").map(String.init).sorted())
    #expect(ids(found, "refs/notes/commits", .note).count == 1)
    #expect(ids(found, "refs/stash", .stash).count == 1)
    #expect(ids(found, "refs/remotes/origin/main", .remote).count == 1)
    #expect(ids(found, "refs/tags/heavy", .reference) == [try sandbox.git("rev-parse", "heavy").line])
    #expect(found.head == .branch("refs/heads/main", try id(try sandbox.git("rev-parse", "HEAD").line)))
  }

  @Test func `reflogs, of deleted branches and of remotes too`() throws {
    let first = try sandbox.commit("file", "1\n")
    let lost = try sandbox.commit("file", "2\n")
    try sandbox.git("reset", "--quiet", "--hard", first)
    try sandbox.git("update-ref", "--create-reflog", "refs/remotes/origin/main", lost)
    try sandbox.git("update-ref", "refs/remotes/origin/main", first)
    let log = try sandbox.read("repo/.git/logs/refs/heads/main")
    try sandbox.write(log, to: "repo/.git/logs/refs/heads/gone")

    let found = try references()
    #expect(found.facts.isEmpty)
    #expect(Set(ids(found, "HEAD", .reflog)) == [first, lost])
    #expect(Set(ids(found, "refs/heads/gone", .reflog)) == [first, lost])
    #expect(Set(ids(found, "refs/remotes/origin/main", .remoteReflog)) == [first, lost])
    #expect(ids(found, "refs/remotes/origin/main", .remote) == [first])
    #expect(ids(found, "ORIG_HEAD", .reflog) == [lost])
    // Each only once, and never "no object".
    #expect(Set(found.entries).count == found.entries.count)
    #expect(!found.entries.contains { $0.id.isZero })
  }

  @Test func `older stashes are in the stash's reflog`() throws {
    try sandbox.commit("file", "1\n")
    for text in ["a\n", "b\n", "c\n"] {
      try sandbox.write(text, to: "repo/file")
      try sandbox.git("stash", "--quiet")
    }
    let listed = try sandbox.git("stash", "list", "--format=%H").text.split(separator: "\n").map(String.init)
    #expect(listed.count == 3)
    let found = try references().entries.filter { $0.name == "refs/stash" }
    #expect(found.allSatisfy { $0.holder == .stash })
    #expect(Set(found.map(\.id.hex)) == Set(listed))
  }

  @Test func `other work trees' HEADs, reflogs and own references`() throws {
    try sandbox.commit("file", "1\n")
    try sandbox.git("worktree", "add", "--quiet", "--detach", sandbox("linked"))
    let detached = try sandbox.commit("file", "2\n", in: "linked")
    try sandbox.git(in: "linked", "update-ref", "refs/worktree/mine", detached)
    let main = try references()
    #expect(ids(main, "worktrees/linked/HEAD", .reference) == [detached])
    #expect(ids(main, "worktrees/linked/HEAD", .reflog).contains(detached))
    #expect(ids(main, "worktrees/linked/refs/worktree/mine", .reference) == [detached])
    let linked = try references("linked")
    #expect(linked.head == .detached(try id(detached)))
    #expect(Set(linked.entries) == Set(main.entries))
  }

  @Test func `FETCH_HEAD was on a remote`() throws {
    try sandbox.makeRepository("remote")
    let commit = try sandbox.commit("file", "1\n", in: "remote")
    try sandbox.git("fetch", "--quiet", sandbox("remote"), "main")
    #expect(ids(try references(), "FETCH_HEAD", .remoteReflog) == [commit])
  }

  @Test func `symbolic references, and those that lead nowhere or in a circle`() throws {
    let commit = try sandbox.commit("file", "1\n")
    try sandbox.git("symbolic-ref", "refs/heads/alias", "refs/heads/main")
    try sandbox.git("symbolic-ref", "refs/remotes/origin/HEAD", "refs/remotes/origin/gone")
    try sandbox.write("ref: refs/heads/two\n", to: "repo/.git/refs/heads/one")
    try sandbox.write("ref: refs/heads/one\n", to: "repo/.git/refs/heads/two")
    try sandbox.write("ref: ../../../etc/passwd\n", to: "repo/.git/refs/heads/out")
    let found = try references()
    #expect(ids(found, "refs/heads/alias", .reference) == [commit])
    #expect(found.facts == ["one", "out", "two"].map { .brokenReference(name: "refs/heads/" + $0) })
  }

  @Test(arguments: ["", "nonsense\n", "0123456789\n", String(repeating: "0", count: 40) + "\n"])
  func `a broken reference is a fact and not the end`(text: String) throws {
    let commit = try sandbox.commit("file", "1\n")
    try sandbox.write(text, to: "repo/.git/refs/heads/broken")
    let found = try references()
    #expect(ids(found, "refs/heads/main", .reference) == [commit])
    #expect(found.facts == [.brokenReference(name: "refs/heads/broken")])
  }

  @Test func `a broken HEAD is a fact`() throws {
    try sandbox.commit("file", "1\n")
    try sandbox.write("garbage", to: "repo/.git/HEAD")
    let found = try references()
    #expect(found.head == .broken)
    #expect(found.facts == [.brokenReference(name: "HEAD")])
  }

  @Test func `a damaged reflog gives what it can`() throws {
    let commit = try sandbox.commit("file", "1\n")
    let other = String(repeating: "ab", count: 20)
    let text = "\(other) cut\n\0\0\0\n\n\(commit) \(other) A <a@b> 1 +0000\tx\nno newline at the end \(other)"
    try sandbox.write(text, to: "repo/.git/logs/refs/heads/odd")
    let found = try references()
    #expect(ids(found, "refs/heads/odd", .reflog) == [other, commit])
    #expect(found.facts == [.damagedReflog(name: "refs/heads/odd", lines: 3)])
  }

  @Test func `damaged packed-refs give what they can`() throws {
    let commit = try sandbox.commit("file", "1\n")
    let text =
      "# pack-refs with: peeled\n\(commit) refs/tags/good\nshort\n\(commit)\n\(commit) refs/tags/last\n^\(commit)\n"
    try sandbox.write(text, to: "repo/.git/packed-refs")
    let found = try references()
    #expect(ids(found, "refs/tags/good", .reference) == [commit])
    #expect(ids(found, "refs/tags/last", .reference) == [commit])
    #expect(found.facts == [.layout(file: repo + "/.git/packed-refs", .malformed)])
  }

  @Test func `a name that is not UTF-8 is read when packed, and told when not`() throws {
    let commit = try sandbox.commit("file", "1\n")
    var path = Array((repo + "/.git/refs/heads/caf").utf8CString.dropLast())
    path += [CChar(bitPattern: 0xe9), 0]
    let file = open(path, O_WRONLY | O_CREAT, 0o600)
    #expect(file >= 0)
    #expect(commit.withCString { Glibc.write(file, $0, 40) } == 40)
    close(file)
    let count = try references().entries.count
    #expect(try references().facts == [.unreadable(path: repo + "/.git/refs/heads", code: EILSEQ)])
    try sandbox.git("pack-refs", "--all")
    #expect(try references().facts.isEmpty)
    #expect(try references().entries.count == count + 1)
  }

  @Test func `folders that lead in circles end`() throws {
    try sandbox.commit("file", "1\n")
    for place in ["refs/heads/up", "logs/refs/up", "refs/tags/up"] {
      try FileManager.default.createSymbolicLink(
        atPath: repo + "/.git/" + place,
        withDestinationPath: repo + "/.git/" + (place.hasPrefix("logs") ? "logs" : "refs"))
    }
    #expect(try references().entries.count < 100)
  }

  @Test func `the same order every time`() throws {
    for number in 0..<5 {
      try sandbox.commit("file", "\(number)\n")
      try sandbox.git("branch", "b\(number)")
    }
    let first = try references().entries
    #expect(try references().entries == first)
    #expect(first.first?.name == "HEAD")
  }
}
