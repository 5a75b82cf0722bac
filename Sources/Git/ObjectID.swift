/// The name of an object: a SHA-1, 20 bytes, held inline as three big-endian numbers so that it compares and hashes fast.
package struct ObjectID: Hashable, Comparable, Sendable {
  /// Bytes 0-7, 8-15 and 16-19.
  private let head: UInt64
  private let middle: UInt64
  private let tail: UInt32

  /// The number of bytes in an id.
  package static let byteCount = 20

  /// Takes an id out of a longer run of bytes: a tree entry, an index, a pack.
  /// - Precondition: 20 bytes are there. Callers check; the load itself is checked again.
  package init(_ bytes: RawSpan, at offset: Int = 0) {
    // Safe: every bit pattern is a number, and RawSpan checks the bounds.
    head = unsafe UInt64(bigEndian: bytes.unsafeLoadUnaligned(fromByteOffset: offset, as: UInt64.self))
    middle = unsafe UInt64(bigEndian: bytes.unsafeLoadUnaligned(fromByteOffset: offset + 8, as: UInt64.self))
    tail = unsafe UInt32(bigEndian: bytes.unsafeLoadUnaligned(fromByteOffset: offset + 16, as: UInt32.self))
  }

  /// Takes an id written as exactly 40 hexadecimal digits of either case; nil if it is not that.
  package init?(hex: String) {
    let digits = Array(hex.utf8)
    // Safe: the array outlives the call.
    unsafe self.init(hex: digits.span.bytes)
  }

  /// Takes an id written as exactly 40 hexadecimal digits of either case; nil if it is not that.
  package init?(hex digits: RawSpan) {
    guard digits.byteCount == 2 * Self.byteCount else { return nil }
    var words: (UInt64, UInt64, UInt64) = (0, 0, 0)
    guard Self.read(digits, from: 0, count: 16, into: &words.0),
      Self.read(digits, from: 16, count: 16, into: &words.1),
      Self.read(digits, from: 32, count: 8, into: &words.2)
    else { return nil }
    head = words.0
    middle = words.1
    tail = UInt32(truncatingIfNeeded: words.2)
  }

  /// The id as 40 lowercase hexadecimal digits.
  package var hex: String {
    var digits: [UInt8] = []
    digits.reserveCapacity(2 * Self.byteCount)
    forEachByte { byte in
      digits.append(Self.digit(byte >> 4))
      digits.append(Self.digit(byte & 15))
    }
    return String(decoding: digits, as: UTF8.self)
  }

  /// The empty tree and the empty blob, which git knows without their being stored.
  package static let known: Set<ObjectID> = Set(
    ["4b825dc642cb6eb9a060e54bf8d69288fbee4904", "e69de29bb2d1d6434b8b29ae775ad8c2e48c5391"].compactMap(
      ObjectID.init(hex:)))

  /// Whether all bytes are zero: how git writes "no object" in reflogs.
  package var isZero: Bool { head == 0 && middle == 0 && tail == 0 }

  /// The first 8 bytes: for tables and filters over ids.
  package var prefix: UInt64 { head }

  /// A keyed mix of all bytes, for tables that ids chosen by an enemy must not be able to clog.
  package func mixed(with key: (UInt64, UInt64)) -> UInt64 {
    let first = (head ^ key.0).multipliedFullWidth(by: middle ^ key.1)
    let second = (first.high ^ first.low ^ UInt64(tail)).multipliedFullWidth(by: key.0 | 1)
    return second.high ^ second.low
  }

  /// Writes the 20 bytes over the first 20 of `bytes`.
  func copy(to bytes: UnsafeMutableRawBufferPointer) {
    unsafe bytes.storeBytes(of: head.bigEndian, toByteOffset: 0, as: UInt64.self)
    unsafe bytes.storeBytes(of: middle.bigEndian, toByteOffset: 8, as: UInt64.self)
    unsafe bytes.storeBytes(of: tail.bigEndian, toByteOffset: 16, as: UInt32.self)
  }

  /// Hands over the 20 bytes, first to last.
  package func forEachByte(_ body: (UInt8) -> Void) {
    for shift in stride(from: UInt64(56), through: 0, by: -8) { body(UInt8(truncatingIfNeeded: head >> shift)) }
    for shift in stride(from: UInt64(56), through: 0, by: -8) { body(UInt8(truncatingIfNeeded: middle >> shift)) }
    for shift in stride(from: UInt32(24), through: 0, by: -8) { body(UInt8(truncatingIfNeeded: tail >> shift)) }
  }

  package static func < (one: Self, other: Self) -> Bool {
    if one.head != other.head { return one.head < other.head }
    if one.middle != other.middle { return one.middle < other.middle }
    return one.tail < other.tail
  }

  private static func digit(_ value: UInt8) -> UInt8 { value < 10 ? 48 + value : 87 + value }

  private static func read(_ digits: RawSpan, from: Int, count: Int, into value: inout UInt64) -> Bool {
    for position in from..<from + count {
      let digit = unsafe digits.unsafeLoad(fromByteOffset: position, as: UInt8.self)
      switch digit {
      case 48...57: value = value << 4 | UInt64(digit - 48)
      case 65...70: value = value << 4 | UInt64(digit - 55)
      case 97...102: value = value << 4 | UInt64(digit - 87)
      default: return false
      }
    }
    return true
  }
}

extension ObjectID: CustomStringConvertible {
  package var description: String { hex }
}
