package import Sealing

/// The public half of an identity.
package struct PublicIdentity: Hashable, Sendable {
  /// What keys are wrapped to.
  package let wrapping: WrappingPublicKey
  /// What signatures are checked against.
  package let signing: VerifyingKey

  package init(wrapping: WrappingPublicKey, signing: VerifyingKey) {
    self.wrapping = wrapping
    self.signing = signing
  }

  /// X25519 key ‖ Ed25519 key.
  var encoded: [UInt8] { wrapping.bytes.bytes + signing.bytes.bytes }

  /// The member that holds these keys.
  package var id: MemberID {
    MemberID(Bytes16(Array(Hashing.digest("coffer/member", encoded).bytes.prefix(16))))
  }
}

/// One person's or machine's keys, unlocked: an X25519 and an Ed25519 seed that have nothing to do with each other.
package struct Identity: ~Copyable, Sendable {
  /// Opens keys that were wrapped to this identity.
  package let wrapping: WrappingKey
  /// Signs what it writes.
  package let signing: SigningKey
  /// X25519 seed ‖ Ed25519 seed.
  let seeds: SecretBytes

  static let seedsCount = WrappingKey.seedCount + SigningKey.seedCount

  /// A fresh identity.
  package init() throws(VaultError) {
    try self.init(seeds: sealing { () throws(SealingError) in try SecretBytes(randomCount: Self.seedsCount) })
  }

  /// The identity that 64 bytes of seeds determine.
  init(seeds: consuming SecretBytes) throws(VaultError) {
    guard seeds.count == Self.seedsCount else { throw .damaged(.identity) }
    let wrapping = try sealing { () throws(SealingError) in
      try WrappingKey(seed: seeds.slice(0..<WrappingKey.seedCount))
    }
    let signing = try sealing { () throws(SealingError) in
      try SigningKey(seed: seeds.slice(WrappingKey.seedCount..<Self.seedsCount))
    }
    self.init(wrapping: wrapping, signing: signing, seeds: seeds)
  }

  private init(wrapping: consuming WrappingKey, signing: consuming SigningKey, seeds: consuming SecretBytes) {
    self.wrapping = wrapping
    self.signing = signing
    self.seeds = seeds
  }

  /// Its public half.
  package var publicIdentity: PublicIdentity {
    PublicIdentity(wrapping: wrapping.publicKey, signing: signing.publicKey)
  }

  /// The Ed25519 seed alone, for the unlock cache.
  package borrowing func signingSeed() throws(VaultError) -> SecretBytes {
    do { return try seeds.slice(WrappingKey.seedCount..<Self.seedsCount) } catch { throw .sealing(error) }
  }
}
