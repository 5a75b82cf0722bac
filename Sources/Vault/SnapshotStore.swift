import Sealing

/// What a snapshot file carries, as a state is read from it.
final class SnapshotStore: StateStore {
  private let entries: [UInt64: StoredEntry]
  private let environment: EnvironmentID
  private let nodes: [NameMap.Path: [UInt8]]
  private let records: [UInt64: [UInt8]]

  init(_ file: SnapshotFile) {
    var entries: [UInt64: StoredEntry] = [:]
    for link in file.chain { entries[link.entry.sequence] = StoredEntry(entry: link.entry.bytes, body: link.body) }
    self.entries = entries
    environment = file.header.environment
    nodes = Dictionary(file.nodes.map { ($0.path, $0.bytes) }, uniquingKeysWith: { first, _ in first })
    records = Dictionary(file.records.map { ($0.number, $0.bytes) }, uniquingKeysWith: { first, _ in first })
  }

  func entryAlone(_ sequence: UInt64) -> [UInt8]? { entries[sequence]?.entry }

  func entry(_ sequence: UInt64) -> StoredEntry? { entries[sequence] }

  /// A token's wraps stand in the bodies of entries.
  func wrap(_ environment: EnvironmentID, epoch: UInt32, member: MemberID) -> [UInt8]? { nil }

  /// The file has the current epoch's map only.
  func node(_ environment: EnvironmentID, epoch: UInt32, path: [UInt8]) -> [UInt8]? {
    environment == self.environment ? nodes[path] : nil
  }

  func record(_ number: UInt64) -> [UInt8]? { records[number] }
}
