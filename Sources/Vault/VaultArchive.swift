import Sealing

/// A whole vault as one file: its log and its records. Everything else (members, keys, maps) follows from replaying the log.
/// Ciphertext as the store has it, in one canonical form. docs/FORMAT.md, "Archive".
///
/// An archive that was parsed is not trusted: `verify` is.
package struct VaultArchive: Sendable {
  /// The file.
  package let bytes: [UInt8]
  /// The vault that it says it is.
  package let vault: VaultID
  /// The sequence of its last entry.
  package let newest: UInt64
  /// Where each entry and its body stand.
  private let entries: [(entry: Range<Int>, body: Range<Int>)]
  /// By number ascending.
  private let places: [(number: UInt64, bytes: Range<Int>)]

  static let magic = Array("COFFERAR".utf8)
  /// Of magic, version, vault and newest sequence.
  static let headerCount = 8 + 1 + 16 + 8
  /// What is read of a file: more would not fit in memory.
  static let limit = 1 << 31

  /// How many records it holds.
  package var recordCount: Int { places.count }

  /// Everything of a vault as it is now, in one unchanging state, verified as every reading is.
  /// - Throws: as `Vault.read`.
  package init(reading vault: Vault) throws(VaultError) {
    self = try vault.read { (snapshot) throws(VaultError) in
      try VaultArchive(stored: vault.store, vault: vault.id, newest: snapshot.head.sequence)
    }
  }

  /// What a store holds, within a transaction.
  init(stored store: any Store, vault: VaultID, newest: UInt64) throws(VaultError) {
    try self.init(extending: nil, store: store, vault: vault, newest: newest)
  }

  /// What a store holds, within a transaction, of which `older` is the beginning: only what was added is read.
  init(
    extending older: VaultArchive?, store: any Store, vault: VaultID, newest: UInt64
  ) throws(VaultError) {
    var writer = CanonicalWriter()
    writer.fixed(Self.magic)
    writer.u8(Format.version)
    writer.fixed(vault.bytes)
    writer.u64(newest)
    if let older { writer.fixed(Array(older.bytes[Self.headerCount..<older.recordsStart])) }
    var sequence = older?.newest ?? 0
    while sequence < newest {
      sequence += 1
      let stored = try Snapshot.stored(sequence, in: store)
      writer.prefixed(stored.entry)
      writer.prefixed(stored.body)
    }
    var records = CanonicalWriter()
    var count = older?.recordCount ?? 0
    let first = older.map { ($0.newest + 1) * Transaction.recordsPerEntry } ?? 0
    try store.forEachRecord(from: first) { (number, bytes) throws(VaultError) in
      records.u64(number)
      records.prefixed(bytes)
      count += 1
    }
    writer.u32(UInt32(count))
    if let older { writer.fixed(Array(older.bytes[(older.recordsStart + 4)..<(older.bytes.count - 32)])) }
    writer.fixed(records.bytes)
    let checksum = Hashing.digest("coffer/archive", first: writer.bytes.count, of: writer.bytes)
    writer.fixed(checksum)
    try self.init(bytes: writer.bytes)
  }

  /// Parses a file.
  /// - Throws: `damaged(.archive)`, `needsNewer`.
  package init(bytes: [UInt8]) throws(VaultError) {
    guard bytes.count > Self.headerCount + 32, bytes.starts(with: Self.magic),
      Hashing.digest("coffer/archive", first: bytes.count - 32, of: bytes).bytes == Array(bytes.suffix(32))
    else { throw .damaged(.archive) }
    var reader = CanonicalReader(bytes)
    try reader.versioned(Self.magic, part: .archive)
    let parsed = try reading(.archive) { () throws(MalformedBytes) in
      let vault = VaultID(try reader.bytes16())
      let newest = try reader.u64()
      var entries: [(entry: Range<Int>, body: Range<Int>)] = []
      // An entry and its body take two lengths at least.
      guard newest > 0, newest <= UInt64(bytes.count / 8) else { throw MalformedBytes() }
      for _ in 0..<newest { entries.append((try reader.prefixedPlace(), try reader.prefixedPlace())) }
      var places: [(number: UInt64, bytes: Range<Int>)] = []
      for _ in 0..<(try reader.count(minimum: 12)) {
        let number = try reader.u64()
        guard places.last.map({ $0.number < number }) ?? true else { throw MalformedBytes() }
        places.append((number, try reader.prefixedPlace()))
      }
      _ = try reader.fixed(32)
      try reader.end()
      return (vault: vault, newest: newest, entries: entries, places: places)
    }
    self.bytes = bytes
    (vault, newest, entries, places) = (parsed.vault, parsed.newest, parsed.entries, parsed.places)
  }

  /// Whether `bytes` begin as an archive does.
  package static func isArchive(_ bytes: some Sequence<UInt8>) -> Bool { bytes.starts(with: magic) }

  /// An entry, from 1 to `newest`; nil for another number.
  func entry(_ sequence: UInt64) -> StoredEntry? {
    guard (1...newest).contains(sequence) else { return nil }
    let place = entries[Int(sequence) - 1]
    return StoredEntry(entry: Array(bytes[place.entry]), body: Array(bytes[place.body]))
  }

  /// The hash of an entry as it stands; nil for a number that is not there, or bytes that are no entry.
  func hash(of sequence: UInt64) -> Bytes32? {
    guard let stored = entry(sequence), let entry = try? LogEntry(bytes: stored.entry) else { return nil }
    return entry.hash
  }

  /// A record by its number.
  func record(_ number: UInt64) -> [UInt8]? {
    var (low, high) = (0, places.count)
    while low < high {
      let middle = (low + high) / 2
      if places[middle].number < number { low = middle + 1 } else { high = middle }
    }
    return low < places.count && places[low].number == number ? Array(bytes[places[low].bytes]) : nil
  }

  /// The records from the `first`-th on, at most `count`.
  func records(from first: Int, count: Int) -> [(number: UInt64, bytes: [UInt8])] {
    places[min(first, places.count)..<min(first + count, places.count)].map { ($0.number, Array(bytes[$0.bytes])) }
  }

  /// Where the count of records stands, after the last entry.
  private var recordsStart: Int { entries.last.map(\.body.upperBound) ?? Self.headerCount }
}
