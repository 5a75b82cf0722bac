import Sealing

/// UTF-8 read in place, as Unicode's table 3-7 has it: no overlong forms, no surrogates, nothing above U+10FFFF.
enum UTF8Walk {
  static func isValid(_ bytes: RawSpan) -> Bool {
    var index = 0
    while let character = character(in: bytes, at: index) { index += character.count }
    return index == bytes.byteCount
  }

  /// The character at `index` and its length in bytes; nil at the end and where there is none.
  static func character(in bytes: RawSpan, at index: Int) -> (scalar: UInt32, count: Int)? {
    guard index < bytes.byteCount else { return nil }
    let first = bytes.byte(at: index)
    if first < 0x80 { return (UInt32(first), 1) }
    let count: Int
    switch first {
    case 0xC2...0xDF: count = 2
    case 0xE0...0xEF: count = 3
    case 0xF0...0xF4: count = 4
    default: return nil
    }
    guard count <= bytes.byteCount - index else { return nil }
    var scalar = UInt32(first) & (0x7F >> UInt32(count))
    for offset in 1..<count {
      let byte = bytes.byte(at: index + offset)
      guard byte & 0xC0 == 0x80 else { return nil }
      scalar = scalar << 6 | UInt32(byte & 0x3F)
    }
    let least: UInt32 = count == 2 ? 0x80 : count == 3 ? 0x800 : 0x10000
    guard scalar >= least, scalar <= 0x10FFFF, !(0xD800...0xDFFF ~= scalar) else { return nil }
    return (scalar, count)
  }
}
