import Foundation
import Git
import Testing

/// Packs that were good once: whatever happened to their bytes, what is read is right and the rest is reported.
struct PackDamageTests {
  /// A small pack made by git, with deltas of depth 2 and more, and what it holds.
  final class Small {
    let sandbox: GitSandbox
    /// Written over and over again: making new files for each of many thousand damages takes minutes.
    private let files: (index: FileHandle, pack: FileHandle)
    let index: [UInt8]
    let pack: [UInt8]
    let objects: [PackContents.Object]

    init(_ options: String...) throws {
      sandbox = try GitSandbox()
      try sandbox.makeRepository()
      try sandbox.importHistory(commits: 5, lines: 8)
      try sandbox.git(options + ["repack", "-adfq"])
      let path = try #require(try sandbox.packFiles().first)
      pack = try sandbox.read(path)
      index = try sandbox.read(String(path.dropLast(4)) + "idx")
      let opened = try sandbox.open(path)
      let contents = try PackContents(opened)
      objects = (0..<opened.count).compactMap { contents.objects[$0] }
      try #require(objects.count == opened.count)
      for name in ["damaged.idx", "damaged.pack"] { try sandbox.write([], to: name) }
      files = (
        try #require(FileHandle(forWritingAtPath: sandbox("damaged.idx"))),
        try #require(FileHandle(forWritingAtPath: sandbox("damaged.pack")))
      )
    }

    /// Opens and walks a damaged copy.
    /// - Returns: how many objects were read right; nil when the pack was refused as a whole.
    func read(index: [UInt8]? = nil, pack: [UInt8]? = nil) throws -> Int? {
      let opened: Pack
      for (file, bytes) in [(files.index, index ?? self.index), (files.pack, pack ?? self.pack)] {
        try file.seek(toOffset: 0)
        try file.write(contentsOf: bytes)
        try file.truncate(atOffset: UInt64(bytes.count))
      }
      do { opened = try Pack(index: sandbox("damaged.idx"), pack: sandbox("damaged.pack")) } catch { return nil }
      let contents = try PackContents(opened)
      let right = Set(objects)
      #expect(contents.objects.values.allSatisfy(right.contains))
      #expect(contents.objects.count + contents.failures.count + opened.unwalkable.count == opened.count)
      return contents.objects.count
    }
  }

  @Test(arguments: [[], ["-c", "repack.useDeltaBaseOffset=false"]])
  func `a pack with any one bit flipped gives right objects and reports the rest`(options: [String]) throws {
    let small = try options.isEmpty ? Small() : Small(options[0], options[1])
    var partly = 0
    for bit in 0..<small.pack.count * 8 {
      var pack = small.pack
      pack[bit / 8] ^= 1 << (bit % 8)
      let read = try small.read(pack: pack)
      if (12..<small.pack.count - 20).contains(bit / 8) {
        // Nothing of the entries is beyond the checksums, and one entry's damage is not another family's.
        #expect(try #require(read) < small.objects.count)
        if try #require(read) > 0 { partly += 1 }
      }
    }
    #expect(partly == (small.pack.count - 32) * 8)
  }

  @Test func `an index with any one bit flipped gives right objects and reports the rest`() throws {
    let small = try Small()
    var refused = 0
    for bit in 0..<small.index.count * 8 {
      var index = small.index
      index[bit / 8] ^= 1 << (bit % 8)
      if try small.read(index: index) == nil { refused += 1 }
    }
    #expect(refused > 256 * 8)
  }

  @Test func `a pack cut off anywhere is refused or its remains are read right`() throws {
    let small = try Small()
    let trailer = small.pack.suffix(20)
    for count in 0..<small.pack.count {
      #expect(try small.read(pack: Array(small.pack.prefix(count))) == nil)
      // With a trailer that pretends to be the right one.
      _ = try small.read(pack: Array(small.pack[..<count] + trailer))
      // Blank from there on, as after a crash of the system.
      let blank = small.pack[..<count] + [UInt8](repeating: 0, count: small.pack.count - count)
      _ = try small.read(pack: Array(blank.dropLast(20) + trailer))
    }
  }

  @Test func `an index cut off anywhere is refused`() throws {
    let small = try Small()
    for count in 0..<small.index.count { #expect(try small.read(index: Array(small.index.prefix(count))) == nil) }
  }

  @Test func `an index or a pack with bytes too many is refused`() throws {
    let small = try Small()
    #expect(try small.read(index: small.index + [0, 0, 0, 0, 0, 0, 0, 0]) == nil)
    #expect(try small.read(pack: small.pack + [0]) == nil)
  }

  @Test func `one damaged entry fails with its descendants and nothing else does`() throws {
    let sandbox = try GitSandbox()
    var builder = PackBuilder()
    let other = builder.add(blob: Array("another family".utf8))
    builder.add(delta: PackBuilder.delta(base: 14, adding: [1]), at: other)
    let root = builder.add(blob: Array("root".utf8))
    let middle = builder.add(delta: PackBuilder.delta(base: 4, adding: [2]), at: root)
    let leaf = builder.add(delta: PackBuilder.delta(base: 5, adding: [3]), at: middle)
    builder.add(delta: PackBuilder.delta(base: 6, adding: [4]), at: leaf)
    builder.add(delta: PackBuilder.delta(base: 5, adding: [5]), at: middle)
    builder.add(delta: PackBuilder.delta(base: 4, adding: [6]), at: root)
    var pack = builder.pack
    pack[leaf - 6] ^= 1
    let contents = try PackContents(
      PackBuilder.open(in: sandbox, index: builder.index(of: builder.entries), pack: pack))
    #expect(contents.objects.keys.sorted() == [0, 1, 2, 7])
    #expect(contents.failures == [3: .damagedEntry, 4: .baseFailed, 5: .baseFailed, 6: .baseFailed])
    #expect(contents.objects[7]?.bytes == Array("root".utf8) + [6])
  }

  @Test func `files that are not there or are none are refused`() throws {
    let small = try Small()
    let sandbox = small.sandbox
    try sandbox.write(small.index, to: "x.idx")
    try sandbox.write(small.pack, to: "x.pack")
    try sandbox.write([], to: "empty")
    #expect(mkfifo(sandbox("fifo"), 0o600) == 0)
    let cases: [(String, String, PackError)] = [
      ("no", "x.pack", .unreadable(code: ENOENT)), ("x.idx", "no", .unreadable(code: ENOENT)),
      ("x.idx", "fifo", .unreadable(code: EINVAL)), ("home", "x.pack", .unreadable(code: EINVAL)),
      ("empty", "x.pack", .damagedPack), ("x.idx", "empty", .damagedPack), ("x.pack", "x.pack", .unsupportedIndex),
      ("x.idx", "x.idx", .damagedPack),
    ]
    for (index, pack, error) in cases {
      #expect(throws: error) { try Pack(index: sandbox(index), pack: sandbox(pack)) }
    }
  }
}
