import Findings

/// Whether the password of a URL is anyone's, or one that every tutorial has.
enum URLPassword {
  /// What people write for "a password goes here", and what databases come with.
  private static let common: Set<String> = [
    "password", "passwd", "pass", "pwd", "secret", "changeme", "admin", "root", "user", "username", "guest", "test",
    "testing", "test123",
    "postgres", "postgresql", "mysql", "mongo", "mongodb", "redis", "rabbitmq", "rabbit", "example", "pw", "p", "x",
    "xxx", "foo", "bar",
    "baz", "123", "1234", "12345", "123456", "12345678", "qwerty", "abc", "abc123", "token", "key", "mypassword",
    "mypass", "pass123",
    "password123", "passw0rd", "db_password", "db_pass", "dbpass", "dbpassword", "your_password", "yourpassword",
    "letmein", "default",
    "local", "dev", "development", "docker", "app", "demo", "sample", "anonymous", "anything", "hunter2", "oauth",
    "x-oauth-basic", "minioadmin",
    "userpass", "superuser", "super", "mypw", "theuser", "name", "me", "pass1", "pass2", "u", "pss", "passwort",
    "motdepasse", "contraseña",
  ]
  private static let exampleHosts: [StaticString] = [
    "example", "localhost", "127.0.0.1", "0.0.0.0", "[::1]", "10.0.", "192.168.", "hostname", "yourhost", "your-",
    "your_", "myhost", "mydomain",
    "domain.com", "foo.", "bar.", "server.com", "host.com", "some.", "somewhere", "somehost", "test",
  ]

  /// - Parameters:
  ///   - before: what stands before the password: `scheme://user:` and perhaps more.
  ///   - after: what stands behind it: `@host:port/path`.
  /// - Returns: nil: no secret.
  static func confidence(
    of password: [UInt8], before: [UInt8], after: [UInt8], base: Confidence
  ) -> Confidence? {
    if Placeholder.isTemplate(password[...])
      || password.contains(where: { $0 <= 0x20 || $0 == UInt8(ascii: "%") && password.count < 4 })
    {
      return nil
    }
    let lower = password.map(\.lowercased)
    let user = Array(before.dropLast()).suffix(while: {
      $0 != UInt8(ascii: "/") && $0 != UInt8(ascii: ":") && $0 > 0x20
    })
    let host = Array(
      after.drop { $0 == UInt8(ascii: "@") }.prefix {
        $0.isLetterOrDigit || "-._[]$<{%".utf8.contains($0) || $0 == 0x3A
      }
      .map(\.lowercased))
    let isWeak =
      common.contains(String(decoding: lower, as: UTF8.self)) || lower.elementsEqual(user.map(\.lowercased))
      || Placeholder.isOne(password[...])
    let isLocal =
      host.isEmpty || exampleHosts.contains { host.holds($0) }
      || !host.prefix { $0 != 0x3A }.contains(UInt8(ascii: "."))
    // A template host says that the whole is one.
    if Placeholder.isTemplate(host[...]), !host.isEmpty { return nil }
    switch (isWeak, isLocal) {
    case (true, true): return nil
    // A weak password of a real host is a leak, and an even better one for whoever guesses.
    case (true, false): return Placeholder.isOne(password[...]) ? nil : .low
    case (false, true): return NaturalText.isWords(password) ? nil : min(base, .low)
    case (false, false): return NaturalText.isWords(password) ? min(base, .medium) : base
    }
  }
}

extension [UInt8] {
  /// The longest end whose bytes all satisfy `condition`.
  fileprivate func suffix(while condition: (UInt8) -> Bool) -> ArraySlice<UInt8> {
    self[(lastIndex { !condition($0) }.map { $0 + 1 } ?? 0)...]
  }
}
