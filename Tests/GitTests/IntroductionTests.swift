import Foundation
import Testing

@testable import Git

/// Which commits brought a secret in, in real repositories.
struct IntroductionTests {
  private let sandbox: GitSandbox

  init() throws {
    sandbox = try GitSandbox()
    try sandbox.makeRepository()
  }

  private func history(_ secrets: String..., in folder: String = "repo") throws -> History {
    try History(sandbox(folder), secrets)
  }

  private func head() throws -> String { try sandbox.git("rev-parse", "HEAD").line }

  @Test func `a plain file, deleted later`() throws {
    try sandbox.commit("readme", "hello")
    let added = try sandbox.commit("app/.env", "KEY=alpha")
    try sandbox.commit("app/.env", "KEY=alpha\nOTHER=1")
    try sandbox.git("rm", "--quiet", "app/.env")
    try sandbox.git("commit", "--quiet", "-m", "gone")
    let history = try history("alpha")
    #expect(history.lines == ["0 app/.env \(added) reference"])
    #expect(history.result.inHead == [[]])
    #expect(history.result.homeless.isEmpty && !history.result.isCutShort && history.result.unlisted == [0])
  }

  @Test func `a renamed file has two paths`() throws {
    let added = try sandbox.commit("old name", "alpha")
    try sandbox.git("mv", "old name", "new")
    try sandbox.git("commit", "--quiet", "-m", "move")
    let history = try history("alpha")
    #expect(history.lines == ["0 old name \(added) reference", "0 new \(try head()) reference head"])
    #expect(history.result.inHead.map { $0.map(history.text) } == [["new"]])
  }

  @Test func `removed and brought in again`() throws {
    let first = try sandbox.commit("a", "alpha", date: 1_700_000_001)
    try sandbox.commit("a", "clean", date: 1_700_000_002)
    let second = try sandbox.commit("a", "alpha again", date: 1_700_000_003)
    try sandbox.commit("a", "alpha still", date: 1_700_000_004)
    #expect(try history("alpha").lines == ["0 a \(first) reference head", "0 a \(second) reference head"])
  }

  @Test func `two secrets in two files and two commits`() throws {
    let first = try sandbox.commit("z", "alpha", date: 1_700_000_001)
    let second = try sandbox.commit("a", "alpha beta", date: 1_700_000_002)
    let third = try sandbox.commit("z", "beta alpha", date: 1_700_000_003)
    let history = try history("alpha", "beta")
    #expect(
      history.lines == [
        "0 z \(first) reference head", "0 a \(second) reference head", "1 a \(second) reference head",
        "1 z \(third) reference head",
      ])
    #expect(history.result.of(0).map(\.secret) == [0, 0] && history.result.of(1).map(\.secret) == [1, 1])
    #expect(history.result.of(2).isEmpty && history.result.of(-1).isEmpty)
    #expect(history.result.inHead.map { $0.map(history.text) } == [["a", "z"], ["a", "z"]])
  }

  @Test func `another branch is not in HEAD`() throws {
    try sandbox.commit("a", "x")
    try sandbox.git("checkout", "--quiet", "-b", "side")
    let side = try sandbox.commit("b", "alpha")
    try sandbox.git("checkout", "--quiet", "main")
    #expect(try history("alpha").lines == ["0 b \(side) reference"])
  }

  @Test func `an octopus merge brings in nothing of its own`() throws {
    try sandbox.commit("a", "x")
    for name in ["one", "two", "three"] {
      try sandbox.git("checkout", "--quiet", "-b", name, "main")
      try sandbox.commit(name, "alpha \(name)")
    }
    try sandbox.git("checkout", "--quiet", "main")
    try sandbox.git("merge", "--quiet", "--no-edit", "one", "two", "three")
    let lines = try history("alpha").lines
    #expect(lines.count == 3)
    for name in ["one", "two", "three"] {
      #expect(lines.contains("0 \(name) \(try sandbox.git("rev-parse", name).line) reference head"))
    }
  }

  @Test func `an evil merge brings in what no parent had`() throws {
    try sandbox.commit("a", "x")
    try sandbox.git("checkout", "--quiet", "-b", "side")
    let side = try sandbox.commit("b", "beta")
    try sandbox.git("checkout", "--quiet", "main")
    try sandbox.commit("c", "y")
    try sandbox.git("merge", "--quiet", "--no-commit", "--no-ff", "side")
    // `beta` at `b` came from the side and gets company; `alpha` comes from nowhere.
    try sandbox.write("beta alpha", to: "repo/b")
    try sandbox.git("add", "b")
    try sandbox.git("commit", "--quiet", "-m", "merge")
    #expect(
      try history("alpha", "beta").lines == [
        "0 b \(try head()) reference head", "1 b \(side) reference head",
      ])
  }

  @Test func `a merge whose file holds one secret of each parent brings in neither`() throws {
    try sandbox.commit("a", "x\n\n\n\ny\n")
    try sandbox.git("checkout", "--quiet", "-b", "side")
    let side = try sandbox.commit("a", "alpha\n\n\n\ny\n", date: 1_700_000_001)
    try sandbox.git("checkout", "--quiet", "main")
    let main = try sandbox.commit("a", "x\n\n\n\nbeta\n", date: 1_700_000_002)
    try sandbox.git("merge", "--quiet", "--no-edit", "side")
    #expect(
      try history("alpha", "beta").lines == ["0 a \(side) reference head", "1 a \(main) reference head"])
  }

  @Test func `an unreachable commit`() throws {
    try sandbox.commit("a", "x")
    let blob = try sandbox.git("hash-object", "-w", "--stdin", input: Array("alpha".utf8)).line
    let tree = try sandbox.git("mktree", input: Array("100644 blob \(blob)\tf\n".utf8)).line
    let commit = try sandbox.git("commit-tree", "-m", "lost", tree).line
    #expect(try history("alpha").lines == ["0 f \(commit) unreachable"])
  }

  @Test func `a commit that only the reflog remembers`() throws {
    try sandbox.commit("a", "x")
    let lost = try sandbox.commit("a", "alpha")
    try sandbox.git("reset", "--quiet", "--hard", "HEAD~1")
    #expect(try history("alpha").lines == ["0 a \(lost) reflog"])
  }

  @Test func `stashes: changed, staged and untracked files, and an older stash`() throws {
    try sandbox.commit("a", "x", date: 1_700_000_001)
    try sandbox.write("alpha", to: "repo/a")
    try sandbox.git("stash", "push", "--quiet", date: 1_700_000_002)
    let older = try sandbox.git("rev-parse", "stash@{0}").line
    try sandbox.write("beta", to: "repo/untracked")
    try sandbox.write("gamma", to: "repo/staged")
    try sandbox.git("add", "staged")
    try sandbox.git("stash", "push", "--quiet", "--include-untracked", date: 1_700_000_003)
    let staged = try sandbox.git("rev-parse", "stash@{0}^2").line
    let untracked = try sandbox.git("rev-parse", "stash@{0}^3").line
    #expect(
      try history("alpha", "beta", "gamma").lines == [
        "0 a \(older) stash", "1 untracked \(untracked) stash", "2 staged \(staged) stash",
      ])
  }

  @Test func `a note`() throws {
    let commit = try sandbox.commit("a", "x")
    try sandbox.git("notes", "add", "-m", "alpha", commit)
    let note = try sandbox.git("rev-parse", "refs/notes/commits").line
    #expect(try history("alpha").lines == ["0 \(commit) \(note) note"])
  }

  @Test func `a tag on a blob and one on a tree`() throws {
    try sandbox.commit("a", "x")
    let blob = try sandbox.git("hash-object", "-w", "--stdin", input: Array("alpha".utf8)).line
    try sandbox.git("tag", "-a", "-m", "key", "key", blob)
    try sandbox.git("tag", "-a", "-m", "key", "key-again", "key")
    let other = try sandbox.git("hash-object", "-w", "--stdin", input: Array("beta".utf8)).line
    let tree = try sandbox.git("mktree", input: Array("100644 blob \(other)\tf\n".utf8)).line
    try sandbox.git("update-ref", "refs/tags/tree", tree)
    let history = try history("alpha", "beta")
    #expect(history.lines.isEmpty && history.result.homeless.isEmpty)
    #expect(history.result.hanging.map(\.secret) == [0, 1])
    #expect(history.tips.damaged.isEmpty && history.tips.missing.isEmpty)
    #expect(history.result.hanging.map { $0.path.map(history.text) } == [nil, "f"])
    #expect(history.result.hanging.map(\.reach) == [.reference, .reference])
    #expect(history.result.hanging.map { history.inventory.id(of: $0.blob).hex } == [blob, other])
  }

  @Test func `what a reference names and is not there is missing, itself or behind a tag`() throws {
    try sandbox.commit("a", "alpha")
    let blob = try sandbox.git("hash-object", "-w", "--stdin", input: Array("key".utf8)).line
    try sandbox.git("tag", "-a", "-m", "key", "key", blob)
    try FileManager.default.removeItem(atPath: sandbox.looseFile(blob))
    let nowhere = String(repeating: "d", count: 40)
    try sandbox.write(nowhere + "\n", to: "repo/.git/refs/heads/nowhere")
    try sandbox.git("update-ref", "refs/tags/tree", "HEAD^{tree}")
    try sandbox.write(String(repeating: "e", count: 40) + "\n", to: "repo/.git/ORIG_HEAD")
    let history = try history("alpha")
    #expect(history.tips.missing.map(\.hex) == [blob, nowhere].sorted())
    #expect(history.lines.count == 1)
    #expect(history.result.hanging.map { $0.path.map(history.text) } == ["a"])
  }

  @Test func `blobs of no tree are homeless: staged ones and dangling ones`() throws {
    try sandbox.commit("a", "x")
    try sandbox.write("alpha", to: "repo/staged")
    try sandbox.git("add", "staged")
    try sandbox.git("hash-object", "-w", "--stdin", input: Array("beta".utf8))
    let history = try history("alpha", "beta")
    #expect(history.lines.isEmpty && history.result.homeless.count == 2)
  }

  @Test func `at a shallow boundary everything is brought in by its commit`() throws {
    try sandbox.commit("a", "alpha", date: 1_700_000_001)
    let boundary = try sandbox.commit("b", "y", date: 1_700_000_002)
    let last = try sandbox.commit("c", "alpha", date: 1_700_000_003)
    try sandbox.git(in: ".", "clone", "--quiet", "--depth=2", "file://" + sandbox("repo"), "shallow")
    let history = try history("alpha", in: "shallow")
    #expect(
      history.lines == ["0 a \(boundary) reference head pushed", "0 c \(last) reference head pushed"])
    #expect(history.commits.boundary == [0] && history.commits.missingParents.isEmpty)
    #expect(history.reach.missingCommits(history.commits).isEmpty)
  }

  @Test func `what a remote had is pushed, what it has no more too`() throws {
    try sandbox.git(in: ".", "init", "--quiet", "--bare", "remote")
    try sandbox.git("remote", "add", "origin", sandbox("remote"))
    try sandbox.commit("a", "x", date: 1_700_000_001)
    try sandbox.git("push", "--quiet", "origin", "main")
    let replaced = try sandbox.commit("a", "alpha", date: 1_700_000_002)
    try sandbox.git("push", "--quiet", "origin", "main")
    try sandbox.git("reset", "--quiet", "--hard", "HEAD~1")
    let kept = try sandbox.commit("b", "alpha", date: 1_700_000_003)
    try sandbox.git("push", "--quiet", "--force", "origin", "main")
    let mine = try sandbox.commit("c", "alpha", date: 1_700_000_004)
    #expect(
      try history("alpha").lines == [
        "0 a \(replaced) reflog pushed", "0 b \(kept) reference head pushed", "0 c \(mine) reference head not-pushed",
      ])
  }

  @Test func `odd names`() throws {
    let names: [[UInt8]] = [
      Array("new\nline".utf8), Array("\"quoted\" 'name'".utf8), [0xff, 0xfe, 0x80], Array("-rf".utf8),
      Array(String(repeating: "d/", count: 300).utf8) + Array("deep".utf8), Array("a b\\c\u{1b}[31m".utf8),
      Array("a.b".utf8), Array("a/c".utf8),
    ]
    let blob = try sandbox.git("hash-object", "-w", "--stdin", input: Array("alpha".utf8)).line
    var index: [UInt8] = []
    for name in names { index += Array("100644 \(blob)\t".utf8) + name + [0] }
    try sandbox.git(["update-index", "-z", "--index-info"], input: index)
    try sandbox.git("commit", "--quiet", "-m", "odd")
    let history = try history("alpha")
    let sorted = names.sorted { $0.lexicographicallyPrecedes($1) }
    #expect(history.result.introductions.map(\.path) == sorted)
    #expect(history.result.inHead == [sorted])
  }

  @Test func `the submodules of HEAD`() throws {
    let commit = try sandbox.commit("a", "x")
    try sandbox.git("update-index", "--add", "--cacheinfo", "160000,\(commit),libs/one")
    try sandbox.git("update-index", "--add", "--cacheinfo", "160000,\(commit),two")
    try sandbox.git("commit", "--quiet", "-m", "modules")
    let history = try history("alpha")
    #expect(history.result.submodules.map(history.text) == ["libs/one", "two"])
    #expect(history.lines.isEmpty && history.found.missingBlobs.count == 0)
  }

  @Test func `a repository without a commit`() throws {
    let history = try history("alpha")
    #expect(history.commits.count == 0 && history.lines.isEmpty && history.result.homeless.isEmpty)
  }
}
