/// Forms by which a value is a credential, whatever its name says.
///
/// Prefixes are as the providers document them. It errs towards yes: the answer only keeps a value out of the clear.
enum CredentialForm {
  private static let prefixes = [
    "sk_live_", "sk_test_", "rk_live_", "rk_test_", "whsec_", "sk-", "xoxb-", "xoxp-", "xoxa-",
    "xoxr-", "xapp-",
    "ghp_", "gho_", "ghu_", "ghs_", "ghr_", "github_pat_", "glpat-", "AKIA", "ASIA", "AIza",
    "ya29.", "SG.", "shpat_",
    "shpss_", "npm_", "pypi-", "dop_v1_", "hf_", "re_", "key-", "eyJ", "sbp_", "sb_secret_", "EAAA",
    "sq0csp-",
    "AGE-SECRET-KEY-", "coffer_", "vercel_", "figd_", "lin_api_", "sntrys_", "glsa_", "dckr_pat_",
  ]

  /// Whether `value` has the form of an issued key or a PEM block, carries a password in a URL, or is long and random.
  static func matches(_ value: RawSpan) -> Bool {
    if value.holds("-----BEGIN ") || hasUserInfo(value) || looksRandom(value) { return true }
    return value.byteCount >= 16 && prefixes.contains { value.has($0, at: 0) }
      && !isPlainWords(value)
  }

  /// `scheme://user:password@host`.
  static func hasUserInfo(_ value: RawSpan) -> Bool {
    guard let start = value.firstOffset(of: "://") else { return false }
    return value.firstOffset(of: UInt8(ascii: "@"), from: start) != nil
  }

  /// A run of 20 or more token bytes that mixes digits and letters: nothing that a person types as a setting.
  static func looksRandom(_ value: RawSpan) -> Bool {
    var run = 0
    var hasDigit = false
    var hasLetter = false
    for offset in 0..<value.byteCount {
      let byte = value.at(offset)
      if byte.isLetter || byte.isDigit || "+/=_-".utf8.contains(byte) {
        run += 1
        hasDigit = hasDigit || byte.isDigit
        hasLetter = hasLetter || byte.isLetter
        if run >= 20, hasDigit, hasLetter { return true }
      } else {
        (run, hasDigit, hasLetter) = (0, false, false)
      }
    }
    return false
  }

  /// Words and separators of one case, as in `re_engagement_campaign`.
  private static func isPlainWords(_ value: RawSpan) -> Bool {
    value.all { (0x61...0x7A).contains($0) || "-_ .".utf8.contains($0) }
  }
}
