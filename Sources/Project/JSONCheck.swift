/// Whether bytes are one JSON text (RFC 8259), without building anything from them.
enum JSONCheck {
  /// Deeper nesting is refused rather than followed: the value may come from anywhere.
  static let maximumDepth = 128

  /// Whether `value` is one JSON text, with nothing but white space around it.
  static func isValid(_ value: RawSpan) -> Bool {
    var reader = JSONReader()
    guard reader.value(value, depth: 0) else { return false }
    reader.skipSpace(value)
    return reader.at == value.byteCount
  }
}

/// The position in the text; each step returns false at the first fault.
private struct JSONReader {
  private(set) var at = 0

  init() {}

  mutating func skipSpace(_ bytes: RawSpan) {
    while at < bytes.byteCount, bytes.at(at).isSpace { at += 1 }
  }

  private mutating func take(_ byte: UInt8, _ bytes: RawSpan) -> Bool {
    guard at < bytes.byteCount, bytes.at(at) == byte else { return false }
    at += 1
    return true
  }

  private mutating func take(word: String, _ bytes: RawSpan) -> Bool {
    guard bytes.has(word, at: at) else { return false }
    at += word.utf8.count
    return true
  }

  mutating func value(_ bytes: RawSpan, depth: Int) -> Bool {
    skipSpace(bytes)
    guard depth < JSONCheck.maximumDepth, at < bytes.byteCount else { return false }
    switch bytes.at(at) {
    case UInt8(ascii: "{"):
      return items(bytes, until: UInt8(ascii: "}")) { reader, bytes in
        reader.skipSpace(bytes)
        guard reader.string(bytes) else { return false }
        reader.skipSpace(bytes)
        return reader.take(UInt8(ascii: ":"), bytes) && reader.value(bytes, depth: depth + 1)
      }
    case UInt8(ascii: "["):
      return items(bytes, until: UInt8(ascii: "]")) { reader, bytes in
        reader.value(bytes, depth: depth + 1)
      }
    case UInt8(ascii: "\""): return string(bytes)
    case UInt8(ascii: "t"): return take(word: "true", bytes)
    case UInt8(ascii: "f"): return take(word: "false", bytes)
    case UInt8(ascii: "n"): return take(word: "null", bytes)
    default: return number(bytes)
    }
  }

  private mutating func items(
    _ bytes: RawSpan, until end: UInt8, _ item: (inout JSONReader, RawSpan) -> Bool
  ) -> Bool {
    at += 1
    skipSpace(bytes)
    if take(end, bytes) { return true }
    repeat {
      guard item(&self, bytes) else { return false }
      skipSpace(bytes)
    } while take(UInt8(ascii: ","), bytes)
    return take(end, bytes)
  }

  private mutating func string(_ bytes: RawSpan) -> Bool {
    guard take(UInt8(ascii: "\""), bytes) else { return false }
    while at < bytes.byteCount {
      let byte = bytes.at(at)
      if byte == UInt8(ascii: "\"") {
        at += 1
        return true
      }
      if byte < 0x20 { return false }
      if byte == UInt8(ascii: "\\") {
        guard escape(bytes) else { return false }
      } else {
        guard let length = UTF8Check.sequenceLength(in: bytes, at: at) else { return false }
        at += length
      }
    }
    return false
  }

  private mutating func escape(_ bytes: RawSpan) -> Bool {
    guard at + 1 < bytes.byteCount else { return false }
    let kind = bytes.at(at + 1)
    at += 2
    guard kind == UInt8(ascii: "u") else { return "\"\\/bfnrt".utf8.contains(kind) }
    guard at + 4 <= bytes.byteCount, bytes.extracting(at..<(at + 4)).all(\.isHexDigit) else {
      return false
    }
    at += 4
    return true
  }

  private mutating func digits(_ bytes: RawSpan) -> Bool {
    let start = at
    while at < bytes.byteCount, bytes.at(at).isDigit { at += 1 }
    return at > start
  }

  private mutating func number(_ bytes: RawSpan) -> Bool {
    _ = take(UInt8(ascii: "-"), bytes)
    let zero = take(UInt8(ascii: "0"), bytes)
    guard zero || digits(bytes) else { return false }
    if take(UInt8(ascii: "."), bytes) { guard digits(bytes) else { return false } }
    if take(UInt8(ascii: "e"), bytes) || take(UInt8(ascii: "E"), bytes) {
      if !take(UInt8(ascii: "+"), bytes) { _ = take(UInt8(ascii: "-"), bytes) }
      guard digits(bytes) else { return false }
    }
    return true
  }
}
