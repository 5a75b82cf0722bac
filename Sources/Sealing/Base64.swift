import CSodium

/// Base 64 (RFC 4648, section 4) of bytes that are not secret.
enum Base64 {
  /// - Parameter padded: with `=` up to a multiple of four letters.
  static func encode(_ bytes: [UInt8], padded: Bool) -> [UInt8] {
    let variant = padded ? sodium_base64_VARIANT_ORIGINAL : sodium_base64_VARIANT_ORIGINAL_NO_PADDING
    let capacity = sodium_base64_encoded_len(bytes.count, variant)
    return unsafe [UInt8](unsafeUninitializedCapacity: capacity) { output, written in
      unsafe output.withMemoryRebound(to: CChar.self) { output in
        _ = unsafe sodium_bin2base64(output.baseAddress!, capacity, bytes, bytes.count, variant)
      }
      // The last is a NUL.
      written = capacity - 1
    }
  }
}
