import CSodium

extension Hashing {
  /// SHA-256 (FIPS 180-4) of bytes that are not this program's own secrets: 32 bytes.
  package static func sha256(_ bytes: [UInt8]) -> [UInt8] {
    unsafe [UInt8](unsafeUninitializedCapacity: 32) { output, written in
      _ = unsafe crypto_hash_sha256(output.baseAddress!, bytes, UInt64(bytes.count))
      written = 32
    }
  }

  /// Plain BLAKE2b-256 (RFC 7693) of `bytes` as they stand: for noticing damage, and for names of files.
  package static func checksum(_ bytes: RawSpan) -> [UInt8] {
    unsafe [UInt8](unsafeUninitializedCapacity: 32) { output, written in
      unsafe bytes.withUnsafeBytes { bytes in
        _ = unsafe crypto_generichash(
          output.baseAddress!, 32, bytes.baseAddress?.assumingMemoryBound(to: UInt8.self), UInt64(bytes.count), nil, 0)
      }
      written = 32
    }
  }
}
