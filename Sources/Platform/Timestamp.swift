/// A moment as RFC 3339 writes it, in UTC: `2026-11-21T15:47:00Z`.
package enum Timestamp {
  private static let dayLength: UInt64 = 86_400_000

  /// - Parameters:
  ///   - milliseconds: since 1970-01-01T00:00:00Z.
  ///   - precise: whether milliseconds are written too.
  package static func text(_ milliseconds: UInt64, precise: Bool = false) -> String {
    let (year, month, day) = date(daysSince1970: Int(milliseconds / dayLength))
    let seconds = Int(milliseconds % dayLength / 1000)
    let fraction = precise ? "." + padded(Int(milliseconds % 1000), 3) : ""
    return "\(year)-\(padded(month, 2))-\(padded(day, 2))T"
      + "\(padded(seconds / 3600, 2)):\(padded(seconds / 60 % 60, 2)):\(padded(seconds % 60, 2))\(fraction)Z"
  }

  /// Milliseconds since 1970 of what `text` wrote, or of a date alone (its first moment in UTC); nil for anything else.
  package static func milliseconds(_ text: String) -> UInt64? {
    let bytes = Array(text.utf8)
    func number(_ range: Range<Int>) -> Int? {
      guard range.upperBound <= bytes.count, bytes[range].allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
      return bytes[range].reduce(0) { $0 * 10 + Int($1 - 0x30) }
    }
    func isSign(_ place: Int, _ sign: Character) -> Bool { place < bytes.count && bytes[place] == sign.asciiValue }
    guard let year = number(0..<4), isSign(4, "-"), let month = number(5..<7), isSign(7, "-"), let day = number(8..<10),
      year >= 1970, let days = days(year, month, day)
    else { return nil }
    if bytes.count == 10 { return UInt64(days) * dayLength }
    guard isSign(10, "T"), let hour = number(11..<13), isSign(13, ":"), let minute = number(14..<16), isSign(16, ":"),
      let second = number(17..<19), hour < 24, minute < 60, second < 60
    else { return nil }
    let whole = UInt64(days) * dayLength + UInt64((hour * 60 + minute) * 60 + second) * 1000
    if bytes.count == 20, isSign(19, "Z") { return whole }
    guard bytes.count == 24, isSign(19, "."), let fraction = number(20..<23), isSign(23, "Z") else { return nil }
    return whole + UInt64(fraction)
  }

  private static func padded(_ number: Int, _ width: Int) -> String {
    let text = "\(number)"
    return String(repeating: "0", count: max(0, width - text.utf8.count)) + text
  }

  /// Source: Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms", civil_from_days.
  private static func date(daysSince1970 days: Int) -> (year: Int, month: Int, day: Int) {
    let shifted = days + 719_468
    let era = shifted / 146_097
    let dayOfEra = shifted % 146_097
    let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let shiftedMonth = (5 * dayOfYear + 2) / 153
    let day = dayOfYear - (153 * shiftedMonth + 2) / 5 + 1
    let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
    return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, day)
  }

  /// Days from 1970-01-01; nil for a day that the calendar does not have. The same source, days_from_civil.
  private static func days(_ year: Int, _ month: Int, _ day: Int) -> Int? {
    guard (1...12).contains(month), (1...31).contains(day) else { return nil }
    let shiftedYear = month <= 2 ? year - 1 : year
    let era = shiftedYear / 400
    let yearOfEra = shiftedYear - era * 400
    let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
    let days = era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
    return date(daysSince1970: days) == (year, month, day) ? days : nil
  }
}
