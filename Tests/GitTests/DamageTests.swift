import Foundation
import Testing

@testable import Git

/// Repositories that are broken, or made to harm.
struct DamageTests {
  let sandbox: GitSandbox
  let repo: String

  init() throws {
    sandbox = try GitSandbox()
    repo = try sandbox.makeRepository()
  }

  private func packed() throws -> (pack: String, index: String, blob: String) {
    let text = (0..<200).map { "line \($0)\n" }.joined()
    try sandbox.commit("file", text)
    try sandbox.commit("file", text + "more\n")
    try sandbox.git("repack", "-adfq")
    return (
      try sandbox.packFiles()[0], try sandbox.packFiles(".idx")[0], try sandbox.git("rev-parse", "HEAD:file").line
    )
  }

  // MARK: Packs

  @Test func `a truncated pack is a fact, and the rest is read`() throws {
    let (pack, _, blob) = try packed()
    try sandbox.write(Array(try sandbox.read(pack).dropLast(30)), to: pack)
    let loose = try sandbox.git("hash-object", "-w", "--stdin", input: [1]).line
    let opened = try Opened(repo)
    #expect(opened.repository.facts == [.pack(path: pack, .mismatch)])
    #expect(try opened.ids() == [loose])
    #expect(throws: GitError.missing(try id(blob))) { try opened.read(blob) }
    #expect(try opened.read(loose).bytes == [1])
  }

  @Test func `a pack without an index, and an index without a pack`() throws {
    let (pack, index, _) = try packed()
    try sandbox.git("repack", "-adfq", "--depth=1", "-k")
    unlink(index)
    #expect(try Opened(repo).repository.facts.contains(.pack(path: pack, .notIndexed)))
    try sandbox.git("index-pack", pack)
    unlink(pack)
    #expect(try Opened(repo).repository.facts.contains(.pack(path: index, .noPack)))
  }

  @Test(arguments: [0, 3, 7, 8, 100, 1031, 1032, 1100])
  func `an index cut short or with nonsense in it is a fact`(length: Int) throws {
    let (_, index, _) = try packed()
    let bytes = try sandbox.read(index)
    try sandbox.write(Array(bytes.prefix(length)), to: index)
    #expect(try Opened(repo).repository.facts == [.pack(path: index, .damagedIndex)])
  }

  @Test func `an index of another pack, of a later version, of falling counts`() throws {
    let (pack, index, _) = try packed()
    let bytes = try sandbox.read(index)
    var changed = bytes
    changed[bytes.count - 40] ^= 1
    try sandbox.write(changed, to: index)
    #expect(try Opened(repo).repository.facts == [.pack(path: pack, .mismatch)])
    changed = bytes
    changed[7] = 3
    try sandbox.write(changed, to: index)
    #expect(try Opened(repo).repository.facts == [.pack(path: index, .unsupported)])
    changed = bytes
    changed[8] = 0xff
    try sandbox.write(changed, to: index)
    #expect(try Opened(repo).repository.facts == [.pack(path: index, .damagedIndex)])
  }

  @Test func `one flipped byte in a pack damages what is built from it and nothing else, and never more`() throws {
    let (pack, _, _) = try packed()
    let whole = try sandbox.read(pack)
    let objects = try sandbox.everyObject()
    for place in stride(from: 12, to: whole.count - 20, by: 3) {
      var changed = whole
      changed[place] ^= 0x10
      try sandbox.write(changed, to: pack)
      let reader = try Opened(repo).repository.makeReader()
      for object in objects {
        let number = try id(object.hex)
        // Right, or told: what passes the checks of zlib and of the delta is of the size that it says.
        do throws(GitError) { _ = try reader.read(number) { _, _ in } } catch {
          switch error {
          case .damaged(number), .tooLarge(number, _): break
          default: Issue.record("\(error) at \(place)")
          }
        }
      }
    }
  }

  @Test func `where one copy is damaged the other is read`() throws {
    let (pack, _, blob) = try packed()
    try sandbox.git("unpack-objects", "-q", input: try sandbox.read(pack))
    // Git unpacks nothing that it has: a copy elsewhere, then here.
    let text = try sandbox.git("cat-file", "blob", blob).bytes
    try sandbox.makeRepository("other")
    try sandbox.git(in: "other", "hash-object", "-w", "--stdin", input: text)
    var bytes = try sandbox.read(pack)
    for place in 12..<bytes.count - 20 { bytes[place] = 0 }
    try sandbox.write(bytes, to: pack)
    #expect(throws: GitError.damaged(try id(blob))) { try Opened(repo).read(blob) }
    try sandbox.write(sandbox("other/.git/objects") + "\n", to: "repo/.git/objects/info/alternates")
    #expect(try Opened(repo, followAlternates: true).read(blob).bytes == text)
  }

  /// Puts a made pack into the repository.
  private func plant(_ builder: PackBuilder) throws {
    let name = "repo/.git/objects/pack/pack-" + String(repeating: "a", count: 40)
    try sandbox.write(builder.pack, to: name + ".pack")
    try sandbox.write(builder.index(of: builder.entries), to: name + ".idx")
  }

  private func made(_ number: Int) -> ObjectID { ObjectID(PackBuilder.id(number).span.bytes) }

  @Test(.timeLimit(.minutes(1)))
  func `deltas in a circle are damaged, and do not hold up the reader`() throws {
    var builder = PackBuilder()
    builder.add(delta: PackBuilder.delta(base: 4, adding: []), of: PackBuilder.id(2))
    builder.add(blob: Array("fine".utf8))
    builder.add(delta: PackBuilder.delta(base: 4, adding: []), of: PackBuilder.id(0))
    builder.add(delta: PackBuilder.delta(base: 4, adding: []), of: PackBuilder.id(3))
    builder.add(delta: PackBuilder.delta(base: 4, adding: [9]), of: PackBuilder.id(1))
    try plant(builder)
    let opened = try Opened(repo)
    #expect(opened.repository.facts.isEmpty)
    let reader = try opened.repository.makeReader()
    for number in [0, 2, 3] {
      #expect(throws: GitError.damaged(made(number))) { try reader.read(made(number)) { _, _ in } }
      #expect(throws: GitError.damaged(made(number))) { try reader.header(of: made(number)) }
    }
    #expect(try reader.read(made(1)) { _, bytes in copy(bytes) } == Array("fine".utf8))
    #expect(try reader.read(made(4)) { _, bytes in copy(bytes) } == Array("fine".utf8) + [9])
  }

  @Test func `sizes that are lies are refused before anything is made for them, halfway along a chain too`() throws {
    let huge = 1 << 40
    var builder = PackBuilder()
    builder.add(type: PackBuilder.blob, [1], declared: huge)
    let base = builder.add(blob: [1, 2, 3, 4])
    // Says that it makes a terabyte of 4 bytes; and one that makes 4 bytes of that again.
    let bomb = builder.add(delta: PackBuilder.size(4) + PackBuilder.size(huge) + [0x90, 4], at: base)
    builder.add(delta: PackBuilder.size(huge) + PackBuilder.size(4) + [0x90, 4], at: bomb)
    builder.add(delta: PackBuilder.size(5) + PackBuilder.size(4) + [0x90, 4], at: base)
    builder.add(delta: [], at: base)
    builder.add(delta: [0x80], at: base)
    builder.add(delta: PackBuilder.delta(base: 4, adding: []), distance: 3)
    try plant(builder)
    let reader = try Opened(repo).repository.makeReader()
    func check(_ number: Int, _ error: GitError) {
      #expect(throws: error) { try reader.read(made(number)) { _, _ in } }
      #expect(throws: error) { try reader.header(of: made(number)) }
    }
    for number in [0, 2, 3] { check(number, .tooLarge(made(number), size: UInt64(huge))) }
    for number in [4, 5, 6, 7] { check(number, .damaged(made(number))) }
    #expect(try reader.read(made(1)) { _, bytes in copy(bytes) } == [1, 2, 3, 4])
  }

  @Test func `a chain longer than git makes ends`() throws {
    var builder = PackBuilder()
    var last = builder.add(blob: [7])
    for _ in 0..<5000 { last = builder.add(delta: PackBuilder.delta(base: 1, adding: []), at: last) }
    try plant(builder)
    let repository = try Opened(repo).repository
    #expect(throws: GitError.damaged(made(5000))) { try repository.makeReader().read(made(5000)) { _, _ in } }
    #expect(throws: GitError.damaged(made(4096))) { try repository.makeReader().read(made(4096)) { _, _ in } }
    let reader = try repository.makeReader()
    for number in stride(from: 0, through: 4095, by: 91) + [4095] {
      #expect(try reader.read(made(number)) { _, bytes in copy(bytes) } == [7])
    }
    #expect(throws: GitError.damaged(made(4097))) { try reader.read(made(4097)) { _, _ in } }
  }

  // MARK: Loose objects

  /// Writes a loose object's file with any bytes.
  private func plantLoose(_ bytes: [UInt8]) throws -> ObjectID {
    let hex = String(repeating: "5e", count: 20)
    try sandbox.write(bytes, to: sandbox.looseFile(hex))
    return try id(hex)
  }

  @Test(arguments: [
    "", "blob", "blob 5", "blob 5\0four", "blob 3\0four",
    "blob 0\0and sixty bytes more, that libgit2 copies all the same: ....",
    "blob -1\0", "blob 4 \0four", "blob  4\0four", "blob 0x4\0four", "blob 99999999999999999999999\0four",
    "blob 1099511627776\0four", "bulb 4\0four", "Blob 4\0four", " 4\0four", "blob4\0four", "\0", "blob +4\0four",
  ])
  func `a loose object whose header is none, or lies, is damaged`(content: String) throws {
    let made = try plantLoose(PackBuilder.zlib(Array(content.utf8)))
    let reader = try Opened(repo).repository.makeReader()
    let expected: GitError = .damaged(made)
    #expect(throws: expected) { try reader.read(made) { _, _ in } }
    #expect(throws: expected) { try reader.header(of: made) }
  }

  @Test func `a loose object with a right header is read`() throws {
    let made = try plantLoose(PackBuilder.zlib(Array("tag 4\0four".utf8)))
    #expect(
      try Opened(repo).repository.makeReader().read(made) { kind, bytes in [kind.rawValue] + copy(bytes) } == [4]
        + Array("four".utf8))
  }

  @Test func `an empty file, one that is no zlib stream, and a folder in its place`() throws {
    let made = try plantLoose([])
    var opened = try Opened(repo)
    #expect(opened.repository.facts == [.emptyLooseObject(made)])
    #expect(throws: GitError.damaged(made)) { try opened.read(made.hex) }
    _ = try plantLoose(Array("blob 4\0four".utf8))
    opened = try Opened(repo)
    #expect(opened.repository.facts.isEmpty)
    #expect(throws: GitError.damaged(made)) { try opened.read(made.hex) }
    unlink(sandbox.looseFile(made.hex))
    mkdir(sandbox.looseFile(made.hex), 0o700)
    #expect(throws: GitError.system(path: sandbox.looseFile(made.hex), code: EINVAL)) {
      try Opened(repo).read(made.hex)
    }
  }

  @Test func `a loose object cut anywhere, or with any byte changed, is right or damaged`() throws {
    let text = (0..<40).map { "line \($0)\n" }.joined()
    let hex = try sandbox.git("hash-object", "-w", "--stdin", input: Array(text.utf8)).line
    let number = try id(hex)
    let whole = try sandbox.read(sandbox.looseFile(hex))
    let reader = try Opened(repo).repository.makeReader()
    func check(_ bytes: [UInt8]) throws {
      try sandbox.write(bytes, to: sandbox.looseFile(hex))
      do throws(GitError) {
        let read = try reader.read(number) { _, bytes in copy(bytes) }
        #expect(read == Array(text.utf8))
      } catch {
        #expect(error == .damaged(number))
      }
    }
    for length in 0..<whole.count { try check(Array(whole[..<length])) }
    for place in whole.indices {
      for bit in 0..<8 {
        var changed = whole
        changed[place] ^= 1 << bit
        try check(changed)
      }
    }
    try check(whole + [1, 2, 3])
  }

  @Test func `a loose bomb is not inflated`() throws {
    // Git makes a few thousand bytes of these.
    let made = try sandbox.git("hash-object", "-w", "--stdin", input: [UInt8](repeating: 0, count: 3_000_000)).line
    #expect(throws: GitError.tooLarge(try id(made), size: 3_000_000)) {
      try Opened(repo).repository.makeReader(limit: 1 << 20).read(try id(made)) { _, _ in }
    }
  }

  @Test func `odd names in the object folder are passed over`() throws {
    let blob = try sandbox.git("hash-object", "-w", "--stdin", input: [1]).line
    for name in [
      "00/tmp_obj_x", "00/" + String(repeating: "g", count: 38), "zz/x", "5e/short", "pack/tmp_pack_x", "pack/.idx",
    ] {
      try sandbox.write("x", to: "repo/.git/objects/" + name)
    }
    let opened = try Opened(repo)
    #expect(opened.repository.facts.isEmpty)
    #expect(try opened.ids() == [blob])
  }
}
