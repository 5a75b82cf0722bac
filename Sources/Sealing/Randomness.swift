import CSodium

/// Random bytes from the operating system, through libsodium (getrandom(2) on Linux).
package enum Randomness {
  /// `count` random bytes that are not secret: nonces, salts, identifiers.
  package static func bytes(_ count: Int) -> [UInt8] {
    unsafe [UInt8](unsafeUninitializedCapacity: count) { buffer, written in
      if count > 0 { unsafe randombytes_buf(buffer.baseAddress!, count) }
      written = count
    }
  }

  /// A number from 0 up to, not including, `bound`, without modulo bias.
  package static func uniform(below bound: UInt32) -> UInt32 { randombytes_uniform(bound) }
}
