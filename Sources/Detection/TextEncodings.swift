/// The encodings that tokens are written in. All of it is ASCII; decoders answer nil for a byte outside their alphabet.
enum TextEncodings {
  /// `0-9A-Za-z`, the order of GitHub's and npm's checksums.
  private static let base62Digits = Array("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz".utf8)
  private static let lowerHexDigits = Array("0123456789abcdef".utf8)

  /// The number to the base 62, at least one digit.
  static func base62(_ number: UInt32) -> [UInt8] { digits(number, base62Digits, base: 62) }

  /// The number to the base 36, lower-case, at least one digit.
  static func base36(_ number: UInt32) -> [UInt8] {
    digits(number, Array("0123456789abcdefghijklmnopqrstuvwxyz".utf8), base: 36)
  }

  /// `bytes` in lower-case hexadecimal.
  static func hex(_ bytes: [UInt8]) -> [UInt8] {
    bytes.flatMap { [lowerHexDigits[Int($0 >> 4)], lowerHexDigits[Int($0 & 15)]] }
  }

  /// The first `count` characters of RFC 4648's base32 of `bytes`.
  static func base32(_ bytes: [UInt8], first count: Int) -> [UInt8] {
    let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".utf8)
    return (0..<count).map { place in
      let bit = place * 5
      let high = bit / 8 < bytes.count ? UInt16(bytes[bit / 8]) << 8 : 0
      let low = bit / 8 + 1 < bytes.count ? UInt16(bytes[bit / 8 + 1]) : 0
      return alphabet[Int(((high | low) << UInt16(bit % 8)) >> 11)]
    }
  }

  /// The number that RFC 4648's base32 digits spell; nil beyond 12 of them.
  static func base32Number(_ digits: ArraySlice<UInt8>) -> UInt64? {
    guard digits.count <= 12 else { return nil }
    var number: UInt64 = 0
    for digit in digits {
      switch digit {
      case UInt8(ascii: "A")...UInt8(ascii: "Z"): number = number << 5 | UInt64(digit - 65)
      case UInt8(ascii: "2")...UInt8(ascii: "7"): number = number << 5 | UInt64(digit - 24)
      default: return nil
      }
    }
    return number
  }

  /// The bytes that RFC 4648's base64 spells, in either alphabet; padding at the end is left out, bits beyond whole
  /// bytes too.
  static func base64(_ text: some Sequence<UInt8>) -> [UInt8]? {
    var bytes: [UInt8] = []
    var bits: UInt32 = 0
    var count = 0
    var isPadded = false
    for byte in text {
      if byte == UInt8(ascii: "=") {
        isPadded = true
        continue
      }
      guard !isPadded, let value = base64Value(byte) else { return nil }
      bits = bits << 6 | UInt32(value)
      count += 6
      if count >= 8 {
        count -= 8
        bytes.append(UInt8(truncatingIfNeeded: bits >> UInt32(count)))
      }
    }
    return bytes
  }

  /// Standard base64 without padding.
  static func base64Text(_ bytes: [UInt8]) -> [UInt8] {
    let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
    return stride(from: 0, to: bytes.count * 8, by: 6).map { bit in
      let high = UInt16(bytes[bit / 8]) << 8
      let low = bit / 8 + 1 < bytes.count ? UInt16(bytes[bit / 8 + 1]) : 0
      return alphabet[Int(((high | low) << UInt16(bit % 8)) >> 10)]
    }
  }

  private static func base64Value(_ byte: UInt8) -> UInt8? {
    switch byte {
    case UInt8(ascii: "A")...UInt8(ascii: "Z"): byte - 65
    case UInt8(ascii: "a")...UInt8(ascii: "z"): byte - 71
    case UInt8(ascii: "0")...UInt8(ascii: "9"): byte + 4
    case UInt8(ascii: "+"), UInt8(ascii: "-"): 62
    case UInt8(ascii: "/"), UInt8(ascii: "_"): 63
    default: nil
    }
  }

  private static func digits(_ number: UInt32, _ alphabet: [UInt8], base: UInt32) -> [UInt8] {
    var number = number
    var digits: [UInt8] = []
    repeat {
      digits.append(alphabet[Int(number % base)])
      number /= base
    } while number > 0
    return digits.reversed()
  }
}

extension [UInt8] {
  /// The text with zeros in front, `count` long; longer texts stay.
  func padded(to count: Int) -> [UInt8] {
    Array(repeating: UInt8(ascii: "0"), count: Swift.max(0, count - self.count)) + self
  }
}
