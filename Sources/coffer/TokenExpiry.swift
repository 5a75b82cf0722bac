import Platform

/// When a new token ends, as people write it.
enum TokenExpiry {
  private static let units: [Character: UInt64] = ["s": 1, "m": 60, "h": 3600, "d": 86_400, "w": 604_800]
  /// Ten years, in seconds; longer is `never`.
  private static let longest: UInt64 = 3660 * 86_400

  /// - Parameter now: milliseconds since 1970.
  /// - Returns: milliseconds since 1970; 0 for never.
  static func parse(_ text: String, now: UInt64) throws -> UInt64 {
    if text == "never" { return 0 }
    let end: UInt64
    if let unit = text.last.flatMap({ units[$0] }) {
      guard let count = number(text.dropLast()), count > 0, count <= longest / unit else { throw refusal }
      end = now + count * unit * 1000
    } else {
      guard text.utf8.count == 10, let day = Timestamp.milliseconds(text) else { throw refusal }
      // The day named is the last.
      end = day + 86_400_000
    }
    guard end <= now + longest * 1000 else { throw refusal }
    guard end > now else { throw Failure("--expires is in the past") }
    return end
  }

  private static var refusal: Failure {
    Failure("--expires takes a time such as 12h, 90d or 2w, a day such as 2027-01-31, ten years at most, or never")
  }

  private static func number(_ digits: some StringProtocol) -> UInt64? {
    guard digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
    return UInt64(digits)
  }
}
