import Platform
import Sealing

/// A verified archive as a store in memory, and what is put on top of it: a vault that is looked at, or put together, before it is
/// installed.
final class ArchiveStore: Store {
  let archive: VerifiedArchive
  /// What was committed on top of the archive, in order.
  private(set) var committed: [(changes: StoreChanges, expected: UInt64)] = []

  private var newest: UInt64
  private var entries: [UInt64: StoredEntry] = [:]
  private var records: [UInt64: [UInt8]] = [:]
  private var controls: [Bytes32: [UInt8]] = [:]
  private var wraps: [WrapPlace: [UInt8]] = [:]
  private var nodes: [NodePlace: [UInt8]] = [:]

  private struct WrapPlace: Hashable {
    let environment: EnvironmentID
    let epoch: UInt32
    let member: MemberID
  }

  private struct NodePlace: Hashable {
    let environment: EnvironmentID
    let epoch: UInt32
    let path: [UInt8]
  }

  init(_ archive: VerifiedArchive) {
    self.archive = archive
    newest = archive.head.sequence
    note(archive.derived)
  }

  /// Opens it as a vault. `Snapshot` and `Transaction` verify as ever; `Vault.read` and `write` are for vaults that are installed.
  func vault(_ folders: Folders) -> Vault { Vault(id: archive.archive.vault, store: self, folders) }

  func read<R>(_ body: () throws(VaultError) -> R) throws(VaultError) -> R { try body() }
  func write<R>(_ body: () throws(VaultError) -> R) throws(VaultError) -> R { try body() }

  func newestSequence() throws(VaultError) -> UInt64? { newest }
  func entryAlone(_ sequence: UInt64) throws(VaultError) -> [UInt8]? { try entry(sequence)?.entry }
  func entry(_ sequence: UInt64) throws(VaultError) -> StoredEntry? {
    entries[sequence] ?? archive.archive.entry(sequence)
  }
  func control(_ digest: Bytes32) throws(VaultError) -> [UInt8]? { controls[digest] }
  func wrap(_ environment: EnvironmentID, epoch: UInt32, member: MemberID) throws(VaultError) -> [UInt8]? {
    wraps[WrapPlace(environment: environment, epoch: epoch, member: member)]
  }
  func node(_ environment: EnvironmentID, epoch: UInt32, path: [UInt8]) throws(VaultError) -> [UInt8]? {
    nodes[NodePlace(environment: environment, epoch: epoch, path: path)]
  }
  func record(_ number: UInt64) throws(VaultError) -> [UInt8]? { records[number] ?? archive.archive.record(number) }

  func forEachRecord(
    from first: UInt64, _ body: (_ number: UInt64, _ bytes: [UInt8]) throws(VaultError) -> Void
  ) throws(VaultError) {
    for (number, bytes) in archive.archive.records(from: 0, count: archive.archive.recordCount) where number >= first {
      try body(number, bytes)
    }
    for (number, bytes) in records.sorted(by: { $0.key < $1.key }) where number >= first { try body(number, bytes) }
  }

  func controlChanges() throws(VaultError) -> [UInt64] {
    archive.derived.controlChanges + committed.flatMap(\.changes.controlChanges)
  }

  func checkWhole() throws(VaultError) {}

  func commit(_ changes: StoreChanges, expected: UInt64) throws(VaultError) {
    guard newest == expected else { throw .conflict }
    note(changes)
    newest = max(newest, changes.entries.map(\.sequence).max() ?? 0)
    committed.append((changes, expected))
  }

  func clear() throws(VaultError) { throw .conflict }
  func schema() throws(VaultError) -> Int { SQLiteStore.schemaVersion }
  func migrate() throws(VaultError) {}

  private func note(_ changes: StoreChanges) {
    for (sequence, stored) in changes.entries { entries[sequence] = stored }
    for (number, bytes) in changes.records { records[number] = bytes }
    for (digest, bytes) in changes.controls { controls[digest] = bytes }
    for wrap in changes.wraps {
      wraps[WrapPlace(environment: wrap.environment, epoch: wrap.epoch, member: wrap.member)] = wrap.bytes
    }
    for node in changes.nodes {
      nodes[NodePlace(environment: node.environment, epoch: node.epoch, path: node.path)] = node.bytes
    }
  }
}
