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
    return try read { (snapshot) throws(VaultError) in
      var log = try WholeLog(founding: Snapshot.stored(1, in: store), vault: id)
      while log.head.sequence < snapshot.head.sequence {
        _ = try log.advance(Snapshot.stored(log.head.sequence + 1, in: store))
      }
      guard log.head == snapshot.head else { throw .damaged(.log) }
      try log.checkMaps { (map) throws(VaultError) in try checkStored(map) }
      let records = try log.checkRecords { (number) throws(VaultError) in try store.record(number) }
      return WholeCheck(
        entries: Int(log.head.sequence), names: log.maps.values.reduce(0) { $0 + $1.count }, records: records)
    }
  }

  /// The stored map is the one that the operations give.
  private func checkStored(_ map: RebuiltMap) throws(VaultError) {
    let store = store
    var held = NameMap(root: map.root) { (path) throws(VaultError) in
      try store.node(map.place.environment, epoch: map.place.epoch, path: path)
    }
    for leaf in try held.leaves() {
      guard map.leaves[leaf.index] == leaf else { throw .damaged(.map) }
    }
  }
}
