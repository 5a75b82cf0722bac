import Sealing

/// A public identity as people send it to each other, and the words by which two of them see that they mean the same.
/// docs/FORMAT.md, "Public key".
extension PublicIdentity {
  /// What its text starts with.
  package static let prefix = "cofferpub_"
  private static let version: UInt8 = 1
  private static let count = 1 + 64
  private static let wordCount = 6

  /// One word with a checksum.
  /// - Throws: `sealing` when there is no memory.
  package var text: String {
    get throws(VaultError) {
      try sealing { () throws(SealingError) in
        try CheckedText.encode(prefix: Self.prefix, [Self.version] + encoded)
      }
    }
  }

  /// Reads what `text` gave.
  /// - Throws: `badPublicKey` for what is none or was mistyped or cut, `needsNewer`, `sealing`.
  package init(text: String) throws(VaultError) {
    let bytes = try sealing { () throws(SealingError) in
      try CheckedText.decode(prefix: Self.prefix, text, count: Self.count)
    }
    guard let bytes else { throw .badPublicKey }
    guard bytes[0] == Self.version else { throw .needsNewer }
    self.init(
      wrapping: WrappingPublicKey(Bytes32(Array(bytes[1..<33]))), signing: VerifyingKey(Bytes32(Array(bytes[33...]))))
  }

  /// Six words, to be compared by voice: 66 bits, each word eleven of them.
  package var words: [String] {
    let digest = Hashing.digest("coffer/words", encoded).bytes
    return (0..<Self.wordCount).map { word in
      let place = (word * 11..<word * 11 + 11).reduce(0) { $0 << 1 | Int(digest[$1 / 8] >> (7 - UInt8($1 % 8)) & 1) }
      return String(decoding: WordList.word(place), as: UTF8.self)
    }
  }
}
