package import Sealing

/// The way back in when identity or passphrase are lost: twelve words, enrolled as one more member of the vault.
///
/// Words and checksum are BIP-39's: 128 random bits and the first 4 bits of their SHA-256, eleven bits a word. What the words
/// stand for is Coffer's own. A phrase that passes the checksum and is not the vault's is refused all the same: its keys are no
/// member's. Source: https://github.com/bitcoin/bips/blob/master/bip-0039.mediawiki
package struct RecoveryPhrase: ~Copyable {
  private let entropy: SecretBytes

  private static let entropyCount = 16
  private static let wordCount = 12

  /// A fresh phrase.
  package init() throws(VaultError) {
    do { entropy = try SecretBytes(randomCount: Self.entropyCount) } catch { throw .sealing(error) }
  }

  /// Reads what a person typed: words in any case, any white space, the first four letters are enough.
  /// - Throws: `badPhrase` with the first word that is not in the list, or nil for a wrong count or checksum.
  package init(parsing text: borrowing SecretBytes) throws(VaultError) {
    let positions = try text.withBytes { (bytes) throws(VaultError) in try Self.positions(of: bytes) }
    guard positions.count == Self.wordCount else { throw .badPhrase(word: nil) }
    do {
      var entropy = try SecretBytes(count: Self.entropyCount)
      var checksum: UInt8 = 0
      entropy.withMutableBytes { output in
        for bit in 0..<(Self.wordCount * 11) where positions[bit / 11] >> (10 - bit % 11) & 1 == 1 {
          if bit < Self.entropyCount * 8 {
            unsafe output.withUnsafeMutableBytes { unsafe $0[bit / 8] |= 0x80 >> UInt8(bit % 8) }
          } else {
            checksum |= 1 << UInt8(Self.wordCount * 11 - 1 - bit)
          }
        }
      }
      guard try Self.checksum(entropy) == checksum else { throw VaultError.badPhrase(word: nil) }
      self.entropy = entropy
    } catch let error as SealingError {
      throw .sealing(error)
    } catch { throw .badPhrase(word: nil) }
  }

  /// The words, one space between them, as ASCII.
  package borrowing func text() throws(VaultError) -> SecretBytes {
    let words = WordList.ranges
    return try sealing { () throws(SealingError) in
      let checksum = try Self.checksum(entropy)
      var text = try SecretBytes(count: Self.wordCount * 9)
      var end = 0
      entropy.withBytes { entropy in
        text.withMutableBytes { output in
          for word in 0..<Self.wordCount {
            var position = 0
            for bit in (word * 11)..<(word * 11 + 11) {
              let set =
                bit < Self.entropyCount * 8
                ? entropy.byte(at: bit / 8) >> (7 - UInt8(bit % 8)) & 1
                : checksum >> UInt8(Self.wordCount * 11 - 1 - bit) & 1
              position = position << 1 | Int(set)
            }
            if word > 0 {
              output.storeByte(UInt8(ascii: " "), at: end)
              end += 1
            }
            for offset in words[position] {
              output.storeByte(WordList.byte(offset), at: end)
              end += 1
            }
          }
        }
      }
      return try text.slice(0..<end)
    }
  }

  /// The keys that the phrase stands for in one vault.
  package borrowing func identity(vault: VaultID) throws(VaultError) -> Identity {
    let root = try sealing { () throws(SealingError) in
      var padded = try SecretBytes(count: SymmetricKey.count)
      entropy.withBytes { entropy in
        padded.withMutableBytes { $0.store(entropy, at: 0) }
      }
      return try SymmetricKey(padded)
    }
    return try Identity(root: root, purpose: "coffer/recovery", vault: vault)
  }

  /// The four bits that follow the entropy.
  private static func checksum(_ entropy: borrowing SecretBytes) throws(SealingError) -> UInt8 {
    Hashing.sha256(entropy).bytes[0] >> 4
  }

  /// The place of each word in the list.
  private static func positions(of text: RawSpan) throws(VaultError) -> [Int] {
    let words = WordList.ranges
    var positions: [Int] = []
    var offset = 0
    while offset < text.byteCount {
      guard isLetter(text.byte(at: offset)) else {
        guard text.byte(at: offset) <= 0x20 else { throw .badPhrase(word: positions.count + 1) }
        offset += 1
        continue
      }
      let start = offset
      while offset < text.byteCount, isLetter(text.byte(at: offset)) { offset += 1 }
      let found = words.firstIndex { word in
        let length = offset - start
        guard length == word.count || length == 4 && word.count > 4 else { return false }
        return (0..<length).allSatisfy {
          text.byte(at: start + $0) | 0x20 == WordList.byte(word.lowerBound + $0)
        }
      }
      guard let found else { throw .badPhrase(word: positions.count + 1) }
      positions.append(found)
    }
    return positions
  }

  private static func isLetter(_ byte: UInt8) -> Bool { (0x61...0x7A).contains(byte | 0x20) }
}

extension WordList {
  /// Where each word stands in `text`.
  static var ranges: [Range<Int>] {
    var ranges: [Range<Int>] = []
    ranges.reserveCapacity(count)
    var start = 0
    for offset in 0...text.utf8CodeUnitCount
    where offset == text.utf8CodeUnitCount || byte(offset) <= 0x20 {
      if offset > start { ranges.append(start..<offset) }
      start = offset + 1
    }
    return ranges
  }

  static func byte(_ offset: Int) -> UInt8 {
    precondition(offset < text.utf8CodeUnitCount)
    return unsafe text.utf8Start[offset]
  }
}
