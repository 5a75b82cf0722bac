import Testing

@testable import Scanning

@Suite struct LineIndexTests {
  @Test func `line and column are those that counting gives, in any order of asking`() {
    for text in ["", "a", "\n", "a\nbc\n\nd", "no end", "\r\nx\r\n", String(repeating: "ab\n", count: 100)] {
      let bytes = Array(text.utf8)
      var index = LineIndex()
      for offset in (0...bytes.count).shuffled() {
        let before = bytes[..<offset]
        let line = before.count { $0 == 0x0A } + 1
        let column = offset - (before.lastIndex(of: 0x0A).map { $0 + 1 } ?? 0) + 1
        let found = index.position(of: offset, in: bytes.span.bytes)
        #expect(found == (line, column), "\(text.debugDescription) at \(offset)")
      }
    }
  }
}
