import Sealing

/// A log that a sync looks at: this device's, or one that a bundle brought. Verified before.
struct SyncLog {
  let store: any Store
  /// The sequence of its last entry.
  let newest: UInt64

  func hash(_ sequence: UInt64) throws(VaultError) -> Bytes32 {
    guard let bytes = try store.entryAlone(sequence) else { throw .damaged(.log) }
    return try LogEntry(bytes: bytes).hash
  }

  /// The last entry that two logs share.
  /// - Throws: `forked` when not even the first is the same.
  func common(with other: SyncLog) throws(VaultError) -> UInt64 {
    let shorter = min(newest, other.newest)
    if try hash(shorter) == other.hash(shorter) { return shorter }
    // What differs once differs from then on: each hash covers the one before.
    var (same, different) = (UInt64(0), shorter)
    while different - same > 1 {
      let middle = same + (different - same) / 2
      if try hash(middle) == other.hash(middle) { same = middle } else { different = middle }
    }
    guard same > 0 else { throw .forked(sequence: 1) }
    return same
  }
}
