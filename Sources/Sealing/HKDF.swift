import CSodium

/// HKDF with SHA-256 (RFC 5869), for other people's formats: Coffer's own derive by `SymmetricKey.subkey`.
enum HKDF {
  /// 32 bytes for one purpose: one block of the expansion is all that is ever needed here.
  /// - Throws: `SealingError.outOfMemory`, `.unavailable`.
  static func sha256(
    _ material: borrowing SecretBytes, salt: [UInt8], info: [UInt8]
  ) throws(SealingError) -> SecretBytes {
    // RFC 5869, section 2.2: no salt is as many zero bytes as the hash is long.
    let salt = try SecretBytes(copying: salt.isEmpty ? [UInt8](repeating: 0, count: 32) : salt)
    let pseudorandomKey = try material.withBytes { (material) throws(SealingError) in
      try authenticate(material, key: salt)
    }
    let input = info + [1]
    return try unsafe authenticate(input.span.bytes, key: pseudorandomKey)
  }

  /// HMAC-SHA-256 (RFC 2104) with a key of any length but none: 32 bytes.
  static func authenticate(_ message: RawSpan, key: borrowing SecretBytes) throws(SealingError) -> SecretBytes {
    try Sodium.start()
    // Derived from the key, so as secret as the key.
    var state = try SecretBytes(count: MemoryLayout<crypto_auth_hmacsha256_state>.size)
    var tag = try SecretBytes(count: Int(crypto_auth_hmacsha256_BYTES))
    key.withBytes { key in
      state.withMutableBytes { state in
        tag.withMutableBytes { tag in
          unsafe state.withUnsafeMutableBytes { state in
            unsafe key.withUnsafeBytes { key in
              unsafe message.withUnsafeBytes { message in
                unsafe tag.withUnsafeMutableBytes { tag in
                  let state = unsafe state.baseAddress!.assumingMemoryBound(to: crypto_auth_hmacsha256_state.self)
                  _ = unsafe crypto_auth_hmacsha256_init(
                    state, key.baseAddress!.assumingMemoryBound(to: UInt8.self), key.count)
                  _ = unsafe crypto_auth_hmacsha256_update(
                    state, message.baseAddress?.assumingMemoryBound(to: UInt8.self), UInt64(message.count))
                  _ = unsafe crypto_auth_hmacsha256_final(state, tag.baseAddress!.assumingMemoryBound(to: UInt8.self))
                }
              }
            }
          }
        }
      }
    }
    return tag
  }
}
