import TOML

extension TOMLTable {
  /// The whole tree on one line, in the order of the text.
  var rendered: String {
    "{" + entries.map { "\($0.key.renderedKey): \($0.value.rendered)" }.joined(separator: ", ") + "}"
  }
}

extension TOMLValue {
  var rendered: String {
    switch self {
    case .string(let text): text.quoted
    case .integer(let number): String(number)
    case .float(let number): String(number)
    case .boolean(let answer): String(answer)
    case .dateTime(let moment): "<\(moment.kind.rawValue) \(moment.text)>"
    case .array(let items): "[" + items.map(\.value.rendered).joined(separator: ", ") + "]"
    case .table(let table): table.rendered
    }
  }
}

extension String {
  /// With Swift's escapes, as in a literal.
  fileprivate var quoted: String { String(reflecting: self).replacing("\\'", with: "'") }

  fileprivate var renderedKey: String {
    let isBare = !isEmpty && utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: ".") }
    return isBare ? self : quoted
  }
}

/// What a text is read as; its fault when it is refused.
func reading(_ text: String) -> String {
  do {
    return try TOMLDocument(text: text).root.rendered
  } catch {
    return "line \(error.line), column \(error.column): \(error.reason)"
  }
}
