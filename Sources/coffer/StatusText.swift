import Leaks
import Platform
import Sealing
import Vault

extension StatusReport {
  /// One screen.
  func text(now: UInt64 = Clock.now()) -> String {
    var rows: [[String]] = [["vault", "\(name) \(id.short)"]]
    rows.append([
      "log",
      "entry \(sequence) (\(head.bytes.prefix(4).map { $0 }.hex)), \(Age.text(since: time, now: now)); verified, and noted as seen here",
    ])
    for (place, environment) in environments.enumerated() {
      let names = Wording.count(environment.count, "name")
      rows.append([
        place == 0 ? "environments" : "", (environment.name.map { "\($0): " } ?? "") + names,
        environment.isUnlocked ? "unlocked" : "",
      ])
    }
    rows.append(["unlocked", unlockedUntil.map { "until \(Age.timestamp($0)) at the latest" } ?? "nothing"])
    if let due {
      var lines = due.all.map { "\($0.name) in \($0.environment) \($0.reason.text(now: now))" }
      lines += due.strangers.map { "\($0.title) has leaked, and is not in the vault: \($0.fingerprint)" }
      if !due.locked.isEmpty { lines.append("not looked into, locked: \(due.locked.joined(separator: ", "))") }
      rows += Self.list("due", lines.isEmpty ? ["nothing"] : lines)
    } else {
      rows.append(["due", "cannot be told while the vault is locked: coffer unlock"])
    }
    let ends = tokens.map { "\($0.name) \($0.expires <= now ? "has expired" : "expires") \(Age.timestamp($0.expires))" }
    rows += Self.list("tokens", ends)
    rows += Self.list("coffer.toml", widening.map { "not approved: \(Wording.brief($0))" })
    if let backup {
      let missing = sequence - min(backup.sequence, sequence)
      let behind = missing == 0 ? "" : "; \(Wording.count(missing, "change")) \(missing == 1 ? "is" : "are") not in it"
      rows.append(["backup", "\(backup.path), \(Age.text(since: backup.time, now: now))\(behind)"])
    } else {
      rows.append(["backup", "none was written by this device: coffer backup FILE"])
    }
    return Table.text(rows)
  }

  private static func list(_ title: String, _ lines: [String]) -> [[String]] {
    lines.enumerated().map { place, line in [place == 0 ? title : "", line] }
  }

  var json: JSONText {
    func time(_ milliseconds: UInt64?) -> JSONText { milliseconds.map { .string(Age.timestamp($0)) } ?? .null }
    func text(_ text: String?) -> JSONText { text.map { .string($0) } ?? .null }
    let dueItems = due?.all.map { item in
      JSONText.object([
        ("name", .string(item.name)), ("environment", .string(item.environment)),
        ("version", item.version.map { .number(Int($0)) } ?? .null), ("reason", .string(item.reason.word)),
        ("text", .string(item.reason.text())), ("seen_by", item.reason.seenBy),
      ])
    }
    return .object([
      ("vault", .object([("name", .string(name)), ("id", .string(id.short))])),
      ("sequence", .number(Int(clamping: sequence))), ("changed", time(self.time)),
      ("pin", .object([("sequence", .number(Int(clamping: sequence))), ("head", .string(head.bytes.hex))])),
      (
        "environments",
        .array(
          environments.map {
            .object([("name", text($0.name)), ("names", .number($0.count)), ("unlocked", .bool($0.isUnlocked))])
          })
      ),
      ("unlocked_until", time(unlockedUntil)), ("locked", .bool(due == nil)),
      ("due", dueItems.map { .array($0) } ?? .null),
      (
        "leaks_elsewhere",
        due.map { due in
          .array(
            due.strangers.map { .object([("title", .string($0.title)), ("id", .string($0.fingerprint.description))]) })
        } ?? .null
      ),
      ("not_looked_at", .array((due?.locked ?? []).map { .string($0) })),
      ("tokens", .array(tokens.map { .object([("name", .string($0.name)), ("expires", time($0.expires))]) })),
      ("not_approved", .array(widening.map { .string($0) })),
      (
        "backup",
        backup.map {
          .object([
            ("path", .string($0.path)), ("sequence", .number(Int(clamping: $0.sequence))), ("time", time($0.time)),
          ])
        } ?? .null
      ),
      ("attention", .bool(needsAttention)),
    ])
  }
}
