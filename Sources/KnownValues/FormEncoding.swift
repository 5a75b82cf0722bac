import Sealing

/// The encodings behind `ValueForm`: each gives its bytes one by one, with the offset of the first byte of the value on
/// which it depends, so that no part of a value is ever held elsewhere.
enum FormEncoding {
  typealias Put = (_ byte: UInt8, _ source: Int) -> Void

  static func hex(_ byte: UInt8, _ upper: Bool, _ source: Int, _ put: Put) {
    for nibble in [byte >> 4, byte & 15] {
      put(nibble < 10 ? nibble + 0x30 : nibble - 10 + (upper ? 0x41 : 0x61), source)
    }
  }

  static func lines(_ value: RawSpan, _ lineEnd: [UInt8], _ put: Put) {
    var index = 0
    while index < value.byteCount {
      let byte = value.byte(at: index)
      let isPair = byte == 0x0D && index + 1 < value.byteCount && value.byte(at: index + 1) == 0x0A
      if byte == 0x0A || isPair {
        for byte in lineEnd { put(byte, index) }
      } else {
        put(byte, index)
      }
      index += isPair ? 2 : 1
    }
  }

  /// The characters whose six bits all come from `value`, which starts `offset` bytes into a group.
  static func base64(_ value: RawSpan, _ alphabet: ValueForm.Base64Alphabet, _ offset: Int, _ put: Put) {
    let start = 8 * offset
    let end = start + 8 * value.byteCount
    var bit = (start + 5) / 6 * 6
    while bit + 6 <= end {
      let (index, shift) = ((bit - start) / 8, (bit - start) % 8)
      let next = index + 1 < value.byteCount ? value.byte(at: index + 1) : 0
      let pair = UInt16(value.byte(at: index)) << 8 | UInt16(next)
      put(character(UInt8(pair >> UInt16(10 - shift) & 63), alphabet), index)
      bit += 6
    }
  }

  private static func character(_ value: UInt8, _ alphabet: ValueForm.Base64Alphabet) -> UInt8 {
    switch value {
    case 0..<26: value + UInt8(ascii: "A")
    case 26..<52: value - 26 + UInt8(ascii: "a")
    case 52..<62: value - 52 + UInt8(ascii: "0")
    case 62: UInt8(ascii: alphabet == .url ? "-" : "+")
    default: UInt8(ascii: alphabet == .url ? "_" : "/")
    }
  }

  static func json(_ value: RawSpan, _ escapesSlash: Bool, _ put: Put) {
    for index in 0..<value.byteCount {
      let byte = value.byte(at: index)
      if let letter = jsonLetter(byte, escapesSlash) {
        put(UInt8(ascii: "\\"), index)
        put(letter, index)
      } else if byte < 0x20 {
        for byte in "\\u00".utf8 { put(byte, index) }
        hex(byte, false, index, put)
      } else {
        put(byte, index)
      }
    }
  }

  private static func jsonLetter(_ byte: UInt8, _ escapesSlash: Bool) -> UInt8? {
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"): byte
    case UInt8(ascii: "/"): escapesSlash ? byte : nil
    case 0x08: UInt8(ascii: "b")
    case 0x09: UInt8(ascii: "t")
    case 0x0A: UInt8(ascii: "n")
    case 0x0C: UInt8(ascii: "f")
    case 0x0D: UInt8(ascii: "r")
    default: nil
    }
  }

  /// - Precondition: `value` is UTF-8.
  static func utf16(_ value: RawSpan, _ bigEndian: Bool, _ put: Put) {
    var index = 0
    while let character = UTF8Walk.character(in: value, at: index) {
      let scalar = character.scalar
      let isLast = index + character.count == value.byteCount
      if scalar < 0x10000 {
        unit(UInt16(scalar), bigEndian, index, isFirst: index == 0, isLast: isLast, put)
      } else {
        let rest = scalar - 0x10000
        unit(UInt16(0xD800 + rest >> 10), bigEndian, index, isFirst: index == 0, isLast: false, put)
        unit(UInt16(0xDC00 + rest & 0x3FF), bigEndian, index, isFirst: false, isLast: isLast, put)
      }
      index += character.count
    }
  }

  private static func unit(
    _ unit: UInt16, _ bigEndian: Bool, _ source: Int, isFirst: Bool, isLast: Bool, _ put: Put
  ) {
    let (high, low) = (UInt8(unit >> 8), UInt8(unit & 0xFF))
    if bigEndian {
      if !(isFirst && high == 0) { put(high, source) }
      put(low, source)
    } else {
      put(low, source)
      if !(isLast && high == 0) { put(high, source) }
    }
  }
}
