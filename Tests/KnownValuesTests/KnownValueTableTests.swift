import Sealing
import Testing

@testable import KnownValues

struct KnownValueTableTests {
  private func add(_ value: [UInt8], _ name: KnownValueTable.Name, to builder: inout KnownValueTableBuilder) throws {
    try builder.add(value.span.bytes, name)
  }

  @Test func `what was added comes back: names, counts, fingerprints, and no salt but a drawn one`() throws {
    let salt = Array("salt".utf8)
    let (first, second) = (Samples.letters(30, seed: 1), Array("hunter22".utf8))
    var builder = try KnownValueTableBuilder(salt: salt)
    let old = KnownValueTable.Name(name: "OLD_é", environment: "staging", version: 7, use: .retired)
    try add(first, Samples.name("A"), to: &builder)
    try add(second, Samples.name("B"), to: &builder)
    try add(first + [10], old, to: &builder)
    try add(first, Samples.name("A"), to: &builder)
    try add(Array("short".utf8), Samples.name("C"), to: &builder)
    try add(Array("localhost".utf8), Samples.name("D"), to: &builder)
    let table = try KnownValueTable(builder.finish())
    #expect(table.labels.map(\.names) == [[Samples.name("A"), old], [Samples.name("B")]])
    #expect(table.labels.map(\.byteCount) == [30, 8])
    #expect(table.valueCount == 3)
    #expect(table.leftOutCount == 2)
    #expect(table.runSalt == nil)
    let maker = try FindingFingerprintMaker(salt: salt)
    #expect(table.labels[0].fingerprint == (try Samples.fingerprint(first, maker)))
    #expect(table.labels[1].fingerprint == (try Samples.fingerprint(second, maker)))
  }

  @Test func `a drawn salt is sent along and gives the same fingerprints`() throws {
    let value = Samples.letters(30, seed: 1)
    var builder = try KnownValueTableBuilder(salt: nil)
    try add(value, Samples.name("A"), to: &builder)
    let table = try KnownValueTable(builder.finish())
    let maker = try FindingFingerprintMaker(runSalt: #require(table.runSalt))
    #expect(table.labels[0].fingerprint == (try Samples.fingerprint(value, maker)))
  }

  @Test func `no two tables of the same values are alike`() throws {
    let value = Samples.letters(30, seed: 1)
    let hashes = try (0..<2).map { _ in
      var builder = try KnownValueTableBuilder(salt: [1])
      try add(value, Samples.name("A"), to: &builder)
      return Set(try KnownValueTable(builder.finish()).forms.map(\.digest))
    }
    #expect(hashes[0].isDisjoint(with: hashes[1]))
  }

  @Test func `a table cut at any offset, or longer, is refused`() throws {
    let bytes = try Samples.tableBytes([Samples.letters(20, seed: 1), Samples.bytes(40, seed: 2)])
    _ = try KnownValueTable(bytes)
    for count in bytes.indices {
      #expect(throws: KnownValueTableError.malformed) { try KnownValueTable(Array(bytes[..<count])) }
    }
    #expect(throws: KnownValueTableError.malformed) { try KnownValueTable(bytes + [0]) }
  }

  @Test func `a table with any bit changed is refused`() throws {
    var bytes = try Samples.tableBytes([Samples.letters(20, seed: 1)])
    for index in bytes.indices {
      for bit in 0..<8 {
        bytes[index] ^= 1 << UInt8(bit)
        #expect(throws: KnownValueTableError.malformed) { try KnownValueTable(bytes) }
        bytes[index] ^= 1 << UInt8(bit)
      }
    }
  }

  /// Tables whose digest is right and whose content no builder writes.
  @Test(arguments: [
    Forged(count: 7), Forged(anchor: 13), Forged(anchor: .max), Forged(count: .max), Forged(label: 1),
    Forged(label: .max), Forged(forms: .max), Forged(labels: .max), Forged(names: 0), Forged(use: 3),
    Forged(isRising: false),
    Forged(trailing: [0]),
  ])
  func `a table that lies is refused`(forged: Forged) throws {
    #expect(throws: KnownValueTableError.malformed) { try KnownValueTable(try forged.bytes()) }
  }

  @Test func `an honest one by the same hand is read`() throws {
    #expect(try KnownValueTable(Forged().bytes()).forms.count == 2)
  }

  struct Forged: Sendable {
    var labels: UInt32 = 1
    var names: UInt32 = 1
    var use: UInt8 = 1
    var forms: UInt32 = 2
    var anchor: UInt32 = 12
    var count: UInt32 = 20
    var label: UInt32 = 0
    var isRising = true
    var trailing: [UInt8] = []

    func bytes() throws -> [UInt8] {
      let keys = try KnownValueKeys(SymmetricKey())
      var writer = CanonicalWriter()
      writer.text(KnownValueTable.header)
      keys.run.withBytes { writer.fixed($0.array) }
      writer.prefixed([])
      writer.u32(0)
      writer.u32(labels)
      writer.fixed(Bytes16())
      writer.u32(20)
      writer.u32(names)
      if names > 0 {
        writer.text("A")
        writer.text("production")
        writer.u32(1)
        writer.u8(use)
      }
      writer.u32(forms)
      for hash in isRising ? [1, 2] : [2, 1] as [UInt32] {
        for number in [hash, anchor, count, label] { writer.u32(number) }
        writer.fixed(Bytes32())
      }
      writer.fixed(trailing)
      writer.fixed(Hashing.tag(keys.table, writer.bytes.span.bytes))
      return writer.bytes
    }
  }

  @Test func `neither the table nor a dump of anything holds four bytes of a value`() throws {
    let values = (0..<40).map { Samples.letters(12 + $0, seed: UInt64($0 + 50)) }
    let bytes = try Samples.tableBytes(values)
    let table = try KnownValueTable(bytes)
    let search = KnownValueSearch(table)
    var builder = try KnownValueTableBuilder(salt: [1])
    for value in values { try add(value, Samples.name("A"), to: &builder) }
    var dumped = ""
    dump(table, to: &dumped)
    dump(search, to: &dumped)
    dump(builder, to: &dumped)
    dump(try FindingFingerprintMaker(salt: [1]), to: &dumped)
    dumped += "\(table) \(search) \(builder)"
    #expect(!dumped.contains("digest") && !dumped.contains("factor"))
    let texts = [bytes, Array(dumped.utf8)]
    let written = Set(texts.flatMap { text in (0..<max(0, text.count - 3)).map { Array(text[$0..<($0 + 4)]) } })
    for value in values {
      for start in 0...(value.count - 4) { #expect(!written.contains(Array(value[start..<(start + 4)]))) }
    }
  }

  @Test func `the anchors of all forms are of the same eight bytes`() throws {
    // Everything but eight bytes changed, at the same length: the anchors stay.
    let strong = Array("Zk3vQ9xT".utf8)
    let values = ["aaaaaaaaaaaaaaaa", "bbbbbbbbbbbbbbbb"].map { Array($0.utf8) + strong + Array("cccccccc".utf8) }
    let hashes = try values.map { Set(try KnownValueTable(Samples.tableBytes([$0])).forms.map(\.anchorHash)) }
    #expect(hashes[0] == hashes[1])
    #expect(hashes[0].count > 5)
  }
}
