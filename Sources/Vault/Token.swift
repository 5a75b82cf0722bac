package import Sealing

/// A machine's way in: the keys of one member, and the id of the only vault that it trusts, in one word that starts with `coffer_`.
/// It has full strength, so that no passphrase derivation stands before a launch. docs/FORMAT.md, "Token".
package final class Token: Sendable {
  /// The id commits to the founder's keys: whoever serves another vault, or a forged one, is refused.
  package let vault: VaultID
  private let root: SecretBytes

  /// What every token starts with.
  package static let prefix = "coffer_"
  private static let version: UInt8 = 1
  private static let rootCount = SymmetricKey.count
  private static let count = 1 + 16 + rootCount
  /// Length of its text in bytes.
  package static let textCount = prefix.utf8.count + CheckedText.width(count) + 6

  /// A fresh one.
  init(for vault: VaultID) throws(VaultError) {
    self.vault = vault
    root = try sealing { () throws(SealingError) in try SecretBytes(randomCount: Self.rootCount) }
  }

  /// Reads a token's text.
  /// - Throws: `badToken` for what is none or was mistyped, `needsNewer`, `sealing`.
  package init(parsing text: RawSpan) throws(VaultError) {
    let bytes = try sealing { () throws(SealingError) in
      try CheckedText.decode(prefix: Self.prefix, text, count: Self.count)
    }
    guard let bytes else { throw .badToken }
    guard bytes.withBytes({ $0.byte(at: 0) }) == Self.version else { throw .needsNewer }
    vault = VaultID(Bytes16(bytes.withBytes { $0.extracting(1..<17).array }))
    root = try sealing { () throws(SealingError) in try bytes.slice(17..<Self.count) }
  }

  /// Its text, to be shown once.
  package func text() throws(VaultError) -> SecretBytes {
    try sealing { () throws(SealingError) in
      var bytes = try SecretBytes(count: Self.count)
      root.withBytes { root in
        bytes.withMutableBytes { output in
          output.storeByte(Self.version, at: 0)
          output.store(vault.bytes.bytes, at: 1)
          output.store(root, at: 17)
        }
      }
      return try bytes.withBytes { (bytes) throws(SealingError) in try CheckedText.encode(prefix: Self.prefix, bytes) }
    }
  }

  /// The keys that it stands for.
  package func identity() throws(VaultError) -> Identity {
    let key = try sealing { () throws(SealingError) in try SymmetricKey(root.slice(0..<Self.rootCount)) }
    return try Identity(root: key, purpose: "coffer/token", vault: vault)
  }
}

extension Identity {
  /// The identity that a root key stands for in one vault.
  /// - Parameter purpose: the start of the two labels.
  init(root: borrowing SymmetricKey, purpose: String, vault: VaultID) throws(VaultError) {
    let seeds = try sealing { () throws(SealingError) in
      let wrapping = try root.subkey(purpose + "/wrapping", [vault.bytes.bytes])
      let signing = try root.subkey(purpose + "/signing", [vault.bytes.bytes])
      var seeds = try SecretBytes(count: Identity.seedsCount)
      seeds.withMutableBytes { output in
        wrapping.withBytes { output.store($0, at: 0) }
        signing.withBytes { output.store($0, at: WrappingKey.seedCount) }
      }
      return seeds
    }
    try self.init(seeds: seeds)
  }
}
