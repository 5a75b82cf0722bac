import Sealing

/// Opens the changes of a log's tail.
struct ChangeReader {
  private let snapshot: Snapshot
  private let session: Session
  private var names: [Replay.Place: [NameIndex: String]] = [:]

  init(_ snapshot: Snapshot, _ session: Session) {
    self.snapshot = snapshot
    self.session = session
  }

  /// What an entry of the snapshot's log did.
  mutating func change(_ item: LogTail.Item) throws(VaultError) -> OwnChange {
    OwnChange(time: item.entry.time, act: try act(item))
  }

  /// The names that an entry concerns, and the versions that it made; nil for what this session cannot open.
  mutating func names(_ item: LogTail.Item) throws(VaultError) -> [(name: String, version: UInt32?)]? {
    guard let key = key(item.operation.environment) else { return nil }
    switch item.operation {
    case .put(let change), .leak(let change), .rotation(let change), .setting(let change):
      return try change.items.map { (item) throws(VaultError) in
        (try descriptor(item.pointer, key).name, item.pointer.version)
      }
    case .remove(let removal):
      return try removal.names.map { (index) throws(VaultError) in (try name(index, removal.epoch, key), nil) }
    case .point(let change):
      return try change.items.map { (item) throws(VaultError) in
        (try name(item.index, change.epoch, key), item.current?.version)
      }
    case .found, .member, .token, .epoch: return []
    }
  }

  private mutating func act(_ item: LogTail.Item) throws(VaultError) -> OwnChange.Act {
    switch item.operation {
    case .found: return .nothing
    case .member(let change), .token(let change):
      return .members(
        try change.members.map { (member) throws(VaultError) in try membership(member, item.before) })
    case .epoch(let change) where change.epoch > 1:
      return isActive(change.environment) ? .renew(change.environment) : .nothing
    case .epoch(let change):
      guard isActive(change.environment) else { return .nothing }
      return .addEnvironment(change.environment, name: try environmentName(change.environment))
    case .remove(let removal) where removal.names.isEmpty:
      return .removeEnvironment(removal.environment, name: try environmentName(removal.environment))
    case .put, .leak, .rotation, .setting, .remove, .point: break
    }
    let environment = item.operation.environment
    guard isActive(environment) else { return .nothing }
    guard let key = key(environment) else { return .closed }
    switch item.operation {
    case .put(let change), .leak(let change), .rotation(let change), .setting(let change):
      return .records(
        item.entry.kind, environment,
        try change.items.map { (item) throws(VaultError) in try value(item, key) })
    case .remove(let removal):
      return .remove(
        environment, try removal.names.map { (index) throws(VaultError) in try name(index, removal.epoch, key) })
    case .point(let change):
      return .point(
        environment,
        try change.items.map { (item) throws(VaultError) in
          OwnChange.Pointing(
            name: try name(item.index, change.epoch, key), current: item.current?.version,
            pending: item.pending?.version, previous: item.previous?.version)
        })
    case .found, .member, .token, .epoch: return .nothing
    }
  }

  private func isActive(_ environment: EnvironmentID) -> Bool {
    snapshot.control.environment(environment)?.isActive ?? false
  }

  private func key(_ environment: EnvironmentID) -> EnvironmentKey? {
    environment == .directory ? session.directory : session.environments[environment]
  }

  private func environmentName(_ id: EnvironmentID) throws(VaultError) -> String {
    guard let environment = snapshot.control.environment(id) else { throw .damaged(.control) }
    return try environment.sealedName.open(at: .environment(id), directory: session.directory)
  }

  private func membership(_ member: Member, _ before: Control) throws(VaultError) -> OwnChange.Membership {
    // By the newest labels: those of an older epoch of the directory do not open with today's key.
    let newest = snapshot.control.member(member.id) ?? member
    let scope = try newest.sealedScope.map { (label) throws(VaultError) in
      TokenScope.names(try label.open(at: .scope(member.id), directory: session.directory))
    }
    return OwnChange.Membership(
      before: before.member(member.id), after: member,
      name: try newest.sealedName.open(at: .member(member.id), directory: session.directory), scope: scope)
  }

  private func value(_ item: Operation.RecordItem, _ key: EnvironmentKey) throws(VaultError) -> OwnChange.Value {
    let record = try snapshot.record(item.pointer)
    let key = try snapshot.key(key, epoch: record.header.epoch)
    let descriptor = try record.descriptor(key: key)
    return OwnChange.Value(
      name: descriptor.name, value: Secret(try record.value(name: descriptor.name, key: key)),
      generator: descriptor.generator, version: item.pointer.version, isPending: item.isPending)
  }

  private func descriptor(_ pointer: Leaf.Pointer, _ key: EnvironmentKey) throws(VaultError) -> Descriptor {
    let record = try snapshot.record(pointer)
    return try record.descriptor(key: snapshot.key(key, epoch: record.header.epoch))
  }

  /// The name that has this index in an epoch of the environment's key.
  private mutating func name(
    _ index: NameIndex, _ epoch: UInt32, _ key: EnvironmentKey
  ) throws(VaultError) -> String {
    let place = Replay.Place(environment: key.environment, epoch: epoch)
    if names[place] == nil {
      let older = try snapshot.key(key, epoch: epoch)
      var found: [NameIndex: String] = [:]
      var map = try snapshot.map(key)
      for leaf in try map.leaves() {
        let name = try descriptor(leaf.newest, key).name
        found[try snapshot.index(of: name, older)] = name
      }
      names[place] = found
    }
    guard let name = names[place]?[index] else { throw .damaged(.map) }
    return name
  }
}
