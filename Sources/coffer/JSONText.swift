import Audit

/// JSON for `--format json`: names, numbers and dates, never values. RFC 8259.
enum JSONText {
  case string(String)
  case number(Int)
  case bool(Bool)
  case null
  case array([JSONText])
  case object([(String, JSONText)])

  /// One line for each element of the outer array.
  var text: String { written(between: ",\n ") }

  /// All on one line.
  var line: String { written(between: ", ") }

  private func written(between separator: String) -> String {
    switch self {
    case .string(let text): return Self.quoted(text)
    case .number(let number): return "\(number)"
    case .bool(let flag): return flag ? "true" : "false"
    case .null: return "null"
    case .array(let items):
      return "[" + items.map { $0.written(between: separator) }.joined(separator: separator) + "]"
    case .object(let fields):
      return "{" + fields.map { Self.quoted($0.0) + ": " + $0.1.line }.joined(separator: ", ")
        + "}"
    }
  }

  private static func quoted(_ text: String) -> String {
    var bytes: [UInt8] = []
    JSONLine.append(text, to: &bytes)
    return String(decoding: bytes, as: UTF8.self)
  }
}
