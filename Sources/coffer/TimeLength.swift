/// A length of time as people write it: a whole number and a unit, such as 12h or 90d.
enum TimeLength {
  private static let units: [Character: UInt64] = [
    "s": 1, "m": 60, "h": 3600, "d": 86_400, "w": 604_800, "y": 31_536_000,
  ]

  /// Ten years, in seconds: the most for what has to end.
  static let tenYears: UInt64 = 3660 * 86_400

  /// - Parameters:
  ///   - accepted: the units that make sense where it stands.
  ///   - longest: in seconds.
  /// - Returns: seconds; nil for what is none, is nothing or is too long.
  static func seconds(_ text: String, in accepted: String, atMost longest: UInt64 = tenYears) -> UInt64? {
    let digits = text.dropLast()
    guard let last = text.last, accepted.contains(last), let unit = units[last],
      digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let count = UInt64(digits), count > 0,
      count <= longest / unit
    else { return nil }
    return count * unit
  }
}
