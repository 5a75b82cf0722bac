import Audit
import Platform
import Vault

/// The rows of `coffer audit`: the log's in its own order, this device's put between them by their times.
struct AuditListing {
  /// The newest last.
  let rows: [AuditRow]
  /// What could not be shown.
  let notes: [String]

  /// - Parameter limit: the newest that many; nil for all.
  init(_ workspace: Workspace, _ filter: AuditFilter, limit: Int?, _ unlock: UnlockOptions) throws {
    let vault = try workspace.vault()
    var notes: [String] = []
    var device = Newest(limit)
    let file = AuditFile(vault: vault.id.hex, workspace.folders)
    let unreadable = try file.forEach { event in
      let row = AuditRow(event)
      if filter.takes(row) { device.append(row) }
    }
    if unreadable > 0 {
      notes.append("\(Wording.count(unreadable, "line")) of \(file.path) cannot be read: coffer audit verify")
    }
    if let log = try Self.log(vault, workspace, filter, limit, unlock) {
      rows = Self.merged(log: log, device: device.rows, limit: limit)
    } else {
      rows = device.rows
      notes.append("the vault is locked: without its changes; coffer unlock shows them")
    }
    self.notes = notes
  }

  /// The log's rows, the newest last; nil when the vault is locked.
  private static func log(
    _ vault: Vault, _ workspace: Workspace, _ filter: AuditFilter, _ limit: Int?, _ unlock: UnlockOptions
  ) throws -> [AuditRow]? {
    let given = try Unlocking(vault: vault, folders: workspace.folders, options: unlock).givenSession()
    return try vault.read { (snapshot) throws(VaultError) -> [AuditRow]? in
      let session = if let given { given } else { try snapshot.keptSession() }
      guard let session else { return nil }
      let labels = try AuditLabels(snapshot, session.directory)
      var rows: [AuditRow] = []
      try snapshot.log(session) { (event) throws(VaultError) in
        let row = try AuditRow(event, labels)
        if filter.takes(row) { rows.append(row) }
        return rows.count < limit ?? .max
      }
      return rows.reversed()
    }
  }

  /// Both, each in its own order. A change whose clock was behind does not move past one before it.
  private static func merged(log: [AuditRow], device: [AuditRow], limit: Int?) -> [AuditRow] {
    var merged: [AuditRow] = []
    var rest = device[...]
    var latest: UInt64 = 0
    for row in log {
      latest = max(latest, row.time)
      while let first = rest.first, first.time < latest { merged.append(rest.removeFirst()) }
      merged.append(row)
    }
    merged += rest
    return limit.map { Array(merged.suffix($0)) } ?? merged
  }

  /// The last rows of many.
  private struct Newest {
    private let limit: Int?
    private(set) var rows: [AuditRow] = []

    init(_ limit: Int?) { self.limit = limit }

    mutating func append(_ row: AuditRow) {
      rows.append(row)
      // Not one by one: taking the first of an array moves all others.
      if let limit, rows.count >= 2 * limit { rows.removeFirst(rows.count - limit) }
    }
  }
}
