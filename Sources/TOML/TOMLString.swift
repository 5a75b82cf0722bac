/// The four kinds of strings.
extension TOMLCursor {
  /// Reads a string that may be a value: any kind. The cursor stands on its quote.
  ///
  /// - Throws: `TOMLError`.
  mutating func readString() throws(TOMLError) -> String {
    guard let quote = byte else { throw fault("a string is expected here") }
    let end = min(at + 3, bytes.count)
    guard bytes[at..<end].elementsEqual([quote, quote, quote]) else { return try readLineString() }
    return try readLongString(quote)
  }

  /// Reads a string on one line: a key, or a value.
  ///
  /// - Throws: `TOMLError`.
  mutating func readLineString() throws(TOMLError) -> String {
    let opened = fault("the quote is never closed on this line")
    let isBasic = stands("\"")
    guard let quote = byte else { throw opened }
    advance()
    var content: [UInt8] = []
    while true {
      let plain = takeWhile {
        $0 != quote && $0 != 0x0A && $0 != 0x0D && !(isBasic && $0 == UInt8(ascii: "\\"))
      }
      if byte == quote {
        advance()
        if content.isEmpty { return String(decoding: plain, as: UTF8.self) }
        return String(decoding: content + plain, as: UTF8.self)
      }
      guard take("\\") else { throw opened }
      content += plain
      try readEscape(into: &content)
    }
  }

  /// Line ends in it become LF, so that a checkout with CRLF reads the same.
  private mutating func readLongString(_ quote: UInt8) throws(TOMLError) -> String {
    let opened = fault("the three quotes are never closed")
    let isBasic = stands("\"")
    advance(3)
    _ = takeLineEnd()
    var content: [UInt8] = []
    while true {
      content += takeWhile {
        $0 != quote && $0 != 0x0A && $0 != 0x0D && !(isBasic && $0 == UInt8(ascii: "\\"))
      }
      if takeLineEnd() {
        content.append(0x0A)
      } else if byte == quote {
        // One or two quotes are content, also just before the closing three.
        var count = 0
        while byte == quote, count < 5 {
          advance()
          count += 1
        }
        for _ in 0..<(count < 3 ? count : count - 3) { content.append(quote) }
        if count >= 3 { return String(decoding: content, as: UTF8.self) }
      } else if take("\\") {
        if !skipJoint() { try readEscape(into: &content) }
      } else {
        throw opened
      }
    }
  }

  /// A backslash as the last thing of a line joins it with what follows the white space.
  private mutating func skipJoint() -> Bool {
    let start = self
    skipBlanks()
    guard takeLineEnd() else {
      self = start
      return false
    }
    repeat { skipBlanks() } while takeLineEnd()
    return true
  }

  /// The backslash is taken already.
  private mutating func readEscape(into content: inout [UInt8]) throws(TOMLError) {
    let unknown = fault("\\ begins an escape that TOML does not have")
    guard let kind = byte else { throw unknown }
    advance()
    switch kind {
    case UInt8(ascii: "b"): content.append(0x08)
    case UInt8(ascii: "t"): content.append(0x09)
    case UInt8(ascii: "n"): content.append(0x0A)
    case UInt8(ascii: "f"): content.append(0x0C)
    case UInt8(ascii: "r"): content.append(0x0D)
    case UInt8(ascii: "\""), UInt8(ascii: "\\"): content.append(kind)
    case UInt8(ascii: "u"): try readScalar(digits: 4, into: &content)
    case UInt8(ascii: "U"): try readScalar(digits: 8, into: &content)
    default: throw unknown
    }
  }

  private mutating func readScalar(digits: Int, into content: inout [UInt8]) throws(TOMLError) {
    let wrong = fault("\\u needs the four, \\U the eight hexadecimal digits of a Unicode character")
    var code: UInt32 = 0
    for _ in 0..<digits {
      guard let value = byte?.digitValue else { throw wrong }
      code = code << 4 | UInt32(value)
      advance()
    }
    guard let scalar = Unicode.Scalar(code) else { throw wrong }
    content += String(scalar).utf8
  }
}
