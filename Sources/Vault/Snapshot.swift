package import Sealing

/// One verified state of a vault.
package final class Snapshot {
  /// Members and environments.
  package let control: Control
  let head: LogEntry
  /// The newest entry's place in the log, from 1.
  package var sequence: UInt64 { head.sequence }
  /// The newest entry's hash.
  package var hash: Bytes32 { head.hash }
  /// The newest entry's time, in milliseconds since 1970 by its author's clock.
  package var time: UInt64 { head.time }
  let vault: VaultID
  let store: any StateStore
  /// The newest time that was signed, in milliseconds since 1970.
  let newestTime: UInt64
  /// The operations that changed members or environments, as a snapshot file brings them; nil for a vault's own state.
  let chain: [Operation]?

  /// Verifies from the pin (or the first entry) to the newest.
  init(vault: Vault, pin: Pin?) throws(VaultError) {
    self.vault = vault.id
    let store = vault.store
    self.store = store
    chain = nil
    guard let newest = try store.newestSequence() else { throw .damaged(.log) }
    if let pin, newest < pin.sequence { throw .rollback(seen: pin.sequence, found: newest) }
    var verifier: LogVerifier
    if let pin {
      guard let bytes = try store.entryAlone(pin.sequence) else { throw .damaged(.log) }
      let entry = try LogEntry(bytes: bytes)
      guard entry.vault == vault.id else { throw .wrongVault }
      guard entry.hash == pin.hash else { throw .forked(sequence: pin.sequence) }
      guard let bytes = try store.control(entry.controlDigest) else { throw .damaged(.control) }
      let control = try Control(decoding: bytes)
      guard control.digest == entry.controlDigest, control.vault == vault.id else { throw .damaged(.control) }
      verifier = LogVerifier(pinned: entry, control: control)
    } else {
      let first = try Self.stored(1, in: store)
      verifier = try LogVerifier(founding: LogEntry(bytes: first.entry), body: first.body, vault: vault.id)
    }
    var sequence = verifier.head.sequence
    while sequence < newest {
      sequence += 1
      let stored = try Self.stored(sequence, in: store)
      _ = try verifier.advance(to: LogEntry(bytes: stored.entry), body: stored.body)
    }
    head = verifier.head
    control = verifier.control
    newestTime = head.time
  }

  /// A verified snapshot file's.
  init(_ file: SnapshotFile, head: LogEntry, control: Control, operations: [Operation]) {
    self.head = head
    self.control = control
    vault = head.vault
    store = SnapshotStore(file)
    newestTime = max(head.time, file.header.created)
    chain = operations
  }

  static func stored(_ sequence: UInt64, in store: any StateStore) throws(VaultError) -> StoredEntry {
    guard let stored = try store.entry(sequence) else { throw .damaged(.log) }
    return stored
  }

  // MARK: Unlocking

  /// The keys that the unlock cache holds for `environment`; nil when locked.
  /// - Parameter signing: whether the signing seed is wanted too.
  /// - Throws: `noEnvironment`, `damaged`, `sealing`.
  package func cachedSession(environment name: String, signing: Bool) throws(VaultError) -> Session? {
    guard let directory = try UnlockCache.key(.directory, in: control) else { return nil }
    let id = try environment(named: name, directory: directory).id
    // The environment's key last: one that was kept for once takes the others with it.
    let signer = signing ? try UnlockCache.signer(vault) : nil
    guard signer != nil || !signing, let key = try UnlockCache.key(id, in: control) else { return nil }
    return Session(directory: directory, environments: [id: key], signer: signer)
  }

  /// The directory's key from the unlock cache, which is enough to tell environments' names.
  /// - Throws: `damaged(.wrap)`, `sealing`.
  package func cachedDirectory() throws(VaultError) -> EnvironmentKey? {
    try UnlockCache.key(.directory, in: control)
  }

  /// All keys that the unlock cache holds, for what asks for none and shows no value: an environment that was unlocked for one use
  /// keeps it. Nil when locked.
  /// - Throws: `damaged`, `sealing`.
  package func keptSession() throws(VaultError) -> Session? {
    guard let directory = try UnlockCache.key(.directory, in: control) else { return nil }
    var session = Session(directory: directory)
    for environment in control.environments where environment.isActive && environment.id != .directory {
      session.environments[environment.id] = try UnlockCache.key(environment.id, in: control, sparing: true)
    }
    return session
  }

  /// All keys that `identity` may have.
  /// - Throws: `noAccess` when it never was a member, `removed` when it is one no more; `damaged`, `sealing`.
  package func unlock(_ identity: borrowing Identity) throws(VaultError) -> Session {
    let id = identity.publicIdentity.id
    guard let member = control.member(id), member.isActive else {
      if let departure = try departure(of: identity) { throw .removed(departure) }
      throw .noAccess(environment: "")
    }
    let directory = try unwrap(.directory, identity)
    var session = Session(directory: directory, signer: try Signer(seed: identity.signingSeed()))
    for environment in control.environments
    where environment.isActive && environment.id != .directory && member.may(.read, in: environment.id) {
      session.environments[environment.id] = try unwrap(environment.id, identity)
    }
    return session
  }

  private func unwrap(_ id: EnvironmentID, _ identity: borrowing Identity) throws(VaultError) -> EnvironmentKey {
    guard let environment = control.environment(id), let commitment = environment.commitment(of: environment.epoch)
    else { throw .damaged(.control) }
    guard
      let wrapped = try store.wrap(id, epoch: environment.epoch, member: identity.publicIdentity.id)
    else { throw .damaged(.wrap) }
    return try EnvironmentKey.unwrap(
      wrapped, identity: identity, vault: vault, environment: id, epoch: environment.epoch,
      commitment: commitment)
  }

  // MARK: Environments

  /// An environment by name.
  package struct NamedEnvironment: Hashable, Sendable {
    package let id: EnvironmentID
    package let name: String
    /// Current epoch of its key.
    package let epoch: UInt32
  }

  /// The active environments: development, staging and production first, the others by name.
  /// - Throws: `damaged(.control)`; `locked` for the directory's key of another epoch.
  package func environments(_ directory: EnvironmentKey) throws(VaultError) -> [NamedEnvironment] {
    var named: [NamedEnvironment] = []
    for environment in control.environments where environment.isActive && environment.id != .directory {
      let name = try environment.sealedName.open(at: .environment(environment.id), directory: directory)
      named.append(NamedEnvironment(id: environment.id, name: name, epoch: environment.epoch))
    }
    return named.sorted { Self.rank($0.name) < Self.rank($1.name) }
  }

  /// - Throws: `noEnvironment`.
  package func environment(named name: String, directory: EnvironmentKey) throws(VaultError) -> NamedEnvironment {
    guard let found = try environments(directory).first(where: { Array($0.name.utf8) == Array(name.utf8) }) else {
      throw .noEnvironment(name)
    }
    return found
  }

  /// The key of `name` in `session`.
  /// - Throws: `noEnvironment`, `noAccess`; `locked` for the key of another epoch.
  package func key(_ name: String, in session: Session) throws(VaultError) -> EnvironmentKey {
    let environment = try environment(named: name, directory: session.directory)
    guard let key = session.environments[environment.id] else { throw .noAccess(environment: name) }
    // Somebody was removed since it was unlocked.
    guard key.epoch == environment.epoch else { throw .locked(environment: name) }
    return key
  }

  /// The vault's name for people.
  /// - Throws: `damaged(.control)`; `locked` for the directory's key of another epoch.
  package func name(_ directory: EnvironmentKey) throws(VaultError) -> String {
    try control.sealedName.open(at: .vault, directory: directory)
  }

  /// The name of an environment, a removed one included; nil for one that this vault does not know, or whose name was last sealed
  /// under an earlier key of the directory.
  /// - Throws: `damaged(.control)`.
  package func environmentName(_ id: EnvironmentID, _ directory: EnvironmentKey) throws(VaultError) -> String? {
    guard let label = control.environment(id)?.sealedName, label.epoch == directory.epoch else { return nil }
    return try label.open(at: .environment(id), directory: directory)
  }

  /// A member's name; nil for somebody this vault does not know.
  /// - Throws: `damaged(.control)`; `locked` for the directory's key of another epoch.
  package func memberName(_ id: MemberID, _ directory: EnvironmentKey) throws(VaultError) -> String? {
    guard let member = control.member(id) else { return nil }
    return try member.sealedName.open(at: .member(id), directory: directory)
  }

  /// An active member by name, a token too.
  /// - Throws: `noMember`, and as `memberName`.
  package func member(named name: String, _ directory: EnvironmentKey) throws(VaultError) -> Member {
    for member in control.members where member.isActive {
      let found = try member.sealedName.open(at: .member(member.id), directory: directory)
      if found.utf8.elementsEqual(name.utf8) { return member }
    }
    throw .noMember(name)
  }

  /// Whose signature `session` makes; nil without a signer, and for whoever is no member.
  package func author(_ session: Session) -> Member? {
    guard let key = session.signer?.key.publicKey else { return nil }
    return control.members.first { $0.isActive && $0.keys.signing == key }
  }

  /// The three that every vault starts with come first, in the order of a deployment.
  private static func rank(_ name: String) -> (Int, String) {
    (["development", "staging", "production"].firstIndex(of: name) ?? 3, name)
  }

  // MARK: Entries

  /// What can be said of a name without opening its value.
  package struct Entry: Hashable, Sendable {
    package let name: String
    /// The version in use; nil once removed.
    package let current: UInt32?
    /// The last version made.
    package let newest: UInt32
    /// A version that is stored and not in use yet.
    package let pending: UInt32?
    /// When the version in use was made, in milliseconds since 1970.
    package let created: UInt64
    /// How Coffer made the value; empty when somebody brought it.
    package let generator: String
  }

  /// One version of a name.
  package struct Version: Hashable, Sendable {
    package let version: UInt32
    /// Milliseconds since 1970 by the author's clock.
    package let created: UInt64
    package let author: MemberID
    package let isCurrent: Bool
    /// Whether it is stored and waits to be put in use.
    package let isPending: Bool
    package let generator: String
  }

  /// The numbers of a name's versions that are more than history.
  package struct Versions: Hashable, Sendable {
    /// What a launch gets; nil once removed, and before the first was promoted.
    package let current: UInt32?
    /// Stored, and not in use yet.
    package let pending: UInt32?
    /// In use before the current one.
    package let previous: UInt32?
  }

  /// Every name of the environment, sorted; removed ones only if asked for.
  /// - Throws: `damaged` (map, record, control), `needsNewer`.
  package func entries(_ key: EnvironmentKey, includingRemoved: Bool = false) throws(VaultError) -> [Entry] {
    var map = try map(key)
    var entries: [Entry] = []
    for leaf in try map.leaves() where includingRemoved || leaf.current != nil {
      entries.append(try entry(leaf, key))
    }
    return entries.sorted { $0.name < $1.name }
  }

  /// What can be said of one name; nil for one that never had a version.
  /// - Throws: as `entries`.
  package func entry(_ name: String, _ key: EnvironmentKey) throws(VaultError) -> Entry? {
    var map = try map(key)
    guard let leaf = try leaf(name, key, &map) else { return nil }
    return try entry(leaf, key)
  }

  private func entry(_ leaf: Leaf, _ key: EnvironmentKey) throws(VaultError) -> Entry {
    let record = try record(leaf.current ?? leaf.newest)
    let descriptor = try record.descriptor(key: try self.key(key, epoch: record.header.epoch))
    guard try index(of: descriptor.name, key) == leaf.index else { throw .damaged(.record) }
    return Entry(
      name: descriptor.name, current: leaf.current?.version, newest: leaf.newest.version,
      pending: leaf.pending?.version, created: record.header.created, generator: descriptor.generator)
  }

  /// How many names of an environment have a version in use; needs no key.
  /// - Throws: `damaged` (map, control).
  package func count(of environment: EnvironmentID) throws(VaultError) -> Int {
    guard let state = control.environment(environment), let root = head.roots[environment] else {
      throw .damaged(.control)
    }
    var map = map(environment, epoch: state.epoch, root: root)
    return try map.leaves().count { $0.current != nil }
  }

  /// Whether the name has a version in use.
  /// - Throws: `damaged` (map, control).
  package func contains(_ name: String, _ key: EnvironmentKey) throws(VaultError) -> Bool {
    var map = try map(key)
    return try leaf(name, key, &map)?.current != nil
  }

  /// A value and which one it is.
  package struct VersionedValue: Sendable {
    package let version: UInt32
    package let value: Secret
  }

  /// The values in use, in the order of `names`; nil for names that have none.
  /// - Throws: `damaged` (map, record, control), `needsNewer`, `sealing`.
  package func versionedValues(_ names: [String], _ key: EnvironmentKey) throws(VaultError) -> [VersionedValue?] {
    var map = try map(key)
    var values: [VersionedValue?] = []
    for name in names {
      guard let pointer = try leaf(name, key, &map)?.current else {
        values.append(nil)
        continue
      }
      values.append(VersionedValue(version: pointer.version, value: try value(pointer, name, key)))
    }
    return values
  }

  /// As `versionedValues`, where it does not matter which versions they are.
  /// - Throws: as that one.
  package func values(_ names: [String], _ key: EnvironmentKey) throws(VaultError) -> [Secret?] {
    try versionedValues(names, key).map { $0?.value }
  }

  /// The value of one version.
  /// - Throws: `noEntry`, `noVersion`, and as `values`.
  package func value(_ name: String, version: UInt32, _ key: EnvironmentKey) throws(VaultError) -> Secret {
    try value(try pointer(name, version: version, key), name, key)
  }

  /// Which versions of a name are current, pending and previous.
  /// - Throws: `noEntry` for a name that never had a version, `damaged` (map, control).
  package func versions(of name: String, _ key: EnvironmentKey) throws(VaultError) -> Versions {
    var map = try map(key)
    guard let leaf = try leaf(name, key, &map) else { throw .noEntry(name: name, environment: "") }
    return Versions(
      current: leaf.current?.version, pending: leaf.pending?.version, previous: leaf.previous?.version)
  }

  /// All versions of a name, newest first.
  /// - Throws: `noEntry`, `badSignature` for an author who did not sign, and as `entries`.
  package func history(_ name: String, _ key: EnvironmentKey) throws(VaultError) -> [Version] {
    var map = try map(key)
    guard let leaf = try leaf(name, key, &map) else { throw .noEntry(name: name, environment: "") }
    return try versions(leaf).map { (pointer, record) throws(VaultError) in
      let descriptor = try record.descriptor(key: try self.key(key, epoch: record.header.epoch))
      guard Array(descriptor.name.utf8) == Array(name.utf8) else { throw .damaged(.record) }
      _ = try entry(of: record, pointer)
      return Version(
        version: pointer.version, created: record.header.created, author: record.header.author,
        isCurrent: pointer.version == leaf.current?.version, isPending: pointer.version == leaf.pending?.version,
        generator: descriptor.generator)
    }
  }

  /// Where one version is stored.
  func pointer(_ name: String, version: UInt32, _ key: EnvironmentKey) throws(VaultError) -> Leaf.Pointer {
    var map = try map(key)
    guard let leaf = try leaf(name, key, &map) else { throw .noEntry(name: name, environment: "") }
    guard let found = try versions(leaf).first(where: { $0.0.version == version }) else {
      throw .noVersion(name: name, version: version)
    }
    return found.0
  }

  func map(_ key: EnvironmentKey) throws(VaultError) -> NameMap { try map(key.environment, epoch: key.epoch) }

  func map(_ environment: EnvironmentID, epoch: UInt32) throws(VaultError) -> NameMap {
    guard let root = head.roots[environment], control.environment(environment)?.epoch == epoch else {
      throw .damaged(.control)
    }
    return map(environment, epoch: epoch, root: root)
  }

  /// An environment's map as it was when one of its epochs ended.
  func endedMap(_ environment: Control.Environment, epoch: UInt32) -> NameMap {
    map(environment.id, epoch: epoch, root: environment.epochs[Int(epoch) - 1].finalRoot)
  }

  /// The map of one epoch.
  func map(_ environment: EnvironmentID, epoch: UInt32, root: Bytes32) -> NameMap {
    let store = store
    return NameMap(root: root) { (path) throws(VaultError) in
      try store.node(environment, epoch: epoch, path: path)
    }
  }

  func leaf(
    _ name: String, _ key: EnvironmentKey, _ map: inout NameMap
  ) throws(VaultError) -> Leaf? {
    try map.leaf(try index(of: name, key))
  }

  func index(of name: String, _ key: EnvironmentKey) throws(VaultError) -> NameIndex {
    try sealing { () throws(SealingError) in try key.nameKey(name).index }
  }

  func value(
    _ pointer: Leaf.Pointer, _ name: String, _ key: EnvironmentKey
  ) throws(VaultError) -> Secret {
    let record = try record(pointer)
    return Secret(try record.value(name: name, key: try self.key(key, epoch: record.header.epoch)))
  }

  /// The log entry that brought a record: its author, who is shown to people, is the one who signed that entry.
  func entry(of record: Record, _ pointer: Leaf.Pointer) throws(VaultError) -> LogEntry {
    let stored = try Self.stored(pointer.record / Transaction.recordsPerEntry, in: store)
    let entry = try LogEntry(bytes: stored.entry)
    guard entry.vault == vault, entry.author == record.header.author, let author = control.member(entry.author),
      entry.operationDigest == LogEntry.digest(ofBody: stored.body)
    else { throw .damaged(.record) }
    try entry.verify(author.keys.signing)
    let operation = try reading(.log) { () throws(MalformedBytes) in
      try Operation(entry.kind, decoding: stored.body)
    }
    guard operation.makes(pointer) else { throw .damaged(.record) }
    return entry
  }

  /// Each version once, by its newest record, following the links back from the newest.
  func versions(_ leaf: Leaf) throws(VaultError) -> [(Leaf.Pointer, Record)] {
    var found: [(Leaf.Pointer, Record)] = []
    var seen: Set<UInt32> = []
    var next: Leaf.Pointer? = leaf.newest
    while let pointer = next {
      let record = try record(pointer)
      if seen.insert(pointer.version).inserted { found.append((pointer, record)) }
      guard let prior = record.header.prior else { break }
      guard prior.record < pointer.record else { throw .damaged(.record) }
      // The version of the record before is in its own header, which the digest covers.
      guard let bytes = try store.record(prior.record), Record.digest(bytes) == prior.digest else {
        throw .damaged(.record)
      }
      let version = try Record(bytes: bytes).header.version
      next = Leaf.Pointer(record: prior.record, version: version, digest: prior.digest)
    }
    return found.sorted { $0.0.version > $1.0.version }
  }

  /// A record, held against what the map or a later record states of it.
  func record(_ pointer: Leaf.Pointer) throws(VaultError) -> Record {
    guard let bytes = try store.record(pointer.record), Record.digest(bytes) == pointer.digest else {
      throw .damaged(.record)
    }
    let record = try Record(bytes: bytes)
    guard record.header.record == pointer.record, record.header.version == pointer.version else {
      throw .damaged(.record)
    }
    return record
  }

  /// The key of an earlier epoch, reached from the current one.
  func key(_ key: EnvironmentKey, epoch: UInt32) throws(VaultError) -> EnvironmentKey {
    guard epoch <= key.epoch, epoch > 0, let environment = control.environment(key.environment) else {
      throw .damaged(.record)
    }
    var key = key
    while key.epoch > epoch {
      let older = try key.openPredecessor(environment.epochs[Int(key.epoch) - 1].predecessor)
      guard older.commitment == environment.commitment(of: older.epoch) else { throw .damaged(.control) }
      key = older
    }
    return key
  }
}
