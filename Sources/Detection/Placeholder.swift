/// Values that stand where a secret will come, or that documents show as examples.
enum Placeholder {
  /// Whether the value, without the beginning that all of its kind have, is nobody's secret. Short words count only
  /// where they stand by themselves: random characters spell them too.
  static func isOne(_ body: ArraySlice<UInt8>) -> Bool {
    isTemplate(body) || holdsExampleWord(body) || isMonotonous(body)
  }

  /// `${NAME}`, `{{ name }}`, `<name>`, `%s`, `[name]`, `****`, `...`
  static func isTemplate(_ text: ArraySlice<UInt8>) -> Bool {
    guard let first = text.first, let last = text.last else { return true }
    if first == UInt8(ascii: "$") || text.holds("${") || text.holds("$(") || text.holds("{{") || text.holds("#{") {
      return true
    }
    if first == UInt8(ascii: "{"), last == UInt8(ascii: "}") { return true }
    if first == UInt8(ascii: "<") || first == UInt8(ascii: "[") && last == UInt8(ascii: "]") { return true }
    if first == UInt8(ascii: "%"),
      text.count < 4 || last == UInt8(ascii: "%") || text.dropFirst().first == UInt8(ascii: "(")
    {
      return true
    }
    return text.holds("...") || text.holds("***") || text.holds("%s") && text.count < 12
  }

  private static let longWords: [StaticString] = [
    "example", "changeme", "change_me", "change-me", "placeholder", "redacted", "replaceme", "replace_", "replace-",
    "yourapikey", "yoursecret", "yourtoken", "yourpassword", "your_", "your-", "insert_", "insert-", "xxxxx", "notreal",
    "not-a-real", "not_a_real", "notarealkey", "foobar", "deadbeefdeadbeef", "qwertyui", "asdfasdf", "asdfghjk",
    "lorem",
    "removed", "censored", "undefined", "obfuscated", "somesecret", "mysecret", "my_secret", "my-secret", "testsecret",
    "test_secret",
    "test-secret", "samplekey", "dummykey", "fakekey", "yourkey", "whatever",
  ]
  private static let shortWords: Set<String> = [
    "test", "testing", "tests", "fake", "dummy", "sample", "your", "my", "mock", "foo", "bar", "baz", "demo", "todo",
    "xxx", "xxxx", "abc",
    "none", "null", "nil", "here", "insert", "secret", "password", "token", "key",
  ]

  private static func holdsExampleWord(_ text: ArraySlice<UInt8>) -> Bool {
    if longWords.contains(where: { text.holds($0) }) { return true }
    // `sk_test_…`, `my-token`, `foo.bar`: only for texts that are all words; `aB3_my_9Xz` is random.
    guard text.count < 64, NaturalText.isWords(text) else { return false }
    return text.split(whereSeparator: { !$0.isLetterOrDigit })
      .contains { shortWords.contains(String(decoding: $0.map(\.lowercased), as: UTF8.self)) }
  }

  /// One character, a few, a keyboard's or the alphabet's order, or one short piece again and again.
  static func isMonotonous(_ text: ArraySlice<UInt8>) -> Bool {
    let bytes = Array(text)
    guard bytes.count >= 4 else { return true }
    let distinct = Set(bytes).count
    if distinct <= 2 || bytes.count >= 8 && distinct <= 3 || bytes.count >= 20 && distinct <= 5 { return true }
    var (same, longestSame, up, longestUp, down, longestDown) = (1, 1, 1, 1, 1, 1)
    for place in 1..<bytes.count {
      let step = Int(bytes[place].lowercased) - Int(bytes[place - 1].lowercased)
      let wraps =
        bytes[place - 1] == UInt8(ascii: "9") && bytes[place] == UInt8(ascii: "0")
        || bytes[place - 1] == UInt8(ascii: "9") && bytes[place].lowercased == UInt8(ascii: "a")
      same = step == 0 ? same + 1 : 1
      up = step == 1 || wraps ? up + 1 : 1
      down = step == -1 ? down + 1 : 1
      longestSame = max(longestSame, same)
      longestUp = max(longestUp, up)
      longestDown = max(longestDown, down)
    }
    // Binary data in base64 has runs of one letter: a share of the whole decides.
    if longestSame >= max(6, bytes.count / 4) || max(longestUp, longestDown) >= 8 { return true }
    if max(longestUp, longestDown) * 2 > bytes.count { return true }
    return isRepeated(bytes)
  }

  /// A piece of at most 16 bytes, twice or more.
  private static func isRepeated(_ bytes: [UInt8]) -> Bool {
    for period in 1...16 where period * 2 <= bytes.count {
      if (period..<bytes.count).allSatisfy({ bytes[$0] == bytes[$0 - period] }) { return true }
    }
    return false
  }
}
