/// Reads dotenv files as raw bytes, from one lent memory into another: values never become a String or an array.
///
/// The syntax is what Node's `--env-file`, the dotenv package, python-dotenv and docker compose agree on: blank lines, `#`
/// comments, `export`, blanks around `=`; unquoted values end at the line's end or at a `#` after a blank; `'single'` and
/// `` `backtick` `` values are literal, `"double"` ones know `\n \r \t \\ \" \$` and keep any other backslash; quoted values
/// may span lines. `$` is never expanded. Where those readers would guess, this one refuses with the line.
package enum Dotenv {
  /// Reads all of `input`.
  ///
  /// - Parameters:
  ///   - input: the file's bytes. A UTF-8 byte order mark and CRLF line ends are understood; CRLF inside quotes becomes LF.
  ///   - output: at least as many bytes as `input`; receives the values, one after the other.
  /// - Returns: every assignment in the file's order, duplicates included.
  /// - Throws: `DotenvError`, at the first thing that is wrong.
  package static func parse(
    _ input: RawSpan, into output: inout MutableRawSpan
  ) throws(DotenvError) -> [DotenvAssignment] {
    guard output.byteCount >= input.byteCount else { throw .outputTooSmall }
    if input.byteCount >= 2 {
      let mark = (input.at(0), input.at(1))
      if mark == (0xFF, 0xFE) || mark == (0xFE, 0xFF) { throw .utf16 }
    }
    var reader = DotenvReader()
    if input.has("\u{FEFF}", at: 0) { reader.at = 3 }
    while try reader.readLine(input, &output) {}
    return reader.assignments
  }
}

/// The state between lines. The lent memory is passed to each step, because a copyable struct cannot hold it.
private struct DotenvReader {
  var at = 0
  private var written = 0
  private var line = 1
  private(set) var assignments: [DotenvAssignment] = []
  private var lastLines: [String: Int] = [:]
  private var comment: (bytes: Range<Int>, lastLine: Int)?

  init() {}

  /// Reads one line, or one assignment over several lines; false at the end.
  mutating func readLine(_ input: RawSpan, _ output: inout MutableRawSpan) throws(DotenvError)
    -> Bool
  {
    skipBlanks(input)
    guard at < input.byteCount else { return false }
    if input.at(at) == UInt8(ascii: "#") {
      try readComment(input)
    } else if try !endLine(input) {
      try readAssignment(input, &output)
    }
    return true
  }

  private mutating func skipBlanks(_ input: RawSpan) {
    while at < input.byteCount, input.at(at).isBlank { at += 1 }
  }

  /// Steps over a line end (LF, CRLF, a CR before the end, or the end itself); false when something else stands here.
  private mutating func endLine(_ input: RawSpan) throws(DotenvError) -> Bool {
    guard at < input.byteCount else { return true }
    switch input.at(at) {
    case UInt8(ascii: "\n"):
      at += 1
    case UInt8(ascii: "\r"):
      guard at + 1 == input.byteCount || input.at(at + 1) == UInt8(ascii: "\n") else {
        throw .strayCarriageReturn(line: line)
      }
      at = min(at + 2, input.byteCount)
    default:
      return false
    }
    line += 1
    return true
  }

  /// Steps to this line's end, and gives where the text before it ends, outer blanks excluded.
  private mutating func skipToLineEnd(_ input: RawSpan, from start: Int) throws(DotenvError) -> Int {
    var end = start
    while at < input.byteCount, input.at(at) != UInt8(ascii: "\n") {
      let byte = input.at(at)
      if byte == 0 { throw .nul(line: line) }
      at += 1
      if !byte.isBlank, byte != UInt8(ascii: "\r") { end = at }
    }
    return end
  }

  private mutating func readComment(_ input: RawSpan) throws(DotenvError) {
    at += 1
    skipBlanks(input)
    let start = at
    let end = try skipToLineEnd(input, from: start)
    let continued = comment?.lastLine == line - 1 ? comment?.bytes.lowerBound : nil
    comment = ((continued ?? start)..<end, line)
    _ = try endLine(input)
  }

  private mutating func readAssignment(
    _ input: RawSpan, _ output: inout MutableRawSpan
  ) throws(DotenvError) {
    let firstLine = line
    let name = try readName(input)
    skipBlanks(input)
    let value: Range<Int>
    var quoting = DotenvAssignment.Quoting.none
    var dollar = false
    var hash = false
    let quote = at < input.byteCount ? input.at(at) : 0
    switch quote {
    case UInt8(ascii: "'"): quoting = .single
    case UInt8(ascii: "\""): quoting = .double
    case UInt8(ascii: "`"): quoting = .backtick
    default: break
    }
    if quoting == .none {
      value = try readUnquoted(input, &output, &dollar, &hash)
    } else {
      value = try readQuoted(input, &output, quote, escapes: quoting == .double, &dollar)
    }
    _ = try endLine(input)
    let above = comment?.lastLine == firstLine - 1 ? comment?.bytes : nil
    comment = nil
    assignments.append(
      DotenvAssignment(
        name: name, value: value, line: firstLine, quoting: quoting, mentionsDollar: dollar,
        mentionsHash: hash,
        duplicateOfLine: lastLines.updateValue(firstLine, forKey: name), comment: above))
  }

  /// Reads `NAME` and the `=` after it, with an `export` before it.
  private mutating func readName(_ input: RawSpan) throws(DotenvError) -> String {
    var name = try readWord(input)
    skipBlanks(input)
    let isExport = name.count == 6 && input.has("export", at: name.lowerBound)
    if isExport, at < input.byteCount, input.at(at) != UInt8(ascii: "="), at > name.upperBound {
      name = try readWord(input)
      skipBlanks(input)
    }
    guard at < input.byteCount, input.at(at) == UInt8(ascii: "=") else {
      throw .notAnAssignment(line: line)
    }
    at += 1
    guard let first = name.first, !input.at(first).isDigit, input.extracting(name).all(\.isNameByte)
    else {
      throw .invalidName(line: line)
    }
    return input.plainText(name)
  }

  private mutating func readWord(_ input: RawSpan) throws(DotenvError) -> Range<Int> {
    let start = at
    while at < input.byteCount {
      let byte = input.at(at)
      if byte == 0 { throw .nul(line: line) }
      if byte.isBlank || byte == UInt8(ascii: "=") || byte == UInt8(ascii: "\n")
        || byte == UInt8(ascii: "\r")
      {
        break
      }
      at += 1
    }
    return start..<at
  }

  private mutating func readUnquoted(
    _ input: RawSpan, _ output: inout MutableRawSpan, _ dollar: inout Bool, _ hash: inout Bool
  ) throws(DotenvError) -> Range<Int> {
    let start = at
    var end = at
    scan: while at < input.byteCount {
      let byte = input.at(at)
      switch byte {
      case UInt8(ascii: "\n"):
        break scan
      case UInt8(ascii: "\r"):
        guard at + 1 == input.byteCount || input.at(at + 1) == UInt8(ascii: "\n") else {
          throw .strayCarriageReturn(line: line)
        }
        break scan
      case 0:
        throw .nul(line: line)
      case UInt8(ascii: "#"):
        if input.at(at - 1).isBlank {
          _ = try skipToLineEnd(input, from: at)
          break scan
        }
        hash = true
      case UInt8(ascii: "$"):
        dollar = true
      default:
        break
      }
      at += 1
      if !byte.isBlank { end = at }
    }
    let first = written
    for offset in start..<end { write(input.at(offset), &output) }
    return first..<written
  }

  private mutating func readQuoted(
    _ input: RawSpan, _ output: inout MutableRawSpan, _ quote: UInt8, escapes: Bool,
    _ dollar: inout Bool
  ) throws(DotenvError) -> Range<Int> {
    let first = written
    let opened = line
    at += 1
    while true {
      guard at < input.byteCount else { throw .unterminatedQuote(line: opened) }
      let byte = input.at(at)
      at += 1
      if byte == quote { break }
      switch byte {
      case 0:
        throw .nul(line: line)
      case UInt8(ascii: "\n"):
        line += 1
        write(byte, &output)
      case UInt8(ascii: "\r") where at < input.byteCount && input.at(at) == UInt8(ascii: "\n"):
        break
      case UInt8(ascii: "\\") where escapes && at < input.byteCount:
        if let meant = Self.escape(input.at(at)) {
          at += 1
          write(meant, &output)
        } else {
          write(byte, &output)
        }
      default:
        if escapes, byte == UInt8(ascii: "$") { dollar = true }
        write(byte, &output)
      }
    }
    skipBlanks(input)
    guard at < input.byteCount else { return first..<written }
    switch input.at(at) {
    case UInt8(ascii: "#"): _ = try skipToLineEnd(input, from: at)
    case UInt8(ascii: "\n"), UInt8(ascii: "\r"): break
    case 0: throw .nul(line: line)
    default: throw .textAfterQuote(line: line)
    }
    return first..<written
  }

  private static func escape(_ byte: UInt8) -> UInt8? {
    switch byte {
    case UInt8(ascii: "n"): return UInt8(ascii: "\n")
    case UInt8(ascii: "r"): return UInt8(ascii: "\r")
    case UInt8(ascii: "t"): return UInt8(ascii: "\t")
    case UInt8(ascii: "\\"), UInt8(ascii: "\""), UInt8(ascii: "$"): return byte
    default: return nil
    }
  }

  private mutating func write(_ byte: UInt8, _ output: inout MutableRawSpan) {
    output.put(byte, at: written)
    written += 1
  }
}
