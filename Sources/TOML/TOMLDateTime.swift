/// One of TOML's four kinds of dates and times: valid, and kept as it was written.
package struct TOMLDateTime: Sendable {
  /// Which of the four.
  package enum Kind: String, Sendable {
    case offsetDateTime = "offset date-time"
    case localDateTime = "local date-time"
    case localDate = "local date"
    case localTime = "local time"
  }

  package let kind: Kind
  /// RFC 3339, or its part that the kind has.
  package let text: String

  /// Nil when `word` is not such a date, or no calendar or clock has it.
  init?(_ word: ArraySlice<UInt8>) {
    var rest = word
    let hasDate = !Self.isTime(rest)
    if hasDate {
      guard Self.takeDate(&rest) else { return nil }
      if rest.isEmpty {
        self.init(.localDate, word)
        return
      }
      guard let separator = rest.popFirst(), "Tt ".utf8.contains(separator) else { return nil }
    }
    guard Self.takeTime(&rest) else { return nil }
    if rest.isEmpty {
      self.init(hasDate ? .localDateTime : .localTime, word)
      return
    }
    guard hasDate, Self.takeOffset(&rest), rest.isEmpty else { return nil }
    self.init(.offsetDateTime, word)
  }

  private init(_ kind: Kind, _ word: ArraySlice<UInt8>) {
    self.kind = kind
    text = String(decoding: word, as: UTF8.self)
  }

  /// Whether `word` can only be a date or a time: `1979-…`, `07:…`.
  static func isLikely(_ word: ArraySlice<UInt8>) -> Bool { isDate(word) || isTime(word) }

  /// Whether `word` has the form `1979-05-27`, which a time may follow after a space.
  static func isWholeDate(_ word: ArraySlice<UInt8>) -> Bool { isDate(word) && word.count == 10 }

  private static func isDate(_ word: ArraySlice<UInt8>) -> Bool {
    word.prefix(4).allSatisfy(\.isDecimalDigit) && word.dropFirst(4).first == UInt8(ascii: "-")
  }

  private static func isTime(_ word: ArraySlice<UInt8>) -> Bool {
    word.prefix(2).allSatisfy(\.isDecimalDigit) && word.dropFirst(2).first == UInt8(ascii: ":")
  }

  private static func takeDate(_ rest: inout ArraySlice<UInt8>) -> Bool {
    guard let year = takeNumber(&rest, digits: 4, in: 0...9999), take("-", &rest),
      let month = takeNumber(&rest, digits: 2, in: 1...12), take("-", &rest)
    else { return false }
    let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
    let days = [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month - 1]
    return takeNumber(&rest, digits: 2, in: 1...days) != nil
  }

  private static func takeTime(_ rest: inout ArraySlice<UInt8>) -> Bool {
    // RFC 3339 has second 60, for leap seconds.
    guard takeNumber(&rest, digits: 2, in: 0...23) != nil, take(":", &rest),
      takeNumber(&rest, digits: 2, in: 0...59) != nil, take(":", &rest),
      takeNumber(&rest, digits: 2, in: 0...60) != nil
    else { return false }
    guard take(".", &rest) else { return true }
    let fraction = rest.prefix(while: \.isDecimalDigit)
    rest = rest[fraction.endIndex...]
    return !fraction.isEmpty
  }

  private static func takeOffset(_ rest: inout ArraySlice<UInt8>) -> Bool {
    if take("Z", &rest) || take("z", &rest) { return true }
    guard take("+", &rest) || take("-", &rest) else { return false }
    return takeNumber(&rest, digits: 2, in: 0...23) != nil && take(":", &rest)
      && takeNumber(&rest, digits: 2, in: 0...59) != nil
  }

  private static func take(_ character: Unicode.Scalar, _ rest: inout ArraySlice<UInt8>) -> Bool {
    guard rest.first == UInt8(ascii: character) else { return false }
    rest.removeFirst()
    return true
  }

  private static func takeNumber(
    _ rest: inout ArraySlice<UInt8>, digits: Int, in range: ClosedRange<Int>
  ) -> Int? {
    let taken = rest.prefix(digits)
    guard taken.count == digits, taken.allSatisfy(\.isDecimalDigit) else { return nil }
    rest = rest[taken.endIndex...]
    let number = taken.reduce(0) { $0 * 10 + Int($1 - UInt8(ascii: "0")) }
    return range.contains(number) ? number : nil
  }
}
