/// Bounds-checked reading and writing of single bytes in lent memory, and the few searches that the checks need.
extension RawSpan {
  func at(_ offset: Int) -> UInt8 {
    // The load is bounds-checked; only its type is on trust, and any byte is a valid UInt8.
    unsafe unsafeLoad(fromByteOffset: offset, as: UInt8.self)
  }

  /// The offset of `byte` at or after `start`.
  func firstOffset(of byte: UInt8, from start: Int = 0) -> Int? {
    var offset = start
    while offset < byteCount {
      if at(offset) == byte { return offset }
      offset += 1
    }
    return nil
  }

  /// Whether `text` stands at `offset`, letters compared without case when `ignoringCase`.
  func has(_ text: String, at offset: Int, ignoringCase: Bool = false) -> Bool {
    var position = offset
    for wanted in text.utf8 {
      guard position < byteCount else { return false }
      let found = at(position)
      guard found == wanted || (ignoringCase && found.lowercased == wanted.lowercased) else {
        return false
      }
      position += 1
    }
    return true
  }

  /// Whether `text` stands anywhere. An empty text does not.
  func holds(_ text: String, ignoringCase: Bool = false) -> Bool {
    firstOffset(of: text, ignoringCase: ignoringCase) != nil
  }

  /// The offset of `text` at or after `start`; nil for an empty text.
  func firstOffset(of text: String, from start: Int = 0, ignoringCase: Bool = false) -> Int? {
    let length = text.utf8.count
    guard length > 0, length <= byteCount else { return nil }
    var offset = start
    while offset + length <= byteCount {
      if has(text, at: offset, ignoringCase: ignoringCase) { return offset }
      offset += 1
    }
    return nil
  }

  /// Whether the bytes are exactly `text`.
  func equals(_ text: String, ignoringCase: Bool = false) -> Bool {
    byteCount == text.utf8.count && has(text, at: 0, ignoringCase: ignoringCase)
  }

  /// Whether every byte satisfies `test`; true for no bytes.
  func all(_ test: (UInt8) -> Bool) -> Bool {
    var offset = 0
    while offset < byteCount {
      guard test(at(offset)) else { return false }
      offset += 1
    }
    return true
  }

  /// A copy as text. Only for names, comments and literals that are known not to be secret.
  func plainText(_ range: Range<Int>) -> String {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(range.count)
    for offset in range { bytes.append(at(offset)) }
    return String(decoding: bytes, as: UTF8.self)
  }
}

extension MutableRawSpan {
  mutating func put(_ byte: UInt8, at offset: Int) {
    storeBytes(of: byte, toByteOffset: offset, as: UInt8.self)
  }
}

extension String {
  /// Lends the UTF-8 of a text that is not secret.
  func withRawBytes<R>(_ body: (RawSpan) -> R) -> R {
    let bytes = Array(utf8)
    // `bytes` is unsafe only for element types with padding.
    return body(unsafe bytes.span.bytes)
  }
}

extension UInt8 {
  var isLetter: Bool { (0x41...0x5A).contains(self) || (0x61...0x7A).contains(self) }
  var isDigit: Bool { (0x30...0x39).contains(self) }
  var isHexDigit: Bool { isDigit || (0x41...0x46).contains(self) || (0x61...0x66).contains(self) }
  /// A space or a tab.
  var isBlank: Bool { self == 0x20 || self == 0x09 }
  /// A space, tab, line feed or carriage return.
  var isSpace: Bool { isBlank || self == 0x0A || self == 0x0D }
  /// A letter, a digit or `_`.
  var isNameByte: Bool { isLetter || isDigit || self == UInt8(ascii: "_") }
  var lowercased: UInt8 { (0x41...0x5A).contains(self) ? self | 0x20 : self }
}

/// Names of environment variables: `[A-Za-z_][A-Za-z0-9_]*`, as POSIX has them.
package enum VariableName {
  /// Whether `name` can be the name of an environment variable.
  package static func isValid(_ name: String) -> Bool {
    guard let first = name.utf8.first, !first.isDigit else { return false }
    return name.utf8.allSatisfy(\.isNameByte)
  }
}
