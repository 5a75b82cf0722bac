/// A commit's date as its author's clock had it (RFC 3339).
struct CommitDate {
  /// `2024-02-29`.
  let day: String
  /// `2024-02-29T23:59:59+01:00`.
  let time: String

  /// Nil for a date outside the years 0 to 9999, which a repository may claim and RFC 3339 cannot say. An offset of a
  /// day or more is taken for UTC.
  init?(_ commit: CommitMark) {
    let offset = (-1439...1439).contains(commit.offset) ? commit.offset : 0
    let (local, overflow) = commit.date.addingReportingOverflow(Int64(offset) * 60)
    // 0000-01-01 to 9999-12-31.
    guard !overflow, (-62_167_219_200...253_402_300_799).contains(local) else { return nil }
    let second = Int((local % 86400 + 86400) % 86400)
    let (year, month, dayOfMonth) = Self.civil(Int((local - Int64(second)) / 86400))
    day = Self.padded(year, 4) + "-" + Self.padded(month, 2) + "-" + Self.padded(dayOfMonth, 2)
    let clock = [second / 3600, second / 60 % 60, second % 60].map { Self.padded($0, 2) }.joined(separator: ":")
    let zone = Self.padded(abs(offset) / 60, 2) + ":" + Self.padded(abs(offset) % 60, 2)
    time = day + "T" + clock + (offset < 0 ? "-" : "+") + zone
  }

  /// The date of the Gregorian calendar `days` after 1970-01-01. Source: Howard Hinnant, "chrono-Compatible Low-Level
  /// Date Algorithms".
  private static func civil(_ days: Int) -> (Int, Int, Int) {
    let shifted = days + 719_468
    let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
    let dayOfEra = shifted - era * 146_097
    let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let shiftedMonth = (5 * dayOfYear + 2) / 153
    let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
    return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, dayOfYear - (153 * shiftedMonth + 2) / 5 + 1)
  }

  private static func padded(_ number: Int, _ count: Int) -> String {
    let digits = String(number)
    return String(repeating: "0", count: max(0, count - digits.count)) + digits
  }
}
