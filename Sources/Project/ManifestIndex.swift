/// Where the tables and keys of coffer.toml stand, which the TOML library does not tell.
///
/// It reads text that the library has already accepted, so it need not judge; on anything else it must only come to an end.
struct ManifestIndex {
  /// A table header or a `key = value` outside inline tables: what an edit can take away whole.
  struct Statement {
    let path: [String]
    /// Bytes from the start of its first line to the end of its last, line end included.
    let bytes: Range<Int>
  }

  /// In the order of the file.
  private(set) var statements: [Statement] = []
  /// The line of the first `\u0000` escape or NUL byte: the library would cut the text there.
  private(set) var nulLine: Int?
  private var lines: [[String]: Int] = [:]
  private var children: [[String]: [String]] = [:]

  init(text: String) {
    var scanner = ManifestScanner(bytes: Array(text.utf8))
    scanner.scan()
    nulLine = scanner.nulLine
    for found in scanner.found {
      for count in 1...max(1, found.path.count) where count <= found.path.count {
        let path = Array(found.path[..<count])
        guard lines[path] == nil else { continue }
        lines[path] = found.line
        children[Array(path.dropLast()), default: []].append(path[count - 1])
      }
      if let bytes = found.statement {
        statements.append(Statement(path: found.path, bytes: bytes))
      }
    }
  }

  /// The line, counted from 1, on which `path` first appears; else that of the nearest table around it.
  func line(of path: [String]) -> Int {
    var path = path
    while !path.isEmpty {
      if let line = lines[path] { return line }
      path.removeLast()
    }
    return 1
  }

  /// The keys directly under `path`, in the order of their first appearance.
  func keys(under path: [String]) -> [String] { children[path] ?? [] }
}

/// Finds keys and headers by TOML's lexical rules (toml.io, v1.0.0), values only as far as is needed to step over them.
private struct ManifestScanner {
  struct Found {
    var path: [String]
    var line: Int
    var statement: Range<Int>?
  }

  let bytes: [UInt8]
  var at = 0
  var line = 1
  var lineStart = 0
  var found: [Found] = []
  var nulLine: Int?

  init(bytes: [UInt8]) {
    self.bytes = bytes
    if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { at = 3 }
    if let nul = bytes.firstIndex(of: 0) {
      nulLine = 1 + bytes[..<nul].count { $0 == UInt8(ascii: "\n") }
    }
  }

  private func byte(_ offset: Int = 0) -> UInt8? {
    at + offset < bytes.count ? bytes[at + offset] : nil
  }

  private func stands(_ text: StaticString) -> Bool {
    text.withUTF8Buffer { wanted in unsafe bytes[at...].starts(with: wanted) }
  }

  private mutating func step() {
    if byte() == UInt8(ascii: "\n") {
      line += 1
      lineStart = at + 1
    }
    at += 1
  }

  private mutating func skipBlanks() {
    while let byte = byte(), byte.isBlank || byte == UInt8(ascii: "\r") { at += 1 }
  }

  /// Steps over blanks, line ends and comments.
  private mutating func skipSpace() {
    while let byte = byte() {
      if byte == UInt8(ascii: "#") {
        skipLine()
      } else if byte.isBlank || byte == UInt8(ascii: "\r") || byte == UInt8(ascii: "\n") {
        step()
      } else {
        return
      }
    }
  }

  /// Steps to the line end, not over it.
  private mutating func skipLine() {
    while let byte = byte(), byte != UInt8(ascii: "\n") { at += 1 }
  }

  mutating func scan() {
    var table: [String] = []
    while true {
      skipSpace()
      guard at < bytes.count else { return }
      let (start, firstLine, before) = (lineStart, line, at)
      let place = found.count
      var path: [String]
      if byte() == UInt8(ascii: "[") {
        at += byte(1) == UInt8(ascii: "[") ? 2 : 1
        path = readKeys()
        table = path
        found.append(Found(path: path, line: firstLine))
      } else {
        path = table + readKeys()
        found.append(Found(path: path, line: firstLine))
        if byte() == UInt8(ascii: "=") {
          at += 1
          skipValue(path)
        }
      }
      skipLine()
      if at < bytes.count { step() }
      found[place].statement = start..<at
      // Text that the library refuses could leave nothing read.
      if at == before { at += 1 }
    }
  }

  /// Reads a dotted key, and the blanks after it.
  private mutating func readKeys() -> [String] {
    var keys: [String] = []
    while true {
      skipBlanks()
      switch byte() {
      case UInt8(ascii: "\""), UInt8(ascii: "'"):
        keys.append(readString())
      default:
        let start = at
        while let byte = byte(), byte.isNameByte || byte == UInt8(ascii: "-") || byte >= 0x80 {
          at += 1
        }
        keys.append(String(decoding: bytes[start..<at], as: UTF8.self))
      }
      skipBlanks()
      guard byte() == UInt8(ascii: ".") else { return keys }
      at += 1
    }
  }

  private mutating func skipValue(_ path: [String]) {
    skipBlanks()
    switch byte() {
    case UInt8(ascii: "\""), UInt8(ascii: "'"):
      _ = readString()
    case UInt8(ascii: "["):
      at += 1
      skipItems(until: UInt8(ascii: "]")) { scanner in scanner.skipValue(path) }
    case UInt8(ascii: "{"):
      at += 1
      skipItems(until: UInt8(ascii: "}")) { scanner in
        let line = scanner.line
        let inner = path + scanner.readKeys()
        scanner.found.append(Found(path: inner, line: line))
        if scanner.byte() == UInt8(ascii: "=") {
          scanner.at += 1
          scanner.skipValue(inner)
        }
      }
    default:
      while let byte = byte(), !",]}#\n".utf8.contains(byte) { at += 1 }
    }
  }

  private mutating func skipItems(until end: UInt8, _ item: (inout ManifestScanner) -> Void) {
    while true {
      skipSpace()
      guard let byte = byte() else { return }
      if byte == end {
        at += 1
        return
      }
      let before = at
      if byte != UInt8(ascii: ",") { item(&self) }
      if at == before { step() }
    }
  }

  /// Reads a string of any of the four kinds; only one that can be a key needs its true content.
  private mutating func readString() -> String {
    let quote = byte() ?? 0
    let literal = quote == UInt8(ascii: "'")
    let long = literal ? stands("'''") : stands("\"\"\"")
    at += long ? 3 : 1
    var content: [UInt8] = []
    while let byte = byte() {
      if byte == quote {
        if !long {
          at += 1
          break
        }
        if literal ? stands("'''") : stands("\"\"\"") {
          at += 3
          // Up to two quotes may stand before the closing three.
          var extra = 0
          while extra < 2, self.byte() == quote {
            at += 1
            extra += 1
          }
          break
        }
      } else if byte == UInt8(ascii: "\n"), !long {
        break
      } else if byte == UInt8(ascii: "\\"), !literal {
        at += 1
        content += readEscape()
        continue
      }
      content.append(byte)
      step()
    }
    return String(decoding: content, as: UTF8.self)
  }

  private mutating func readEscape() -> [UInt8] {
    guard let kind = byte() else { return [] }
    step()
    switch kind {
    case UInt8(ascii: "b"): return [8]
    case UInt8(ascii: "t"): return [9]
    case UInt8(ascii: "n"): return [10]
    case UInt8(ascii: "f"): return [12]
    case UInt8(ascii: "r"): return [13]
    case UInt8(ascii: "x"), UInt8(ascii: "u"), UInt8(ascii: "U"):
      let wanted = kind == UInt8(ascii: "x") ? 2 : kind == UInt8(ascii: "u") ? 4 : 8
      let digits = bytes[at...].prefix(wanted).prefix { $0.isHexDigit }
      at += digits.count
      let code = UInt32(String(decoding: digits, as: UTF8.self), radix: 16) ?? 0
      if code == 0 { nulLine = nulLine ?? line }
      return Unicode.Scalar(code).map { Array(String(Character($0)).utf8) } ?? []
    default: return [kind]
    }
  }
}
