import Platform
import Sealing

/// Makes one member's changes again on another log, in order, sealed and signed anew: all of them, or none.
/// docs/SYNC.md.
struct Rebase {
  private let store: ArchiveStore
  private let vault: Vault
  private let key: UnlockedIdentity
  let me: MemberID
  private(set) var snapshot: Snapshot
  private(set) var session: Session

  /// What becomes of a name that both sides changed.
  enum Verdict {
    /// The change is made again.
    case mine
    /// What the other log says stays; a value is kept in the history.
    case theirs
  }

  struct Place: Hashable {
    let environment: EnvironmentID
    let name: String
  }

  /// By name: only those that both sides changed.
  var verdicts: [Place: Verdict] = [:]
  /// The number that a version has on the new log.
  private var versions: [Place: [UInt32: UInt32]] = [:]
  /// An environment that is made on both sides: its own id, and the one on the new log.
  var environments: [EnvironmentID: EnvironmentID] = [:]
  /// New keys that were made with the removal before.
  private var renewed: Set<EnvironmentID> = []
  var conflicts: [SyncConflict] = []
  /// Own changes of members that cannot be made again, although they were to count.
  var left: [SyncConflict] = []
  /// Members whom the other log shut out, or has another person in the place of.
  var barred: Set<MemberID> = []
  /// What members may do in the end whom the other log has, too.
  var decided: [MemberID: [EnvironmentID: Role]] = [:]
  /// How many entries were made again.
  private(set) var replayed = 0
  /// Whether a change was given up, so that only a backup has it.
  var hasLoss = false

  /// - Parameter base: the log to make the changes again on.
  /// - Throws: `noAccess` when the identity is no member there.
  init(on base: ArchiveStore, _ key: UnlockedIdentity, _ folders: Folders) throws(VaultError) {
    store = base
    vault = base.vault(folders)
    self.key = key
    me = key.identity.publicIdentity.id
    snapshot = try Snapshot(vault: vault, pin: Pin(base.archive.head))
    session = try snapshot.unlock(key.identity)
  }

  /// The state of the new log.
  var state: (snapshot: Snapshot, session: Session) { (snapshot, session) }

  // MARK: Making again

  /// Notes the numbers that versions of an own change have on the other log, where it was made again before.
  mutating func note(_ change: OwnChange, madeAgainAs item: LogTail.Item) throws(VaultError) {
    guard case .records(_, let environment, let values) = change.act else { return }
    var reader = ChangeReader(snapshot, session)
    let made = Dictionary(try reader.names(item) ?? [], uniquingKeysWith: { $1 })
    for value in values {
      guard case let version?? = made[value.name] else { continue }
      versions[Place(environment: environment, name: value.name), default: [:]][value.version] = version
    }
  }

  /// Makes a change again, at the end of the new log.
  /// - Throws: what a transaction throws.
  mutating func apply(_ change: OwnChange) throws(VaultError) {
    guard let signer = session.signer else { throw .locked(environment: "") }
    let transaction = try Transaction(after: snapshot, in: vault, signer: signer, time: change.time)
    switch change.act {
    case .records(let kind, let environment, let values):
      for isPending in [false, true] {
        try apply(values.filter { $0.isPending == isPending }, isPending: isPending, kind, environment, transaction)
      }
    case .remove(let environment, let names): try apply(removing: names, environment, transaction)
    case .point(let environment, let items):
      for item in items { try apply(item, environment, transaction) }
    case .members(let items):
      renewed = []
      for item in items { try apply(item, transaction) }
    case .addEnvironment(let id, let name):
      if environments[id] == nil, isAllowed(.epoch, in: .directory) {
        _ = try transaction.addEnvironment(name, directory: session.directory, id: id)
      }
    case .removeEnvironment(let id, _):
      if isAllowed(.member, in: .directory), let key = key(id), control.environment(id)?.isActive ?? false {
        try transaction.removeEnvironment(key)
      }
    case .renew(let environment):
      if renewed.remove(environment) == nil, let key = key(environment), isAdmin(environment) {
        _ = try transaction.renew(key, session.directory)
      }
    case .nothing, .closed: break
    }
    try end(transaction)
  }

  private func isAdmin(_ environment: EnvironmentID) -> Bool {
    control.member(me)?.may(.admin, in: environment) ?? false
  }

  /// The next change finds this one in the store.
  private mutating func end(_ transaction: Transaction) throws(VaultError) {
    guard !transaction.changes.entries.isEmpty else { return }
    try store.commit(transaction.changes, expected: transaction.base)
    let before = snapshot.control.digest
    snapshot = try Snapshot(vault: vault, pin: Pin(transaction.head))
    if snapshot.control.digest != before { session = try snapshot.unlock(key.identity) }
    replayed += 1
  }

  private mutating func apply(
    _ values: [OwnChange.Value], isPending: Bool, _ kind: Operation.Kind, _ environment: EnvironmentID,
    _ transaction: Transaction
  ) throws(VaultError) {
    let there = environments[environment] ?? environment
    guard !values.isEmpty, let key = key(there), isAllowed(kind, in: there) else { return }
    var made: [OwnChange.Value] = []
    var history: [OwnChange.Value] = []
    for value in values {
      switch verdicts[Place(environment: environment, name: value.name)] {
      case nil, .mine: made.append(value)
      case .theirs:
        // What the other log has in use need not be in its history once more. A record of the directory stays as it is there.
        if kind == .put, try !isInUse(value, Place(environment: environment, name: value.name), key) {
          history.append(value)
        }
      }
    }
    // A note of what somebody has seen is written by the removal itself.
    if kind == .setting { made.removeAll { $0.name.hasPrefix("setting/access-ended/") } }
    if !made.isEmpty {
      note(made, environment, try store(made, isPending: isPending, kind, key, transaction))
    }
    guard !history.isEmpty else { return }
    var before: [Leaf?] = []
    var map = try transaction.map(key)
    for value in history { before.append(try map.leaf(try transaction.index(of: value.name, key))) }
    note(history, environment, try store(history, isPending: true, kind, key, transaction))
    // Stored, and neither in use nor waiting.
    for (value, before) in zip(history, before) {
      var map = try transaction.map(key)
      guard var leaf = try map.leaf(try transaction.index(of: value.name, key)) else { throw .damaged(.map) }
      leaf.pending = before?.pending
      try transaction.point(leaf, map, key)
    }
  }

  private func store(
    _ values: [OwnChange.Value], isPending: Bool, _ kind: Operation.Kind, _ key: EnvironmentKey,
    _ transaction: Transaction
  ) throws(VaultError) -> [UInt32] {
    var new: [Transaction.NewValue] = []
    for value in values {
      new.append(Transaction.NewValue(name: value.name, value: value.value, generator: value.generator))
    }
    return try transaction.store(new, isPending: isPending, key) { change in
      switch kind {
      case .leak: .leak(change)
      case .rotation: .rotation(change)
      case .setting: .setting(change)
      default: .put(change)
      }
    }
  }

  private mutating func note(_ values: [OwnChange.Value], _ environment: EnvironmentID, _ made: [UInt32]) {
    for (value, version) in zip(values, made) {
      versions[Place(environment: environment, name: value.name), default: [:]][value.version] = version
    }
  }

  /// Whether the new log has this very value in use.
  private mutating func isInUse(
    _ value: OwnChange.Value, _ place: Place, _ key: EnvironmentKey
  ) throws(VaultError) -> Bool {
    guard let current = try snapshot.values([value.name], key)[0],
      current.bytes.withBytes({ value.value.bytes.matches($0) })
    else { return false }
    versions[place, default: [:]][value.version] = try snapshot.versions(of: value.name, key).current
    return true
  }

  private func apply(
    removing names: [String], _ environment: EnvironmentID, _ transaction: Transaction
  ) throws(VaultError) {
    let there = environments[environment] ?? environment
    guard let key = key(there), isAllowed(.remove, in: there) else { return }
    var removed: [String] = []
    for name in names where verdicts[Place(environment: environment, name: name)] != .theirs {
      if try snapshot.contains(name, key) { removed.append(name) }
    }
    try transaction.remove(removed, key)
  }

  private func apply(
    _ item: OwnChange.Pointing, _ environment: EnvironmentID, _ transaction: Transaction
  ) throws(VaultError) {
    let there = environments[environment] ?? environment
    let place = Place(environment: environment, name: item.name)
    guard let key = key(there), isAllowed(.point, in: there), verdicts[place] != .theirs else { return }
    func pointer(_ version: UInt32?) throws(VaultError) -> Leaf.Pointer? {
      guard let version else { return nil }
      return try snapshot.pointer(item.name, version: versions[place]?[version] ?? version, key)
    }
    var map = try transaction.map(key)
    guard let before = try map.leaf(try transaction.index(of: item.name, key)) else {
      throw .noEntry(name: item.name, environment: "")
    }
    var leaf = before
    leaf.current = try pointer(item.current)
    leaf.pending = try pointer(item.pending)
    leaf.previous = verdicts[place] == .mine ? before.current ?? before.previous : try pointer(item.previous)
    guard leaf != before else { return }
    try transaction.point(leaf, map, key)
  }

  private mutating func apply(_ item: OwnChange.Membership, _ transaction: Transaction) throws(VaultError) {
    guard isAllowed(.member, in: .directory) else { return }
    let now = transaction.control.member(item.after.id)
    if !item.after.isActive {
      guard let now, now.isActive else {
        if let now { try sayAgain(now, transaction) }
        return
      }
      renewed = Set(now.roles.keys)
      _ = try transaction.removeMember(now.id, session: session)
      return
    }
    // Whom the other log shut out stays out, and of two by one name the one who is there.
    guard !barred.contains(item.after.id), !isBarred(item) else { return }
    var roles = item.after.roles
    if let settled = decided[item.after.id] {
      // Also for somebody who was removed here and let in again: what the other log took is not given back by that.
      roles = settled
    } else if let now, now.isActive {
      roles = RoleMerge(item, now).roles(preferring: .theirs)
    }
    if let now, now.isActive, now.roles == roles, now.expires == item.after.expires {
      if let before = item.before, item.after.mayLess(than: before) { try sayAgain(now, transaction) }
      return
    }
    for environment in roles.keys where !(control.environment(environment)?.isActive ?? false) {
      roles[environment] = nil
    }
    if let now, now.isActive, now.kind == .person {
      renewed = Set(now.roles.keys)
      _ = try transaction.changeRoles(of: now.id, to: roles, session: session)
      return
    }
    try add(item, roles, transaction)
  }

  /// A member as it is, so that whoever compares the two logs sees that this one has what was taken away, too.
  private func sayAgain(_ member: Member, _ transaction: Transaction) throws(VaultError) {
    let change = Operation.MemberChange(members: [member], wraps: [])
    try transaction.append(member.kind == .machine ? .token(change) : .member(change), roots: transaction.head.roots)
  }

  private func add(
    _ item: OwnChange.Membership, _ roles: [EnvironmentID: Role], _ transaction: Transaction
  ) throws(VaultError) {
    var member = item.after
    member.roles = roles
    member.sealedName = try SealedLabel(item.name, at: .member(member.id), directory: session.directory)
    member.sealedScope = try item.scope.map { (names) throws(VaultError) in
      try SealedLabel(TokenScope.text(names), at: .scope(member.id), directory: session.directory)
    }
    var wraps: [Operation.Wrap] = []
    for environment in roles.keys.sorted() {
      var key = try transaction.currentKey(of: environment, in: session)
      wraps.append(try transaction.wrapped(key, to: member, session.directory))
      // A name that was rolled back to before a new epoch is sealed under the key of its own.
      while item.scope != nil, key.epoch > 1 {
        key = try snapshot.key(key, epoch: key.epoch - 1)
        wraps.append(try transaction.wrapped(key, to: member, session.directory))
      }
    }
    let change = Operation.MemberChange(members: [member], wraps: wraps)
    try transaction.append(member.kind == .machine ? .token(change) : .member(change), roots: transaction.head.roots)
  }
}
