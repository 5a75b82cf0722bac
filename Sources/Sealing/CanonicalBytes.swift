/// Writes the one encoding that Coffer signs, hashes and authenticates: little-endian integers, and byte strings behind
/// their 32-bit length. docs/FORMAT.md, "Encoding".
package struct CanonicalWriter: Sendable {
  /// What was written so far.
  package private(set) var bytes: [UInt8] = []

  /// Empty.
  package init() {}

  /// One byte.
  package mutating func u8(_ value: UInt8) { bytes.append(value) }

  /// Two bytes, little-endian.
  package mutating func u16(_ value: UInt16) { integer(value) }

  /// Four bytes, little-endian.
  package mutating func u32(_ value: UInt32) { integer(value) }

  /// Eight bytes, little-endian.
  package mutating func u64(_ value: UInt64) { integer(value) }

  /// Bytes whose length the format fixes.
  package mutating func fixed(_ value: [UInt8]) { bytes.append(contentsOf: value) }

  /// Sixteen bytes as they stand.
  package mutating func fixed(_ value: Bytes16) { bytes.append(contentsOf: value.bytes) }

  /// Thirty-two bytes as they stand.
  package mutating func fixed(_ value: Bytes32) { bytes.append(contentsOf: value.bytes) }

  /// A byte string: its length as u32, then the bytes.
  package mutating func prefixed(_ value: some Collection<UInt8>) {
    u32(UInt32(value.count))
    bytes.append(contentsOf: value)
  }

  /// Text as UTF-8, behind its length in bytes.
  package mutating func text(_ value: String) { prefixed(Array(value.utf8)) }

  private mutating func integer(_ value: some FixedWidthInteger) {
    for shift in stride(from: 0, to: value.bitWidth, by: 8) {
      bytes.append(UInt8(truncatingIfNeeded: value >> shift))
    }
  }
}

/// Bytes that do not follow the format: cut short, trailing, or a length or value out of range.
package struct MalformedBytes: Error, Equatable, Sendable {
  /// Made by a reader, and by whoever finds a value that the format forbids.
  package init() {}
}

/// Reads what `CanonicalWriter` wrote, refusing anything cut short or left over.
package struct CanonicalReader: Sendable {
  private let source: [UInt8]
  private var position = 0

  /// Reads from the start of `bytes`.
  package init(_ bytes: [UInt8]) { source = bytes }

  /// One byte.
  /// - Throws: when none is left.
  package mutating func u8() throws(MalformedBytes) -> UInt8 { try integer() }

  /// Two bytes, little-endian.
  /// - Throws: when they are not all there.
  package mutating func u16() throws(MalformedBytes) -> UInt16 { try integer() }

  /// Four bytes, little-endian.
  /// - Throws: when they are not all there.
  package mutating func u32() throws(MalformedBytes) -> UInt32 { try integer() }

  /// Eight bytes, little-endian.
  /// - Throws: when they are not all there.
  package mutating func u64() throws(MalformedBytes) -> UInt64 { try integer() }

  /// Sixteen bytes as they stand.
  /// - Throws: when they are not all there.
  package mutating func bytes16() throws(MalformedBytes) -> Bytes16 { Bytes16(try fixed(16)) }

  /// Thirty-two bytes as they stand.
  /// - Throws: when they are not all there.
  package mutating func bytes32() throws(MalformedBytes) -> Bytes32 { Bytes32(try fixed(32)) }

  /// `count` bytes, a length that the format fixes.
  /// - Throws: when they are not all there.
  package mutating func fixed(_ count: Int) throws(MalformedBytes) -> [UInt8] { Array(try take(count)) }

  /// A byte string behind its length (u32).
  /// - Throws: when it is longer than what is left.
  package mutating func prefixed() throws(MalformedBytes) -> [UInt8] {
    let count = try u32()
    return try fixed(Int(count))
  }

  /// Where a byte string behind its length (u32) stands, without copying it.
  /// - Throws: when it is longer than what is left.
  package mutating func prefixedPlace() throws(MalformedBytes) -> Range<Int> {
    let count = try u32()
    return try take(Int(count)).indices
  }

  /// Text behind its length in bytes (u32).
  /// - Throws: when it is longer than what is left, or not UTF-8.
  package mutating func text() throws(MalformedBytes) -> String {
    guard let text = String(validating: try prefixed(), as: UTF8.self) else { throw MalformedBytes() }
    return text
  }

  /// A count of items that each take at least `minimum` bytes: refused when they cannot all be there.
  /// - Throws: then, and when the count itself is cut short.
  package mutating func count(minimum: Int) throws(MalformedBytes) -> Int {
    let count = Int(try u32())
    guard count <= (source.count - position) / max(1, minimum) else { throw MalformedBytes() }
    return count
  }

  /// What has not been read yet.
  package mutating func rest() -> [UInt8] {
    defer { position = source.count }
    return Array(source[position...])
  }

  /// - Throws: when bytes are left over.
  package func end() throws(MalformedBytes) {
    guard position == source.count else { throw MalformedBytes() }
  }

  private mutating func take(_ count: Int) throws(MalformedBytes) -> ArraySlice<UInt8> {
    guard count >= 0, count <= source.count - position else { throw MalformedBytes() }
    defer { position += count }
    return source[position..<(position + count)]
  }

  private mutating func integer<T: FixedWidthInteger & UnsignedInteger>() throws(MalformedBytes) -> T {
    var value: T = 0
    for (index, byte) in try take(T.bitWidth / 8).enumerated() { value |= T(byte) << (8 * index) }
    return value
  }
}
