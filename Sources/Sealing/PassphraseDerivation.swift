import CSodium

/// How a passphrase becomes a key: Argon2id version 1.3 (RFC 9106), parameters stored beside what it protects.
///
/// Whoever writes that file could lower the cost or raise it until the machine dies, so both ends are bounded before any work.
package struct PassphraseDerivation: Hashable, Sendable {
  /// Passes over memory.
  package let passes: UInt32
  /// Memory in bytes.
  package let memory: UInt64
  /// 16 random bytes.
  package let salt: [UInt8]

  /// Length of a salt in bytes.
  package static let saltCount = Int(crypto_pwhash_SALTBYTES)
  /// Floor: libsodium's INTERACTIVE (2 passes, 64 MiB), twice the first choice of OWASP's password storage cheat sheet.
  static let floor = (passes: UInt32(2), memory: UInt64(64) << 20)
  /// Cap: libsodium's SENSITIVE (4 passes, 1 GiB).
  static let cap = (passes: UInt32(4), memory: UInt64(1) << 30)

  /// What new identities get: libsodium's MODERATE (3 passes, 256 MiB; about half a second) and a fresh salt.
  package static func moderate() -> PassphraseDerivation {
    PassphraseDerivation(passes: 3, memory: 256 << 20, salt: Randomness.bytes(saltCount))
  }

  /// The cheapest that is still accepted. The one hook by which tests spend less time here; no flag or variable reaches it.
  package static func cheapestForTests() -> PassphraseDerivation {
    PassphraseDerivation(passes: floor.passes, memory: floor.memory, salt: Randomness.bytes(saltCount))
  }

  /// Parameters as read from a file; not trusted until `key(from:)` has checked them.
  package init(passes: UInt32, memory: UInt64, salt: [UInt8]) {
    self.passes = passes
    self.memory = memory
    self.salt = salt
  }

  /// - Throws: `SealingError.derivationOutOfBounds` outside floor and cap.
  package func checkBounds() throws(SealingError) {
    guard (Self.floor.passes...Self.cap.passes).contains(passes),
      (Self.floor.memory...Self.cap.memory).contains(memory), salt.count == Self.saltCount
    else { throw .derivationOutOfBounds }
  }

  /// The 32-byte key that `passphrase` gives.
  /// - Throws: `derivationOutOfBounds` before any work; `outOfMemory` when the memory cannot be had.
  package func key(from passphrase: borrowing SecretBytes) throws(SealingError) -> SymmetricKey {
    try Sodium.start()
    try checkBounds()
    var output = try SecretBytes(count: SymmetricKey.count)
    let status = passphrase.withBytes { passphrase in
      output.withMutableBytes { output in
        unsafe output.withUnsafeMutableBytes { output in
          unsafe passphrase.withUnsafeBytes { passphrase in
            unsafe crypto_pwhash(
              output.baseAddress!.assumingMemoryBound(to: UInt8.self), UInt64(output.count),
              passphrase.baseAddress!.assumingMemoryBound(to: CChar.self), UInt64(passphrase.count), salt,
              UInt64(passes), Int(memory), crypto_pwhash_ALG_ARGON2ID13)
          }
        }
      }
    }
    guard status == 0 else { throw .outOfMemory }
    return try SymmetricKey(output)
  }
}
