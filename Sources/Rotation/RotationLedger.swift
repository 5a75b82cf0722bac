import Leaks
package import Vault

/// The rotations that a vault knows of.
package struct RotationLedger: Sendable {
  private let directory: EnvironmentKey

  /// - Parameter directory: the directory's key.
  package init(_ directory: EnvironmentKey) { self.directory = directory }

  /// All rotations, in the order of their last step.
  /// - Throws: as `Snapshot.ledger`; `needsNewer`, `damaged(.record)`.
  package func all(in snapshot: Snapshot) throws(VaultError) -> [RotationRecord] {
    try snapshot.ledger(.rotation, directory).map { (record) throws(VaultError) in try RotationRecord(record) }
  }

  /// The rotation of `name` in `environment` that has not come to an end; there is one at most.
  /// - Throws: as `all`.
  package func open(
    _ name: String, in environment: EnvironmentID, _ snapshot: Snapshot
  ) throws(VaultError) -> RotationRecord? {
    try all(in: snapshot).last { $0.isOf(name, in: environment) && $0.step.isOpen }
  }

  /// The last rotation of `name` in `environment`, open or not; nil when there never was one.
  /// - Throws: as `all`.
  package func last(
    _ name: String, in environment: EnvironmentID, _ snapshot: Snapshot
  ) throws(VaultError) -> RotationRecord? {
    try all(in: snapshot).last { $0.isOf(name, in: environment) }
  }

  /// One rotation; nil when there is none of this id.
  /// - Throws: as `all`.
  package func rotation(_ id: RotationID, in snapshot: Snapshot) throws(VaultError) -> RotationRecord? {
    try snapshot.ledgerRecord(.rotation, name: id.description, directory).map { (record) throws(VaultError) in
      try RotationRecord(record)
    }
  }

  /// Stores the next state of a rotation, in the transaction that does what it says.
  func store(_ record: RotationRecord, _ transaction: Transaction) throws(VaultError) {
    try transaction.record(.rotation, name: record.id.description, content: record.encoded, directory)
  }
}

extension RotationRecord {
  /// Names are compared byte by byte.
  fileprivate func isOf(_ name: String, in environment: EnvironmentID) -> Bool {
    self.environment == environment && Array(self.name.utf8) == Array(name.utf8)
  }
}
