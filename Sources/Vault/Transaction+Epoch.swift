import Sealing

extension Transaction {
  /// A new key for an environment, wrapped to whoever reads it by now: what is in use or waits is sealed again, and the new key opens the
  /// old. For environments that this transaction has not written to. docs/FORMAT.md, "Effect on the map".
  /// - Parameter directory: the key that opens the labels.
  /// - Returns: the new key.
  /// - Throws: `noAccess` when the author is no admin there; `damaged`, `sealing`.
  func renew(_ key: EnvironmentKey, _ directory: EnvironmentKey) throws(VaultError) -> EnvironmentKey {
    guard let environment = control.environment(key.environment) else { throw .damaged(.control) }
    let next = try EnvironmentKey.fresh(vault: vault.id, environment: key.environment, epoch: key.epoch + 1)
    let (leaves, records) = try resealed(key, as: next)
    var wraps: [Operation.Wrap] = []
    for member in control.members where member.may(.read, in: key.environment) {
      wraps.append(try wrapped(next, to: member, directory))
    }
    let isDirectory = key.environment == .directory
    let labels = isDirectory ? try relabelled(from: key, to: next) : []
    let change = Operation.EpochChange(
      environment: key.environment, epoch: next.epoch, commitment: next.commitment,
      predecessor: try next.sealPredecessor(key), sealedName: environment.sealedName, members: [], wraps: wraps,
      leaves: leaves, labels: labels)
    var map = NameMap(root: Bytes32()) { (_) throws(VaultError) in nil }
    for leaf in leaves { try map.set(leaf) }
    try append(.epoch(change), map: map, next)
    add(records)
    return next
  }

  /// The leaves of the new epoch's map, by index, and the records that they lead to now.
  private func resealed(
    _ key: EnvironmentKey, as next: EnvironmentKey
  ) throws(VaultError) -> (leaves: [Leaf], records: [(number: UInt64, bytes: [UInt8])]) {
    let snapshot = try snapshot()
    var map = try map(key)
    var leaves: [Leaf] = []
    var records: [(number: UInt64, bytes: [UInt8])] = []
    var number = (head.sequence + 1) * Self.recordsPerEntry
    for leaf in try map.leaves() {
      let newest = try snapshot.record(leaf.newest)
      let name = try newest.descriptor(key: snapshot.key(key, epoch: newest.header.epoch)).name
      var moved: [Leaf.Pointer: Leaf.Pointer] = [:]
      for pointer in Set([leaf.current, leaf.pending].compactMap(\.self)).sorted(by: { $0.record < $1.record }) {
        let old = try snapshot.record(pointer)
        let oldKey = try snapshot.key(key, epoch: old.header.epoch)
        let header = Record.Header(
          record: number, epoch: next.epoch, version: pointer.version, created: old.header.created, author: author,
          prior: Record.Prior(record: pointer.record, digest: pointer.digest))
        let descriptor = try old.descriptor(key: oldKey)
        let bytes = try old.value(name: name, key: oldKey).withBytes { (value) throws(VaultError) in
          try Record(sealing: value, descriptor: descriptor, header: header, key: next).bytes
        }
        moved[pointer] = Leaf.Pointer(record: number, version: pointer.version, digest: Record.digest(bytes))
        records.append((number, bytes))
        number += 1
      }
      func now(_ pointer: Leaf.Pointer?) -> Leaf.Pointer? { pointer.map { moved[$0] ?? $0 } }
      leaves.append(
        Leaf(
          index: try index(of: name, next), newest: moved[leaf.newest] ?? leaf.newest, current: now(leaf.current),
          pending: now(leaf.pending), previous: now(leaf.previous)))
    }
    return (leaves.sorted { $0.index < $1.index }, records)
  }

  /// Every label, sealed under the directory's next key.
  private func relabelled(
    from old: EnvironmentKey, to new: EnvironmentKey
  ) throws(VaultError) -> [Operation.Relabel] {
    var places: [(SealedLabel.Place, SealedLabel)] = [(.vault, control.sealedName)]
    places += control.environments.map { (.environment($0.id), $0.sealedName) }
    for member in control.members {
      places.append((.member(member.id), member.sealedName))
      if let scope = member.sealedScope { places.append((.scope(member.id), scope)) }
    }
    var labels: [Operation.Relabel] = []
    for (place, label) in places {
      let text = try label.open(at: place, directory: old)
      labels.append(Operation.Relabel(place: place, label: try SealedLabel(text, at: place, directory: new)))
    }
    return labels
  }
}
