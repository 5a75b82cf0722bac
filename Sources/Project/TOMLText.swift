import TOML

/// Writing TOML, and naming keys the way coffer.toml writes them.
enum TOMLText {
  /// `text` as a basic string: quotes, backslashes and control characters escaped.
  static func quoted(_ text: String) -> String {
    var result = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": result += "\\\""
      case "\\": result += "\\\\"
      case "\n": result += "\\n"
      case "\r": result += "\\r"
      case "\t": result += "\\t"
      case _ where scalar.value < 0x20 || (0x7F...0x9F).contains(scalar.value):
        let digits = String(scalar.value, radix: 16, uppercase: true)
        result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result + "\""
  }

  /// A list on one line.
  static func list(_ texts: [String]) -> String {
    "[" + texts.map(quoted).joined(separator: ", ") + "]"
  }

  /// A dotted key, each part quoted only where TOML needs it.
  static func key(_ path: [String]) -> String {
    path.map { part in
      let bare = !part.isEmpty && part.utf8.allSatisfy { $0.isNameByte || $0 == UInt8(ascii: "-") }
      return bare ? part : quoted(part)
    }.joined(separator: ".")
  }

  /// One line `a.b = value` for each value in a table, whatever the layout of the file.
  static func flattened(_ table: TOMLTable, under prefix: String) -> [String] {
    table.entries.flatMap { entry -> [String] in
      let path = prefix + key([entry.key])
      guard let inner = entry.value.table else { return [path + " = " + rendered(entry.value)] }
      let lines = flattened(inner, under: path + ".")
      return lines.isEmpty ? [path + " = {}"] : lines
    }
  }

  private static func rendered(_ value: TOMLValue) -> String {
    switch value {
    case .string(let text): quoted(text)
    case .integer(let number): String(number)
    case .float(let number): number.description
    case .boolean(let answer): answer ? "true" : "false"
    case .dateTime(let moment): moment.text
    case .array(let items): "[" + items.map { rendered($0.value) }.joined(separator: ", ") + "]"
    case .table(let table): "{ " + flattened(table, under: "").sorted().joined(separator: ", ") + " }"
    }
  }
}
