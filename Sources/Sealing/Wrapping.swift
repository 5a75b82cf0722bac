import CSodium

/// An X25519 key pair (RFC 7748) that keys can be wrapped to.
package struct WrappingKey: ~Copyable, Sendable {
  private let secret: SecretBytes
  /// What others wrap to.
  package let publicKey: WrappingPublicKey

  /// Length of a seed in bytes.
  package static let seedCount = 32

  /// The key pair that `seed` determines (libsodium's crypto_box_seed_keypair).
  /// - Throws: `SealingError.damaged` unless the seed has 32 bytes.
  package init(seed: borrowing SecretBytes) throws(SealingError) {
    try Sodium.start()
    guard seed.count == Self.seedCount else { throw .damaged }
    var secret = try SecretBytes(count: 32)
    let publicBytes = seed.withBytes { seed in
      secret.withMutableBytes { secret in
        unsafe secret.withUnsafeMutableBytes { secret in
          unsafe [UInt8](unsafeUninitializedCapacity: 32) { output, written in
            _ = unsafe seed.withUnsafeBytes { seed in
              unsafe crypto_box_seed_keypair(
                output.baseAddress!, secret.baseAddress!.assumingMemoryBound(to: UInt8.self),
                seed.baseAddress!.assumingMemoryBound(to: UInt8.self))
            }
            written = 32
          }
        }
      }
    }
    self.secret = secret
    self.publicKey = WrappingPublicKey(Bytes32(publicBytes))
  }

  /// Opens what was wrapped to this key.
  /// - Throws: `SealingError.wrongKeyOrContext` when it was not, or was changed: a sealed box cannot tell which.
  package borrowing func unwrap(_ wrapped: [UInt8]) throws(SealingError) -> SecretBytes {
    let overhead = crypto_box_sealbytes()
    guard wrapped.count >= overhead else { throw .damaged }
    var output = try SecretBytes(count: wrapped.count - overhead)
    let publicBytes = publicKey.bytes.bytes
    let status = secret.withBytes { secret in
      output.withMutableBytes { output in
        unsafe output.withUnsafeMutableBytes { output in
          unsafe secret.withUnsafeBytes { secret in
            unsafe crypto_box_seal_open(
              output.baseAddress!.assumingMemoryBound(to: UInt8.self), wrapped, UInt64(wrapped.count),
              publicBytes, secret.baseAddress!.assumingMemoryBound(to: UInt8.self))
          }
        }
      }
    }
    guard status == 0 else { throw .wrongKeyOrContext }
    return output
  }
}

/// The public half of a `WrappingKey`.
package struct WrappingPublicKey: Hashable, Sendable {
  /// The encoded point.
  package let bytes: Bytes32

  package init(_ bytes: Bytes32) { self.bytes = bytes }

  /// Seals `plaintext` anonymously to this key (libsodium's crypto_box_seal): 48 bytes longer than it.
  /// It says nothing of who wrapped: authenticate that elsewhere.
  /// - Throws: `SealingError.badPublicKey` for a key of low order.
  package func wrap(_ plaintext: RawSpan) throws(SealingError) -> [UInt8] {
    try Sodium.start()
    var status: Int32 = -1
    let count = plaintext.byteCount + crypto_box_sealbytes()
    let publicBytes = bytes.bytes
    let output = unsafe [UInt8](unsafeUninitializedCapacity: count) { output, written in
      unsafe plaintext.withUnsafeBytes { plaintext in
        status = unsafe crypto_box_seal(
          output.baseAddress!, plaintext.baseAddress?.assumingMemoryBound(to: UInt8.self),
          UInt64(plaintext.count), publicBytes)
      }
      written = status == 0 ? count : 0
    }
    guard status == 0 else { throw .badPublicKey }
    return output
  }
}
