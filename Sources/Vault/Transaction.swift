import Platform
package import Sealing

/// Changes to a vault that become true together.
package final class Transaction {
  /// The sequence that this builds on.
  let base: UInt64
  private(set) var head: LogEntry
  private(set) var control: Control
  private(set) var changes = StoreChanges()
  /// Who signs the changes.
  package let author: MemberID
  /// When this transaction began, or what it makes again was made, in milliseconds since 1970: the time of all that it writes.
  package let time: UInt64
  let vault: Vault
  private let signer: Signer
  private let before: Snapshot?
  /// Nodes written here and not yet stored, by environment and path.
  private var written: [EnvironmentID: [NameMap.Path: [UInt8]]] = [:]

  /// The records of one entry number from here.
  static let recordsPerEntry: UInt64 = 1 << 20

  /// Changes after a verified state.
  /// - Parameter time: when they were made, in milliseconds since 1970: earlier than now for those that are made again.
  init(
    after snapshot: Snapshot, in vault: Vault, signer: Signer, time: UInt64 = Clock.now()
  ) throws(VaultError) {
    let publicKey = signer.key.publicKey
    guard let author = snapshot.control.members.first(where: { $0.keys.signing == publicKey && $0.isActive })
    else { throw .noAccess(environment: "") }
    self.vault = vault
    self.signer = signer
    self.author = author.id
    self.time = time
    before = snapshot
    base = snapshot.head.sequence
    head = snapshot.head
    control = snapshot.control
  }

  /// The first entry of a new vault.
  init(founding: Operation.Founding, vault: Vault, signer: Signer) throws(VaultError) {
    self.vault = vault
    self.signer = signer
    before = nil
    base = 0
    control = try Control(founding: founding)
    author = control.founder.id
    time = founding.created
    let operation = Operation.found(founding)
    let body = operation.encoded
    head = LogEntry(
      after: nil, vault: vault.id, time: founding.created, author: author, operation: operation, body: body,
      controlDigest: control.digest, roots: [.directory: Bytes32()], signer: signer.key)
    changes.entries.append((1, StoredEntry(entry: head.bytes, body: body)))
    changes.controls.append((control.digest, control.encoded))
    changes.controlChanges.append(1)
    changes.wraps = founding.wraps
  }

  // MARK: Entries

  /// A value to store.
  package struct NewValue: Sendable {
    package let name: String
    package let value: Secret
    /// How Coffer made it; empty when somebody brought it.
    package let generator: String

    package init(name: String, value: Secret, generator: String = "") {
      self.name = name
      self.value = value
      self.generator = generator
    }
  }

  /// Stores a new version of each name and puts it in use.
  /// - Returns: the versions, in the order of `values`.
  /// - Throws: `noAccess` when the author may not write here.
  package func put(_ values: [NewValue], _ key: EnvironmentKey) throws(VaultError) -> [UInt32] {
    guard !values.isEmpty else { return [] }
    guard values.count <= Self.recordsPerEntry else {
      throw .storage(code: 0, message: "more than \(Self.recordsPerEntry) values at once")
    }
    return try store(values, key) { .put($0) }
  }

  /// Seals a new version of each name, and appends the operation that `operation` makes of them.
  /// - Returns: the versions, in the order of `values`.
  func store(
    _ values: [NewValue], isPending: Bool = false, _ key: EnvironmentKey,
    as operation: (Operation.RecordsChange) -> Operation
  ) throws(VaultError) -> [UInt32] {
    var map = try map(key)
    var items: [Operation.RecordItem] = []
    let first = (head.sequence + 1) * Self.recordsPerEntry
    for (place, new) in values.enumerated() {
      let index = try index(of: new.name, key)
      var leaf = try map.leaf(index)
      let newest = leaf?.newest.version ?? 0
      guard newest < UInt32.max else { throw .damaged(.map) }
      let header = Record.Header(
        record: first + UInt64(place), epoch: key.epoch, version: newest + 1, created: time,
        author: author, prior: leaf.map { Record.Prior(record: $0.newest.record, digest: $0.newest.digest) })
      let descriptor = Descriptor(name: new.name, generator: new.generator)
      let bytes = try new.value.bytes.withBytes { (value) throws(VaultError) in
        try Record(sealing: value, descriptor: descriptor, header: header, key: key).bytes
      }
      let pointer = Leaf.Pointer(record: header.record, version: header.version, digest: Record.digest(bytes))
      if isPending { leaf.pend(pointer, index: index) } else { leaf.advance(to: pointer, index: index) }
      if let leaf { try map.set(leaf) }
      items.append(Operation.RecordItem(index: index, pointer: pointer, isPending: isPending))
      changes.records.append((header.record, bytes))
    }
    let change = Operation.RecordsChange(environment: key.environment, epoch: key.epoch, items: items)
    try append(operation(change), map: map, key)
    return items.map(\.pointer.version)
  }

  /// Takes names out of use; their versions stay, and `point` can bring one back.
  /// - Throws: `noEntry`.
  package func remove(_ names: [String], _ key: EnvironmentKey) throws(VaultError) {
    // An operation without names would be the removal of the whole environment.
    guard !names.isEmpty else { return }
    var map = try map(key)
    var indexes: [NameIndex] = []
    for name in names {
      let index = try index(of: name, key)
      guard var leaf = try map.leaf(index), leaf.current != nil else {
        throw .noEntry(name: name, environment: "")
      }
      leaf.retire()
      try map.set(leaf)
      indexes.append(index)
    }
    let removal = Operation.Removal(environment: key.environment, epoch: key.epoch, names: indexes)
    try append(.remove(removal), map: map, key)
  }

  /// Puts a stored version in use again.
  /// - Throws: `noEntry`, `noVersion`, `noAccess` when the author may not write here, `damaged`.
  package func point(
    _ name: String, to version: UInt32, _ key: EnvironmentKey, in snapshot: Snapshot
  ) throws(VaultError) {
    let pointer = try snapshot.pointer(name, version: version, key)
    var map = try map(key)
    guard var leaf = try map.leaf(try index(of: name, key)) else {
      throw .noEntry(name: name, environment: "")
    }
    if leaf.current != nil { leaf.previous = leaf.current }
    leaf.current = pointer
    try point(leaf, map, key)
  }

  /// Appends the operation that states the current, pending and previous version of `leaf`.
  func point(_ leaf: Leaf, _ map: consuming NameMap, _ key: EnvironmentKey) throws(VaultError) {
    try map.set(leaf)
    let item = Operation.PointerChange.Item(
      index: leaf.index, current: leaf.current, pending: leaf.pending, previous: leaf.previous)
    let change = Operation.PointerChange(environment: key.environment, epoch: key.epoch, items: [item])
    try append(.point(change), map: map, key)
  }

  /// The verified state that this transaction builds on, before its own changes.
  /// - Throws: `damaged(.log)` in the founding transaction, which has none.
  package func snapshot() throws(VaultError) -> Snapshot {
    guard let before else { throw .damaged(.log) }
    return before
  }

  // MARK: Environments

  /// Makes an environment that the vault's admins may use.
  /// - Parameter id: of one that is made again on another log; else a fresh one.
  /// - Throws: `noAccess` unless the author is one.
  package func addEnvironment(
    _ name: String, directory: EnvironmentKey, id: EnvironmentID = .random()
  ) throws(VaultError) -> EnvironmentKey {
    let key = try EnvironmentKey.fresh(vault: vault.id, environment: id, epoch: 1)
    var members = control.members.filter { $0.may(.admin, in: .directory) }
    for place in members.indices { members[place].roles[id] = .admin }
    let change = Operation.EpochChange(
      environment: id, epoch: 1, commitment: key.commitment, predecessor: [],
      sealedName: try SealedLabel(name, at: .environment(id), directory: directory), members: members,
      wraps: try members.map { (member) throws(VaultError) in try key.wrapped(to: member) }, leaves: [],
      labels: [])
    try append(.epoch(change), roots: head.roots.merging([id: Bytes32()]) { $1 })
    return key
  }

  /// Takes a whole environment out of use.
  /// - Throws: `noAccess` unless the author may administer it.
  package func removeEnvironment(_ key: EnvironmentKey) throws(VaultError) {
    let removal = Operation.Removal(environment: key.environment, epoch: key.epoch, names: [])
    var roots = head.roots
    roots[key.environment] = nil
    try append(.remove(removal), roots: roots)
  }

  // MARK: The log

  /// Stores records that an operation was appended for.
  func add(_ records: [(number: UInt64, bytes: [UInt8])]) { changes.records += records }

  func map(_ key: EnvironmentKey) throws(VaultError) -> NameMap {
    guard let root = head.roots[key.environment] else { throw .damaged(.control) }
    let store = vault.store
    let fresh = written[key.environment] ?? [:]
    return NameMap(root: root) { (path) throws(VaultError) in
      if let bytes = fresh[path] { return bytes }
      return try store.node(key.environment, epoch: key.epoch, path: path)
    }
  }

  /// Appends an operation that leaves `map` to the environment of `key`.
  func append(
    _ operation: Operation, map: consuming NameMap, _ key: EnvironmentKey
  ) throws(VaultError) {
    let (root, nodes) = map.finish()
    try append(operation, roots: head.roots.merging([key.environment: root]) { $1 })
    for (path, bytes) in nodes {
      written[key.environment, default: [:]][path] = bytes
      changes.nodes.append(
        StoreChanges.Node(environment: key.environment, epoch: key.epoch, path: path, bytes: bytes))
    }
  }

  /// Signs and appends an operation that leaves these maps.
  /// - Throws: `noAccess` when the author may not do it; whatever a reader would refuse.
  func append(_ operation: Operation, roots: [EnvironmentID: Bytes32]) throws(VaultError) {
    let needed = operation.requirement
    guard let member = control.member(author), member.may(needed.role, in: needed.environment) else {
      throw .noAccess(environment: "")
    }
    let body = operation.encoded
    let digest = try control.applying(operation, roots: head.roots).digest
    let entry = LogEntry(
      after: head, vault: vault.id, time: time, author: author, operation: operation, body: body,
      controlDigest: digest, roots: roots, signer: signer.key)
    // As every reader will: nothing is written that would be refused when it is read.
    var verifier = LogVerifier(pinned: head, control: control)
    _ = try verifier.advance(to: entry, body: body)
    changes.entries.append((entry.sequence, StoredEntry(entry: entry.bytes, body: body)))
    changes.wraps += operation.wraps
    if digest != head.controlDigest {
      changes.controls.append((digest, verifier.control.encoded))
      changes.controlChanges.append(entry.sequence)
    }
    head = entry
    control = verifier.control
  }

  func index(of name: String, _ key: EnvironmentKey) throws(VaultError) -> NameIndex {
    try sealing { () throws(SealingError) in try key.nameKey(name).index }
  }
}

extension Leaf {
  /// After its name was taken out of use.
  mutating func retire() {
    previous = current
    current = nil
    pending = nil
  }
}

extension Leaf? {
  /// After a new version was stored that waits.
  mutating func pend(_ pointer: Leaf.Pointer, index: NameIndex) {
    var leaf = self ?? Leaf(index: index, newest: pointer, current: nil)
    leaf.newest = pointer
    leaf.pending = pointer
    self = leaf
  }

  /// After a new version was put in use.
  mutating func advance(to pointer: Leaf.Pointer, index: NameIndex) {
    guard var leaf = self else {
      self = Leaf(index: index, newest: pointer, current: pointer)
      return
    }
    if leaf.current != nil { leaf.previous = leaf.current }
    leaf.newest = pointer
    leaf.current = pointer
    self = leaf
  }
}
