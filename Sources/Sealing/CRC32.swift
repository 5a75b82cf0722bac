/// CRC-32 as in ISO 3309, IEEE 802.3 and zlib: what many providers' tokens, and Coffer's own, end in.
package struct CRC32: Sendable {
  private var state: UInt32 = ~0

  /// Of nothing yet.
  package init() {}

  private static let table: [UInt32] = (0..<256).map { index in
    (0..<8).reduce(UInt32(index)) { value, _ in value & 1 == 1 ? value >> 1 ^ 0xEDB8_8320 : value >> 1 }
  }

  /// Takes in one more byte.
  package mutating func add(_ byte: UInt8) {
    state = state >> 8 ^ Self.table[Int(UInt8(truncatingIfNeeded: state) ^ byte)]
  }

  /// Of all bytes so far.
  package var value: UInt32 { ~state }

  /// Of `bytes`.
  package static func of(_ bytes: some Sequence<UInt8>) -> UInt32 {
    var sum = CRC32()
    for byte in bytes { sum.add(byte) }
    return sum.value
  }
}
