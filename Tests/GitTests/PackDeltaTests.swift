import Git
import Testing

/// Deltas by themselves: what they build, and what is refused.
struct PackDeltaTests {
  /// - Returns: nil when the delta is refused.
  static func apply(_ delta: [UInt8], to base: [UInt8], result count: Int) -> [UInt8]? {
    var result = [UInt8](repeating: 0xaa, count: count)
    do throws(PackError) {
      var bytes = result.mutableSpan
      var target = bytes.mutableBytes
      try Delta.apply(base: base.span.bytes, delta: delta.span.bytes, into: &target)
    } catch {
      #expect(error == .damagedEntry)
      return nil
    }
    return result
  }

  @Test func `runs are copied and bytes inserted`() {
    let base = Array("abcdefgh".utf8)
    // Copy 3 from 2, insert XY, copy 8 from 0.
    #expect(
      Self.apply([8, 13, 0x91, 2, 3, 2, 88, 89, 0x90, 8], to: base, result: 13) == Array("cdeXYabcdefgh".utf8))
  }

  @Test func `a copy of size 0 is one of 64 KiB`() {
    let base = (0..<70_000).map { UInt8(truncatingIfNeeded: $0 &* 31) }
    let sizes = PackBuilder.size(70_000) + PackBuilder.size(0x10000)
    #expect(Self.apply(sizes + [0x81, 5], to: base, result: 0x10000) == Array(base[5..<0x10005]))
    #expect(Self.apply(sizes + [0x80], to: base, result: 0x10000) == Array(base[..<0x10000]))
  }

  @Test func `all bytes of a copy's offset and size count`() {
    let base = (0..<0x50403).map { UInt8(truncatingIfNeeded: $0 / 251) }
    let sizes = PackBuilder.size(base.count) + PackBuilder.size(0x30201)
    #expect(
      Self.apply(sizes + [0xff, 2, 2, 2, 0, 1, 2, 3], to: base, result: 0x30201)
        == Array(base[0x20202..<0x20202 + 0x30201]))
    // The last byte is there to be copied, the next is not, and the offset's highest byte is not overlooked.
    #expect(Self.apply(sizes + [0xff, 3, 2, 2, 0, 1, 2, 3], to: base, result: 0x30201) == nil)
    #expect(Self.apply(sizes + [0xff, 2, 2, 2, 1, 1, 2, 3], to: base, result: 0x30201) == nil)
  }

  @Test func `an object of no bytes is built`() {
    #expect(Self.apply([0, 0], to: [], result: 0) == [])
    #expect(Self.apply([3, 0], to: [1, 2, 3], result: 0) == [])
    #expect(Self.apply([0, 2, 2, 7, 8], to: [], result: 2) == [7, 8])
  }

  @Test(
    arguments: [
      ("no sizes", []), ("one size", [4]), ("an endless size", [UInt8](repeating: 0x80, count: 20)),
      ("a size above 64 bits", [4] + [UInt8](repeating: 0xff, count: 9) + [0x7f]),
      ("another base size", [5, 4, 0x90, 4]), ("another result size", [4, 5, 0x90, 4, 1, 1]),
      ("the reserved code", [4, 4, 0, 0x90, 4]), ("less than promised", [4, 4, 0x90, 3]),
      ("more copied than promised", [4, 4, 0x90, 3, 0x90, 2]),
      ("more inserted than promised", [4, 4, 5, 1, 2, 3, 4, 5]),
      ("an insert cut short", [4, 4, 4, 1, 2, 3]), ("a copy cut short", [4, 4, 0x91, 0]),
      ("a copy beyond the base", [4, 4, 0x91, 1, 4]), ("a copy that begins beyond the base", [4, 4, 0x91, 9, 1]),
      ("an offset of 32 bits", [4, 4, 0x9f, 0xff, 0xff, 0xff, 0xff, 4]), ("64 KiB out of 4 bytes", [4, 4, 0x80]),
    ] as [(String, [UInt8])])
  func `a broken delta is refused`(name: String, delta: [UInt8]) {
    #expect(Self.apply(delta, to: [1, 2, 3, 4], result: 4) == nil, "\(name)")
  }

  @Test func `random and damaged deltas are built as a plain reading of the format builds them`() {
    var numbers = FixedNumbers(state: 42)
    var (built, refused) = (0, 0)
    for _ in 0..<5_000 {
      let base = (0..<Int.random(in: 0...300, using: &numbers)).map { _ in UInt8.random(in: 0...255, using: &numbers) }
      var (instructions, count) = ([UInt8](), 0)
      for _ in 0..<Int.random(in: 0...8, using: &numbers) {
        if Bool.random(using: &numbers), !base.isEmpty {
          let from = Int.random(in: 0..<base.count, using: &numbers)
          let size = Int.random(in: 1...min(255, base.count - from), using: &numbers)
          instructions +=
            from > 255 ? [0x93, UInt8(from & 255), UInt8(from >> 8), UInt8(size)] : [0x91, UInt8(from), UInt8(size)]
          count += size
        } else {
          let size = Int.random(in: 1...127, using: &numbers)
          instructions += [UInt8(size)] + (0..<size).map { _ in UInt8.random(in: 0...255, using: &numbers) }
          count += size
        }
      }
      var delta = PackBuilder.size(base.count) + PackBuilder.size(count) + instructions
      for _ in 0..<Int.random(in: 0...2, using: &numbers) {
        delta[Int.random(in: 0..<delta.count, using: &numbers)] = UInt8.random(in: 0...255, using: &numbers)
      }
      let expected = Self.plain(delta, base, count)
      #expect(Self.apply(delta, to: base, result: count) == expected)
      if expected == nil { refused += 1 } else { built += 1 }
    }
    #expect(min(built, refused) > 500)
  }

  /// The format, read plainly.
  private static func plain(_ delta: [UInt8], _ base: [UInt8], _ count: Int) -> [UInt8]? {
    var rest = delta[...]
    var sizes: [Int] = []
    for _ in 0..<2 {
      var (size, shift) = (0, 0)
      while true {
        guard let byte = rest.popFirst(), shift < 60 else { return nil }
        size += Int(byte & 127) << shift
        shift += 7
        if byte < 128 { break }
      }
      sizes.append(size)
    }
    var result: [UInt8] = []
    while let code = rest.popFirst() {
      if code < 128 {
        guard code > 0, rest.count >= code else { return nil }
        result += rest.prefix(Int(code))
        rest.removeFirst(Int(code))
        continue
      }
      var number = [Int](repeating: 0, count: 7)
      for bit in 0..<7 where code >> bit & 1 == 1 {
        guard let byte = rest.popFirst() else { return nil }
        number[bit] = Int(byte)
      }
      let from = number[0] + number[1] << 8 + number[2] << 16 + number[3] << 24
      let size = number[4] + number[5] << 8 + number[6] << 16
      let to = from + (size == 0 ? 0x10000 : size)
      guard to <= base.count else { return nil }
      result += base[from..<to]
    }
    return sizes == [base.count, count] && result.count == count ? result : nil
  }
}
