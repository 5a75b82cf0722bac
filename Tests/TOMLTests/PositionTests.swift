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

  @Test(arguments: [
    ("", []), ("# c\n\n", []), ("a = 1", ["a: a = 1"]), ("\u{FEFF}a.b = 1\r\n", ["a.b: a.b = 1\r\n"]),
    (
      "# c\n[t . \"u\"] # d\n\n  a = [\n  1 ]\n# e\n[[x]]\n'b.c'.d = {e = 1}\nf='''\n[y]\n'''",
      [
        "t.u: [t . \"u\"] # d\n", "t.u.a:   a = [\n  1 ]\n", "x: [[x]]\n", "x.b.c.d: 'b.c'.d = {e = 1}\n",
        "x.f: f='''\n[y]\n'''",
      ]
    ),
  ])
  func `statements are given with all of their lines`(_ text: String, _ expected: [String]) throws {
    let bytes = Array(text.utf8)
    let found = try TOMLStatement.all(in: text).map {
      "\($0.path.joined(separator: ".")): \(String(decoding: bytes[$0.bytes], as: UTF8.self))"
    }
    #expect(found == expected)
  }
}

extension TOMLPosition {
  fileprivate var short: String { "\(line):\(column)" }
}
