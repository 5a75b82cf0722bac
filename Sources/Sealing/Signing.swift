import CSodium

/// An Ed25519 signing key (RFC 8032), kept as libsodium's 64-byte secret key in locked memory.
package struct SigningKey: ~Copyable, Sendable {
  private let secret: SecretBytes
  /// Whom its signatures are checked against.
  package let publicKey: VerifyingKey

  /// Length of a seed in bytes.
  package static let seedCount = 32

  /// The key that `seed` determines.
  /// - Throws: `SealingError.damaged` unless the seed has 32 bytes.
  package init(seed: borrowing SecretBytes) throws(SealingError) {
    try Sodium.start()
    guard seed.count == Self.seedCount else { throw .damaged }
    var secret = try SecretBytes(count: 64)
    let publicBytes = seed.withBytes { seed in
      secret.withMutableBytes { secret in
        unsafe secret.withUnsafeMutableBytes { secret in
          unsafe [UInt8](unsafeUninitializedCapacity: 32) { output, written in
            _ = unsafe seed.withUnsafeBytes { seed in
              unsafe crypto_sign_seed_keypair(
                output.baseAddress!, secret.baseAddress!.assumingMemoryBound(to: UInt8.self),
                seed.baseAddress!.assumingMemoryBound(to: UInt8.self))
            }
            written = 32
          }
        }
      }
    }
    self.secret = secret
    self.publicKey = VerifyingKey(Bytes32(publicBytes))
  }

  /// A detached signature of `message`, 64 bytes.
  package borrowing func sign(_ message: [UInt8]) -> [UInt8] {
    secret.withBytes { secret in
      unsafe [UInt8](unsafeUninitializedCapacity: 64) { output, written in
        _ = unsafe secret.withUnsafeBytes { secret in
          unsafe crypto_sign_detached(
            output.baseAddress!, nil, message, UInt64(message.count),
            secret.baseAddress!.assumingMemoryBound(to: UInt8.self))
        }
        written = 64
      }
    }
  }
}

/// The public half of a `SigningKey`.
package struct VerifyingKey: Hashable, Sendable {
  /// The encoded point.
  package let bytes: Bytes32

  package init(_ bytes: Bytes32) { self.bytes = bytes }

  /// - Throws: `SealingError.badSignature` unless `signature` is this key's over `message`.
  package func verify(_ signature: [UInt8], of message: [UInt8]) throws(SealingError) {
    try Sodium.start()
    guard signature.count == 64,
      unsafe crypto_sign_verify_detached(signature, message, UInt64(message.count), bytes.bytes) == 0
    else { throw .badSignature }
  }
}
