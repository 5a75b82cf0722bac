import CSodium

extension Hashing {
  /// BLAKE2b-256 keyed with `key` over `bytes` as they stand, wherever they are: nothing is copied.
  ///
  /// There is no label, so `key` has to be a subkey that serves this one purpose.
  package static func tag(_ key: borrowing SymmetricKey, _ bytes: RawSpan) -> Bytes32 {
    var output = Bytes32()
    key.bytes.withBytes { key in
      output = Bytes32(
        unsafe [UInt8](unsafeUninitializedCapacity: 32) { buffer, written in
          unsafe key.withUnsafeBytes { key in
            unsafe bytes.withUnsafeBytes { bytes in
              _ = unsafe crypto_generichash(
                buffer.baseAddress!, 32, bytes.baseAddress?.assumingMemoryBound(to: UInt8.self), UInt64(bytes.count),
                key.baseAddress!.assumingMemoryBound(to: UInt8.self), key.count)
            }
          }
          written = 32
        })
    }
    return output
  }
}
