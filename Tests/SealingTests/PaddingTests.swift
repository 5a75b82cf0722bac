import Testing

@testable import Sealing

struct PaddingTests {
  private func padded(_ content: [UInt8]) throws -> [UInt8] { bytes(try Padding.pad(content.span.bytes)) }

  private func unpadded(_ padded: [UInt8]) -> Int? { try? Padding.unpaddedCount(padded.span.bytes) }

  @Test func `lengths 1 to 63 have one size`() {
    #expect(Set((1...63).map { Padding.paddedCount($0) }) == [64])
    #expect(Padding.paddedCount(0) == 64)
    #expect(Padding.paddedCount(64) == 256)
    #expect(Padding.paddedCount(255) == 256)
    #expect(Padding.paddedCount(256) == 1024)
    #expect(Padding.paddedCount(1023) == 1024)
    #expect(Padding.paddedCount(1024) > 1024)
  }

  @Test func `sizes grow with the length, are few, and cost at most 12 percent beyond the buckets`() {
    let sizes = (0...70_000).map { Padding.paddedCount($0) }
    #expect(sizes.indices.allSatisfy { sizes[$0] > $0 })
    #expect(zip(sizes, sizes.dropFirst()).allSatisfy { $0 <= $1 })
    #expect((1024...70_000).allSatisfy { Double(sizes[$0]) <= Double($0 + 1) * 1.12 })
    #expect(Set(sizes).count < 110)
  }

  @Test func `what was padded is found again`() throws {
    for count in Array(0...300) + stride(from: 301, through: 70_000, by: 997) + [65_535, 65_536, 70_000] {
      // Values that end like padding.
      for end in [[], [0x80], [0], [0x80, 0, 0]] as [[UInt8]] where end.count <= count {
        let content = [UInt8](repeating: 0x41, count: count - end.count) + end
        let padded = try padded(content)
        let right =
          padded.count == Padding.paddedCount(count) && unpadded(padded) == count
          && Array(padded[..<count]) == content
        if !right { Issue.record("a value of \(count) bytes that ends in \(end)") }
      }
    }
  }

  @Test func `padding that pad would not write is refused`() throws {
    let zeros = [UInt8](repeating: 0, count: 64)
    #expect(unpadded([]) == nil)
    #expect(unpadded(zeros) == nil)
    #expect(unpadded([UInt8](repeating: 0x41, count: 64)) == nil)
    #expect(unpadded([0x80]) == nil)
    // The marker right, the size not the one for this length.
    #expect(unpadded([0x80] + [UInt8](repeating: 0, count: 255)) == nil)
    #expect(unpadded([0x80] + [UInt8](repeating: 0, count: 62)) == nil)
    var marked = try padded(Array("value".utf8))
    marked[5] = 0x81
    #expect(unpadded(marked) == nil)
    marked[5] = 0x80
    marked[63] = 1
    #expect(unpadded(marked) == nil)
  }
}
