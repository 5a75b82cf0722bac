package import Sealing

/// 128 bits that name a leaked secret without telling it: the fingerprint of `coffer scan`'s reports.
package struct LeakFingerprint: Hashable, Sendable, Comparable, CustomStringConvertible {
  /// The 16 bytes.
  package let bytes: Bytes16

  package init(_ bytes: Bytes16) { self.bytes = bytes }

  /// Reads 32 hexadecimal digits of either case; nil for anything else.
  package init?(hex text: String) {
    var found: [UInt8] = []
    var high: UInt8?
    for digit in text.utf8 {
      let value: UInt8
      switch digit {
      case 0x30...0x39: value = digit - 0x30
      case 0x41...0x46: value = digit - 0x37
      case 0x61...0x66: value = digit - 0x57
      default: return nil
      }
      if let first = high { found.append(first << 4 | value) }
      high = high == nil ? value : nil
    }
    guard found.count == 16, high == nil else { return nil }
    bytes = Bytes16(found)
  }

  /// 32 lower-case hexadecimal digits.
  package var description: String { bytes.bytes.hex }

  package static func < (left: Self, right: Self) -> Bool { left.bytes < right.bytes }
}
