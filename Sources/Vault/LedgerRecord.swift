import Sealing

/// A kind of record that the directory keeps: content of Coffer's own, under names that no variable can have.
/// docs/FORMAT.md, "Ledger".
package enum LedgerKind: Sendable, CaseIterable {
  /// What leaked, and how far it is from dead.
  case leak
  /// How far a rotation is.
  case rotation
  /// What the vault's admins have settled, and noted for later.
  case setting

  /// What its records' names start with in the vault.
  var prefix: String {
    switch self {
    case .leak: "leak/"
    case .rotation: "rotation/"
    case .setting: "setting/"
    }
  }

  /// The kind of log entry that makes its records.
  var operation: Operation.Kind {
    switch self {
    case .leak: .leak
    case .rotation: .rotation
    case .setting: .setting
    }
  }
}

/// One record of a ledger, verified as far as the vault can tell: who wrote it, and that the log brought it.
package struct LedgerRecord: Hashable, Sendable {
  /// Within its kind.
  package let name: String
  /// Canonical bytes behind a version byte, which the owner of the kind reads.
  package let content: [UInt8]
  /// Counted from 1 with each change of the record.
  package let version: UInt32
  /// Milliseconds since 1970 by the author's clock.
  package let time: UInt64
  package let author: MemberID
  /// The log entry that made it: the order in which things happened, whatever clocks said.
  package let sequence: UInt64

  /// The longest content, in bytes.
  package static let limit = 1 << 16
}

extension Transaction {
  /// Stores the next version of a ledger's record, in the same commit as everything else of this transaction.
  /// - Parameters:
  ///   - name: within the kind.
  ///   - content: canonical bytes behind a version byte, `LedgerRecord.limit` at most.
  /// - Throws: `noAccess` when the author may not write in the directory; for a setting, when it is no admin there.
  package func record(
    _ kind: LedgerKind, name: String, content: [UInt8], _ directory: EnvironmentKey
  ) throws(VaultError) {
    guard content.count <= LedgerRecord.limit else {
      throw .storage(code: 0, message: "a record of more than \(LedgerRecord.limit) bytes")
    }
    let value = Secret(try sealing { () throws(SealingError) in try SecretBytes(copying: content) })
    _ = try store([NewValue(name: kind.prefix + name, value: value)], directory) { change in
      switch kind {
      case .leak: .leak(change)
      case .rotation: .rotation(change)
      case .setting: .setting(change)
      }
    }
  }
}

extension Snapshot {
  /// All records of a kind as they are now, in the order of their last change.
  /// - Throws: `unauthorised` for one that an operation of another kind made; `badSignature`, `damaged`, `needsNewer`.
  package func ledger(_ kind: LedgerKind, _ directory: EnvironmentKey) throws(VaultError) -> [LedgerRecord] {
    var map = try map(directory)
    var found: [LedgerRecord] = []
    for leaf in try map.leaves() {
      guard let pointer = leaf.current else { continue }
      let record = try record(pointer)
      let name = try record.descriptor(key: try key(directory, epoch: record.header.epoch)).name
      guard try index(of: name, directory) == leaf.index else { throw .damaged(.record) }
      if name.utf8.starts(with: kind.prefix.utf8) {
        found.append(try ledgerRecord(record, pointer, name, kind, directory))
      }
    }
    return found.sorted { $0.sequence < $1.sequence }
  }

  /// One record as it is now; nil when there is none.
  /// - Throws: as `ledger`.
  package func ledgerRecord(
    _ kind: LedgerKind, name: String, _ directory: EnvironmentKey
  ) throws(VaultError) -> LedgerRecord? {
    var map = try map(directory)
    let name = kind.prefix + name
    guard let pointer = try leaf(name, directory, &map)?.current else { return nil }
    return try ledgerRecord(try record(pointer), pointer, name, kind, directory)
  }

  /// All versions of one record, the newest first; empty when there is none.
  /// - Throws: as `ledger`.
  package func ledgerHistory(
    _ kind: LedgerKind, name: String, _ directory: EnvironmentKey
  ) throws(VaultError) -> [LedgerRecord] {
    var map = try map(directory)
    let name = kind.prefix + name
    guard let leaf = try leaf(name, directory, &map) else { return [] }
    return try versions(leaf).map { (pointer, record) throws(VaultError) in
      try ledgerRecord(record, pointer, name, kind, directory)
    }
  }

  private func ledgerRecord(
    _ record: Record, _ pointer: Leaf.Pointer, _ name: String, _ kind: LedgerKind, _ directory: EnvironmentKey
  ) throws(VaultError) -> LedgerRecord {
    let entry = try entry(of: record, pointer)
    // An operation of another kind took another right. A new epoch seals records again, which takes an admin.
    guard entry.kind == kind.operation || entry.kind == .epoch else { throw .unauthorised(sequence: entry.sequence) }
    let value = try record.value(name: name, key: try key(directory, epoch: record.header.epoch))
    guard value.count <= LedgerRecord.limit else { throw .damaged(.record) }
    return LedgerRecord(
      name: String(decoding: name.utf8.dropFirst(kind.prefix.utf8.count), as: UTF8.self),
      content: value.withBytes { $0.array }, version: pointer.version, time: record.header.created,
      author: entry.author, sequence: entry.sequence)
  }
}
