import Testing

@testable import Sealing

struct CanonicalBytesTests {
  private func sample() -> [UInt8] {
    var writer = CanonicalWriter()
    writer.u8(1)
    writer.u16(0x0203)
    writer.u32(0x0405_0607)
    writer.u64(0x0809_0A0B_0C0D_0E0F)
    writer.fixed([0xAA, 0xBB])
    writer.prefixed([1, 2, 3])
    writer.text("é")
    return writer.bytes
  }

  @Test func `numbers are little-endian and strings stand behind their length`() {
    #expect(
      sample().hex == "01" + "0302" + "07060504" + "0f0e0d0c0b0a0908" + "aabb" + "03000000" + "010203"
        + "02000000" + "c3a9")
  }

  private func read(_ bytes: [UInt8]) throws(MalformedBytes) -> String {
    var reader = CanonicalReader(bytes)
    _ = try (reader.u8(), reader.u16(), reader.u32(), reader.u64(), reader.fixed(2), reader.prefixed())
    let text = try reader.text()
    try reader.end()
    return text
  }

  @Test func `what was written is read, and every cut or longer form is refused`() throws {
    let bytes = sample()
    #expect(try read(bytes) == "é")
    for count in 0..<bytes.count {
      #expect(throws: MalformedBytes()) { try read(Array(bytes[..<count])) }
    }
    #expect(throws: MalformedBytes()) { try read(bytes + [0]) }
  }

  @Test func `lengths beyond what is there are refused without being believed`() {
    for length in [1, 0x7FFF_FFFF, 0x8000_0000, 0xFFFF_FFFF] as [UInt32] {
      var writer = CanonicalWriter()
      writer.u32(length)
      #expect(throws: MalformedBytes()) {
        var reader = CanonicalReader(writer.bytes)
        return try reader.prefixed()
      }
      #expect(throws: MalformedBytes()) {
        var reader = CanonicalReader(writer.bytes)
        return try reader.count(minimum: 1)
      }
    }
  }

  @Test func `a count must fit what is left`() throws {
    var writer = CanonicalWriter()
    writer.u32(3)
    writer.fixed([UInt8](repeating: 0, count: 30))
    var fits = CanonicalReader(writer.bytes)
    #expect(try fits.count(minimum: 10) == 3)
    #expect(throws: MalformedBytes()) {
      var reader = CanonicalReader(writer.bytes)
      return try reader.count(minimum: 11)
    }
    var zero = CanonicalReader([1, 0, 0, 0, 9])
    #expect(try zero.count(minimum: 0) == 1)
  }

  @Test(
    arguments: [[0xFF], [0xC3], [0xC0, 0x80], [0xED, 0xA0, 0x80], [0xF4, 0x90, 0x80, 0x80]] as [[UInt8]])
  func `text that is not UTF-8 is refused`(bytes: [UInt8]) {
    var writer = CanonicalWriter()
    writer.prefixed(bytes)
    #expect(throws: MalformedBytes()) {
      var reader = CanonicalReader(writer.bytes)
      return try reader.text()
    }
  }

  @Test func `fixed bytes keep their order and compare as memory does`() {
    let first = Array(0..<32).map { UInt8($0) }
    #expect(Bytes32(first).bytes == first)
    #expect(Bytes16(Array(first[..<16])).bytes == Array(first[..<16]))
    for place in 0..<32 {
      var larger = first
      larger[place] += 1
      #expect(Bytes32(first) < Bytes32(larger))
      #expect(!(Bytes32(larger) < Bytes32(first)))
      if place < 16 { #expect(Bytes16(Array(first[..<16])) < Bytes16(Array(larger[..<16]))) }
    }
  }
}
