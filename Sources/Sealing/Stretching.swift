import CSodium

/// Makes each guess at a weak value cost memory and time, where what is derived from the value is public: Argon2id
/// version 1.3 (RFC 9106) with 19 MiB and 2 passes, the second choice of OWASP's password storage cheat sheet. About 20
/// ms.
///
/// The cost is fixed, since everyone must get the same result; a vault's passphrase goes through
/// `PassphraseDerivation`, which costs more.
package enum Stretching {
  /// Length of a salt in bytes.
  package static let saltCount = PassphraseDerivation.saltCount
  private static let passes: UInt64 = 2
  private static let memory = 19 << 20

  /// 32 bytes that `bytes` and `salt` always give.
  /// - Precondition: `salt` holds `saltCount` bytes.
  /// - Throws: `SealingError.unavailable`; `.outOfMemory` when the memory cannot be had.
  package static func stretch(_ bytes: RawSpan, salt: [UInt8]) throws(SealingError) -> SecretBytes {
    precondition(salt.count == saltCount)
    try Sodium.start()
    var output = try SecretBytes(count: 32)
    let status = output.withMutableBytes { output in
      unsafe output.withUnsafeMutableBytes { output in
        unsafe bytes.withUnsafeBytes { bytes in
          // An empty span has no address, and libsodium wants one.
          var nothing: UInt8 = 0
          return unsafe withUnsafePointer(to: &nothing) { nothing in
            unsafe crypto_pwhash(
              output.baseAddress!.assumingMemoryBound(to: UInt8.self), UInt64(output.count),
              UnsafeRawPointer(bytes.baseAddress ?? UnsafeRawPointer(nothing)).assumingMemoryBound(to: CChar.self),
              UInt64(bytes.count), salt, passes, memory, crypto_pwhash_ALG_ARGON2ID13)
          }
        }
      }
    }
    guard status == 0 else { throw .outOfMemory }
    return output
  }
}
