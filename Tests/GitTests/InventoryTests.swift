import Testing

@testable import Git

/// Numbers for ids, and ids themselves.
struct InventoryTests {
  private func made(_ number: Int) -> ObjectID {
    var state = UInt64(number) &* 0x9e37_79b9_7f4a_7c15 &+ 1
    let bytes = (0..<20).map { _ in
      state ^= state << 13
      state ^= state >> 7
      state ^= state << 17
      return UInt8(truncatingIfNeeded: state)
    }
    return ObjectID(bytes.span.bytes)
  }

  @Test(arguments: [0, 1, 2, 15, 16, 17, 1000, 100_000])
  func `every id has its number, and no other has one`(count: Int) {
    let ids = (0..<count).map(made)
    let inventory = Inventory(ids)
    #expect(inventory.count == count)
    #expect(
      ids.indices.allSatisfy { inventory.number(of: ids[$0]) == Int32($0) && inventory.id(of: Int32($0)) == ids[$0] })
    #expect((count..<count + 1000).allSatisfy { inventory.number(of: made($0)) == nil })
  }

  @Test func `of an id that comes twice the first place counts`() {
    let inventory = Inventory([made(1), made(2), made(1), made(3), made(2)])
    #expect(inventory.count == 3)
    #expect((1...3).map { inventory.number(of: made($0)) } == [0, 1, 2])
  }

  @Test func `a collector that was made for fewer grows`() {
    var collector = Inventory.Collector(capacity: 3)
    for number in 0..<5000 {
      #expect(collector.add(made(number)) == (Int32(number), true))
      #expect(collector.add(made(number / 2)) == (Int32(number / 2), false))
    }
    let inventory = Inventory(collector)
    #expect((0..<5000).allSatisfy { inventory.number(of: made($0)) == Int32($0) })
  }

  @Test(.timeLimit(.minutes(1)))
  func `ids that differ in their last bytes alone do not clog the table`() {
    let ids = (0..<200_000).map { number in
      ObjectID(
        ([UInt8](repeating: 0, count: 12) + (0..<8).reversed().map { UInt8(truncatingIfNeeded: number >> ($0 * 8)) })
          .span.bytes)
    }
    let inventory = Inventory(ids)
    #expect(inventory.count == 200_000)
    #expect(inventory.number(of: ids[123_456]) == 123_456)
  }

  @Test func `ids are written and read in hexadecimal`() throws {
    let text = "0123456789abcdef00112233445566778899aabb"
    let read = try id(text)
    #expect(read.hex == text)
    #expect("\(read)" == text)
    #expect(ObjectID(hex: text.uppercased()) == read)
    #expect(read.prefix == 0x0123_4567_89ab_cdef)
    var bytes: [UInt8] = []
    read.forEachByte { bytes.append($0) }
    #expect(ObjectID(([9] + bytes).span.bytes, at: 1) == read)
    for wrong in [
      "", "0", text + "0", String(text.dropLast()), String(text.dropLast()) + "g", String(text.dropLast()) + "é",
    ] {
      #expect(ObjectID(hex: wrong) == nil, "\(wrong)")
    }
  }

  @Test func `ids are in the order of their bytes`() {
    let ids = (0..<1000).map(made)
    #expect(ids.sorted().map(\.hex) == ids.map(\.hex).sorted())
    #expect(ObjectID(hex: String(repeating: "0", count: 40))?.isZero == true)
    #expect(made(1).isZero == false)
  }
}
