/// JSON (RFC 8259) written as it goes. The text is plain on a terminal too: what `TerminalText` would escape stands as
/// `\uXXXX`.
struct JSONWriter {
  private(set) var bytes: [UInt8] = []
  private var needsComma = false

  /// An object with the fields that `body` writes.
  mutating func object(_ body: (inout JSONWriter) -> Void) { enclosed("{", "}", body) }

  /// An array of the values that `body` writes.
  mutating func array(_ body: (inout JSONWriter) -> Void) { enclosed("[", "]", body) }

  /// The name of the next value. Names are this project's own.
  mutating func name(_ name: String) {
    separate()
    quoted(Array(name.utf8))
    bytes.append(UInt8(ascii: ":"))
    needsComma = false
  }

  mutating func field(_ name: String, _ value: String?) {
    self.name(name)
    if let value { text(Array(value.utf8)) } else { raw("null") }
  }

  mutating func field(_ name: String, _ value: Int) {
    self.name(name)
    raw(String(value))
  }

  mutating func field(_ name: String, _ value: Bool?) {
    self.name(name)
    raw(value.map { $0 ? "true" : "false" } ?? "null")
  }

  /// Bytes that should be UTF-8. Where they are not, U+FFFD stands for what is none, and a field `NAME_bytes` has all
  /// of them in base64.
  mutating func field(_ name: String, bytes value: [UInt8]?) {
    guard let value else { return field(name, nil as String?) }
    self.name(name)
    text(value)
    if !UTF8Step.isValid(value) {
      self.name(name + "_bytes")
      separate()
      bytes.append(UInt8(ascii: "\""))
      bytes += Base64.encode(value)
      bytes.append(UInt8(ascii: "\""))
    }
  }

  /// A string as a value.
  mutating func text(_ value: [UInt8]) {
    separate()
    quoted(value)
  }

  /// A number or a word as a value.
  mutating func raw(_ value: String) {
    separate()
    bytes += Array(value.utf8)
  }

  private mutating func enclosed(_ open: Unicode.Scalar, _ close: Unicode.Scalar, _ body: (inout JSONWriter) -> Void) {
    separate()
    bytes.append(UInt8(ascii: open))
    needsComma = false
    body(&self)
    bytes.append(UInt8(ascii: close))
    needsComma = true
  }

  private mutating func separate() {
    if needsComma { bytes.append(UInt8(ascii: ",")) }
    needsComma = true
  }

  private mutating func quoted(_ value: [UInt8]) {
    bytes.append(UInt8(ascii: "\""))
    var rest = value[...]
    while !rest.isEmpty {
      let (scalar, length) = UTF8Step.next(in: rest)
      switch scalar {
      case nil: bytes += [0xEF, 0xBF, 0xBD]
      case "\"": bytes += Array("\\\"".utf8)
      case "\\": bytes += Array("\\\\".utf8)
      case "\n": bytes += Array("\\n".utf8)
      case let scalar? where TerminalText.isPlain(scalar): bytes += rest.prefix(length)
      case let scalar?: for unit in UTF16.encode(scalar)! { escape(unit) }
      }
      rest = rest.dropFirst(length)
    }
    bytes.append(UInt8(ascii: "\""))
  }

  private mutating func escape(_ unit: UInt16) {
    let digits = String(unit, radix: 16)
    bytes += Array(("\\u" + String(repeating: "0", count: 4 - digits.count) + digits).utf8)
  }
}

/// Base64 (RFC 4648, section 4), for bytes that JSON cannot hold.
enum Base64 {
  private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

  /// With padding.
  static func encode(_ bytes: [UInt8]) -> [UInt8] {
    var text: [UInt8] = []
    for start in stride(from: 0, to: bytes.count, by: 3) {
      let group = bytes[start..<min(start + 3, bytes.count)]
      let bits = (0..<3).reduce(0) { $0 << 8 | ($1 < group.count ? UInt32(group[start + $1]) : 0) }
      for index in 0..<4 {
        text.append(index <= group.count ? alphabet[Int(bits >> UInt32(18 - 6 * index) & 63)] : UInt8(ascii: "="))
      }
    }
    return text
  }
}
