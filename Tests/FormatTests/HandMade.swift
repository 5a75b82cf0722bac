@testable import Sealing
@testable import Vault

/// A change of a real vault that no command makes yet, written as docs/FORMAT.md has it: a new epoch.
struct HandMade {
  let vault: Vault
  let session: Session

  /// A new key: what is current or pending is sealed again, all else stays where it is.
  func renew(_ key: EnvironmentKey) throws -> EnvironmentKey {
    let (head, control, leaves) = try state(key)
    guard let environment = control.environment(key.environment) else { throw BadCase(field: "environment") }
    let next = try EnvironmentKey.fresh(vault: key.vault, environment: key.environment, epoch: key.epoch + 1)
    let author = try author(control)
    var changes = StoreChanges()
    var renewed: [Leaf] = []
    for leaf in leaves {
      let descriptor = try record(leaf.newest).descriptor(key: try older(key, record(leaf.newest), environment))
      var sealed: [Leaf.Pointer: Leaf.Pointer] = [:]
      for pointer in Set([leaf.current, leaf.pending].compactMap(\.self)) {
        let old = try record(pointer)
        let oldKey = try older(key, old, environment)
        let header = Record.Header(
          record: (head.sequence + 1) << 20 + UInt64(changes.records.count), epoch: next.epoch,
          version: pointer.version, created: old.header.created, author: author,
          prior: Record.Prior(record: pointer.record, digest: pointer.digest))
        let value = Secret(try old.value(name: descriptor.name, key: oldKey))
        let (again, bytes) = try seal(value, try old.descriptor(key: oldKey), header, next)
        sealed[pointer] = again
        changes.records.append((header.record, bytes))
      }
      func moved(_ pointer: Leaf.Pointer) -> Leaf.Pointer { sealed[pointer] ?? pointer }
      renewed.append(
        Leaf(
          index: try next.nameKey(descriptor.name).index, newest: moved(leaf.newest),
          current: leaf.current.map(moved), pending: leaf.pending.map(moved), previous: leaf.previous.map(moved)))
    }
    renewed.sort { $0.index < $1.index }
    changes.wraps = try control.members.filter { $0.may(.read, in: key.environment) }.map { try next.wrapped(to: $0) }
    let change = Operation.EpochChange(
      environment: key.environment, epoch: next.epoch, commitment: next.commitment,
      predecessor: try next.sealPredecessor(key), sealedName: environment.sealedName, members: [],
      wraps: changes.wraps, leaves: renewed, labels: [])
    try commit(.epoch(change), map: renewed, epoch: next.epoch, changes)
    return next
  }

  private func state(_ key: EnvironmentKey) throws -> (head: LogEntry, control: Control, leaves: [Leaf]) {
    try vault.read { (snapshot) throws(VaultError) in
      var map = try snapshot.map(key)
      return (snapshot.head, snapshot.control, try map.leaves())
    }
  }

  private func author(_ control: Control) throws -> MemberID {
    guard let key = session.signer?.key.publicKey,
      let member = control.members.first(where: { $0.keys.signing == key })
    else { throw BadCase(field: "signer") }
    return member.id
  }

  private func record(_ pointer: Leaf.Pointer) throws -> Record {
    guard let bytes = try vault.store.record(pointer.record) else { throw BadCase(field: "record") }
    return try Record(bytes: bytes)
  }

  private func older(
    _ key: EnvironmentKey, _ record: Record, _ environment: Control.Environment
  ) throws -> EnvironmentKey {
    var key = key
    while key.epoch > record.header.epoch {
      key = try key.openPredecessor(environment.epochs[Int(key.epoch) - 1].predecessor)
    }
    return key
  }

  private func seal(
    _ value: Secret, _ descriptor: Descriptor, _ header: Record.Header, _ key: EnvironmentKey
  ) throws -> (pointer: Leaf.Pointer, bytes: [UInt8]) {
    let bytes = try value.bytes.withBytes { value throws in
      try Record(sealing: value, descriptor: descriptor, header: header, key: key).bytes
    }
    return (Leaf.Pointer(record: header.record, version: header.version, digest: Record.digest(bytes)), bytes)
  }

  private func commit(_ operation: Operation, map leaves: [Leaf], epoch: UInt32, _ added: StoreChanges) throws {
    let (head, control) = try vault.read { (snapshot) throws(VaultError) in (snapshot.head, snapshot.control) }
    guard let signer = session.signer else { throw BadCase(field: "signer") }
    var changes = added
    var map = NameMap(root: Bytes32()) { (_) throws(VaultError) in nil }
    for leaf in leaves { try map.set(leaf) }
    let (root, nodes) = map.finish()
    changes.nodes = nodes.map {
      StoreChanges.Node(environment: operation.environment, epoch: epoch, path: $0.path, bytes: $0.bytes)
    }
    let next = try control.applying(operation, roots: head.roots)
    let entry = LogEntry(
      after: head, vault: vault.id, time: head.time + 1, author: try author(control), operation: operation,
      body: operation.encoded, controlDigest: next.digest,
      roots: head.roots.merging([operation.environment: root]) { $1 }, signer: signer.key)
    changes.entries = [(entry.sequence, StoredEntry(entry: entry.bytes, body: operation.encoded))]
    changes.controls = [(next.digest, next.encoded)]
    let made = changes
    try vault.store.write { () throws(VaultError) in try vault.store.commit(made, expected: head.sequence) }
  }
}
