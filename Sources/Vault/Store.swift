import Sealing

/// Where a vault's ciphertext lies. A store sees no key, no name and no value; everything it hands back is verified.
///
/// A shared store carries the same bytes with the same compare-and-set as the embedded one.
protocol Store: AnyObject {
  /// Runs `body` on one unchanging state.
  func read<R>(_ body: () throws(VaultError) -> R) throws(VaultError) -> R
  /// Runs `body`, which may end in `commit`; where the store can, other writers wait meanwhile.
  func write<R>(_ body: () throws(VaultError) -> R) throws(VaultError) -> R

  /// The newest entry's sequence; nil for an empty store.
  func newestSequence() throws(VaultError) -> UInt64?
  /// An entry without its operation's body, which an import makes megabytes long.
  func entryAlone(_ sequence: UInt64) throws(VaultError) -> [UInt8]?
  /// An entry and its operation's body.
  func entry(_ sequence: UInt64) throws(VaultError) -> StoredEntry?
  /// The control block of this digest.
  func control(_ digest: Bytes32) throws(VaultError) -> [UInt8]?
  /// A key wrapped to a member.
  func wrap(_ environment: EnvironmentID, epoch: UInt32, member: MemberID) throws(VaultError) -> [UInt8]?
  /// A node of an environment's map.
  func node(_ environment: EnvironmentID, epoch: UInt32, path: [UInt8]) throws(VaultError) -> [UInt8]?
  /// A record.
  func record(_ number: UInt64) throws(VaultError) -> [UInt8]?

  /// Reads all that is stored once, as far as the store can tell damage by itself.
  func checkWhole() throws(VaultError)

  /// Applies all of `changes`, or nothing; durable when it returns.
  /// - Throws: `conflict` unless the newest sequence is `expected`.
  func commit(_ changes: StoreChanges, expected: UInt64) throws(VaultError)
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
}
