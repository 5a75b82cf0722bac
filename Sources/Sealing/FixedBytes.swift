/// 16 bytes held in registers: identifiers.
package struct Bytes16: Hashable, Sendable, Comparable {
  private var low: UInt64
  private var high: UInt64

  /// All zero.
  package init() { (low, high) = (0, 0) }

  /// - Precondition: `bytes` holds 16 bytes.
  package init(_ bytes: RawSpan) {
    precondition(bytes.byteCount == 16)
    low = bytes.littleEndian(at: 0)
    high = bytes.littleEndian(at: 8)
  }

  /// - Precondition: `bytes` holds 16 bytes.
  package init(_ bytes: [UInt8]) { unsafe self.init(bytes.span.bytes) }

  /// The bytes in order.
  package var bytes: [UInt8] { low.littleEndianBytes + high.littleEndianBytes }

  /// Byte order, as memcmp has it.
  package static func < (left: Self, right: Self) -> Bool {
    (left.low.byteSwapped, left.high.byteSwapped) < (right.low.byteSwapped, right.high.byteSwapped)
  }
}

/// 32 bytes held in registers: digests, public keys, indexes. Not for secret keys.
package struct Bytes32: Hashable, Sendable, Comparable {
  private var first: Bytes16
  private var second: Bytes16

  /// All zero.
  package init() { (first, second) = (Bytes16(), Bytes16()) }

  /// - Precondition: `bytes` holds 32 bytes.
  package init(_ bytes: RawSpan) {
    precondition(bytes.byteCount == 32)
    first = Bytes16(bytes.extracting(0..<16))
    second = Bytes16(bytes.extracting(16..<32))
  }

  /// - Precondition: `bytes` holds 32 bytes.
  package init(_ bytes: [UInt8]) { unsafe self.init(bytes.span.bytes) }

  /// The bytes in order.
  package var bytes: [UInt8] { first.bytes + second.bytes }

  /// Byte order, as memcmp has it.
  package static func < (left: Self, right: Self) -> Bool {
    left.first == right.first ? left.second < right.second : left.first < right.first
  }
}

extension RawSpan {
  /// The 8 bytes at `offset` as a little-endian number; bounds are checked.
  fileprivate func littleEndian(at offset: Int) -> UInt64 {
    UInt64(littleEndian: unsafe unsafeLoadUnaligned(fromByteOffset: checked(offset, 8), as: UInt64.self))
  }

  private func checked(_ offset: Int, _ length: Int) -> Int {
    precondition(offset >= 0 && offset + length <= byteCount)
    return offset
  }
}

extension UInt64 {
  fileprivate var littleEndianBytes: [UInt8] {
    (0..<8).map { UInt8(truncatingIfNeeded: self >> (8 * UInt64($0))) }
  }
}

extension Sequence<UInt8> {
  /// Lower-case hexadecimal.
  package var hex: String {
    var text = ""
    for byte in self {
      text.append(Character(UnicodeScalar("0123456789abcdef".utf8[offset: Int(byte >> 4)])))
      text.append(Character(UnicodeScalar("0123456789abcdef".utf8[offset: Int(byte & 15)])))
    }
    return text
  }
}

extension String.UTF8View {
  fileprivate subscript(offset distance: Int) -> UInt8 { self[index(startIndex, offsetBy: distance)] }
}
