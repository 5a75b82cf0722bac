/// Classes of ASCII bytes. Everything above 0x7F is in none of them.
extension UInt8 {
  var isDigit: Bool { self &- 48 < 10 }
  var isLetter: Bool { (self | 0x20) &- 97 < 26 }
  var isUppercase: Bool { self &- 65 < 26 }
  var isLowercase: Bool { self &- 97 < 26 }
  var isLetterOrDigit: Bool { isDigit || isLetter }
  /// `[A-Za-z0-9_]`
  var isWordByte: Bool { isLetterOrDigit || self == UInt8(ascii: "_") }
  var isHexDigit: Bool { isDigit || (self | 0x20) &- 97 < 6 }
  var isBlank: Bool { self == 0x20 || self == 0x09 }
  var isLineEnd: Bool { self == 0x0A || self == 0x0D }
  var isQuote: Bool { self == UInt8(ascii: "\"") || self == UInt8(ascii: "'") || self == UInt8(ascii: "`") }
  var lowercased: UInt8 { isUppercase ? self | 0x20 : self }
}

extension Collection<UInt8> {
  /// Whether `text` (lower-case ASCII) stands anywhere, without regard to case.
  func holds(_ text: StaticString) -> Bool { firstPlace(of: text) != nil }

  /// Where `text` (lower-case ASCII) first stands, without regard to case.
  func firstPlace(of text: StaticString) -> Index? {
    let wanted = unsafe UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount)
    var start = startIndex
    while start < endIndex {
      var place = start
      var matched = 0
      while matched < wanted.count, place < endIndex, unsafe self[place].lowercased == wanted[matched] {
        matched += 1
        formIndex(after: &place)
      }
      if matched == wanted.count { return start }
      formIndex(after: &start)
    }
    return nil
  }

  /// Whether the bytes end with `text`, exactly.
  func ends(_ text: StaticString) -> Bool {
    let wanted = unsafe UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount)
    guard count >= wanted.count else { return false }
    return unsafe dropFirst(count - wanted.count).elementsEqual(wanted)
  }
}
