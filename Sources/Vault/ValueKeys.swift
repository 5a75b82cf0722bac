package import Sealing

/// What opens values of one environment: its key, or the keys of some names.
package enum ValueKeys: Sendable {
  case environment(EnvironmentKey)
  case names(NameKeys)

  package var environment: EnvironmentID {
    switch self {
    case .environment(let key): key.environment
    case .names(let keys): keys.environment
    }
  }

  /// The only names that they open; nil when they open all.
  package var scope: [String]? {
    switch self {
    case .environment: nil
    case .names(let keys): keys.names
    }
  }
}

/// The keys of single names in one environment: what a token that is limited to them holds, and no more.
package final class NameKeys: Sendable {
  let environment: EnvironmentID
  /// The environment's current one.
  let epoch: UInt32
  /// Sorted.
  package let names: [String]
  private let keys: [UInt32: [[UInt8]: NameKey]]

  /// - Parameter keys: by epoch; the current one's say which names there are.
  init(environment: EnvironmentID, epoch: UInt32, keys: [UInt32: [(name: String, key: NameKey)]]) {
    self.environment = environment
    self.epoch = epoch
    names = (keys[epoch] ?? []).map(\.name).sorted()
    self.keys = keys.mapValues { pairs in
      Dictionary(pairs.map { (Array($0.name.utf8), $0.key) }, uniquingKeysWith: { first, _ in first })
    }
  }

  func key(_ name: String, epoch: UInt32) -> NameKey? { keys[epoch]?[Array(name.utf8)] }
}

extension Snapshot {
  /// The values in use, in the order of `names`; nil for names that have none, or that `keys` do not open.
  /// - Throws: `damaged` (map, record, control, wrap), `needsNewer`, `sealing`.
  package func versionedValues(_ names: [String], _ keys: ValueKeys) throws(VaultError) -> [VersionedValue?] {
    switch keys {
    case .environment(let key): return try versionedValues(names, key)
    case .names(let keys):
      var map = try map(keys.environment, epoch: keys.epoch)
      var values: [VersionedValue?] = []
      for name in names {
        guard let key = keys.key(name, epoch: keys.epoch), let pointer = try map.leaf(key.index)?.current else {
          values.append(nil)
          continue
        }
        let record = try record(pointer)
        // One that was rolled back to before a new epoch is sealed under the key of its own.
        guard let key = keys.key(name, epoch: record.header.epoch) else { throw .damaged(.wrap) }
        values.append(
          VersionedValue(version: pointer.version, value: Secret(try record.value(name: name, key: key))))
      }
      return values
    }
  }

  /// As `versionedValues`, where it does not matter which versions they are.
  /// - Throws: as there.
  package func values(_ names: [String], _ keys: ValueKeys) throws(VaultError) -> [Secret?] {
    try versionedValues(names, keys).map { $0?.value }
  }

  /// The names with a value in use that `keys` open, sorted.
  /// - Throws: as `values`.
  package func names(_ keys: ValueKeys) throws(VaultError) -> [String] {
    switch keys {
    case .environment(let key): return try entries(key).map(\.name)
    case .names(let keys):
      var map = try map(keys.environment, epoch: keys.epoch)
      var names: [String] = []
      for name in keys.names {
        guard let key = keys.key(name, epoch: keys.epoch), try map.leaf(key.index)?.current != nil else { continue }
        names.append(name)
      }
      return names
    }
  }

  /// The value of one version.
  /// - Throws: `noEntry` for a name that never had a version or that `keys` do not open, `noVersion`, and as `values`.
  package func value(_ name: String, version: UInt32, _ keys: ValueKeys) throws(VaultError) -> Secret {
    switch keys {
    case .environment(let key): return try value(name, version: version, key)
    case .names(let keys):
      var map = try map(keys.environment, epoch: keys.epoch)
      guard let key = keys.key(name, epoch: keys.epoch), let leaf = try map.leaf(key.index) else {
        throw .noEntry(name: name, environment: "")
      }
      guard let record = try versions(leaf).first(where: { $0.0.version == version })?.1 else {
        throw .noVersion(name: name, version: version)
      }
      guard let key = keys.key(name, epoch: record.header.epoch) else { throw .damaged(.wrap) }
      return Secret(try record.value(name: name, key: key))
    }
  }

  /// What can be said of the names that `keys` open; how a value was made is not told to keys of names.
  /// - Throws: as `values`.
  package func entries(_ keys: ValueKeys, includingRemoved: Bool = false) throws(VaultError) -> [Entry] {
    switch keys {
    case .environment(let key): return try entries(key, includingRemoved: includingRemoved)
    case .names(let keys):
      var map = try map(keys.environment, epoch: keys.epoch)
      var entries: [Entry] = []
      for name in keys.names {
        guard let key = keys.key(name, epoch: keys.epoch), let leaf = try map.leaf(key.index),
          includingRemoved || leaf.current != nil
        else { continue }
        let record = try record(leaf.current ?? leaf.newest)
        entries.append(
          Entry(
            name: name, current: leaf.current?.version, newest: leaf.newest.version, pending: leaf.pending?.version,
            created: record.header.created, generator: ""))
      }
      return entries
    }
  }
}
