import Platform

/// When a new token ends, as people write it.
enum TokenExpiry {
  /// - Parameter now: milliseconds since 1970.
  /// - Returns: milliseconds since 1970; 0 for never.
  static func parse(_ text: String, now: UInt64) throws -> UInt64 {
    if text == "never" { return 0 }
    let end: UInt64
    if let seconds = TimeLength.seconds(text, in: "smhdw") {
      end = now + seconds * 1000
    } else {
      guard text.utf8.count == 10, let day = Timestamp.milliseconds(text) else { throw refusal }
      // The day named is the last.
      end = day + 86_400_000
    }
    guard end <= now + TimeLength.tenYears * 1000 else { throw refusal }
    guard end > now else { throw Failure("--expires is in the past") }
    return end
  }

  private static var refusal: Failure {
    Failure("--expires takes a time such as 12h, 90d or 2w, a day such as 2027-01-31, ten years at most, or never")
  }
}
