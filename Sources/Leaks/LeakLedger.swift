package import Vault

/// The leaks that a vault knows of. Reads in a snapshot, and writes within the caller's transaction, so that a leak moves in the same
/// commit as what moved it.
package struct LeakLedger: Sendable {
  private let directory: EnvironmentKey

  /// - Parameter directory: the directory's key.
  package init(_ directory: EnvironmentKey) { self.directory = directory }

  /// All leaks, in the order of their last change.
  /// - Throws: as `Snapshot.ledger`; `needsNewer`, `damaged(.record)`.
  package func all(in snapshot: Snapshot) throws(VaultError) -> [LeakRecord] {
    try snapshot.ledger(.leak, directory).map { (record) throws(VaultError) in try LeakRecord(record) }
  }

  /// One leak; nil when it is not recorded.
  /// - Throws: as `all`.
  package func leak(_ fingerprint: LeakFingerprint, in snapshot: Snapshot) throws(VaultError) -> LeakRecord? {
    try snapshot.ledgerRecord(.leak, name: fingerprint.description, directory).map { (record) throws(VaultError) in
      try LeakRecord(record)
    }
  }

  /// What is known of a leak that is not recorded yet.
  package struct NewLeak: Hashable, Sendable {
    package let fingerprint: LeakFingerprint
    /// The detector that found it; `known-value` for what was only recognised as the vault's own.
    package let rule: String
    /// What it is, for people.
    package let title: String
    /// Where it stands in the vault; nil for nowhere.
    package let home: LeakRecord.Home?

    package init(
      _ fingerprint: LeakFingerprint, rule: String = "known-value", title: String, home: LeakRecord.Home?
    ) {
      self.fingerprint = fingerprint
      self.rule = rule
      self.title = title
      self.home = home
    }
  }

  /// Records a leak; one that is recorded already stays as it is.
  /// - Returns: the record that is in the ledger after the commit.
  /// - Throws: as `all`; `noAccess`.
  @discardableResult
  package func open(
    _ new: NewLeak, as state: LeakState = .open, _ transaction: Transaction
  ) throws(VaultError) -> LeakRecord {
    if let known = try leak(new.fingerprint, in: transaction.snapshot()) { return known }
    let record = LeakRecord(
      new.fingerprint, rule: new.rule, title: new.title, home: new.home, state: state, time: transaction.time,
      author: transaction.author)
    try store(record, transaction)
    return record
  }

  /// Moves a leak to its next state.
  /// - Returns: false, and nothing is changed, when it is not recorded or may not go there from where it is.
  /// - Throws: as `all`; `noAccess`.
  @discardableResult
  package func move(
    _ fingerprint: LeakFingerprint, to state: LeakState, _ transaction: Transaction
  ) throws(VaultError) -> Bool {
    guard var record = try leak(fingerprint, in: transaction.snapshot()), record.state.mayBecome(state) else {
      return false
    }
    record.mark(state, time: transaction.time, author: transaction.author)
    try store(record, transaction)
    return true
  }

  private func store(_ record: LeakRecord, _ transaction: Transaction) throws(VaultError) {
    try transaction.record(.leak, name: record.fingerprint.description, content: record.encoded, directory)
  }
}
