import Testing

@testable import Platform

@Suite struct HiddenInputTests {
  /// Types `keys` and says how it ended and what was entered.
  private func type(
    _ keys: String, capacity: Int = 64
  ) -> (outcome: HiddenInput.Outcome, entered: String, overflowed: Bool) {
    var input = HiddenInput()
    let (outcome, bytes) = lend(capacity) { span in
      for byte in keys.utf8 {
        let outcome = input.take(byte, into: &span)
        if outcome != .more { return outcome }
      }
      return .more
    }
    // What was erased must not be left in the memory either.
    #expect(input.overflowed || bytes[input.count...].allSatisfy { $0 == 0 })
    return (outcome, text(Array(bytes[..<input.count])), input.overflowed)
  }

  @Test(arguments: [
    ("abc\r", "abc"), ("abc\n", "abc"), ("\r", ""), ("abx\u{7F}c\r", "abc"), ("abx\u{8}c\r", "abc"),
    ("\u{7F}\u{7F}a\r", "a"), ("aé\u{7F}b\r", "ab"), ("a🔑\u{7F}b\r", "ab"), ("wrong\u{15}right\r", "right"),
    ("abc\u{4}", "abc"), ("a b\t=$\"'\\\r", "a b\t=$\"'\\"),
    ("a\u{1B}[Db\u{1B}[1;5Cc\u{1B}OPd\u{1B}xe\r", "abcde"),
  ])
  func `keys edit the line`(keys: String, entered: String) {
    let seen = type(keys)
    #expect(seen.outcome == .finished)
    #expect(seen.entered == entered)
  }

  @Test(arguments: [
    ("one", "one"), ("one\r", "one"), ("one\r\n", "one"), ("one\rtwo", "one\ntwo"),
    ("one\r\ntwo\r\n", "one\ntwo\n"),
    ("one\n\ntwo\n", "one\n\ntwo\n"), ("\u{7F}\u{15}\u{4}", "\u{7F}\u{15}\u{4}"),
    ("a\u{1B}[20b", "a\u{1B}[20b"),
    ("a\u{1B}\u{1B}[2", "a\u{1B}\u{1B}[2"), ("", ""),
  ])
  func `a marked paste is kept as it is`(pasted: String, entered: String) {
    let seen = type("\u{1B}[200~\(pasted)\u{1B}[201~\r")
    #expect(seen.outcome == .finished)
    #expect(seen.entered == entered)
  }

  @Test func `typing goes on around a paste`() {
    #expect(type("a\u{1B}[200~b\u{1B}[201~c\u{7F}d\r").entered == "abd")
  }

  @Test func `the end of input on an empty line is told`() {
    #expect(type("\u{4}").outcome == .endOfInput)
    #expect(type("a\u{7F}\u{4}").outcome == .endOfInput)
  }

  @Test func `what does not fit is noticed, and Ctrl-U starts over`() {
    #expect(type("12345\r", capacity: 5).overflowed == false)
    #expect(type("123456\r", capacity: 5).overflowed)
    let again = type("123456\u{15}1234\r", capacity: 5)
    #expect(!again.overflowed)
    #expect(again.entered == "1234")
  }
}
