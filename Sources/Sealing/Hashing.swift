import CSodium

/// BLAKE2b with 32-byte output (RFC 7693), always under a label, so that no digest of one purpose passes for another's.
package enum Hashing {
  /// Digest of `bytes` under `label`: BLAKE2b-256(u32 length of label ‖ label ‖ bytes).
  package static func digest(_ label: String, _ bytes: [UInt8]) -> Bytes32 {
    var writer = CanonicalWriter()
    writer.text(label)
    writer.fixed(bytes)
    return unsafe hash(writer.bytes, key: nil)
  }

  /// The same digest of the first `count` bytes of something large, which is not copied for it.
  /// - Precondition: so many are there.
  package static func digest(_ label: String, first count: Int, of bytes: [UInt8]) -> Bytes32 {
    precondition(count >= 0 && count <= bytes.count)
    var writer = CanonicalWriter()
    writer.text(label)
    let output = unsafe [UInt8](unsafeUninitializedCapacity: 32) { buffer, written in
      // "must be aligned on 64 bytes", which Swift cannot say of a C structure.
      unsafe withUnsafeTemporaryAllocation(byteCount: crypto_generichash_statebytes(), alignment: 64) {
        let state = OpaquePointer($0.baseAddress!)
        unsafe crypto_generichash_init(state, nil, 0, 32)
        unsafe crypto_generichash_update(state, writer.bytes, UInt64(writer.bytes.count))
        unsafe crypto_generichash_update(state, bytes, UInt64(count))
        unsafe crypto_generichash_final(state, buffer.baseAddress!, 32)
      }
      written = 32
    }
    return Bytes32(output)
  }

  /// Keyed digest that is not a key: an index, a commitment.
  package static func keyed(_ key: borrowing SymmetricKey, _ label: String, _ parts: [[UInt8]]) -> Bytes32 {
    let input = framed(label, parts)
    return key.bytes.withBytes { key in
      unsafe key.withUnsafeBytes { unsafe hash(input, key: $0) }
    }
  }

  /// SHA-256 (FIPS 180-4), where another format asks for it.
  package static func sha256(_ bytes: borrowing SecretBytes) -> Bytes32 {
    bytes.withBytes { bytes in
      Bytes32(
        unsafe [UInt8](unsafeUninitializedCapacity: 32) { output, written in
          _ = unsafe bytes.withUnsafeBytes { bytes in
            unsafe crypto_hash_sha256(
              output.baseAddress!, bytes.baseAddress?.assumingMemoryBound(to: UInt8.self), UInt64(bytes.count))
          }
          written = 32
        })
    }
  }

  static func framed(_ label: String, _ parts: [[UInt8]]) -> [UInt8] {
    var writer = CanonicalWriter()
    writer.text(label)
    for part in parts { writer.prefixed(part) }
    return writer.bytes
  }

  private static func hash(_ input: [UInt8], key: UnsafeRawBufferPointer?) -> Bytes32 {
    let output = unsafe [UInt8](unsafeUninitializedCapacity: 32) { buffer, written in
      unsafe crypto_generichash(
        buffer.baseAddress!, 32, input, UInt64(input.count),
        key?.baseAddress?.assumingMemoryBound(to: UInt8.self), key?.count ?? 0)
      written = 32
    }
    return Bytes32(output)
  }
}
