import Platform

/// What `coffer audit` shows, of all that was recorded.
struct AuditFilter {
  var name: String?
  var environment: String?
  /// Milliseconds since 1970.
  var since: UInt64?
  var kind: String?
  var author: String?

  func takes(_ row: AuditRow) -> Bool {
    // Compared byte by byte, as everywhere: two spellings of one text are two names.
    func same(_ wanted: String?, _ found: String?) -> Bool {
      wanted.map { wanted in found.map { $0.utf8.elementsEqual(wanted.utf8) } ?? false } ?? true
    }
    return same(environment, row.environment) && same(kind, row.kind) && same(author, row.author)
      && since.map { row.time >= $0 } ?? true && (name == nil || row.names.contains { same(name, $0.name) })
  }

  /// A length of time back from now (30m, 12h, 7d, 4w, 1y), or a date: 2026-11-21, 2026-11-21T15:47:00Z.
  static func time(_ text: String, now: UInt64 = Clock.now()) throws -> UInt64 {
    if let time = Timestamp.milliseconds(text) { return time }
    guard let seconds = TimeLength.seconds(text, in: "mhdwy", atMost: 100 * TimeLength.tenYears) else {
      throw Failure("--since takes a length of time such as 12h or 7d, or a date such as 2026-11-21")
    }
    return now - min(now, seconds * 1000)
  }
}
