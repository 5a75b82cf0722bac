package import Sealing

/// A vault's identity: 16 bytes that commit to its founder's keys, so that whoever knows the id trusts no other founder.
package struct VaultID: Hashable, Sendable {
  package let bytes: Bytes16

  package init(_ bytes: Bytes16) { self.bytes = bytes }

  /// The id of the vault that `founder` starts with this nonce.
  init(nonce: Bytes32, founder: PublicIdentity) {
    let digest = Hashing.digest("coffer/vault", nonce.bytes + founder.encoded)
    bytes = Bytes16(Array(digest.bytes.prefix(16)))
  }

  /// The first 60 bits for people, in Crockford's base 32: "7Q4M-2KXD-9TRB". Names the vault's folder too.
  package var short: String {
    var bits: UInt64 = 0
    for byte in bytes.bytes.prefix(8) { bits = bits << 8 | UInt64(byte) }
    var text = ""
    for position in 0..<12 {
      if position == 4 || position == 8 { text.append("-") }
      text.append(Self.alphabet[Int(bits >> UInt64(59 - 5 * position) & 31)])
    }
    return text
  }

  /// Whether `text` has the form of a short id; anything else must not become part of a path.
  package static func isShort(_ text: String) -> Bool {
    let bytes = Array(text.utf8)
    return bytes.count == 14
      && bytes.indices.allSatisfy { $0 == 4 || $0 == 9 ? bytes[$0] == 0x2D : alphabet.contains(character(bytes[$0])) }
  }

  private static func character(_ byte: UInt8) -> Character { Character(UnicodeScalar(byte)) }

  /// All 128 bits in hexadecimal.
  package var hex: String { bytes.bytes.hex }

  /// The id whose `hex` this is; nil for any other text.
  init?(hex: some StringProtocol) {
    let digits = hex.utf8.compactMap { byte in Character(UnicodeScalar(byte)).hexDigitValue.map(UInt8.init) }
    guard hex.utf8.count == 32, digits.count == 32 else { return nil }
    self.init(Bytes16(stride(from: 0, to: 32, by: 2).map { digits[$0] << 4 | digits[$0 + 1] }))
    guard self.hex == hex else { return nil }
  }

  /// Source: https://www.crockford.com/base32.html
  private static let alphabet = Array("0123456789ABCDEFGHJKMNPQRSTVWXYZ")
}

/// A member's identity: the first 16 bytes of a digest of both public keys.
package struct MemberID: Hashable, Sendable {
  package let bytes: Bytes16

  package init(_ bytes: Bytes16) { self.bytes = bytes }

  /// What stands for the member where the name cannot be told: "#1f2e3d4c".
  package var brief: String { "#" + bytes.bytes.prefix(4).hex }
}

/// An environment's identity: 16 random bytes. Its name can change, and is sealed.
package struct EnvironmentID: Hashable, Sendable, Comparable {
  package let bytes: Bytes16

  package init(_ bytes: Bytes16) { self.bytes = bytes }

  static func random() -> EnvironmentID { EnvironmentID(Bytes16(Randomness.bytes(16))) }

  /// The environment that every member reads: names of environments and members, settings, the ledger of leaks.
  package static let directory = EnvironmentID(Bytes16())

  /// What stands for the environment where the name cannot be told: "#1f2e3d4c".
  package var brief: String { "#" + bytes.bytes.prefix(4).hex }

  package static func < (left: Self, right: Self) -> Bool { left.bytes < right.bytes }
}

/// Where a name's record is found without telling the name: a keyed digest.
package struct NameIndex: Hashable, Sendable, Comparable {
  package let bytes: Bytes32

  init(_ bytes: Bytes32) { self.bytes = bytes }

  /// What stands for the name where it cannot be told: "#1f2e3d4c".
  package var brief: String { "#" + bytes.bytes.prefix(4).hex }

  package static func < (left: Self, right: Self) -> Bool { left.bytes < right.bytes }

  /// The four bits that choose the slot at `depth`, from the most significant.
  func nibble(_ depth: Int) -> Int {
    let byte = bytes.bytes[depth / 2]
    return Int(depth % 2 == 0 ? byte >> 4 : byte & 15)
  }
}
