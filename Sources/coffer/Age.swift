import Platform

/// How long ago something was, for people.
enum Age {
  static func text(since time: UInt64, now: UInt64 = Clock.now()) -> String {
    guard time <= now else { return "in the future" }
    let seconds = (now - time) / 1000
    switch seconds {
    case ..<60: return "just now"
    case ..<3600: return count(seconds / 60, "minute")
    case ..<86_400: return count(seconds / 3600, "hour")
    case ..<(86_400 * 60): return count(seconds / 86_400, "day")
    case ..<(86_400 * 730): return count(seconds / (86_400 * 30), "month")
    default: return count(seconds / (86_400 * 365), "year")
    }
  }

  /// RFC 3339, in UTC.
  static func timestamp(_ milliseconds: UInt64) -> String {
    let seconds = Int(milliseconds / 1000)
    let (year, month, day) = date(daysSince1970: seconds / 86_400)
    let rest = seconds % 86_400
    return "\(year)-\(two(month))-\(two(day))T\(two(rest / 3600)):\(two(rest / 60 % 60)):\(two(rest % 60))Z"
  }

  private static func count(_ count: UInt64, _ unit: String) -> String {
    "\(count) \(unit)\(count == 1 ? "" : "s") ago"
  }

  private static func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }

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
}
