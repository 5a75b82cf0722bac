import Sealing

/// Bytes as one word that people copy and scanners recognise: a prefix, the bytes to the base 62 in a fixed width, and six digits of
/// the CRC-32 of all before. docs/FORMAT.md, "Checked text".
enum CheckedText {
  private static let digits = Array("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz".utf8)
  private static let sumWidth = 6

  /// How many digits `count` bytes need at most.
  static func width(_ count: Int) -> Int {
    // log2(62)
    Int((Double(count * 8) / 5.954_196_310_386_875).rounded(.up))
  }

  /// The text of bytes that are not secret.
  static func encode(prefix: String, _ bytes: [UInt8]) throws(SealingError) -> String {
    let text = try SecretBytes(copying: bytes).withBytes { (bytes) throws(SealingError) in
      try encode(prefix: prefix, bytes)
    }
    return text.withBytes { String(decoding: $0.array, as: UTF8.self) }
  }

  /// The text of secret bytes.
  static func encode(prefix: String, _ bytes: RawSpan) throws(SealingError) -> SecretBytes {
    let prefix = Array(prefix.utf8)
    let count = bytes.byteCount
    let width = width(count)
    var work = try SecretBytes(copying: bytes)
    var text = try SecretBytes(count: prefix.count + width + sumWidth)
    work.withMutableBytes { work in
      text.withMutableBytes { text in
        text.store(prefix, at: 0)
        for place in stride(from: prefix.count + width - 1, through: prefix.count, by: -1) {
          var remainder = 0
          for offset in 0..<count {
            let value = remainder << 8 | Int(work.bytes.byte(at: offset))
            work.storeByte(UInt8(value / 62), at: offset)
            remainder = value % 62
          }
          text.storeByte(digits[remainder], at: place)
        }
        text.store(Self.sum(text.bytes, count: prefix.count + width), at: prefix.count + width)
      }
    }
    return text
  }

  /// The bytes of a text; nil for one with another prefix, length or checksum.
  static func decode(prefix: String, _ text: String, count: Int) throws(SealingError) -> [UInt8]? {
    let bytes = try SecretBytes(copying: Array(text.utf8)).withBytes { (text) throws(SealingError) in
      try decode(prefix: prefix, text, count: count)
    }
    return bytes?.withBytes { $0.array }
  }

  /// The bytes of a secret text; nil for one with another prefix, length or checksum.
  static func decode(prefix: String, _ text: RawSpan, count: Int) throws(SealingError) -> SecretBytes? {
    let prefix = Array(prefix.utf8)
    let width = width(count)
    guard text.byteCount == prefix.count + width + sumWidth,
      prefix.indices.allSatisfy({ text.byte(at: $0) == prefix[$0] }),
      sum(text, count: prefix.count + width) == text.extracting((prefix.count + width)...).array
    else { return nil }
    var bytes = try SecretBytes(count: count)
    let fits = bytes.withMutableBytes { output in
      for place in prefix.count..<(prefix.count + width) {
        guard var carry = digits.firstIndex(of: text.byte(at: place)) else { return false }
        for offset in (0..<count).reversed() {
          let value = Int(output.bytes.byte(at: offset)) * 62 + carry
          output.storeByte(UInt8(truncatingIfNeeded: value), at: offset)
          carry = value >> 8
        }
        guard carry == 0 else { return false }
      }
      return true
    }
    guard fits else { return nil }
    return bytes
  }

  /// Six digits, the first bytes' CRC-32.
  private static func sum(_ text: RawSpan, count: Int) -> [UInt8] {
    var sum = CRC32()
    for offset in 0..<count { sum.add(text.byte(at: offset)) }
    var rest = Int(sum.value)
    var output = [UInt8](repeating: digits[0], count: sumWidth)
    for place in (0..<sumWidth).reversed() {
      output[place] = digits[rest % 62]
      rest /= 62
    }
    return output
  }
}
