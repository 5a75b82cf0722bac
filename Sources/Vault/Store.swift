import Sealing

/// What one state of a vault is read from: a store, or a snapshot file.
protocol StateStore: AnyObject {
  /// An entry without its operation's body, which an import makes megabytes long.
  func entryAlone(_ sequence: UInt64) throws(VaultError) -> [UInt8]?
  /// An entry and its operation's body.
  func entry(_ sequence: UInt64) throws(VaultError) -> StoredEntry?
  /// A key wrapped to a member.
  func wrap(_ environment: EnvironmentID, epoch: UInt32, member: MemberID) throws(VaultError) -> [UInt8]?
  /// A node of an environment's map.
  func node(_ environment: EnvironmentID, epoch: UInt32, path: [UInt8]) throws(VaultError) -> [UInt8]?
  /// A record.
  func record(_ number: UInt64) throws(VaultError) -> [UInt8]?
}

/// Where a vault's ciphertext lies. A store sees no key, no name and no value; everything it hands back is verified.
///
/// A shared store carries the same bytes with the same compare-and-set as the embedded one.
protocol Store: StateStore {
  /// Runs `body` on one unchanging state.
  func read<R>(_ body: () throws(VaultError) -> R) throws(VaultError) -> R
  /// Runs `body`, which may end in `commit`; where the store can, other writers wait meanwhile.
  func write<R>(_ body: () throws(VaultError) -> R) throws(VaultError) -> R

  /// The newest entry's sequence; nil for an empty store.
  func newestSequence() throws(VaultError) -> UInt64?
  /// The control block of this digest.
  func control(_ digest: Bytes32) throws(VaultError) -> [UInt8]?
  /// Hands every record whose number is `first` or above to `body`, by number ascending.
  func forEachRecord(
    from first: UInt64, _ body: (_ number: UInt64, _ bytes: [UInt8]) throws(VaultError) -> Void
  ) throws(VaultError)
  /// The sequences of the entries after which the control block is another than before, ascending. Only a hint of where to look:
  /// it may lack some, and whoever follows it verifies.
  func controlChanges() throws(VaultError) -> [UInt64]

  /// Reads all that is stored once, as far as the store can tell damage by itself.
  func checkWhole() throws(VaultError)

  /// Applies all of `changes`, or nothing; durable when it returns.
  /// - Throws: `conflict` unless the newest sequence is `expected`.
  func commit(_ changes: StoreChanges, expected: UInt64) throws(VaultError)

  /// Takes out all that is stored, within a `write` that puts something else in its place.
  func clear() throws(VaultError)

  /// The version of the store's own layout.
  func schema() throws(VaultError) -> Int
  /// Moves the layout to the version of this Coffer, within a `write`; nothing where it is that already.
  func migrate() throws(VaultError)
}

/// A log entry as stored.
struct StoredEntry: Equatable, Sendable {
  let entry: [UInt8]
  let body: [UInt8]
}

/// One atomic change of a store.
struct StoreChanges: Sendable {
  struct Node: Sendable {
    let environment: EnvironmentID
    let epoch: UInt32
    let path: [UInt8]
    let bytes: [UInt8]
  }

  var entries: [(sequence: UInt64, stored: StoredEntry)] = []
  var controls: [(digest: Bytes32, bytes: [UInt8])] = []
  var wraps: [Operation.Wrap] = []
  var nodes: [Node] = []
  var records: [(number: UInt64, bytes: [UInt8])] = []
  /// Sequences of those of `entries` that change the control block.
  var controlChanges: [UInt64] = []
}
