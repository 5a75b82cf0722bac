/// Well-formed UTF-8 by Unicode's table 3-7: no overlong forms, no surrogates, nothing over U+10FFFF.
enum UTF8Check {
  /// The length of the well-formed sequence at `offset`; nil when there is none.
  static func sequenceLength(in bytes: RawSpan, at offset: Int) -> Int? {
    let first = bytes.at(offset)
    let length: Int
    var second: ClosedRange<UInt8> = 0x80...0xBF
    switch first {
    case 0x00...0x7F: return 1
    case 0xC2...0xDF: length = 2
    case 0xE0: (length, second) = (3, 0xA0...0xBF)
    case 0xED: (length, second) = (3, 0x80...0x9F)
    case 0xE1...0xEF: length = 3
    case 0xF0: (length, second) = (4, 0x90...0xBF)
    case 0xF1...0xF3: length = 4
    case 0xF4: (length, second) = (4, 0x80...0x8F)
    default: return nil
    }
    guard offset + length <= bytes.byteCount, second.contains(bytes.at(offset + 1)) else {
      return nil
    }
    for index in 2..<max(length, 2) where !(0x80...0xBF).contains(bytes.at(offset + index)) {
      return nil
    }
    return length
  }

  /// Whether all of `bytes` is well-formed.
  static func isValid(_ bytes: RawSpan) -> Bool {
    var offset = 0
    while offset < bytes.byteCount {
      guard let length = sequenceLength(in: bytes, at: offset) else { return false }
      offset += length
    }
    return true
  }
}
