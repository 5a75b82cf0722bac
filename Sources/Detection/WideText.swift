/// UTF-16 text, made searchable: one byte for each 16-bit unit, so that offsets stay in step. What is not ASCII becomes
/// 0xFF, which is in no pattern's class.
struct WideText {
  /// One byte for each unit.
  let narrow: [UInt8]
  /// Where the first unit stands in the original.
  private let start: Int
  private let isBigEndian: Bool

  /// How much of a text without a byte order mark is looked at, in bytes.
  private static let sample = 1024

  /// - Returns: nil for what is not UTF-16: it has no byte order mark (RFC 2781), and its beginning is not one of
  ///   Western text.
  init?(_ bytes: RawSpan) {
    guard bytes.byteCount >= 16, let kind = Self.kind(of: bytes) else { return nil }
    let (start, isBigEndian) = (kind.start, kind.isBigEndian)
    let count = (bytes.byteCount - start) / 2
    narrow = unsafe bytes.withUnsafeBytes { bytes in
      unsafe [UInt8](unsafeUninitializedCapacity: count) { output, written in
        for unit in 0..<count {
          let place = start + unit * 2
          let (low, high) = unsafe isBigEndian ? (bytes[place + 1], bytes[place]) : (bytes[place], bytes[place + 1])
          unsafe output[unit] = high == 0 && low < 0x80 ? low : 0xFF
        }
        written = count
      }
    }
    self.start = start
    self.isBigEndian = isBigEndian
  }

  /// The original's bytes of some units.
  func original(_ units: Range<Int>) -> Range<Int> { (start + units.lowerBound * 2)..<(start + units.upperBound * 2) }

  /// Some units as UTF-8.
  func text(_ units: Range<Int>, in bytes: RawSpan) -> [UInt8] {
    let words = units.map { unit in
      let place = start + unit * 2
      let (first, second) = (UInt16(bytes.byte(place)), UInt16(bytes.byte(place + 1)))
      return isBigEndian ? first << 8 | second : second << 8 | first
    }
    return Array(String(decoding: words, as: UTF16.self).utf8)
  }

  private static func kind(of bytes: RawSpan) -> (start: Int, isBigEndian: Bool)? {
    switch (bytes.byte(0), bytes.byte(1)) {
    case (0xFF, 0xFE): return (2, false)
    case (0xFE, 0xFF): return (2, true)
    default: break
    }
    // Nearly every text ends here, after a few bytes.
    guard (0..<16).contains(where: { bytes.byte($0) == 0 }) else { return nil }
    let count = min(bytes.byteCount, sample) & ~1
    var zeros = [0, 0]
    for place in 0..<count where bytes.byte(place) == 0 { zeros[place & 1] += 1 }
    let many = count * 2 / 5
    let few = count / 20
    if zeros[1] >= many, zeros[0] <= few { return (0, false) }
    if zeros[0] >= many, zeros[1] <= few { return (0, true) }
    return nil
  }
}
