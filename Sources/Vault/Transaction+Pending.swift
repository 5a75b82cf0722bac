import Sealing

extension Transaction {
  /// Stores a new version of a name that waits: what is in use stays. It takes the place of another that was waiting, which stays
  /// in the history. A name may be new.
  /// - Returns: the version.
  /// - Throws: `noAccess` when the author may not write here.
  package func pend(_ value: NewValue, _ key: EnvironmentKey) throws(VaultError) -> UInt32 {
    try store([value], isPending: true, key) { .put($0) }[0]
  }

  /// Puts the waiting version in use: compare-and-set.
  /// - Parameters:
  ///   - pending: the version that must be waiting.
  ///   - current: the version that must be in use; nil for none.
  /// - Throws: `moved` when either is another by now; `noEntry`, `noAccess`.
  package func promote(
    _ name: String, pending: UInt32, over current: UInt32?, _ key: EnvironmentKey
  ) throws(VaultError) {
    var map = try map(key)
    guard var leaf = try map.leaf(try index(of: name, key)) else { throw .noEntry(name: name, environment: "") }
    guard let waiting = leaf.pending, waiting.version == pending, leaf.current?.version == current else {
      throw leaf.moved(name)
    }
    // What was in use before a removal stays the one to go back to.
    if leaf.current != nil { leaf.previous = leaf.current }
    leaf.current = waiting
    leaf.pending = nil
    try point(leaf, map, key)
  }

  /// Lets a waiting version wait no more; it stays in the history.
  /// - Parameter pending: the version that must be waiting.
  /// - Throws: `moved` when it is another by now, or none; `noEntry`, `noAccess`.
  package func withdraw(_ name: String, pending: UInt32, _ key: EnvironmentKey) throws(VaultError) {
    var map = try map(key)
    guard var leaf = try map.leaf(try index(of: name, key)) else { throw .noEntry(name: name, environment: "") }
    guard leaf.pending?.version == pending else { throw leaf.moved(name) }
    leaf.pending = nil
    try point(leaf, map, key)
  }
}

extension Leaf {
  /// Says which versions were found instead of those expected.
  fileprivate func moved(_ name: String) -> VaultError {
    .moved(name: name, current: current?.version, pending: pending?.version)
  }
}
