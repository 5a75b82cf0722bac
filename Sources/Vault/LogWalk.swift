import Sealing

extension Snapshot {
  /// The log from its newest entry to its first. Each entry is held against the hash that the verified one after it states, and its
  /// body against the entry's digest; one entry at a time is in memory.
  /// - Parameters:
  ///   - session: opens the names; nil for none.
  ///   - body: answers whether to go on.
  /// - Throws: `damaged`, `needsNewer`, `sealing`; what `body` throws.
  package func log(
    _ session: Session?, _ body: (LogEvent) throws(VaultError) -> Bool
  ) throws(VaultError) {
    var names = LogNames(snapshot: self, session: session)
    var expected = head.hash
    for sequence in (1...head.sequence).reversed() {
      let stored = try Self.stored(sequence, in: store)
      let entry = try LogEntry(bytes: stored.entry)
      guard entry.hash == expected, entry.sequence == sequence,
        entry.operationDigest == LogEntry.digest(ofBody: stored.body)
      else { throw .damaged(.log) }
      expected = entry.previous
      let operation = try reading(.log) { () throws(MalformedBytes) in
        try Operation(entry.kind, decoding: stored.body)
      }
      guard try body(event(entry, operation, &names)) else { return }
    }
  }

  private func event(
    _ entry: LogEntry, _ operation: Operation, _ names: inout LogNames
  ) throws(VaultError) -> LogEvent {
    var items: [LogEvent.Item] = []
    let members = try memberships(operation, at: entry.sequence)
    var epoch: UInt32?
    switch operation {
    case .found, .member, .token: break
    case .epoch(let change): epoch = change.epoch
    case .put(let change), .leak(let change), .rotation(let change), .setting(let change):
      for item in change.items {
        let name = try names.name(item.index, item.pointer, change.environment, epoch: change.epoch)
        items.append(LogEvent.Item(index: item.index, name: name, version: item.pointer.version))
      }
    case .remove(let removal):
      for index in removal.names {
        let name = try names.name(index, nil, removal.environment, epoch: removal.epoch)
        items.append(LogEvent.Item(index: index, name: name, version: nil))
      }
    case .point(let change):
      for item in change.items {
        let pointer = item.current ?? item.pending ?? item.previous
        let name = try names.name(item.index, pointer, change.environment, epoch: change.epoch)
        items.append(LogEvent.Item(index: item.index, name: name, version: item.current?.version))
      }
    }
    return LogEvent(
      sequence: entry.sequence, time: entry.time, author: entry.author, kind: LogEvent.Kind(entry.kind),
      environment: operation.environment, items: items, members: members, epoch: epoch)
  }
}

extension Snapshot {
  /// What an entry does to each member that it states.
  private func memberships(
    _ operation: Operation, at sequence: UInt64
  ) throws(VaultError) -> [LogEvent.Membership] {
    let members = operation.members
    guard !members.isEmpty else { return [] }
    let before = sequence > 1 ? try control(after: sequence - 1) : nil
    return members.map { member in
      let was = before?.member(member.id)
      return LogEvent.Membership(
        member: member.id, act: !member.isActive ? .removed : was?.isActive ?? false ? .changed : .added,
        roles: member.roles)
    }
  }

  /// Members and environments as they were after an entry that the head hangs on.
  func control(after sequence: UInt64) throws(VaultError) -> Control {
    guard let store = store as? any Store, let bytes = try store.entryAlone(sequence) else { throw .damaged(.log) }
    let digest = try LogEntry(bytes: bytes).controlDigest
    guard let block = try store.control(digest) else { throw .damaged(.control) }
    let control = try Control(decoding: block)
    guard control.digest == digest else { throw .damaged(.control) }
    return control
  }
}

/// Opens names by their indexes, with the keys of each epoch made once.
private struct LogNames {
  let snapshot: Snapshot
  let session: Session?
  private var keys: [EnvironmentID: [UInt32: EnvironmentKey]] = [:]

  init(snapshot: Snapshot, session: Session?) {
    self.snapshot = snapshot
    self.session = session
  }

  /// The name behind an index of one epoch; nil without the environment's key.
  /// - Parameter pointer: to a record of the name; nil: the map of the epoch knows one.
  mutating func name(
    _ index: NameIndex, _ pointer: Leaf.Pointer?, _ environment: EnvironmentID, epoch: UInt32
  ) throws(VaultError) -> String? {
    guard let key = try key(environment, epoch: epoch) else { return nil }
    let known = if let pointer { pointer } else { try newest(index, environment, epoch: epoch) }
    guard let pointer = known else { throw .damaged(.map) }
    let record = try snapshot.record(pointer)
    guard let opening = try self.key(environment, epoch: record.header.epoch) else { throw .damaged(.record) }
    let name = try record.descriptor(key: opening).name
    guard try snapshot.index(of: name, key) == index else { throw .damaged(.record) }
    return name
  }

  private func newest(
    _ index: NameIndex, _ environment: EnvironmentID, epoch: UInt32
  ) throws(VaultError) -> Leaf.Pointer? {
    guard let state = snapshot.control.environment(environment), (1...state.epoch).contains(epoch) else {
      throw .damaged(.control)
    }
    let isCurrent = state.isActive && epoch == state.epoch
    let root = isCurrent ? snapshot.head.roots[environment] : state.epochs[Int(epoch) - 1].finalRoot
    guard let root else { throw .damaged(.control) }
    var map = snapshot.map(environment, epoch: epoch, root: root)
    return try map.leaf(index)?.newest
  }

  private mutating func key(_ environment: EnvironmentID, epoch: UInt32) throws(VaultError) -> EnvironmentKey? {
    if let key = keys[environment]?[epoch] { return key }
    guard let session, let newest = environment == .directory ? session.directory : session.environments[environment]
    else { return nil }
    let key = try snapshot.key(newest, epoch: epoch)
    keys[environment, default: [:]][epoch] = key
    return key
  }
}
