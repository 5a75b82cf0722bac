import Dispatch
import Foundation
import Synchronization
import Testing

@testable import Git

/// Single objects by their ids, against what git says they are.
struct ObjectReaderTests {
  let sandbox: GitSandbox
  let repo: String

  init() throws {
    sandbox = try GitSandbox()
    repo = try sandbox.makeRepository()
  }

  /// Writes a history of versions that git stores as deltas of each other.
  private func fill(_ versions: Int = 20) throws {
    var text = (0..<300).map { "line \($0) \($0 &* 2_654_435_761)\n" }
    for version in 0..<versions {
      text[version * 7 % 300] = "changed in version \(version)\n"
      try sandbox.commit("dir/file", text.joined(), message: "version \(version)")
    }
    try sandbox.git("tag", "-a", "-m", "message", "heavy")
    try sandbox.git("notes", "add", "-m", "a note")
  }

  /// Compares every object, its header and the list of all with git's.
  private func compare(_ name: String = "repo") throws {
    let opened = try Opened(sandbox(name))
    let all = try sandbox.everyObject(in: name)
    #expect(try opened.ids() == all.map(\.hex))
    let reader = try opened.repository.makeReader()
    let oracle = try sandbox.git(
      in: name, ["cat-file", "--batch"], input: Array(all.map { $0.hex + "\n" }.joined().utf8))
    var position = 0
    for object in all {
      let head = "\(object.hex) \(object.kind) \(object.size)\n"
      #expect(oracle.bytes[position...].starts(with: head.utf8))
      position += head.utf8.count
      let expected = Array(oracle.bytes[position..<position + object.size])
      position += object.size + 1
      let number = try id(object.hex)
      let header = try reader.header(of: number)
      #expect(header.kind.name == object.kind)
      #expect(header.size == object.size)
      let read = try reader.read(number) { kind, bytes in (kind, copy(bytes)) }
      #expect(read.0.name == object.kind)
      #expect(read.1 == expected)
    }
  }

  @Test func `loose, packed, both, several packs and an index for them all`() throws {
    try fill()
    try compare()
    try sandbox.git("repack", "-adfq", "--depth=50")
    try sandbox.commit("loose", "loose\n")
    try compare()
    try sandbox.git("repack", "-q")
    try sandbox.git("unpack-objects", "-q", input: try sandbox.read(try sandbox.packFiles()[0]))
    try sandbox.git("multi-pack-index", "write")
    #expect(try sandbox.packFiles().count == 2)
    try compare()
    #expect(try Opened(repo).repository.facts.isEmpty)
  }

  @Test(arguments: [["--depth=4095"], ["--depth=50", "--window=250"]])
  func `chains of any depth that git makes`(options: [String]) throws {
    try fill(60)
    try sandbox.git(["repack", "-adfq"] + options)
    try compare()
  }

  @Test func `deltas that name their base, and an index of version 1`() throws {
    try fill()
    try sandbox.git("-c", "repack.useDeltaBaseOffset=false", "repack", "-adfq")
    try compare()
    let pack = try sandbox.packFiles()[0]
    let index = try sandbox.packFiles(".idx")[0]
    unlink(index)
    try sandbox.git("index-pack", "--index-version=1", pack)
    try compare()
  }

  @Test func `objects come in pack order and each once`() throws {
    try fill()
    try sandbox.git("repack", "-adfq")
    let pack = try sandbox.packFiles(".idx")[0]
    var offsets: [Int: String] = [:]
    for line in try sandbox.git("verify-pack", "-v", pack).text.split(separator: "\n") {
      let words = line.split(separator: " ")
      if words.count >= 5, words[0].count == 40, let offset = Int(words[4]) { offsets[offset] = String(words[0]) }
    }
    let order = offsets.sorted { $0.key < $1.key }.map(\.value)
    let loose = try sandbox.git("hash-object", "-w", "--stdin", input: [1, 2, 3]).line
    let inventory = try Opened(repo).repository.makeInventory()
    #expect((0..<Int32(inventory.count)).map { inventory.id(of: $0).hex } == order + [loose])
  }

  @Test func `an object above the limit is not read, wherever it stands`() throws {
    // Little when compressed.
    let big = [UInt8](repeating: 65, count: 100_000)
    let loose = try sandbox.git("hash-object", "-w", "--stdin", input: big).line
    func check() throws {
      let repository = try Opened(repo).repository
      for limit in [1000, 99_999] {
        let reader = try repository.makeReader(limit: limit)
        #expect(throws: GitError.tooLarge(try id(loose), size: 100_000)) {
          try reader.read(try id(loose)) { _, _ in }
        }
      }
      let reader = try repository.makeReader(limit: 100_000)
      #expect(try reader.read(try id(loose)) { _, bytes in bytes.byteCount } == 100_000)
    }
    try check()
    try sandbox.write(big, to: "repo/file")
    try sandbox.git("add", "file")
    try sandbox.git("commit", "--quiet", "-m", "x")
    try sandbox.git("repack", "-adfq")
    #expect(!FileManager.default.fileExists(atPath: sandbox.looseFile(loose)))
    try check()
  }

  @Test func `an object that is not there is missing`() throws {
    try fill(2)
    let nothing = try id(String(repeating: "12", count: 20))
    let reader = try Opened(repo).repository.makeReader()
    #expect(throws: GitError.missing(nothing)) { try reader.read(nothing) { _, _ in } }
    #expect(throws: GitError.missing(nothing)) { try reader.header(of: nothing) }
    let blob = try sandbox.git("rev-parse", "HEAD:dir/file").line
    unlink(sandbox.looseFile(blob))
    #expect(throws: GitError.missing(try id(blob))) { try Opened(repo).read(blob) }
  }

  @Test func `readers on several threads`() throws {
    try fill(30)
    try sandbox.git("repack", "-adfq")
    let opened = try Opened(repo)
    let ids = try opened.ids().map(id)
    let sizes = Mutex([Int](repeating: 0, count: 4))
    DispatchQueue.concurrentPerform(iterations: 4) { thread in
      guard let reader = try? opened.repository.makeReader() else { return }
      var sum = 0
      for number in thread % 2 == 0 ? ids : ids.reversed() {
        sum += (try? reader.read(number) { _, bytes in bytes.byteCount }) ?? -1_000_000
      }
      sizes.withLock { $0[thread] = sum }
    }
    let expected = try sandbox.everyObject().reduce(0) { $0 + $1.size }
    #expect(sizes.withLock { $0 } == [Int](repeating: expected, count: 4))
  }
}
