import Sealing

/// A log verified from its first entry, and all that follows from it: the control block, every map, every record that was made.
struct WholeLog {
  /// The last entry.
  var head: LogEntry { verifier.head }
  /// The control block after it.
  var control: Control { verifier.control }
  /// Every map of every environment and epoch.
  var maps: [Replay.Place: [NameIndex: Leaf]] { replay.maps }
  /// The digest of each record that an operation made, by number: the records that a vault holds, and no others.
  private(set) var records: [UInt64: Bytes32] = [:]

  private var verifier: LogVerifier
  private var replay = Replay()

  /// Starts at the first entry, which must make the vault `id`.
  /// - Throws: `wrongVault`, `unauthorised`, `badSignature`, `damaged`, `needsNewer`.
  init(founding stored: StoredEntry, vault id: VaultID) throws(VaultError) {
    verifier = try LogVerifier(founding: LogEntry(bytes: stored.entry), body: stored.body, vault: id)
  }

  /// Goes on with the next entry.
  /// - Returns: its operation.
  /// - Throws: as the initialiser.
  mutating func advance(_ stored: StoredEntry) throws(VaultError) -> Operation {
    let operation = try verifier.advance(to: LogEntry(bytes: stored.entry), body: stored.body)
    try replay.apply(operation)
    // The author of an epoch may point at any record of before; what is new has this entry's numbers.
    for pointer in operation.newPointers(of: head.sequence) {
      guard records.updateValue(pointer.digest, forKey: pointer.record) ?? pointer.digest == pointer.digest else {
        throw .damaged(.log)
      }
    }
    return operation
  }

  /// Rebuilds each map and holds its root against the one that the log signs.
  /// - Parameter body: gets each map's place, leaves, root and nodes.
  /// - Throws: `damaged` (control, map); what `body` throws.
  func checkMaps(_ body: (RebuiltMap) throws(VaultError) -> Void) throws(VaultError) {
    for (place, leaves) in maps {
      guard let environment = control.environment(place.environment), (1...environment.epoch).contains(place.epoch)
      else { throw .damaged(.control) }
      var map = NameMap(root: Bytes32()) { (_) throws(VaultError) in nil }
      for leaf in leaves.values { try map.set(leaf) }
      let (root, nodes) = map.finish()
      let isCurrent = environment.isActive && place.epoch == environment.epoch
      let signed = isCurrent ? head.roots[place.environment] : environment.epochs[Int(place.epoch) - 1].finalRoot
      guard root == signed else { throw .damaged(.map) }
      try body(RebuiltMap(place: place, leaves: leaves, root: root, nodes: nodes))
    }
  }

  /// Follows every pointer of every map, and each record back to its name's first.
  /// - Parameter record: the stored bytes of a record.
  /// - Returns: how many records were reached.
  /// - Throws: `damaged(.record)`, `needsNewer`; what `record` throws.
  func checkRecords(_ record: (UInt64) throws(VaultError) -> [UInt8]?) throws(VaultError) -> Int {
    var seen: Set<UInt64> = []
    for leaves in maps.values {
      for leaf in leaves.values {
        for case let pointer? in leaf.pointers { try Self.check(from: pointer, &seen, record) }
      }
    }
    return seen.count
  }

  /// The record of a pointer and all before it, back to the name's first.
  private static func check(
    from pointer: Leaf.Pointer, _ seen: inout Set<UInt64>, _ record: (UInt64) throws(VaultError) -> [UInt8]?
  ) throws(VaultError) {
    var next: Record.Prior? = Record.Prior(record: pointer.record, digest: pointer.digest)
    while let place = next {
      guard let bytes = try record(place.record), Record.digest(bytes) == place.digest else { throw .damaged(.record) }
      // What lies before a record that was seen was seen with it; its digest is held against each pointer to it.
      guard seen.insert(place.record).inserted else { return }
      let header = try Record(bytes: bytes).header
      guard header.record == place.record else { throw .damaged(.record) }
      if let prior = header.prior, prior.record >= place.record { throw .damaged(.record) }
      next = header.prior
    }
  }
}

/// One environment's map in one epoch, as the operations make it.
struct RebuiltMap {
  let place: Replay.Place
  let leaves: [NameIndex: Leaf]
  let root: Bytes32
  let nodes: [(path: NameMap.Path, bytes: [UInt8])]
}

extension Leaf {
  /// Where its versions are stored; nil for those it has not.
  var pointers: [Pointer?] { [newest, current, pending, previous] }
}

extension Operation {
  /// Where the records stand that it made as log entry `sequence`.
  func newPointers(of sequence: UInt64) -> [Leaf.Pointer] {
    let first = sequence * Transaction.recordsPerEntry
    switch self {
    case .put(let change), .leak(let change), .rotation(let change), .setting(let change):
      return change.items.map(\.pointer)
    case .epoch(let change):
      return change.leaves.flatMap(\.pointers).compactMap(\.self).filter { $0.record >= first }
    case .found, .member, .token, .remove, .point: return []
    }
  }
}
