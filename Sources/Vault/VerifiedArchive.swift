import Sealing

/// An archive whose every entry, map and record was verified: as good as a vault that was.
package struct VerifiedArchive: Sendable {
  package let archive: VaultArchive
  /// The last entry.
  package let head: LogEntry
  /// Members and environments after it.
  package let control: Control
  /// What a store keeps besides entries and records, as it follows from the log.
  let derived: StoreChanges

  fileprivate init(_ archive: VaultArchive, vault id: VaultID) throws(VaultError) {
    guard archive.vault == id else { throw .wrongVault }
    guard let first = archive.entry(1) else { throw .damaged(.archive) }
    var log = try WholeLog(founding: first, vault: id)
    var derived = StoreChanges()
    let operation = try reading(.log) { () throws(MalformedBytes) in try Operation(.found, decoding: first.body) }
    derived.wraps = operation.wraps
    derived.note(log)
    while log.head.sequence < archive.newest {
      let before = log.head.controlDigest
      guard let stored = archive.entry(log.head.sequence + 1) else { throw .damaged(.archive) }
      derived.wraps += try log.advance(stored).wraps
      if log.head.controlDigest != before { derived.note(log) }
    }
    // Exactly the records that the log made: none is missing, and none was slipped in.
    guard archive.recordCount == log.records.count else { throw .damaged(.record) }
    for (number, digest) in log.records {
      guard let bytes = archive.record(number), Record.digest(bytes) == digest else { throw .damaged(.record) }
    }
    _ = try log.checkRecords { (number) throws(VaultError) in archive.record(number) }
    var nodes: [StoreChanges.Node] = []
    try log.checkMaps { (map) throws(VaultError) in
      for (path, bytes) in map.nodes {
        nodes.append(
          StoreChanges.Node(environment: map.place.environment, epoch: map.place.epoch, path: path, bytes: bytes))
      }
    }
    derived.nodes = nodes
    self.archive = archive
    self.derived = derived
    head = log.head
    control = log.control
  }

  /// Puts everything into an empty store, within a `write`.
  func fill(_ store: any Store) throws(VaultError) {
    // In parts, so that a large vault is in memory once and not twice.
    let part = 1024
    var sequence: UInt64 = 0
    while sequence < archive.newest {
      var changes = StoreChanges()
      let base = sequence
      while sequence < archive.newest, sequence - base < UInt64(part) {
        sequence += 1
        guard let stored = archive.entry(sequence) else { throw .damaged(.archive) }
        changes.entries.append((sequence, stored))
      }
      try store.commit(changes, expected: base)
    }
    for first in stride(from: 0, to: archive.recordCount, by: part) {
      var changes = StoreChanges()
      changes.records = archive.records(from: first, count: part)
      try store.commit(changes, expected: archive.newest)
    }
    try store.commit(derived, expected: archive.newest)
  }
}

extension VaultArchive {
  /// Verifies the whole log from its first entry, replays every map and holds its root against the one that was signed, and every
  /// record against the log.
  /// - Parameter id: the vault that is asked for.
  /// - Throws: `wrongVault`, `badSignature`, `unauthorised`, `damaged`, `needsNewer`.
  package func verify(_ id: VaultID) throws(VaultError) -> VerifiedArchive { try VerifiedArchive(self, vault: id) }
}

extension StoreChanges {
  /// The control block after the newest entry of `log`.
  fileprivate mutating func note(_ log: WholeLog) {
    controls.append((log.head.controlDigest, log.control.encoded))
    controlChanges.append(log.head.sequence)
  }
}
