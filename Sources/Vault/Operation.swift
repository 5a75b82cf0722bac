import Sealing

/// What a log entry does. The kinds are fixed: an unknown one is refused with "needs a newer coffer".
/// docs/FORMAT.md, "Operations".
enum Operation: Equatable, Sendable {
  /// The first entry: founder, recovery and the directory's first key.
  case found(Founding)
  /// Members added, changed or removed, with the keys wrapped to them.
  case member(MemberChange)
  /// The same for a token.
  case token(MemberChange)
  /// An environment's new key; the first epoch makes the environment.
  case epoch(EpochChange)
  /// New versions of names.
  case put(RecordsChange)
  /// The ledger of leaks, the state of rotations and settings are records of the directory.
  case leak(RecordsChange)
  case rotation(RecordsChange)
  case setting(RecordsChange)
  /// Names, or a whole environment, taken out of use; versions stay.
  case remove(Removal)
  /// Current, pending and previous version moved.
  case point(PointerChange)

  /// The number in the log.
  enum Kind: UInt8, Sendable {
    case put = 1
    case remove = 2
    case point = 3
    case member = 4
    case token = 5
    case epoch = 6
    case leak = 7
    case rotation = 8
    case setting = 9
    case found = 10
  }

  struct Wrap: Equatable, Sendable {
    let environment: EnvironmentID
    let epoch: UInt32
    let member: MemberID
    let bytes: [UInt8]
  }

  struct Founding: Equatable, Sendable {
    let created: UInt64
    let nonce: Bytes32
    let commitment: Bytes32
    let sealedName: SealedLabel
    let directoryName: SealedLabel
    /// The founder first.
    let members: [Member]
    let wraps: [Wrap]
  }

  struct MemberChange: Equatable, Sendable {
    /// As they are from now on.
    let members: [Member]
    let wraps: [Wrap]
  }

  struct EpochChange: Equatable, Sendable {
    let environment: EnvironmentID
    let epoch: UInt32
    let commitment: Bytes32
    let predecessor: [UInt8]
    let sealedName: SealedLabel
    /// Members whose roles change with it: all who may use a new environment.
    let members: [Member]
    let wraps: [Wrap]
    /// The whole map of the new epoch: the current versions sealed again, everything else pointing at records of before.
    let leaves: [Leaf]
    /// Labels sealed again, when it is the directory's key that changes.
    let labels: [Relabel]
  }

  struct Relabel: Equatable, Sendable {
    let place: SealedLabel.Place
    let label: SealedLabel
  }

  struct RecordItem: Equatable, Sendable {
    let index: NameIndex
    let pointer: Leaf.Pointer
    /// True for a version that waits to be promoted.
    let isPending: Bool
  }

  struct RecordsChange: Equatable, Sendable {
    let environment: EnvironmentID
    let epoch: UInt32
    let items: [RecordItem]
  }

  struct Removal: Equatable, Sendable {
    let environment: EnvironmentID
    let epoch: UInt32
    /// Empty: the whole environment.
    let names: [NameIndex]
  }

  struct PointerChange: Equatable, Sendable {
    struct Item: Equatable, Sendable {
      let index: NameIndex
      let current: Leaf.Pointer?
      let pending: Leaf.Pointer?
      let previous: Leaf.Pointer?
    }
    let environment: EnvironmentID
    let epoch: UInt32
    let items: [Item]
  }

  var kind: Kind {
    switch self {
    case .found: .found
    case .member: .member
    case .token: .token
    case .epoch: .epoch
    case .put: .put
    case .leak: .leak
    case .rotation: .rotation
    case .setting: .setting
    case .remove: .remove
    case .point: .point
    }
  }

  /// The environment whose map or state it changes.
  var environment: EnvironmentID {
    switch self {
    case .found, .member, .token: .directory
    case .epoch(let change): change.environment
    case .put(let change), .leak(let change), .rotation(let change), .setting(let change): change.environment
    case .remove(let change): change.environment
    case .point(let change): change.environment
    }
  }

  /// Whether it changes the map of its environment; a new environment's is empty, as if nothing had changed.
  var changesMap: Bool {
    switch self {
    case .found, .member, .token: false
    case .epoch(let change): change.epoch > 1
    case .put, .leak, .rotation, .setting, .remove, .point: true
    }
  }

  /// The epoch of the environment's key that it was made under; nil where it makes one, or needs none.
  var epoch: UInt32? {
    switch self {
    case .found, .member, .token, .epoch: nil
    case .put(let change), .leak(let change), .rotation(let change), .setting(let change): change.epoch
    case .remove(let removal): removal.epoch
    case .point(let change): change.epoch
    }
  }

  /// The keys that it brings to members: an epoch those of its own environment and epoch only.
  var wraps: [Wrap] {
    switch self {
    case .found(let founding): founding.wraps
    case .member(let change), .token(let change): change.wraps
    case .epoch(let change):
      change.wraps.filter { $0.environment == change.environment && $0.epoch == change.epoch }
    case .put, .leak, .rotation, .setting, .remove, .point: []
    }
  }

  /// Whether this operation stored the record that `pointer` names.
  func makes(_ pointer: Leaf.Pointer) -> Bool {
    switch self {
    case .put(let change), .leak(let change), .rotation(let change), .setting(let change):
      change.items.contains { $0.pointer == pointer }
    case .epoch(let change):
      change.leaves.contains { [$0.newest, $0.current, $0.pending, $0.previous].contains(pointer) }
    case .found, .member, .token, .remove, .point: false
    }
  }

  /// Whether its new records have the numbers of the entry `sequence`, and it points at none of later ones: with a record of
  /// another entry its author would borrow that one's right.
  func numbersRecords(as sequence: UInt64) -> Bool {
    let first = sequence * Transaction.recordsPerEntry
    let end = first + Transaction.recordsPerEntry
    switch self {
    case .put(let change), .leak(let change), .rotation(let change), .setting(let change):
      return change.items.count <= Transaction.recordsPerEntry
        && change.items.enumerated().allSatisfy { $1.pointer.record == first + UInt64($0) }
    case .epoch(let change):
      return change.leaves.allSatisfy { leaf in
        [leaf.newest, leaf.current, leaf.pending, leaf.previous].allSatisfy { ($0?.record ?? 0) < end }
      }
    case .point(let change):
      return change.items.allSatisfy { item in
        [item.current, item.pending, item.previous].allSatisfy { ($0?.record ?? 0) < first }
      }
    case .found, .member, .token, .remove: return true
    }
  }

  /// Where and how much its author must be allowed.
  var requirement: (role: Role, environment: EnvironmentID) {
    switch self {
    case .found, .member, .token, .setting: (.admin, .directory)
    case .epoch(let change) where change.epoch == 1 || !change.members.isEmpty || !change.labels.isEmpty:
      // Who is a member, and what anything is called, is the directory's: else an admin of one environment could take all.
      (.admin, .directory)
    case .remove(let change) where change.names.isEmpty: (.admin, .directory)
    case .epoch(let change): (.admin, change.environment)
    case .leak, .rotation: (.write, .directory)
    // In the directory these could take back a setting, which only an admin makes.
    case .put, .remove, .point: (environment == .directory ? .admin : .write, environment)
    }
  }
}
