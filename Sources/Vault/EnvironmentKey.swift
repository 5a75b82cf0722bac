import Sealing

/// The key of one environment in one epoch. Everything else of the environment is derived from it. docs/FORMAT.md, "Keys".
package final class EnvironmentKey: Sendable {
  package let vault: VaultID
  package let environment: EnvironmentID
  /// Counted from 1; a member's removal starts the next.
  package let epoch: UInt32
  private let key: SymmetricKey

  init(vault: VaultID, environment: EnvironmentID, epoch: UInt32, key: consuming SymmetricKey) {
    self.vault = vault
    self.environment = environment
    self.epoch = epoch
    self.key = key
  }

  /// A fresh key for a new environment or epoch.
  static func fresh(
    vault: VaultID, environment: EnvironmentID, epoch: UInt32
  ) throws(VaultError) -> EnvironmentKey {
    do {
      return EnvironmentKey(vault: vault, environment: environment, epoch: epoch, key: try SymmetricKey())
    } catch { throw .sealing(error) }
  }

  /// The key of one name: index and records use nothing else, so that a token for some names holds just these.
  func nameKey(_ name: String) throws(SealingError) -> NameKey {
    NameKey(vault: vault, environment: environment, key: try key.subkey("coffer/name", scope + [Array(name.utf8)]))
  }

  /// Seals the names themselves, for those who may list the environment.
  func namesKey() throws(SealingError) -> SymmetricKey { try key.subkey("coffer/names", scope) }

  /// Seals labels; only the directory has any.
  func labelsKey() throws(SealingError) -> SymmetricKey { try key.subkey("coffer/labels", scope) }

  /// What the control block states of this key: a wrap made by somebody else is recognised by it.
  var commitment: Bytes32 { Hashing.keyed(key, "coffer/environment-key", scope) }

  /// Seals the key of the epoch before, so that whoever reads this one reads the history too.
  func sealPredecessor(_ older: EnvironmentKey) throws(VaultError) -> [UInt8] {
    try sealing { () throws(SealingError) in
      let wrapping = try key.subkey("coffer/predecessor", scope)
      return try older.key.withBytes { (bytes) throws(SealingError) in
        try SealedBox.seal(bytes, key: wrapping, context: predecessorContext)
      }
    }
  }

  /// The key of the epoch before.
  func openPredecessor(_ box: [UInt8]) throws(VaultError) -> EnvironmentKey {
    try opening(.control) { () throws(SealingError) in
      let wrapping = try key.subkey("coffer/predecessor", scope)
      let older = try SymmetricKey(SealedBox.open(box, key: wrapping, context: predecessorContext))
      return EnvironmentKey(vault: vault, environment: environment, epoch: epoch - 1, key: older)
    }
  }

  /// Wraps the key to a member: crypto_box_seal over kind, vault, environment, epoch, member and the key.
  func wrap(to member: PublicIdentity) throws(VaultError) -> [UInt8] {
    try sealing { () throws(SealingError) in
      let header = WrapKind.environment.header(vault, environment, epoch, member.id)
      var plain = try SecretBytes(count: header.count + SymmetricKey.count)
      key.withBytes { key in
        plain.withMutableBytes { output in
          output.store(header, at: 0)
          output.store(key, at: header.count)
        }
      }
      return try plain.withBytes { (bytes) throws(SealingError) in try member.wrapping.wrap(bytes) }
    }
  }

  /// Opens what `wrap` made for `identity`, and holds it against the commitment that the log signs.
  static func unwrap(
    _ wrapped: [UInt8], identity: borrowing Identity, vault: VaultID, environment: EnvironmentID, epoch: UInt32,
    commitment: Bytes32
  ) throws(VaultError) -> EnvironmentKey {
    let header = WrapKind.environment.header(vault, environment, epoch, identity.publicIdentity.id)
    let plain = try opening(.wrap) { () throws(SealingError) in try identity.wrapping.unwrap(wrapped) }
    guard plain.count == header.count + SymmetricKey.count,
      plain.withBytes({ $0.extracting(0..<header.count).array }) == header
    else { throw .damaged(.wrap) }
    let key = try opening(.wrap) { () throws(SealingError) in try plain.slice(header.count..<plain.count) }
    return try from(
      key, vault: vault, environment: environment, epoch: epoch, commitment: commitment)
  }

  /// A key that came from outside the vault (the kernel's keyring), held against the commitment.
  static func from(
    _ bytes: consuming SecretBytes, vault: VaultID, environment: EnvironmentID, epoch: UInt32, commitment: Bytes32
  ) throws(VaultError) -> EnvironmentKey {
    let symmetric: SymmetricKey
    do { symmetric = try SymmetricKey(bytes) } catch { throw .damaged(.wrap) }
    let key = EnvironmentKey(vault: vault, environment: environment, epoch: epoch, key: symmetric)
    guard key.commitment == commitment else { throw .damaged(.wrap) }
    return key
  }

  /// Lends the raw key to the unlock cache.
  func withBytes<R: ~Copyable, E: Error>(_ body: (RawSpan) throws(E) -> R) throws(E) -> R {
    try key.withBytes(body)
  }

  private var scope: [[UInt8]] {
    var writer = CanonicalWriter()
    writer.u32(epoch)
    return [vault.bytes.bytes, environment.bytes.bytes, writer.bytes]
  }

  private var predecessorContext: [UInt8] {
    var writer = CanonicalWriter()
    writer.text("coffer/predecessor")
    for part in scope { writer.prefixed(part) }
    return writer.bytes
  }
}

/// What is wrapped to a member. docs/FORMAT.md, "Wrap".
enum WrapKind: UInt8 {
  /// A whole environment's key.
  case environment = 1
  /// What a token gets: the environment's name, and its key or the keys of some names.
  case token = 2

  /// What stands before the keys, so that no wrap passes for another's.
  func header(
    _ vault: VaultID, _ environment: EnvironmentID, _ epoch: UInt32, _ member: MemberID
  ) -> [UInt8] {
    var writer = CanonicalWriter()
    writer.u8(rawValue)
    writer.fixed(vault.bytes)
    writer.fixed(environment.bytes)
    writer.u32(epoch)
    writer.fixed(member.bytes)
    return writer.bytes
  }
}

/// The key of one name in one environment and epoch: index and values of the name use nothing else.
final class NameKey: Sendable {
  let vault: VaultID
  let environment: EnvironmentID
  let key: SymmetricKey

  init(vault: VaultID, environment: EnvironmentID, key: consuming SymmetricKey) {
    self.vault = vault
    self.environment = environment
    self.key = key
  }

  /// Where the name's leaf stands in the map.
  var index: NameIndex { NameIndex(Hashing.keyed(key, "coffer/index", [])) }

  /// Seals the name's values.
  func valueKey() throws(SealingError) -> SymmetricKey { try key.subkey("coffer/value") }

  /// Lends the raw key to a token's wrap.
  func withBytes<R: ~Copyable, E: Error>(_ body: (RawSpan) throws(E) -> R) throws(E) -> R { try key.withBytes(body) }
}
