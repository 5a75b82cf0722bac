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
    let units: [Character: UInt64] = [
      "m": 60_000, "h": 3_600_000, "d": 86_400_000, "w": 604_800_000, "y": 31_536_000_000,
    ]
    guard let unit = text.last.flatMap({ units[$0] }), let count = UInt64(text.dropLast()), count <= 1_000_000 else {
      throw Failure("--since takes a length of time such as 12h or 7d, or a date such as 2026-11-21")
    }
    return now - min(now, count * unit)
  }
}
