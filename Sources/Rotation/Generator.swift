package import Sealing
import Vault

/// How Coffer makes a value itself: `hex:32`, `base64:32` (random bytes), `alnum:32` (characters), `uuid`, `passphrase:6` (words).
package struct Generator: Hashable, Sendable, CustomStringConvertible {
  /// What the value is made of.
  package enum Kind: String, CaseIterable, Sendable {
    case hex, base64, alnum, uuid, passphrase
  }

  package let kind: Kind
  /// Random bytes for `hex` and `base64`, characters for `alnum`, words for `passphrase`; unused for `uuid`.
  package let count: Int

  /// Parses a specification; without a number it takes one that gives at least 128 bits.
  /// - Returns: nil for an unknown kind, or fewer than 64 bits, or more than 4,096 units.
  package init?(_ specification: String) {
    let parts = specification.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
    guard let first = parts.first, let kind = Kind(rawValue: String(first)) else { return nil }
    self.kind = kind
    guard parts.count == 2 else {
      count = kind.standard
      return
    }
    guard kind != .uuid, let count = Int(parts[1]), (kind.least...4096).contains(count) else { return nil }
    self.count = count
  }

  /// The specification that makes the same kind of value.
  package var description: String { kind == .uuid ? kind.rawValue : "\(kind.rawValue):\(count)" }

  /// A fresh value.
  package func make() throws(SealingError) -> SecretBytes {
    switch kind {
    case .hex: return try encode(random: count, Self.hexDigits, bits: 4)
    case .base64: return try base64()
    case .alnum: return try pick(count, from: Self.alphanumerics)
    case .uuid: return try uuid()
    case .passphrase: return try passphrase()
    }
  }

  private static let hexDigits = Array("0123456789abcdef".utf8)
  private static let alphanumerics = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789".utf8)
  private static let base64Digits = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

  private func pick(_ count: Int, from alphabet: [UInt8]) throws(SealingError) -> SecretBytes {
    var value = try SecretBytes(count: count)
    value.withMutableBytes { output in
      for offset in 0..<count {
        output.storeByte(alphabet[Int(Randomness.uniform(below: UInt32(alphabet.count)))], at: offset)
      }
    }
    return value
  }

  private func encode(random count: Int, _ digits: [UInt8], bits: Int) throws(SealingError) -> SecretBytes {
    let random = try SecretBytes(randomCount: count)
    var value = try SecretBytes(count: count * 8 / bits)
    random.withBytes { random in
      value.withMutableBytes { output in
        for offset in 0..<count {
          output.storeByte(digits[Int(random.byte(at: offset) >> 4)], at: offset * 2)
          output.storeByte(digits[Int(random.byte(at: offset) & 15)], at: offset * 2 + 1)
        }
      }
    }
    return value
  }

  /// RFC 4648, section 4, with padding.
  private func base64() throws(SealingError) -> SecretBytes {
    let random = try SecretBytes(randomCount: count)
    var value = try SecretBytes(count: (count + 2) / 3 * 4)
    random.withBytes { random in
      value.withMutableBytes { output in
        var end = 0
        for start in stride(from: 0, to: count, by: 3) {
          var group: UInt32 = 0
          for offset in 0..<3 {
            group = group << 8 | (start + offset < count ? UInt32(random.byte(at: start + offset)) : 0)
          }
          for digit in 0..<4 {
            let isPadding = digit > count - start
            let place = Int(group >> UInt32(18 - 6 * digit) & 63)
            output.storeByte(isPadding ? UInt8(ascii: "=") : Self.base64Digits[place], at: end)
            end += 1
          }
        }
      }
    }
    return value
  }

  /// Version 4, RFC 9562, section 5.4.
  private func uuid() throws(SealingError) -> SecretBytes {
    let random = try SecretBytes(randomCount: 16)
    var value = try SecretBytes(count: 36)
    random.withBytes { random in
      value.withMutableBytes { output in
        var end = 0
        for offset in 0..<16 {
          if [4, 6, 8, 10].contains(offset) {
            output.storeByte(UInt8(ascii: "-"), at: end)
            end += 1
          }
          var byte = random.byte(at: offset)
          if offset == 6 { byte = byte & 0x0F | 0x40 }
          if offset == 8 { byte = byte & 0x3F | 0x80 }
          output.storeByte(Self.hexDigits[Int(byte >> 4)], at: end)
          output.storeByte(Self.hexDigits[Int(byte & 15)], at: end + 1)
          end += 2
        }
      }
    }
    return value
  }

  private func passphrase() throws(SealingError) -> SecretBytes {
    var value = try SecretBytes(count: count * 9)
    var end = 0
    value.withMutableBytes { output in
      for word in 0..<count {
        if word > 0 {
          output.storeByte(UInt8(ascii: "-"), at: end)
          end += 1
        }
        let letters = WordList.word(Int(Randomness.uniform(below: UInt32(WordList.count))))
        output.store(letters, at: end)
        end += letters.count
      }
    }
    return try value.slice(0..<end)
  }
}

extension Generator.Kind {
  /// Units when none are named.
  fileprivate var standard: Int {
    switch self {
    case .hex, .base64, .alnum: 32
    case .uuid: 0
    case .passphrase: 12
    }
  }

  /// The fewest units that are not a weak secret: 64 bits.
  fileprivate var least: Int {
    switch self {
    case .hex, .base64: 8
    case .alnum: 11
    case .uuid: 0
    case .passphrase: 6
    }
  }
}
