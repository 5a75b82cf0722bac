import Platform
import Vault

/// How long a token still works, for people.
enum TokenLife {
  /// Days before its end from which launches warn.
  private static let warningDays: UInt64 = 14
  private static let day: UInt64 = 86_400_000

  /// "expires in 9 days (2026-11-30)"; nil while there is time, or when it never does.
  /// - Parameters:
  ///   - expires: milliseconds since 1970; 0 for never.
  static func warning(expires: UInt64, now: UInt64) -> String? {
    guard expires > now, expires - now <= warningDays * day else { return nil }
    return "expires in \(duration(expires - now)) (\(Age.day(expires)))"
  }

  /// What a list says of one.
  enum Kind: String {
    case valid, expiring, expired, revoked
  }

  static func kind(of token: TokenState, now: UInt64 = Clock.now()) -> Kind {
    if token.isRevoked { return .revoked }
    if token.expires == 0 { return .valid }
    if token.expires <= now { return .expired }
    return warning(expires: token.expires, now: now) == nil ? .valid : .expiring
  }

  static func state(of token: TokenState, now: UInt64 = Clock.now()) -> String {
    switch kind(of: token, now: now) {
    case .revoked: "revoked"
    case .expired: "expired \(Age.text(since: token.expires, now: now))"
    case .expiring: warning(expires: token.expires, now: now) ?? ""
    case .valid: token.expires == 0 ? "valid, does not expire" : "valid until \(Age.timestamp(token.expires))"
    }
  }

  private static func duration(_ milliseconds: UInt64) -> String {
    switch milliseconds {
    case ..<60_000: "less than a minute"
    case ..<(2 * 3_600_000): count(milliseconds / 60_000, "minute")
    case ..<(2 * day): count(milliseconds / 3_600_000, "hour")
    default: count(milliseconds / day, "day")
    }
  }

  private static func count(_ count: UInt64, _ unit: String) -> String { "\(count) \(unit)\(count == 1 ? "" : "s")" }
}
