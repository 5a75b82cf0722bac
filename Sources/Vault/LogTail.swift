import Sealing

/// A log that a sync looks at: this device's, or one that a bundle brought. Verified before.
struct SyncLog {
  let store: any Store
  /// The sequence of its last entry.
  let newest: UInt64

  func hash(_ sequence: UInt64) throws(VaultError) -> Bytes32 {
    guard let bytes = try store.entryAlone(sequence) else { throw .damaged(.log) }
    return try LogEntry(bytes: bytes).hash
  }

  /// The last entry that two logs share.
  /// - Throws: `forked` when not even the first is the same.
  func common(with other: SyncLog) throws(VaultError) -> UInt64 {
    let shorter = min(newest, other.newest)
    if try hash(shorter) == other.hash(shorter) { return shorter }
    // What differs once differs from then on: each hash covers the one before.
    var (same, different) = (UInt64(0), shorter)
    while different - same > 1 {
      let middle = same + (different - same) / 2
      if try hash(middle) == other.hash(middle) { same = middle } else { different = middle }
    }
    guard same > 0 else { throw .forked(sequence: 1) }
    return same
  }
}

/// What a log says after an entry that it shares with another.
struct LogTail {
  /// One entry, and who was in the vault before and after it.
  struct Item {
    let entry: LogEntry
    let operation: Operation
    let before: Control
    let after: Control
  }

  let items: [Item]

  /// - Parameter common: the shared entry's sequence.
  init(of log: SyncLog, after common: UInt64) throws(VaultError) {
    let entry = try LogEntry(bytes: Snapshot.stored(common, in: log.store).entry)
    guard let bytes = try log.store.control(entry.controlDigest) else { throw .damaged(.control) }
    let control = try Control(decoding: bytes)
    guard control.digest == entry.controlDigest else { throw .damaged(.control) }
    var verifier = LogVerifier(pinned: entry, control: control)
    var items: [Item] = []
    while verifier.head.sequence < log.newest {
      let stored = try Snapshot.stored(verifier.head.sequence + 1, in: log.store)
      let before = verifier.control
      let operation = try verifier.advance(to: LogEntry(bytes: stored.entry), body: stored.body)
      items.append(Item(entry: verifier.head, operation: operation, before: before, after: verifier.control))
    }
    self.items = items
  }

  /// The entries that shut somebody or something out.
  var shuttingOut: [Item] { items.filter { !$0.shutOut.isEmpty || $0.renews } }
}

/// Whom or what a log entry shuts out.
package enum ShutOut: Hashable, Sendable {
  /// A member or token that is one no more.
  case member(MemberID)
  /// One that may do less than before.
  case narrowed(MemberID)
  /// An environment taken out of use.
  case environment(EnvironmentID)
}

extension LogTail.Item {
  /// Whom or what it shuts out.
  var shutOut: [ShutOut] {
    // No other operation changes the control block.
    switch operation {
    case .member, .token, .epoch: break
    case .remove(let removal) where removal.names.isEmpty: return [.environment(removal.environment)]
    default: return []
    }
    var found: [ShutOut] = []
    for member in after.members {
      guard let old = before.member(member.id), old.isActive, old != member else { continue }
      if !member.isActive {
        found.append(.member(member.id))
      } else if member.mayLess(than: old) {
        found.append(.narrowed(member.id))
      }
    }
    return found
  }

  /// Whether it gives an environment a new key, which somebody is not to have.
  var renews: Bool {
    if case .epoch(let change) = operation { change.epoch > 1 } else { false }
  }
}

extension Member {
  /// Whether it has a right less, or for a shorter time.
  fileprivate func mayLess(than old: Member) -> Bool {
    for (environment, role) in old.roles where roles[environment].map({ $0 < role }) ?? true { return true }
    let isShorter = expires != 0 && (old.expires == 0 || expires < old.expires)
    return isShorter || (sealedScope != nil && old.sealedScope == nil)
  }
}

/// Recognises a change that its author made again on another log: such an entry keeps its time, and nobody else could have signed it.
struct ChangeMark: Hashable {
  let author: MemberID
  let time: UInt64
  let kind: Operation.Kind
  let environment: EnvironmentID

  init(_ item: LogTail.Item) {
    author = item.entry.author
    time = item.entry.time
    kind = item.entry.kind
    environment = item.operation.environment
  }
}

/// Which entries of two tails are the same changes.
struct MadeAgain {
  /// By place in the first tail, the place in the second.
  private(set) var places: [Int: Int] = [:]
  /// Places in the second.
  private(set) var seconds: Set<Int> = []

  init(_ first: LogTail, _ second: LogTail) {
    var waiting: [ChangeMark: [Int]] = [:]
    for (place, item) in second.items.enumerated().reversed() { waiting[ChangeMark(item), default: []].append(place) }
    for (place, item) in first.items.enumerated() {
      guard let match = waiting[ChangeMark(item)]?.popLast() else { continue }
      places[place] = match
      seconds.insert(match)
    }
  }
}
