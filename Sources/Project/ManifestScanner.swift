/// Reads TOML's outer form (toml.io, v1.0.0) strictly: where keys and headers stand, strings, lists and tables closed, nothing
/// else in between. What the values mean is the TOML library's to say.
///
/// It runs first: coffer.toml may come with a hostile repository, and the C++ library behind the other reader has states that
/// it only asserts cannot happen (`[{` is one).
struct ManifestScanner {
  /// A key, or a table's header.
  struct Found {
    var path: [String]
    var line: Int
    /// For what stands outside inline tables: the bytes of its lines, line end included.
    var statement: Range<Int>?
  }

  /// Far more than a project needs, and little enough for any stack.
  static let maximumDepth = 16
  /// In bytes.
  static let maximumSize = 1 << 20

  private(set) var found: [Found] = []
  private let bytes: [UInt8]
  private var at = 0
  private var line = 1
  private var lineStart = 0

  init(text: String) {
    bytes = Array(text.utf8)
    if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { at = 3 }
  }

  /// Reads everything.
  /// - Throws: `ProjectError.syntax`.
  mutating func scan() throws(ProjectError) {
    guard bytes.count <= Self.maximumSize else { throw fault("the file is larger than 1 MiB") }
    try refuseControlCharacters()
    var table: [String] = []
    while true {
      skipSpace()
      guard at < bytes.count else { return }
      let (start, firstLine) = (lineStart, line)
      let place = found.count
      if byte == UInt8(ascii: "[") {
        table = try readHeader()
        found.append(Found(path: table, line: firstLine))
      } else {
        try readPair(under: table)
      }
      skipBlanks()
      skipComment()
      guard byte == nil || byte == UInt8(ascii: "\n") else {
        throw fault("something follows on the same line")
      }
      step()
      found[place].statement = start..<at
    }
  }

  private func fault(_ reason: String) -> ProjectError {
    .syntax(line: line, column: at - lineStart + 1, reason: reason)
  }

  private var byte: UInt8? { at < bytes.count ? bytes[at] : nil }

  private func stands(_ text: [UInt8]) -> Bool { bytes[at...].starts(with: text) }

  private mutating func step() {
    guard at < bytes.count else { return }
    at += 1
    if bytes[at - 1] == UInt8(ascii: "\n") {
      line += 1
      lineStart = at
    }
  }

  /// TOML allows tab, LF and CRLF. A NUL would also end the C string that the library reads.
  private mutating func refuseControlCharacters() throws(ProjectError) {
    let start = (at, line, lineStart)
    while let byte {
      let isLineEnd = byte == 0x0D && at + 1 < bytes.count && bytes[at + 1] == 0x0A
      if byte == 0x7F || byte < 0x20, byte != 0x09, byte != 0x0A, !isLineEnd {
        throw fault(byte == 0 ? "a NUL character" : "a control character")
      }
      step()
    }
    (at, line, lineStart) = start
  }

  private mutating func skipBlanks() {
    while let byte, byte.isBlank || byte == UInt8(ascii: "\r") { at += 1 }
  }

  private mutating func skipComment() {
    guard byte == UInt8(ascii: "#") else { return }
    while let byte, byte != UInt8(ascii: "\n") { at += 1 }
  }

  /// Steps over blanks, line ends and comments.
  private mutating func skipSpace() {
    while true {
      skipBlanks()
      skipComment()
      guard byte == UInt8(ascii: "\n") else { return }
      step()
    }
  }

  private mutating func take(_ text: String, _ reason: String) throws(ProjectError) {
    let wanted = Array(text.utf8)
    guard stands(wanted) else { throw fault(reason) }
    at += wanted.count
  }

  private mutating func readHeader() throws(ProjectError) -> [String] {
    let isArray = stands(Array("[[".utf8))
    at += isArray ? 2 : 1
    let path = try readKeys()
    try take(isArray ? "]]" : "]", "the table's name is not closed")
    return path
  }

  private mutating func readPair(under table: [String], depth: Int = 0) throws(ProjectError) {
    let line = line
    let path = table + (try readKeys())
    guard path.count <= Self.maximumDepth else { throw fault("too deeply nested") }
    found.append(Found(path: path, line: line))
    try take("=", "= is missing after the key")
    try readValue(path, depth: depth)
  }

  /// Reads a dotted key, and the blanks after it.
  private mutating func readKeys() throws(ProjectError) -> [String] {
    var keys: [String] = []
    while true {
      skipBlanks()
      if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "'") {
        if stands(Array("\"\"\"".utf8)) || stands(Array("'''".utf8)) {
          throw fault("a key stands on one line")
        }
        keys.append(try readString())
      } else {
        let start = at
        while let byte, byte.isNameByte || byte == UInt8(ascii: "-") { at += 1 }
        guard at > start else { throw fault("a key is expected here") }
        keys.append(String(decoding: bytes[start..<at], as: UTF8.self))
      }
      guard keys.count <= Self.maximumDepth else { throw fault("too deeply nested") }
      skipBlanks()
      guard byte == UInt8(ascii: ".") else { return keys }
      at += 1
    }
  }

  private mutating func readValue(_ path: [String], depth: Int) throws(ProjectError) {
    guard depth <= Self.maximumDepth else { throw fault("too deeply nested") }
    skipBlanks()
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "'"):
      _ = try readString()
    case UInt8(ascii: "["):
      at += 1
      while true {
        skipSpace()
        if byte == UInt8(ascii: "]") { break }
        try readValue(path, depth: depth + 1)
        skipSpace()
        guard byte == UInt8(ascii: ",") else { break }
        at += 1
      }
      try take("]", "the list is not closed here")
    case UInt8(ascii: "{"):
      at += 1
      skipBlanks()
      if byte != UInt8(ascii: "}") {
        while true {
          try readPair(under: path, depth: depth + 1)
          skipBlanks()
          guard byte == UInt8(ascii: ",") else { break }
          at += 1
        }
      }
      try take("}", "the inline table is not closed on this line")
    default:
      try readPlainValue()
    }
  }

  /// `true`, `false`, or a plain decimal number. coffer.toml has no use for TOML's dates and other numbers, and the library
  /// falls over some broken ones.
  private mutating func readPlainValue() throws(ProjectError) {
    let start = at
    while let byte, byte.isNameByte || "+-.:".utf8.contains(byte) { at += 1 }
    let word = String(decoding: bytes[start..<at], as: UTF8.self)
    if word == "true" || word == "false" { return }
    let unsigned = word.hasPrefix("-") || word.hasPrefix("+") ? word.dropFirst() : word[...]
    let parts = unsigned.split(separator: ".", omittingEmptySubsequences: false)
    let isNumber =
      parts.count <= 2 && parts.allSatisfy { !$0.isEmpty && $0.utf8.allSatisfy(\.isDigit) }
    guard isNumber, unsigned.utf8.count <= 18 else {
      at = start
      throw fault("a text in quotes, a number, true or false is expected here")
    }
  }

  /// Reads a string of any of the four kinds. Only one that can be a key has its true content.
  private mutating func readString() throws(ProjectError) -> String {
    let quote = byte ?? 0
    let isLiteral = quote == UInt8(ascii: "'")
    let closing = stands([quote, quote, quote]) ? [quote, quote, quote] : [quote]
    let isLong = closing.count == 3
    let opened = fault("the quote is never closed")
    at += closing.count
    var content: [UInt8] = []
    while let byte {
      if stands(closing) {
        at += closing.count
        // Up to two quotes may stand before the closing three.
        for _ in 0..<2 where isLong && self.byte == quote { at += 1 }
        return String(decoding: content, as: UTF8.self)
      }
      if byte == UInt8(ascii: "\n"), !isLong { throw opened }
      if byte == UInt8(ascii: "\\"), !isLiteral {
        at += 1
        content += try readEscape(isLong: isLong)
      } else {
        content.append(byte)
        step()
      }
    }
    throw opened
  }

  private mutating func readEscape(isLong: Bool) throws(ProjectError) -> [UInt8] {
    let kind = byte
    let simple: [UInt8: UInt8] = [
      UInt8(ascii: "b"): 8, UInt8(ascii: "t"): 9, UInt8(ascii: "n"): 10, UInt8(ascii: "f"): 12,
      UInt8(ascii: "r"): 13,
      UInt8(ascii: "\""): UInt8(ascii: "\""), UInt8(ascii: "\\"): UInt8(ascii: "\\"),
    ]
    if let kind, let meant = simple[kind] {
      at += 1
      return [meant]
    }
    if kind == UInt8(ascii: "u") || kind == UInt8(ascii: "U") {
      at += 1
      let wanted = kind == UInt8(ascii: "u") ? 4 : 8
      let digits = bytes[at...].prefix(wanted).prefix { $0.isHexDigit }
      guard digits.count == wanted,
        let code = UInt32(String(decoding: digits, as: UTF8.self), radix: 16),
        let scalar = Unicode.Scalar(code)
      else { throw fault("\\u needs the four, \\U the eight hexadecimal digits of a character") }
      // The library hands strings over as C strings, which would end here.
      if code == 0 { throw fault("a NUL character") }
      at += wanted
      return Array(String(Character(scalar)).utf8)
    }
    // A backslash at the end of a line in a long string joins the lines.
    if isLong, let kind, kind.isSpace { return [] }
    throw fault("\\ begins an escape that TOML does not know")
  }
}
