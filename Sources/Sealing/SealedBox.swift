import CSodium

/// Authenticated encryption with a key commitment, for one secret under one key and one context.
///
/// Box: commitment (32) ‖ nonce (24) ‖ ciphertext and tag (length + 16).
/// XChaCha20-Poly1305 alone lets one ciphertext open under two keys; the commitment, checked first, rules that out.
/// The random 192-bit nonce needs no counter. Source: https://doc.libsodium.org/secret-key_cryptography/aead
package enum SealedBox {
  /// Bytes that a box adds to its plaintext.
  package static let overhead = 32 + nonceCount + tagCount
  private static let nonceCount = 24
  private static let tagCount = 16

  /// Seals `plaintext` so that it only opens with `key` and the same `context`.
  package static func seal(
    _ plaintext: RawSpan, key: borrowing SymmetricKey, context: [UInt8]
  ) throws(SealingError) -> [UInt8] {
    try seal(plaintext, key: key, context: context, nonce: Randomness.bytes(nonceCount))
  }

  /// The same with a nonce chosen by the caller, for test vectors. Two messages under one nonce and key disclose both.
  static func seal(
    _ plaintext: RawSpan, key: borrowing SymmetricKey, context: [UInt8], nonce: [UInt8]
  ) throws(SealingError) -> [UInt8] {
    try Sodium.start()
    let encryption = try key.subkey("coffer/seal/encrypt")
    let commitment = Hashing.keyed(key, "coffer/seal/commit", [nonce, context])
    let ciphertextCount = plaintext.byteCount + tagCount
    let ciphertext = encryption.withBytes { encryptionKey in
      unsafe [UInt8](unsafeUninitializedCapacity: ciphertextCount) { output, written in
        unsafe plaintext.withUnsafeBytes { plaintext in
          unsafe encryptionKey.withUnsafeBytes { encryptionKey in
            _ = unsafe crypto_aead_xchacha20poly1305_ietf_encrypt(
              output.baseAddress!, nil, plaintext.baseAddress?.assumingMemoryBound(to: UInt8.self),
              UInt64(plaintext.count), context, UInt64(context.count), nil, nonce,
              encryptionKey.baseAddress!.assumingMemoryBound(to: UInt8.self))
          }
        }
        written = ciphertextCount
      }
    }
    return commitment.bytes + nonce + ciphertext
  }

  /// Opens what `seal` made.
  /// - Throws: `wrongKeyOrContext` when the commitment differs, `damaged` when the rest does not authenticate.
  package static func open(
    _ box: [UInt8], key: borrowing SymmetricKey, context: [UInt8]
  ) throws(SealingError) -> SecretBytes {
    try Sodium.start()
    guard box.count >= overhead else { throw .damaged }
    let nonce = Array(box[32..<(32 + nonceCount)])
    let commitment = Hashing.keyed(key, "coffer/seal/commit", [nonce, context])
    let commits = unsafe commitment.bytes.withUnsafeBytes { expected in
      unsafe box.withUnsafeBytes { unsafe sodium_memcmp($0.baseAddress!, expected.baseAddress!, 32) == 0 }
    }
    guard commits else { throw .wrongKeyOrContext }
    let encryption = try key.subkey("coffer/seal/encrypt")
    var plaintext = try SecretBytes(count: box.count - overhead)
    let status = encryption.withBytes { key in
      plaintext.withMutableBytes { output in
        unsafe output.withUnsafeMutableBytes { output in
          unsafe key.withUnsafeBytes { key in
            unsafe box.withUnsafeBytes { box in
              let ciphertext = unsafe box.baseAddress! + (32 + nonceCount)
              return unsafe crypto_aead_xchacha20poly1305_ietf_decrypt(
                output.baseAddress?.assumingMemoryBound(to: UInt8.self), nil, nil,
                ciphertext.assumingMemoryBound(to: UInt8.self), UInt64(box.count - 32 - nonceCount), context,
                UInt64(context.count), nonce, key.baseAddress!.assumingMemoryBound(to: UInt8.self))
            }
          }
        }
      }
    }
    guard status == 0 else { throw .damaged }
    return plaintext
  }
}
