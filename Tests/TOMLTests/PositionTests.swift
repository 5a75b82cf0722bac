import TOML
import Testing

@Suite struct PositionTests {
  /// `line:column` of every key and of its value, by dotted path.
  private func places(_ table: TOMLTable, _ path: String = "") -> [String] {
    table.entries.flatMap { entry in
      ["\(path)\(entry.key) \(entry.position.short) \(entry.valuePosition.short)"]
        + places(entry.value, path + entry.key)
    }
  }

  private func places(_ value: TOMLValue, _ path: String) -> [String] {
    switch value {
    case .table(let table): places(table, path + ".")
    case .array(let items):
      items.enumerated().flatMap { index, item in
        ["\(path)[\(index)] \(item.position.short)"] + places(item.value, "\(path)[\(index)]")
      }
    default: []
    }
  }

  @Test func `every key and value knows its place`() throws {
    let text = """
      # c
      a = 1
        b.c  =  [ 1,
          'é', 2 ]
      [ d . e ]
      f = { g = 1 }
      [[h]]
      [[h]]
      i = \"\"\"
      \"\"\"
      j = 1
      [d]
      'k' = 07:32:00
      """
    #expect(
      try places(TOMLDocument(text: text).root) == [
        "a 2:1 2:5", "b 3:3 3:3", "b.c 3:5 3:11", "b.c[0] 3:13", "b.c[1] 4:5", "b.c[2] 4:11",
        "d 5:3 5:3", "d.e 5:7 5:7", "d.e.f 6:1 6:5", "d.e.f.g 6:7 6:11", "d.k 13:1 13:7",
        "h 7:3 7:3", "h[0] 7:3", "h[1] 8:3", "h[1].i 9:1 9:5", "h[1].j 11:1 11:5",
      ])
  }

  @Test func `CRLF and a byte order mark shift nothing`() throws {
    let text = "\u{FEFF}a = 1\r\n\r\nb = '''\r\n'''\r\nc = 1"
    #expect(try places(TOMLDocument(text: text).root) == ["a 1:1 1:5", "b 3:1 3:5", "c 5:1 5:5"])
  }
}

extension TOMLPosition {
  fileprivate var short: String { "\(line):\(column)" }
}
