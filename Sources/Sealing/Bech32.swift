/// Text with a checksum that people hand around: a prefix, `1`, and five bits a letter. Without the limit of 90 characters, which
/// age lifts as well. Source: https://github.com/bitcoin/bips/blob/master/bip-0173.mediawiki
enum Bech32 {
  /// Why a text is none.
  enum Fault: Error, Equatable {
    /// No `1` between a prefix and at least the six letters of a checksum, or far too long.
    case shape
    /// Both cases in one text, which the checksum would not tell.
    case mixedCase
    /// A letter that is not in the alphabet.
    case letter
    /// A letter is wrong, missing or out of its place.
    case checksum
    /// Bits are left over that no encoder leaves.
    case leftover
  }

  private static let alphabet = Array("qpzry9x8gf2tvdw0s3jn54khce6mua7l".utf8)
  private static let checksumCount = 6
  /// Of a text, in bytes: the longest recipients of age that there are have two thousand.
  private static let limit = 8192

  /// The prefix as written and the bytes behind it.
  static func decode(_ text: String) throws(Fault) -> (prefix: String, bytes: [UInt8]) {
    let letters = Array(text.utf8)
    guard letters.count <= limit, let separator = letters.lastIndex(of: UInt8(ascii: "1")), separator > 0,
      letters.count - separator > checksumCount
    else { throw .shape }
    guard letters.allSatisfy({ (33...126).contains($0) }) else { throw .letter }
    let lower = letters.map { (0x41...0x5A).contains($0) ? $0 | 0x20 : $0 }
    guard lower == letters || !letters.contains(where: { (0x61...0x7A).contains($0) }) else { throw .mixedCase }
    var values: [UInt8] = []
    for letter in lower[(separator + 1)...] {
      guard let value = alphabet.firstIndex(of: letter) else { throw .letter }
      values.append(UInt8(value))
    }
    guard polymod(expanded(lower[..<separator]) + values) == 1 else { throw .checksum }
    let bytes = try regrouped(values.dropLast(checksumCount))
    return (String(decoding: letters[..<separator], as: UTF8.self), bytes)
  }

  /// Eights from fives; what is left over must be fewer than five bits, all zero.
  private static func regrouped(_ values: ArraySlice<UInt8>) throws(Fault) -> [UInt8] {
    var bytes: [UInt8] = []
    var held: UInt32 = 0
    var bits = 0
    for value in values {
      held = held << 5 | UInt32(value)
      bits += 5
      if bits >= 8 {
        bits -= 8
        bytes.append(UInt8(truncatingIfNeeded: held >> UInt32(bits)))
      }
      held &= (1 << UInt32(bits)) - 1
    }
    guard bits < 5, held == 0 else { throw .leftover }
    return bytes
  }

  private static func expanded(_ prefix: ArraySlice<UInt8>) -> [UInt8] {
    prefix.map { $0 >> 5 } + [0] + prefix.map { $0 & 31 }
  }

  private static func polymod(_ values: [UInt8]) -> UInt32 {
    let generators: [UInt32] = [0x3B6A_57B2, 0x2650_8E6D, 0x1EA1_19FA, 0x3D42_33DD, 0x2A14_62B3]
    var checksum: UInt32 = 1
    for value in values {
      let top = checksum >> 25
      checksum = (checksum & 0x1FF_FFFF) << 5 ^ UInt32(value)
      for (bit, generator) in generators.enumerated() where top >> UInt32(bit) & 1 == 1 { checksum ^= generator }
    }
    return checksum
  }
}
