import Platform
import Sealing

/// What reading a whole vault found in order.
package struct WholeCheck: Equatable, Sendable {
  package let entries: Int
  package let names: Int
  package let records: Int
}

extension Vault {
  /// Reads everything: every page, the log from its first entry, every map rebuilt from the operations, and every record.
  /// Needs no key: whether records open is another question, and what seals them is authenticated here.
  /// - Throws: the first thing that is wrong.
  package func verifyWhole() throws(VaultError) -> WholeCheck {
    try store.checkWhole()
    let pin = try Pin.load(id, folders)
    return try store.read { () throws(VaultError) in
      let snapshot = try Snapshot(vault: self, pin: pin)
      let first = try Snapshot.stored(1, in: store)
      var verifier = try LogVerifier(founding: LogEntry(bytes: first.entry), body: first.body, vault: id)
      var replay = Replay()
      while verifier.head.sequence < snapshot.head.sequence {
        let stored = try Snapshot.stored(verifier.head.sequence + 1, in: store)
        let operation = try verifier.advance(to: LogEntry(bytes: stored.entry), body: stored.body)
        try replay.apply(operation)
      }
      guard verifier.head == snapshot.head else { throw .damaged(.log) }
      var seen: Set<UInt64> = []
      for (place, leaves) in replay.maps { try check(place, leaves, verifier, &seen) }
      return WholeCheck(
        entries: Int(verifier.head.sequence), names: replay.maps.values.reduce(0) { $0 + $1.count },
        records: seen.count)
    }
  }

  /// One environment and epoch: the map that the operations give is the map that the log signs and the store holds.
  private func check(
    _ place: Replay.Place, _ leaves: [NameIndex: Leaf], _ verifier: LogVerifier, _ seen: inout Set<UInt64>
  ) throws(VaultError) {
    guard let environment = verifier.control.environment(place.environment),
      (1...environment.epoch).contains(place.epoch)
    else { throw .damaged(.control) }
    var rebuilt = NameMap(root: Bytes32()) { (_) throws(VaultError) in nil }
    for leaf in leaves.values { try rebuilt.set(leaf) }
    let root = rebuilt.finish().root
    let isCurrent = environment.isActive && place.epoch == environment.epoch
    let signed =
      isCurrent
      ? verifier.head.roots[place.environment] : environment.epochs[Int(place.epoch) - 1].finalRoot
    guard root == signed else { throw .damaged(.map) }
    let store = store
    var held = NameMap(root: root) { (path) throws(VaultError) in
      try store.node(place.environment, epoch: place.epoch, path: path)
    }
    for leaf in try held.leaves() {
      guard leaves[leaf.index] == leaf else { throw .damaged(.map) }
      for case let pointer? in [leaf.newest, leaf.current, leaf.pending, leaf.previous] {
        try checkRecords(from: pointer, &seen)
      }
    }
  }

  /// The record of a pointer and all before it, back to the name's first.
  private func checkRecords(from pointer: Leaf.Pointer, _ seen: inout Set<UInt64>) throws(VaultError) {
    var next: Record.Prior? = Record.Prior(record: pointer.record, digest: pointer.digest)
    while let place = next {
      guard let bytes = try store.record(place.record), Record.digest(bytes) == place.digest else {
        throw .damaged(.record)
      }
      // What lies before a record that was seen was seen with it; its digest is held against each pointer to it.
      guard seen.insert(place.record).inserted else { return }
      let header = try Record(bytes: bytes).header
      guard header.record == place.record else { throw .damaged(.record) }
      if let prior = header.prior, prior.record >= place.record { throw .damaged(.record) }
      next = header.prior
    }
  }
}
