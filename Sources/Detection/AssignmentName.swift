/// What a name of a variable, key, header or flag says of the value that is assigned to it.
enum AssignmentName {
  /// How likely the value is a secret, by the name alone.
  enum Meaning: Sendable {
    /// `DB_PASSWORD`: a person may have chosen it, so it need not look random.
    case password
    /// `apiKey`, `client_secret`, `authToken`
    case secret
    /// `key`, `auth`, `salt`: many other things have such names.
    case weak
    case other
  }

  private static let passwords: Set<String> = ["password", "passwd", "passphrase", "passcode", "pwd", "pass", "psw"]
  private static let secrets: Set<String> = [
    "secret", "secrets", "token", "apikey", "apitoken", "authtoken", "accesstoken", "accesskey", "secretkey",
    "privatekey", "credential",
    "credentials", "bearer", "authkey", "apisecret", "clientsecret", "appsecret", "signature", "encryptionkey",
    "masterkey", "signingkey",
    "licensekey", "webhooksecret", "jwtsecret", "sessionsecret", "cookiesecret", "authorization", "creds",
  ]
  /// With `key` after one of these, it is a secret.
  private static let keyKinds: Set<String> = [
    "api", "private", "access", "secret", "auth", "encryption", "encrypt", "encrypted", "master", "signing", "sign",
    "service", "account",
    "storage", "shared", "session", "hmac", "jwt", "cookie", "crypto", "cipher", "app", "application", "client",
    "license", "subscription",
    "deploy", "admin", "server", "aes", "bot", "user", "webhook", "root",
  ]
  private static let weak: Set<String> = ["key", "auth", "salt", "pepper", "nonce", "authentication", "cookie", "sid"]
  /// A name that ends so is about a secret, and is none: `password_field`, `tokenType`, `secretName`.
  private static let attributes: Set<String> = [
    "field", "type", "name", "names", "url", "uri", "endpoint", "path", "file", "filename", "dir", "folder", "id",
    "ids", "count", "length",
    "len", "size", "limit", "max", "min", "ttl", "expiry", "expires", "expiration", "expire", "age", "header",
    "headers", "label", "title",
    "text", "placeholder", "hint", "prompt", "message", "msg", "error", "errors", "description", "desc", "help",
    "policy", "format",
    "pattern", "regex", "regexp", "rule", "rules", "validator", "hash", "hashed", "digest", "algorithm", "alg", "param",
    "params", "parameter",
    "parameters", "prefix", "suffix", "index", "column", "class", "input", "form", "page", "view", "route", "link",
    "icon", "image", "color",
    "status", "state", "kind", "mode", "version", "provider", "manager", "service", "store", "source", "ref",
    "reference", "env", "var",
    "variable", "arn", "example", "test", "tests", "exception", "function", "callback", "handler", "helper", "request",
    "response", "required",
    "enabled", "disabled", "valid", "invalid", "confirmation", "confirm", "reset", "strength", "vault", "lifetime",
    "scope", "scopes", "issuer",
    "audience", "position", "offset", "start", "end", "kinds", "set", "list", "map", "table", "node", "tree",
    "value_type", "info", "date",
    "time", "timeout", "at", "by", "is", "has", "no", "not", "was", "changed", "updated", "created", "property",
    "option", "options", "config",
  ]
  /// A name that has one of these is of something meant to be seen.
  private static let open: Set<String> = [
    "public", "pub", "pubkey", "publickey", "csrf", "xsrf", "sha", "sha1", "sha256", "sha512", "md5", "checksum",
    "integrity", "fingerprint",
    "etag", "uuid", "guid", "next", "previous", "continuation", "pagination", "cursor", "primary", "foreign", "sort",
    "partition", "cache",
    "thumbprint", "revision", "commit", "keyword", "delimiter", "separator", "hash", "sitekey", "site", "recaptcha",
  ]

  static func meaning(of name: [UInt8]) -> Meaning {
    let words = words(of: name)
    guard let last = words.last, !attributes.contains(last) else { return .other }
    if words.contains(where: open.contains) { return .other }
    if words.contains(where: passwords.contains) { return .password }
    if words.contains(where: secrets.contains) { return .secret }
    for (word, next) in zip(words, words.dropFirst()) where next == "key" || next == "keys" {
      if keyKinds.contains(word) { return .secret }
    }
    // Names written as one word: `dbpassword`, `mysecret`.
    if words.contains(where: { word in ["password", "passwd"].contains { word.hasSuffix($0) } }) { return .password }
    if words.contains(where: { $0.hasSuffix("pass") && !["bypass", "compass", "overpass"].contains($0) }) {
      return .password
    }
    if words.contains(where: { word in ["secret", "apikey", "token"].contains { word.hasSuffix($0) } }) {
      return .secret
    }
    return words.contains(where: weak.contains) ? .weak : .other
  }

  /// `clientSecret`, `CLIENT_SECRET`, `client-secret` and `HTTPSecret` all in words, lower-case; of a long name, the
  /// last ones.
  static func words(of name: [UInt8]) -> [String] {
    var words: [String] = []
    var word: [UInt8] = []
    let name = Array(name.suffix(96))
    func finish() {
      if !word.isEmpty { words.append(String(decoding: word, as: UTF8.self)) }
      word = []
    }
    for (place, byte) in name.enumerated() {
      guard byte.isLetterOrDigit else {
        finish()
        continue
      }
      if byte.isUppercase, place > 0 {
        let isAfterLower = name[place - 1].isLowercase || name[place - 1].isDigit
        let isBeforeLower = place + 1 < name.count && name[place + 1].isLowercase && name[place - 1].isUppercase
        if isAfterLower || isBeforeLower { finish() }
      }
      word.append(byte.lowercased)
    }
    finish()
    return words
  }
}
