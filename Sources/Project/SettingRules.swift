/// Which variables are settings and not secrets. A setting's value goes into coffer.toml in the clear, so both its name and
/// its value must be known to be harmless; everything else is a secret.
enum SettingRules {
  /// Words of a name that mean a secret, whatever else it says.
  private static let secretWords: Set<String> = [
    "KEY", "KEYS", "APIKEY", "SECRET", "SECRETS", "TOKEN", "TOKENS", "PASSWORD", "PASSWD",
    "PASSPHRASE", "PASS", "PWD", "PW",
    "CREDENTIAL", "CREDENTIALS", "CREDS", "PRIVATE", "AUTH", "PIN", "SALT", "SEED", "MNEMONIC",
    "OTP", "CERT", "DSN",
    "WEBHOOK", "SESSION", "COOKIE", "SIGNING", "SIGNATURE", "ENCRYPTION", "JWT", "HASH", "PEPPER",
    "LICENSE",
  ]
  /// Whether the variable's value is the environment's own name, as NODE_ENV's.
  static func namesEnvironment(_ name: String) -> Bool { environmentNames.contains(name.uppercased()) }

  private static let environmentNames: Set<String> = [
    "NODE_ENV", "APP_ENV", "RAILS_ENV", "RACK_ENV", "FLASK_ENV", "DJANGO_ENV", "GO_ENV", "MIX_ENV",
    "ENV", "ENVIRONMENT",
    "STAGE",
  ]
  private static let environmentValues: Set<String> = [
    "development", "production", "test", "testing", "staging", "local", "dev", "prod", "ci",
    "preview",
  ]
  private static let levelNames: Set<String> = [
    "LOG_LEVEL", "LOGLEVEL", "RUST_LOG", "LOGGING_LEVEL",
  ]
  private static let levelValues: Set<String> = [
    "trace", "debug", "verbose", "info", "notice", "warn", "warning", "error", "critical", "fatal",
    "off", "silent",
  ]
  private static let hostValues: Set<String> = ["localhost", "127.0.0.1", "0.0.0.0", "::", "::1"]
  private static let regionNames: Set<String> = ["AWS_REGION", "AWS_DEFAULT_REGION", "REGION"]
  private static let addressNames: Set<String> = [
    "APP_URL", "BASE_URL", "SITE_URL", "FRONTEND_URL", "BACKEND_URL", "API_URL", "PUBLIC_URL",
    "CORS_ORIGIN",
    "ALLOWED_ORIGIN", "NEXTAUTH_URL", "ORIGIN",
  ]
  private static let countWords: Set<String> = [
    "TIMEOUT", "LIMIT", "MAX", "MIN", "TTL", "CONCURRENCY", "WORKERS", "SIZE", "RETRIES",
    "INTERVAL", "THREADS", "POOL",
    "MS", "SECONDS",
  ]

  /// The type of a setting whose name and value are both harmless; nil when it must be kept as a secret.
  static func setting(name: String, value: RawSpan) -> VariableType? {
    guard let type = setting(name: name) else { return nil }
    guard value.byteCount <= 200, !CredentialForm.matches(value), !PlaceholderForm.matches(value)
    else { return nil }
    let upper = name.uppercased()
    switch type {
    case .port, .int, .bool:
      return value.byteCount <= 9 && type.problem(in: value) == nil ? type : nil
    case .url:
      return isPlainAddress(value) ? .url : nil
    default:
      break
    }
    // Short words only from here on, and only those that are expected.
    guard value.byteCount <= 64 else { return nil }
    let text = value.plainText(0..<value.byteCount)
    if environmentNames.contains(upper) { return environmentValues.contains(text) ? .string : nil }
    if levelNames.contains(upper) { return levelValues.contains(text.lowercased()) ? .string : nil }
    if upper == "HOST" || upper.hasSuffix("_HOST") || upper == "HOSTNAME" || upper == "BIND" {
      return hostValues.contains(text) ? .string : nil
    }
    if regionNames.contains(upper) { return isRegion(text) ? .string : nil }
    if upper == "TZ" || upper == "LANG" || upper == "LC_ALL" {
      return text.utf8.allSatisfy { $0.isLetter || "/_.-8".utf8.contains($0) } ? .string : nil
    }
    return isPublic(upper) ? publicSetting(value) : nil
  }

  /// The type that a name alone promises for a setting; nil when the name may be a secret's. For files of examples.
  static func setting(name: String) -> VariableType? {
    let upper = name.uppercased()
    let words = Set(upper.split(separator: "_").map(String.init))
    guard words.isDisjoint(with: secretWords) else { return nil }
    if upper == "PORT" || upper.hasSuffix("_PORT") { return .port }
    if words.contains("ENABLED") || words.contains("DISABLED") || words.contains("ENABLE")
      || words.contains("DISABLE")
      || words.contains("FEATURE") || upper == "DEBUG" || upper == "VERBOSE" || upper == "CI"
    {
      return .bool
    }
    if addressNames.contains(upper) || (isPublic(upper) && upper.hasSuffix("_URL")) { return .url }
    if isPublic(upper) { return .string }
    if !words.isDisjoint(with: countWords) { return .int }
    let isKnown =
      environmentNames.contains(upper) || levelNames.contains(upper) || regionNames.contains(upper)
    let isHost =
      upper == "HOST" || upper == "HOSTNAME" || upper == "BIND" || upper.hasSuffix("_HOST")
    return isKnown || isHost || ["TZ", "LANG", "LC_ALL"].contains(upper) ? .string : nil
  }

  private static func isPublic(_ name: String) -> Bool {
    Check.publicPrefixes.contains { name.hasPrefix($0) }
  }

  /// A web address with nothing in it that could carry a secret: no user, no query, no fragment, a short path of words.
  private static func isPlainAddress(_ value: RawSpan) -> Bool {
    guard value.has("http://", at: 0) || value.has("https://", at: 0), value.byteCount <= 100,
      VariableType.url.problem(in: value) == nil
    else { return false }
    guard let slashes = value.firstOffset(of: "://") else { return false }
    let rest = value.extracting((slashes + 3)..<value.byteCount)
    guard rest.all({ $0.isNameByte || "./:-".utf8.contains($0) }) else { return false }
    // A path with digits may be a webhook's.
    guard let path = rest.firstOffset(of: UInt8(ascii: "/")) else { return true }
    let tail = rest.extracting(path..<rest.byteCount)
    return tail.byteCount <= 24 && tail.all { !$0.isDigit }
  }

  private static func publicSetting(_ value: RawSpan) -> VariableType? {
    if VariableType.bool.problem(in: value) == nil, value.at(0).isLetter { return .bool }
    if value.byteCount <= 9, VariableType.int.problem(in: value) == nil { return .int }
    // Everybody gets to see these: plain words of letters.
    return !value.isEmpty && value.byteCount <= 40 && value.all { $0.isLetter || $0 == 0x20 }
      ? .string : nil
  }

  private static func isRegion(_ text: String) -> Bool {
    let parts = text.split(separator: "-")
    guard (2...4).contains(parts.count), let last = parts.last, last.utf8.count <= 6 else {
      return false
    }
    return text.utf8.count <= 24
      && text.utf8.allSatisfy {
        (0x61...0x7A).contains($0) || $0.isDigit || $0 == UInt8(ascii: "-")
      }
      && parts.dropLast().allSatisfy { $0.utf8.allSatisfy(\.isLetter) }
  }
}
