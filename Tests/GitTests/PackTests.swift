import Foundation
import Git
import Testing

/// Packs that git made, object by object against what git itself reads.
struct PackTests {
  @Test(arguments: [["--depth=50"], ["--depth=0"], ["--depth=250", "--window=250"]])
  func `every object of a repacked repository is what git reads`(options: [String]) throws {
    let sandbox = try GitSandbox()
    try sandbox.makeRepository()
    try sandbox.importHistory(commits: 1200)
    try sandbox.git(["repack", "-adfq"] + options)
    try Self.compare(sandbox)
  }

  @Test func `chains longer than git makes by default are followed`() throws {
    let sandbox = try GitSandbox()
    try sandbox.makeRepository()
    try sandbox.importHistory(commits: 500, files: 1, growing: true)
    try sandbox.git("repack", "-adfq", "--depth=4095", "--window=2")
    let lines = try sandbox.git(["verify-pack", "-s"] + sandbox.packFiles(".idx")).text.split(separator: "\n")
    let depths = lines.filter { $0.hasPrefix("chain length") }.compactMap {
      Int($0.dropFirst(15).prefix { $0.isNumber })
    }
    #expect(try #require(depths.max()) > 100)
    try Self.compare(sandbox)
  }

  @Test func `deltas that name their base by id are followed`() throws {
    let sandbox = try GitSandbox()
    try sandbox.makeRepository()
    try sandbox.importHistory(commits: 200)
    try sandbox.git("-c", "repack.useDeltaBaseOffset=false", "repack", "-adfq")
    #expect(try Self.deltaTypes(sandbox) == [PackBuilder.referenceDelta])
    try Self.compare(sandbox)
  }

  @Test func `a thin pack that git completed has bases behind their deltas`() throws {
    let sandbox = try GitSandbox()
    try sandbox.makeRepository()
    try sandbox.importHistory(commits: 60)
    let older = try sandbox.git("rev-parse", "main~5").line
    let thin = try sandbox.git(
      "pack-objects", "--thin", "--revs", "--stdout", "-q", input: Array("main\n^\(older)\n".utf8))
    try sandbox.git("index-pack", "--stdin", "--fix-thin", input: thin.bytes)
    #expect(try sandbox.packFiles().count == 2)
    #expect(try Self.deltaTypes(sandbox).contains(PackBuilder.referenceDelta))
    try Self.compare(sandbox)
  }

  @Test func `several packs are read each for itself`() throws {
    let sandbox = try GitSandbox()
    try sandbox.makeRepository()
    for file in ["one", "two", "three"] {
      try sandbox.commit(file, String(repeating: "text of \(file)\n", count: 100))
      try sandbox.git("repack", "-dq")
    }
    #expect(try sandbox.packFiles().count == 3)
    try Self.compare(sandbox)
  }

  @Test func `an empty pack has nothing to read`() throws {
    let sandbox = try GitSandbox()
    try sandbox.makeRepository()
    try sandbox.git("pack-objects", "-q", ".git/objects/pack/pack", input: [])
    let pack = try sandbox.open(#require(try sandbox.packFiles().first))
    #expect((pack.count, pack.chunkCount) == (0, 0))
    #expect(pack.unwalkable.isEmpty)
  }

  @Test func `large blobs and empty ones are read`() throws {
    let sandbox = try GitSandbox()
    try sandbox.makeRepository()
    var numbers = FixedNumbers(state: 3)
    var large = Data((0..<(1 << 17)).flatMap { _ in withUnsafeBytes(of: numbers.next(), Array.init) })
    try sandbox.write("", to: "repo/empty")
    for version in 0..<4 {
      large[version * 1000] ^= 0xff
      large.append(contentsOf: [1, 2, 3])
      try large.write(to: URL(fileURLWithPath: sandbox("repo/large")))
      try sandbox.git("add", ".")
      try sandbox.git("commit", "-qm", "version")
    }
    try Data(count: 6 << 20).write(to: URL(fileURLWithPath: sandbox("repo/zeros")))
    try sandbox.git("add", ".")
    try sandbox.git("commit", "-qm", "zeros")
    try sandbox.git("repack", "-adfq")
    try Self.compare(sandbox)
  }

  @Test func `offsets in the index's 64-bit table are followed`() throws {
    let sandbox = try GitSandbox()
    try sandbox.makeRepository()
    try sandbox.importHistory(commits: 30)
    try sandbox.git("repack", "-adfq")
    let pack = try #require(try sandbox.packFiles().first)
    let before = try sandbox.read(String(pack.dropLast(4)) + "idx").count
    for file in try sandbox.packFiles(".idx") + sandbox.packFiles(".rev") { unlink(file) }
    // Offsets above 256 go to the large table.
    try sandbox.git("index-pack", "--index-version=2,0x100", pack)
    #expect(try sandbox.read(String(pack.dropLast(4)) + "idx").count > before)
    try Self.compare(sandbox)
  }

  @Test func `an index of version 1 is refused as such`() throws {
    let sandbox = try GitSandbox()
    try sandbox.makeRepository()
    try sandbox.importHistory(commits: 3)
    try sandbox.git("-c", "pack.indexVersion=1", "repack", "-adfq")
    let pack = try #require(try sandbox.packFiles().first)
    #expect(throws: PackError.unsupportedIndex) { try sandbox.open(pack) }
  }

  @Test func `only the kinds asked for are read`() throws {
    let sandbox = try GitSandbox()
    try sandbox.makeRepository()
    try sandbox.importHistory(commits: 40)
    try sandbox.git("repack", "-adfq")
    let pack = try sandbox.open(#require(try sandbox.packFiles().first))
    for kinds: ObjectKinds in [.blob, [.commit, .tag], .tree, []] {
      let expected = (0..<pack.count).filter { entry in pack.kind(at: entry).map(kinds.contains) ?? false }
      #expect(try PackContents(pack, kinds: kinds).objects.keys.sorted() == expected)
    }
  }

  @Test func `chunks give the same in any order and each object after its base`() throws {
    let sandbox = try GitSandbox()
    try sandbox.makeRepository()
    // Blobs that do not compress, so that there is more than one chunk.
    var numbers = FixedNumbers(state: 11)
    for file in 0..<12 {
      let text = (0..<9000).map { _ in String(numbers.next(), radix: 36) }.joined(separator: "\n")
      try sandbox.write(text, to: "repo/\(file)")
    }
    try sandbox.git("add", ".")
    try sandbox.git("commit", "-qm", "files")
    try sandbox.git("repack", "-adfq")
    let pack = try sandbox.open(#require(try sandbox.packFiles().first))
    #expect(pack.chunkCount > 2)
    var walker = try PackWalker()
    let forward = try PackContents(pack, chunks: 0..<pack.chunkCount, walker: &walker)
    let backward = try PackContents(pack, chunks: (0..<pack.chunkCount).reversed(), walker: &walker)
    #expect(forward.objects == backward.objects)
    #expect(forward.objects.count == pack.count)
  }

  /// Compares every object of every pack of a repository with what git reads, and the order of entries with verify-pack's offsets.
  static func compare(_ sandbox: GitSandbox) throws {
    for path in try sandbox.packFiles() {
      let pack = try sandbox.open(path)
      let contents = try PackContents(pack)
      #expect(pack.unwalkable.isEmpty)
      #expect(contents.failures.isEmpty)
      let ids = (0..<pack.count).map { pack.id(at: $0) }
      let expected = try sandbox.contents(of: ids)
      #expect(expected.count == pack.count)
      #expect(ids.indices.allSatisfy { contents.objects[$0] == expected[ids[$0]] })
      #expect(ids.indices.allSatisfy { contents.objects[$0]?.kind == pack.kind(at: $0) })
      #expect(ids.map(\.hex) == (try Self.list(sandbox, path).sorted { $0.offset < $1.offset }.map(\.id)))
    }
  }

  /// What git says is in a pack.
  private static func list(_ sandbox: GitSandbox, _ pack: String) throws -> [(id: String, offset: Int, isDelta: Bool)] {
    try sandbox.git("verify-pack", "-v", pack).text.split(separator: "\n").compactMap { line in
      let words = line.split(separator: " ")
      guard words.count >= 5, words[0].count == 40, let offset = Int(words[4]) else { return nil }
      return (String(words[0]), offset, words.count == 7)
    }
  }

  /// How the deltas of all packs name their bases: the type numbers in the headers of what git says are deltas.
  private static func deltaTypes(_ sandbox: GitSandbox) throws -> Set<UInt8> {
    var types: Set<UInt8> = []
    for path in try sandbox.packFiles() {
      let bytes = try sandbox.read(path)
      for entry in try list(sandbox, path) where entry.isDelta { types.insert(bytes[entry.offset] >> 4 & 7) }
    }
    return types
  }
}
