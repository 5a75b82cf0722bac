import Testing

@testable import Findings

struct TerminalTextTests {
  @Test(arguments: [
    ("plain é 中 🙂", "plain é 中 🙂"), ("a\nb\r\u{1B}[2J\u{7F}\u{9B}", "a\\x0ab\\x0d\\x1b[2J\\x7f\\xc2\\x9b"),
    ("a\u{202E}b\u{2066}", "a\\xe2\\x80\\xaeb\\xe2\\x81\\xa6"), ("a\\x0a", "a\\\\x0a"), ("a  b ", "a\\x20 b\\x20"),
    (" a", "\\x20a"),
    ("\u{2028}\u{200B}\u{E0041}\u{E000}", "\\xe2\\x80\\xa8\\xe2\\x80\\x8b\\xf3\\xa0\\x81\\x81\\xee\\x80\\x80"),
    ("\u{A0}", "\\xc2\\xa0"), ("", ""),
  ])
  func `what could deceive is written as bytes`(text: String, shown: String) {
    #expect(TerminalText.escaped(text) == shown)
  }

  @Test func `bytes that are not UTF-8 are written one by one`() {
    #expect(
      TerminalText.escaped([0x61, 0xFF, 0xE2, 0x80, 0x62, 0xED, 0xA0, 0x80]) == "a\\xff\\xe2\\x80b\\xed\\xa0\\x80")
  }

  @Test func `a long name is cut and says so`() {
    #expect(TerminalText.escaped([UInt8](repeating: 0x61, count: 5000), limit: 3) == "aaa… (4997 more bytes)")
  }

  @Test func `any bytes give plain text, and different bytes different text`() {
    var generator = SystemRandomNumberGenerator()
    // By bytes: two strings of different characters can be equal in Unicode's eyes.
    var seen: [[UInt8]: [UInt8]] = [:]
    for _ in 0..<20_000 {
      let bytes = (0..<Int.random(in: 0...6)).map { _ in
        Bool.random()
          ? [0x20, 0x5C, 0x78, 0x30, 0x61, 0xE2, 0x80, 0xAE].randomElement()!
          : UInt8.random(in: .min ... .max, using: &generator)
      }
      let text = TerminalText.escaped(bytes)
      #expect(text.unicodeScalars.allSatisfy(TerminalText.isPlain))
      #expect(seen.updateValue(bytes, forKey: Array(text.utf8)) ?? bytes == bytes)
    }
  }

  @Test func `a hostile repository forges no line and no column`() {
    let evil = "x:1  000000000000  Ann  2024-01-01  in HEAD\nclean: nothing found in 9 objects\n\u{1B}[1A\u{202E}"
    var commit = Samples.commit(author: evil)
    commit = CommitMark(id: commit.id, author: commit.author + [0xFF, 0x0A], date: commit.date, offset: 0)
    let finding = Samples.finding(
      secret: Array((evil + "0123456789").utf8), places: [Samples.place(evil, commit: commit)])
    for showsSecrets in [false, true] {
      var options = TextReport.Options()
      options.showsSecrets = showsSecrets
      let text = Samples.text([finding], nil, options)
      #expect(text.split(separator: "\n", omittingEmptySubsequences: false).count == 11)
      #expect(!text.contains("\u{1B}") && !text.contains("\u{202E}") && !text.contains("\nclean"))
      #expect(!text.contains("x:1  "))
    }
  }
}
