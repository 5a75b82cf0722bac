/// Whether bytes are one JSON object (RFC 8259), and whether it has a key: a check of shape that keeps nothing.
struct JSONShape {
  private static let maximumDepth = 32

  private let bytes: [UInt8]
  private var at = 0
  private var topKeys: [ArraySlice<UInt8>] = []

  /// The object's own keys, as they are spelt; nil when the bytes are no JSON object.
  static func keys(of bytes: [UInt8]) -> [String]? {
    var shape = JSONShape(bytes: bytes)
    shape.skipSpace()
    guard shape.byte == UInt8(ascii: "{"), shape.value(depth: 0) else { return nil }
    shape.skipSpace()
    return shape.at == bytes.count ? shape.topKeys.map { String(decoding: $0, as: UTF8.self) } : nil
  }

  private init(bytes: [UInt8]) { self.bytes = bytes }

  private var byte: UInt8? { at < bytes.count ? bytes[at] : nil }

  private mutating func skipSpace() {
    while let byte, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 { at += 1 }
  }

  private mutating func take(_ character: Unicode.Scalar) -> Bool {
    guard byte == UInt8(ascii: character) else { return false }
    at += 1
    return true
  }

  private mutating func value(depth: Int) -> Bool {
    guard depth < Self.maximumDepth else { return false }
    skipSpace()
    switch byte {
    case UInt8(ascii: "{"): return members(depth: depth)
    case UInt8(ascii: "["): return items(depth: depth)
    case UInt8(ascii: "\""): return string() != nil
    default: return word()
    }
  }

  private mutating func members(depth: Int) -> Bool {
    at += 1
    skipSpace()
    if take("}") { return true }
    while true {
      skipSpace()
      guard let key = string() else { return false }
      if depth == 0 { topKeys.append(key) }
      skipSpace()
      guard take(":"), value(depth: depth + 1) else { return false }
      skipSpace()
      if take("}") { return true }
      guard take(",") else { return false }
    }
  }

  private mutating func items(depth: Int) -> Bool {
    at += 1
    skipSpace()
    if take("]") { return true }
    while true {
      guard value(depth: depth + 1) else { return false }
      skipSpace()
      if take("]") { return true }
      guard take(",") else { return false }
    }
  }

  private mutating func string() -> ArraySlice<UInt8>? {
    guard take("\"") else { return nil }
    let start = at
    while let byte, byte >= 0x20 {
      at += 1
      if byte == UInt8(ascii: "\"") { return bytes[start..<(at - 1)] }
      if byte == UInt8(ascii: "\\") { at += 1 }
    }
    return nil
  }

  /// A number, `true`, `false` or `null`, read generously.
  private mutating func word() -> Bool {
    let start = at
    while let byte,
      byte.isLetterOrDigit || byte == UInt8(ascii: "-") || byte == UInt8(ascii: "+") || byte == UInt8(ascii: ".")
    {
      at += 1
    }
    return at > start
  }
}
