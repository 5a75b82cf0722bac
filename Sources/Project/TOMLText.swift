import TOMLKit

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
    table.keys.flatMap { name -> [String] in
      let path = prefix + key([name])
      guard let value = table[name] else { return [] }
      if let inner = value.table {
        let lines = flattened(inner, under: path + ".")
        return lines.isEmpty ? [path + " = {}"] : lines
      }
      return [path + " = " + rendered(value)]
    }
  }

  private static func rendered(_ value: any TOMLValueConvertible) -> String {
    if let text = value.string { return quoted(text) }
    if let array = value.array {
      return "[" + array.map { rendered($0) }.joined(separator: ", ") + "]"
    }
    if let table = value.table {
      return "{ " + flattened(table, under: "").sorted().joined(separator: ", ") + " }"
    }
    return value.debugDescription
  }
}
