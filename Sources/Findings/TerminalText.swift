/// Text of unknown origin made safe to show: file names, authors and secrets come from whoever made the repository.
package enum TerminalText {
  /// `bytes` as text that can neither move the cursor, nor forge a line or a column, nor be shown in another order than
  /// it is written.
  ///
  /// What is not UTF-8, controls, formats (bidirectional overrides, joiners, tags), spaces other than single ones
  /// between words, and characters of no or private meaning are written byte by byte as `\xNN`; a backslash as `\\`: so
  /// different bytes are always different text.
  /// - Parameter limit: how many bytes are shown; what is left out is told by its number.
  package static func escaped(_ bytes: some Collection<UInt8>, limit: Int = 4096) -> String {
    let shown = Array(bytes.prefix(limit))
    var text = ""
    var rest = shown[...]
    while !rest.isEmpty {
      let (scalar, length) = UTF8Step.next(in: rest)
      let character = rest.prefix(length)
      rest = rest.dropFirst(length)
      switch scalar {
      case nil: for byte in character { text += hex(byte) }
      case "\\": text += "\\\\"
      case " " where text.isEmpty || rest.isEmpty || rest.first == 0x20: text += hex(0x20)
      case let scalar? where isPlain(scalar): text.unicodeScalars.append(scalar)
      default: for byte in character { text += hex(byte) }
      }
    }
    return shown.count < bytes.count ? text + "… (\(bytes.count - shown.count) more bytes)" : text
  }

  /// Text of this project or its user's machine, as a path in a message.
  package static func escaped(_ text: String) -> String { escaped(Array(text.utf8)) }

  /// Whether `scalar` shows as itself and nothing else.
  static func isPlain(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.properties.generalCategory {
    case .control, .format, .surrogate, .privateUse, .unassigned, .lineSeparator, .paragraphSeparator: false
    case .spaceSeparator: scalar == " "
    default: true
    }
  }

  private static func hex(_ byte: UInt8) -> String {
    let digits = String(byte, radix: 16)
    return digits.count == 1 ? "\\x0" + digits : "\\x" + digits
  }
}
