/// A place in the text that moves on, and the small things found there.
struct TOMLCursor {
  let bytes: [UInt8]
  private(set) var at = 0
  private(set) var line = 1
  /// Where the present line begins.
  private var lineStart = 0

  init(_ bytes: [UInt8]) {
    self.bytes = bytes
    if bytes.starts(with: [0xEF, 0xBB, 0xBF]) {
      at = 3
      lineStart = 3
    }
  }

  /// The byte here; nil at the end.
  var byte: UInt8? { at < bytes.count ? bytes[at] : nil }

  var position: TOMLPosition { TOMLPosition(line: line, column: at - lineStart + 1) }

  func fault(_ reason: String) -> TOMLError { TOMLError(reason, at: position) }

  func stands(_ character: Unicode.Scalar) -> Bool { byte == UInt8(ascii: character) }

  /// Whether a line ends here. `checkText` has seen that a CR comes with its LF.
  var isLineEnd: Bool { byte == 0x0A || byte == 0x0D }

  /// Steps over `count` bytes of the present line, or to the end of the text.
  mutating func advance(_ count: Int = 1) { at = min(at + count, bytes.count) }

  mutating func take(_ character: Unicode.Scalar) -> Bool {
    guard stands(character) else { return false }
    at += 1
    return true
  }

  /// Steps over LF or CRLF, if one stands here.
  mutating func takeLineEnd() -> Bool {
    guard isLineEnd else { return false }
    if byte == 0x0D { advance() }
    advance()
    line += 1
    lineStart = at
    return true
  }

  /// Steps over spaces and tabs.
  mutating func skipBlanks() {
    while at < bytes.count, bytes[at] == 0x20 || bytes[at] == 0x09 { at += 1 }
  }

  /// Steps over a comment, up to its line's end.
  mutating func skipComment() {
    guard stands("#") else { return }
    while at < bytes.count, !isLineEnd { at += 1 }
  }

  /// Steps over blanks, line ends and comments.
  mutating func skipSpace() {
    repeat {
      skipBlanks()
      skipComment()
    } while takeLineEnd()
  }

  /// Takes the bytes that satisfy `test`. None of them may end a line.
  mutating func takeWhile(_ test: (UInt8) -> Bool) -> ArraySlice<UInt8> {
    let start = at
    while at < bytes.count, test(bytes[at]) { at += 1 }
    return bytes[start..<at]
  }

  /// UTF-8, and of the control characters only tab, LF and CRLF: what TOML wants of every text, comments included.
  ///
  /// - Throws: `TOMLError`.
  func checkText() throws(TOMLError) {
    guard bytes.count <= TOMLDocument.maximumSize else { throw fault("the text is larger than 1 MiB") }
    var isASCII = true
    for offset in bytes.indices {
      let byte = bytes[offset]
      if byte >= 0x80 { isASCII = false }
      guard byte < 0x20 || byte == 0x7F, byte != 0x09, byte != 0x0A else { continue }
      if byte == 0x0D, offset + 1 < bytes.count, bytes[offset + 1] == 0x0A { continue }
      throw TOMLError("a control character, which TOML does not allow", at: position(of: offset))
    }
    guard !isASCII else { return }
    do {
      _ = try UTF8Span(validating: bytes.span)
    } catch {
      throw TOMLError("this is not UTF-8", at: position(of: error.byteOffsets.lowerBound))
    }
  }

  private func position(of offset: Int) -> TOMLPosition {
    let before = bytes[..<offset]
    let start = before.lastIndex(of: 0x0A).map { $0 + 1 } ?? min(lineStart, offset)
    return TOMLPosition(line: before.count { $0 == 0x0A } + 1, column: offset - start + 1)
  }
}
