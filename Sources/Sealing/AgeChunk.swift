import CSodium

/// ChaCha20-Poly1305 as RFC 8439 has it, with the nonces that age chooses: each key is used with each nonce once.
enum AgeChunk {
  static let tagCount = 16
  static let nonceCount = 12
  /// Of a payload's plaintext, in bytes.
  static let count = 64 << 10

  /// The ciphertext and its tag.
  static func seal(_ plaintext: RawSpan, key: borrowing SecretBytes, nonce: [UInt8]) throws(SealingError) -> [UInt8] {
    precondition(key.count == Int(crypto_aead_chacha20poly1305_ietf_KEYBYTES) && nonce.count == nonceCount)
    try Sodium.start()
    let sealedCount = plaintext.byteCount + tagCount
    return key.withBytes { key in
      unsafe [UInt8](unsafeUninitializedCapacity: sealedCount) { output, written in
        unsafe plaintext.withUnsafeBytes { plaintext in
          unsafe key.withUnsafeBytes { key in
            _ = unsafe crypto_aead_chacha20poly1305_ietf_encrypt(
              output.baseAddress!, nil, plaintext.baseAddress?.assumingMemoryBound(to: UInt8.self),
              UInt64(plaintext.count), nil, 0, nil, nonce, key.baseAddress!.assumingMemoryBound(to: UInt8.self))
          }
        }
        written = sealedCount
      }
    }
  }

  /// STREAM's nonce: the chunk's number in eleven bytes, most significant first, and whether it is the last.
  static func nonce(_ number: UInt64, isLast: Bool) -> [UInt8] {
    [0, 0, 0] + stride(from: 56, through: 0, by: -8).map { UInt8(truncatingIfNeeded: number >> UInt64($0)) }
      + [isLast ? 1 : 0]
  }
}
