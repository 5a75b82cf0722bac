import Foundation
import Testing

@testable import Git

/// What is staged.
struct IndexTests {
  let sandbox: GitSandbox
  let repo: String

  init() throws {
    sandbox = try GitSandbox()
    repo = try sandbox.makeRepository()
    for name in ["a", "dir/b", "dir/a longer name \u{e9}", "z", "tab\there", "exactly eight", "12345678"] {
      try sandbox.write(name + "\n", to: repo + "/" + name)
    }
    try sandbox.git("add", ".")
  }

  private func index(_ name: String = "repo") throws -> IndexEntries {
    IndexEntries(try RepositoryLayout.find(at: sandbox(name)))
  }

  /// `MODE ID STAGE<tab>PATH`, as git says it.
  private func staged(in folder: String = "repo") throws -> [String] {
    try sandbox.git(in: folder, "ls-files", "--stage", "-z").text.split(separator: "\0").map(String.init).sorted()
  }

  private func lines(_ entries: [IndexEntries.Entry]) -> [String] {
    entries.map {
      String($0.mode, radix: 8) + " \($0.id.hex) \($0.stage)\t" + String(decoding: $0.path, as: UTF8.self)
    }.sorted()
  }

  @Test(arguments: ["2", "4"])
  func `what git lists`(version: String) throws {
    try sandbox.git("update-index", "--index-version", version)
    let index = try index()
    #expect(index.facts.isEmpty)
    #expect(lines(index.entries) == (try staged()))
  }

  @Test(arguments: ["2", "4"])
  func `extended flags and paths longer than a flag can say`(version: String) throws {
    let long = String(repeating: "folder/", count: 600) + "file"
    let blob = try sandbox.git("hash-object", "-w", "--stdin", input: [120]).line
    try sandbox.git("update-index", "--add", "--cacheinfo", "100755,\(blob),\(long)")
    try sandbox.write("later", to: "repo/intended")
    try sandbox.git("add", "--intent-to-add", "intended")
    try sandbox.git("update-index", "--index-version", version)
    #expect(lines(try index().entries) == (try staged()))
  }

  @Test func `a conflict's stages`() throws {
    try sandbox.commit("file", "base\n")
    try sandbox.git("checkout", "--quiet", "-b", "other")
    try sandbox.commit("file", "theirs\n")
    try sandbox.git("checkout", "--quiet", "main")
    try sandbox.commit("file", "ours\n")
    _ = try sandbox.tryGit(in: "repo", ["merge", "other"])
    let index = try index()
    #expect(index.entries.filter { $0.stage > 0 }.map(\.stage).sorted() == [1, 2, 3])
    #expect(lines(index.entries) == (try staged()))
  }

  @Test func `an index without a checksum, as index.skipHash writes it`() throws {
    var bytes = try sandbox.read("repo/.git/index")
    for place in bytes.count - 20..<bytes.count { bytes[place] = 0 }
    try sandbox.write(bytes, to: "repo/.git/index")
    let index = try index()
    #expect(index.facts.isEmpty)
    #expect(index.entries.count == 7)
  }

  @Test func `a split index`() throws {
    let before = try staged()
    try sandbox.git("update-index", "--split-index")
    try sandbox.write("new\n", to: "repo/new")
    try sandbox.git("add", "new")
    let index = try index()
    #expect(index.facts.isEmpty)
    #expect(lines(index.entries) == (try staged()))
    #expect(index.entries.count == before.count + 1)
  }

  @Test func `other work trees' indexes`() throws {
    try sandbox.git("commit", "--quiet", "-m", "x")
    try sandbox.git("worktree", "add", "--quiet", sandbox("linked"))
    try sandbox.write("only there\n", to: "linked/there")
    try sandbox.git(in: "linked", "add", "there")
    let main = try index()
    #expect(main.entries.count == 7)
    #expect(main.elsewhere.map { String(decoding: $0.path, as: UTF8.self) } == ["there"])
    let linked = try index("linked")
    #expect(lines(linked.entries) == (try staged(in: "linked")))
    #expect(linked.elsewhere.isEmpty)
  }

  @Test func `no index at all`() throws {
    try sandbox.git(in: ".", "clone", "--quiet", "--bare", repo, "bare.git")
    #expect(try index("bare.git").entries.isEmpty)
    #expect(try index("bare.git").facts.isEmpty)
  }

  @Test func `cut anywhere, or with any byte changed, it is read as far as it goes`() throws {
    try sandbox.git("update-index", "--index-version", "4")
    let whole = try sandbox.read("repo/.git/index")
    func parse(_ bytes: [UInt8]) -> IndexFile { IndexFile(bytes.span.bytes) }
    let full = parse(whole)
    #expect(full.entries.count == 7)
    for length in 0..<whole.count {
      let part = parse(Array(whole[..<length]))
      #expect(part.entries == Array(full.entries[..<part.entries.count]))
      // What the last 20 bytes are is not looked at: a cut within the extensions may go unseen, not one within the entries.
      #expect(part.isDamaged || part.entries.count == full.entries.count)
    }
    for place in whole.indices {
      for bit in 0..<8 {
        var changed = whole
        changed[place] ^= 1 << bit
        #expect(parse(changed).entries.count < 100)
      }
    }
  }

  @Test func `a damaged index is a fact`() throws {
    let whole = try sandbox.read("repo/.git/index")
    try sandbox.write(Array(whole[..<100]), to: "repo/.git/index")
    let index = try index()
    #expect(index.facts == [.damagedIndex(path: repo + "/.git/index")])
    try sandbox.write([UInt8]("not an index".utf8), to: "repo/.git/index")
    #expect(try self.index().facts == [.damagedIndex(path: repo + "/.git/index")])
  }
}
