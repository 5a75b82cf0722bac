import Foundation
import Testing

@testable import Git

/// Trees that are not whole, and trees that nobody makes in good faith.
struct TreeSearchTests {
  private let sandbox: GitSandbox

  init() throws {
    sandbox = try GitSandbox()
    try sandbox.makeRepository()
  }

  private func id(_ object: String) throws -> ObjectID {
    try #require(ObjectID(hex: try sandbox.git("rev-parse", object).line))
  }

  private func remove(_ id: ObjectID) throws {
    try FileManager.default.removeItem(atPath: sandbox.looseFile(id.hex))
  }

  /// Writes a loose object under an id of choice: the hash is not looked at by who reads it.
  private func forge(_ id: String, _ kind: String, _ content: [UInt8]) throws {
    let bytes = Array("\(kind) \(content.count)\0".utf8) + content
    var sums: (UInt32, UInt32) = (1, 0)
    for byte in bytes {
      sums.0 = (sums.0 + UInt32(byte)) % 65_521
      sums.1 = (sums.1 + sums.0) % 65_521
    }
    // zlib's form with one stored block.
    let size = UInt16(bytes.count)
    let block = [0x78, 0x01, 0x01, UInt8(size & 255), UInt8(size >> 8), UInt8(~size & 255), UInt8(~size >> 8)] + bytes
    let check = sums.1 << 16 | sums.0
    try sandbox.write(
      block + [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: check >> $0) }, to: sandbox.looseFile(id))
  }

  private func tree(_ entries: [(mode: String, name: String, id: String)]) -> [UInt8] {
    var bytes: [UInt8] = []
    for entry in entries {
      bytes += Array("\(entry.mode) \(entry.name)\0".utf8)
      ObjectID(hex: entry.id)?.forEachByte { bytes.append($0) }
    }
    return bytes
  }

  /// A commit on `main` with this root tree, forged.
  private func commit(_ tree: String, id: String = String(repeating: "c", count: 40), parent: String? = nil) throws {
    let parents = parent.map { "parent \($0)\n" } ?? ""
    let text = "tree \(tree)\n\(parents)author A <a> 1700000000 +0000\ncommitter A <a> 1700000000 +0000\n\nm\n"
    try forge(id, "commit", Array(text.utf8))
    try sandbox.write(id + "\n", to: "repo/.git/refs/heads/main")
  }

  private func name(_ number: Int) -> String {
    let digits = String(number, radix: 16)
    return "f" + String(repeating: "0", count: 39 - digits.count) + digits
  }

  @Test func `a missing blob and a missing tree are told, and the rest is found`() throws {
    try sandbox.commit("a", "alpha")
    try sandbox.commit("d/b", "lost")
    let last = try sandbox.commit("e/f/g", "lost too")
    let (blob, tree) = (try id("HEAD:d/b"), try id("HEAD:e/f"))
    try remove(blob)
    try remove(tree)
    let history = try History(sandbox("repo"), ["alpha"])
    #expect(history.found.missingBlobs == .init([blob]))
    #expect(history.found.missingTrees == .init([tree]))
    #expect(history.found.unreadable.count == 0)
    #expect(history.lines.count == 1 && history.result.inHead[0].count == 1)
    let root = try id(last + "^{tree}")
    try remove(root)
    #expect(try History(sandbox("repo"), ["alpha"]).found.missingTrees == .init([root]))
  }

  @Test func `what nothing reaches may miss parts, what a reflog reaches may not`() throws {
    try sandbox.commit("kept", "x")
    try sandbox.commit("a", "pruned")
    let pruned = try id("HEAD:a")
    try sandbox.git("reset", "--quiet", "--hard", "HEAD~1")
    // One unreachable commit shares its folder with a reachable one.
    try sandbox.commit("d/shared", "missing")
    let missing = try id("HEAD:d/shared")
    let tree = try sandbox.git("rev-parse", "HEAD^{tree}").line
    try sandbox.git("commit-tree", "-m", "lost", tree)
    try remove(pruned)
    try remove(missing)
    for _ in 0..<5 {
      let history = try History(sandbox("repo"), ["alpha"], threads: 4, shuffled: true)
      #expect(history.found.missingBlobs == .init([missing, pruned]))
    }
    try sandbox.git("update-ref", "refs/tags/again", "HEAD@{1}")
    try FileManager.default.removeItem(atPath: sandbox("repo/.git/logs"))
    try FileManager.default.removeItem(atPath: sandbox("repo/.git/ORIG_HEAD"))
    try sandbox.git("update-ref", "refs/tags/again", "HEAD")
    #expect(try History(sandbox("repo"), ["alpha"]).found.missingBlobs == .init([missing]))
  }

  @Test func `a clone without blobs misses each of them once`() throws {
    for file in 0..<20 { try sandbox.write("text \(file)", to: "repo/d\(file % 3)/\(file)") }
    try sandbox.git("add", ".")
    try sandbox.git("commit", "--quiet", "-m", "files")
    try sandbox.git("config", "uploadpack.allowFilter", "true")
    try sandbox.git(
      in: ".", "clone", "--quiet", "--bare", "--filter=blob:none", "file://" + sandbox("repo"), "partial")
    let history = try History(sandbox("partial"), ["alpha"])
    #expect(history.found.missingBlobs.count == 20)
    #expect(history.found.missingBlobs.examples.count == 5)
    #expect(history.found.missingTrees.count == 0)
  }

  @Test func `a damaged tree is told, and its whole entries are used`() throws {
    let blob = try sandbox.git("hash-object", "-w", "--stdin", input: Array("alpha".utf8)).line
    let whole = tree([("100644", "a", blob), ("100644", "b", blob)])
    try forge(name(1), "tree", Array(whole.dropLast(3)))
    try commit(name(1))
    let history = try History(sandbox("repo"), ["alpha"])
    #expect(history.found.unreadable.examples.map(\.hex) == [name(1)])
    #expect(history.found.treesRead == 0)
    #expect(history.result.introductions.map { history.text($0.path) } == ["a"])
  }

  @Test func `a tree that is a blob, one that is itself, and one that is its parent`() throws {
    let blob = try sandbox.git("hash-object", "-w", "--stdin", input: Array("alpha".utf8)).line
    let plain = try sandbox.git("hash-object", "-w", "--stdin", input: Array("plain".utf8)).line
    try forge(
      name(1), "tree",
      tree([
        ("40000", "blob", blob), ("40000", "down", name(2)), ("100644", "plain", plain), ("40000", "x", plain),
        ("100644", "z", blob),
      ]))
    try forge(name(2), "tree", tree([("100644", "a", blob), ("40000", "self", name(2)), ("40000", "up", name(1))]))
    try commit(name(1))
    let history = try History(sandbox("repo"), ["alpha"])
    #expect(Set(history.found.unreadable.examples.map(\.hex)) == [blob, plain, name(1), name(2)])
    #expect(history.result.introductions.map { history.text($0.path) } == ["down/a", "z"])
  }

  @Test func `trees nested too deep are not entered, which is told`() throws {
    let blob = try sandbox.git("hash-object", "-w", "--stdin", input: Array("alpha".utf8)).line
    for level in 1..<4100 {
      try forge(name(level), "tree", tree([("100644", "a", blob), ("40000", "d", name(level + 1))]))
    }
    try forge(name(4100), "tree", tree([("100644", "a", blob)]))
    try commit(name(1))
    let history = try History(sandbox("repo"), ["alpha"], threads: 1)
    #expect(history.found.tooDeep.examples.map(\.hex) == [name(4097)])
    #expect(history.result.introductions.count == 4096)
    #expect(history.result.introductions.map(\.path.count).max() == 4095 * 2 + 1)
  }

  @Test func `odd and repeated names stop nothing`() throws {
    let blob = try sandbox.git("hash-object", "-w", "--stdin", input: Array("alpha".utf8)).line
    let other = try sandbox.git("hash-object", "-w", "--stdin", input: Array("alpha 2".utf8)).line
    let long = String(repeating: "n", count: 60_000)
    try forge(
      name(1), "tree",
      tree([
        ("100644", "", blob), ("100644", "..", blob), ("100644", "x/y", blob), ("100644", "same", blob),
        ("100644", "same", other), ("100644", "same", blob), ("40000", "same", name(2)), ("100644", long, blob),
      ]))
    try forge(name(2), "tree", tree([("100644", "f", blob)]))
    try commit(name(1))
    let history = try History(sandbox("repo"), ["alpha"])
    #expect(
      history.result.introductions.map { history.text($0.path) } == [
        "", "..", String(repeating: "n", count: 4096), "same", "same", "same", "same/f", "x/y",
      ])
  }

  /// Ten levels of trees, each ten times the one below; at the bottom a secret. `change` differs in its bottom.
  private func bomb(_ first: Int, _ bottom: String) throws -> String {
    try forge(name(first), "tree", tree([("100644", "secret", bottom)]))
    for level in 1...10 {
      try forge(
        name(first + level), "tree", tree((0..<10).map { ("40000", "\($0)", name(first + level - 1)) }))
    }
    return name(first + 10)
  }

  @Test func `ten thousand million paths to one secret cost what their eleven trees cost`() throws {
    let blob = try sandbox.git("hash-object", "-w", "--stdin", input: Array("alpha".utf8)).line
    let both = try sandbox.git("hash-object", "-w", "--stdin", input: Array("alpha beta".utf8)).line
    let other = try sandbox.git("hash-object", "-w", "--stdin", input: Array("gamma".utf8)).line
    let (one, two) = (try bomb(100, blob), try bomb(200, both))
    try forge(name(1), "tree", tree([("40000", "bomb", one)]))
    // The second commit changes the bottom, and brings in a secret that stands behind the bomb.
    try forge(name(2), "tree", tree([("40000", "bomb", two), ("100644", "z", other)]))
    let parent = String(repeating: "b", count: 40)
    try commit(name(1), id: parent)
    try commit(name(2), parent: parent)
    let start = ContinuousClock.now
    let history = try History(sandbox("repo"), ["alpha", "beta", "gamma"])
    #expect(ContinuousClock.now - start < .seconds(60))
    #expect(history.found.treesRead == 24)
    #expect((0..<3).map { history.result.of(Int32($0)).count } == [10_000, 10_000, 1])
    #expect(history.result.unlisted == [9_999_990_000, 9_999_990_000, 0])
    #expect(history.lines.last == "2 z \(String(repeating: "c", count: 40)) reference head")
    #expect(history.lines.first == "0 bomb/0/0/0/0/0/0/0/0/0/0/secret \(parent) reference head")
    #expect(!history.result.isCutShort)
    var limits = PathWalk.Limits()
    limits.work = 1000
    let cut = try History(sandbox("repo"), ["alpha", "beta", "gamma"], limits: limits)
    #expect(cut.result.isCutShort)
    // No secret is without a place: the blobs of those that were not reached have none.
    let placed = Set(cut.result.introductions.map(\.secret))
    #expect(placed.contains(2) || cut.result.homeless.contains { cut.inventory.id(of: $0).hex == other })
  }

  @Test func `a folder of many marked files shares what does not change`() throws {
    var stream = ""
    for commit in 1...200 {
      stream += "commit refs/heads/main\ncommitter C <c@d> \(1_700_000_000 + commit) +0000\ndata 0\n"
      for file in commit == 1 ? Array(0..<500) : [commit] {
        let text = "alpha \(commit)"
        stream += "M 100644 inline d/file\(file)\ndata \(text.utf8.count)\n\(text)\n"
      }
    }
    try sandbox.git("fast-import", "--quiet", "--force", input: Array(stream.utf8))
    let history = try History(sandbox("repo"), ["alpha"])
    #expect(history.lines.count == 500)
    let size = history.found.size
    // 200 folders of 500 entries of 2 numbers each would be 200,000.
    #expect(size.trees == 400)
    #expect(size.numbers < 60_000)
  }
}
