package import Sealing

/// Makes the fingerprints by which findings are known: 128 bits of BLAKE2b over the secret, keyed by a salt.
///
/// With the salt of a coffer.toml they are the same for every teammate and in CI. Reports are public then and so is the
/// salt: a secret that could be guessed (`ValueStrength.isGuessable`) is stretched by Argon2id first, so that each
/// guess costs about 20 ms and 19 MiB. Without a coffer.toml each run draws a salt of its own; nothing need be
/// stretched, and the fingerprints of two runs cannot be compared.
///
/// Line ends at the end of a secret are no part of it: a key file and the same key in a variable have one fingerprint.
package final class FindingFingerprintMaker: Sendable {
  // Two keys, so that a secret which is itself the stretched form of another cannot pass for it.
  private let plainKey: SymmetricKey
  private let stretchedKey: SymmetricKey
  /// Nil: nothing is stretched.
  private let stretchingSalt: [UInt8]?

  /// For the salt of a coffer.toml: the bytes of `[scan] salt` as it stands there.
  /// - Throws: `SealingError.unavailable`, `.outOfMemory`.
  package convenience init(salt: [UInt8]) throws(SealingError) {
    let key = try Self.key(salt)
    let stretching = try key.subkey("finding fingerprint: salt of stretching")
    let stretchingSalt = stretching.withBytes { $0.extracting(0..<Stretching.saltCount).array }
    try self.init(key, stretchingSalt: stretchingSalt)
  }

  /// For one run: `FindingFingerprintMaker.drawnSalt()`, drawn by whoever starts the run and shared by the programs
  /// that take part.
  /// - Throws: `SealingError.unavailable`, `.outOfMemory`.
  package convenience init(runSalt: [UInt8]) throws(SealingError) {
    try self.init(Self.key(runSalt), stretchingSalt: nil)
  }

  private init(_ key: consuming SymmetricKey, stretchingSalt: [UInt8]?) throws(SealingError) {
    plainKey = try key.subkey("finding fingerprint: plain")
    stretchedKey = try key.subkey("finding fingerprint: stretched")
    self.stretchingSalt = stretchingSalt
  }

  /// 32 random bytes for `init(runSalt:)`.
  package static func drawnSalt() -> [UInt8] { Randomness.bytes(32) }

  /// The fingerprint of `secret`: the first 16 bytes of the keyed digest.
  /// - Throws: `SealingError.outOfMemory`.
  package func fingerprint(_ secret: RawSpan) throws(SealingError) -> Bytes16 {
    let secret = secret.extracting(0..<secret.countWithoutLastLineEnds)
    let digest: Bytes32
    if let stretchingSalt, ValueStrength.isGuessable(secret) {
      digest = try Stretching.stretch(secret, salt: stretchingSalt).withBytes { Hashing.tag(stretchedKey, $0) }
    } else {
      digest = Hashing.tag(plainKey, secret)
    }
    return Bytes16(Array(digest.bytes[..<16]))
  }

  private static func key(_ salt: [UInt8]) throws(SealingError) -> SymmetricKey {
    try Sodium.start()
    return try SymmetricKey(SecretBytes(copying: Hashing.digest("coffer finding salt", salt).bytes))
  }
}

extension FindingFingerprintMaker: CustomReflectable {
  /// Empty, so that `dump` shows nothing.
  package var customMirror: Mirror { Mirror(self, children: []) }
}

extension RawSpan {
  /// The length without the line feeds and carriage returns at the end.
  var countWithoutLastLineEnds: Int {
    var end = byteCount
    while end > 0, byte(at: end - 1) == 0x0A || byte(at: end - 1) == 0x0D { end -= 1 }
    return end
  }
}
