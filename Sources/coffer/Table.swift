/// Columns of text, left-aligned, two spaces apart.
enum Table {
  static func text(_ rows: [[String]]) -> String {
    let rows = rows.map { $0.map(Wording.line) }
    guard let columns = rows.map(\.count).max() else { return "" }
    let widths = (0..<columns).map { column in rows.map { column < $0.count ? $0[column].count : 0 }.max() ?? 0 }
    return rows.map { row in
      var line = ""
      for (column, cell) in row.enumerated() where !cell.isEmpty || column == 0 {
        // Blanks only where something follows: no line ends in them.
        let place = widths[..<column].reduce(0) { $0 + $1 + 2 }
        line += String(repeating: " ", count: max(0, place - line.count)) + cell
      }
      return line + "\n"
    }.joined()
  }
}
