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
  static func timestamp(_ milliseconds: UInt64) -> String { Timestamp.text(milliseconds) }

  /// The date of `timestamp` alone.
  static func day(_ milliseconds: UInt64) -> String { String(timestamp(milliseconds).prefix { $0 != "T" }) }

  private static func count(_ count: UInt64, _ unit: String) -> String {
    Wording.count(count, unit) + " ago"
  }
}
