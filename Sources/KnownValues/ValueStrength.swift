import Sealing

/// A cautious estimate of how many bits of guessing a value takes.
///
/// It is part of the meaning of a fingerprint (whether the value is stretched), so everyone must get the same number:
/// integers only, thousandths of a bit. What is estimated too low costs a little time; too high, a weak password.
package enum ValueStrength {
  /// A value of fewer bits than this can be guessed by who has a plain digest of it.
  package static let guessable = 64
  /// As far as is looked: beyond, nothing changes.
  private static let limit = 256

  /// Bits of the whole of `bytes`, capped by what its first 256 bytes give.
  ///
  /// Every byte counts for the size of the classes of characters that occur (digits 10, hexadecimal letters 6 and other
  /// letters 20 a case, 33 others in ASCII, 256 if any byte is beyond), less where it says little: nothing for a byte
  /// that repeats or continues the one before (`aaa`, `123`, `cba`) or that ends three bytes which stood before
  /// already; as in written words (Shannon, "Prediction and Entropy of Printed English", 1951) at most 1.5 bits for a
  /// letter after a letter of the same case, and 1 for a sign after a letter.
  package static func bits(_ bytes: RawSpan) -> Int {
    let count = min(bytes.byteCount, limit)
    let full = bitsPerByte(bytes.extracting(0..<count))
    var sum = 0
    for index in 0..<count {
      let byte = bytes.byte(at: index)
      guard index > 0 else {
        sum += full
        continue
      }
      let before = bytes.byte(at: index - 1)
      if byte.distance(to: before).magnitude <= 1 || stoodBefore(index, bytes) { continue }
      sum += min(full, wordBits(byte, after: before))
    }
    return sum / 1000
  }

  /// Whether a plain digest of `bytes` would let them be guessed. Of a URL only what is secret counts: the password, or
  /// else what follows the host.
  package static func isGuessable(_ bytes: RawSpan) -> Bool { bits(bytes.extracting(secretPart(bytes))) < guessable }

  private static func secretPart(_ bytes: RawSpan) -> Range<Int> {
    let whole = 0..<bytes.byteCount
    guard let scheme = bytes.firstOffset(of: Array("://".utf8), in: whole) else { return whole }
    let rest = (scheme + 3)..<bytes.byteCount
    let slash = bytes.firstOffset(of: [UInt8(ascii: "/")], in: rest) ?? bytes.byteCount
    // A password that holds a slash should have been percent-encoded, and often was not.
    guard let at = lastAt(bytes, in: rest.lowerBound..<slash) ?? lastAt(bytes, in: rest) else {
      return slash..<bytes.byteCount
    }
    let colon = bytes.firstOffset(of: [UInt8(ascii: ":")], in: rest.lowerBound..<at)
    return (colon.map { $0 + 1 } ?? rest.lowerBound)..<at
  }

  private static func lastAt(_ bytes: RawSpan, in range: Range<Int>) -> Int? {
    range.last { bytes.byte(at: $0) == UInt8(ascii: "@") }
  }

  /// Thousandths of a bit: the logarithm of the number of characters in the classes that occur.
  private static func bitsPerByte(_ bytes: RawSpan) -> Int {
    var classes: UInt8 = 0
    for index in 0..<bytes.byteCount {
      switch bytes.byte(at: index) {
      case UInt8(ascii: "0")...UInt8(ascii: "9"): classes |= 1
      case UInt8(ascii: "a")...UInt8(ascii: "f"): classes |= 2
      case UInt8(ascii: "g")...UInt8(ascii: "z"): classes |= 4
      case UInt8(ascii: "A")...UInt8(ascii: "F"): classes |= 8
      case UInt8(ascii: "G")...UInt8(ascii: "Z"): classes |= 16
      case 0..<0x80: classes |= 32
      default: classes |= 64
      }
    }
    if classes & 64 != 0 { return 8000 }
    // 1000 · log2 of the class's size.
    let sizes = [(1, 10), (2, 6), (4, 20), (8, 6), (16, 20), (32, 33)]
    return thousandthsOfLogarithm(sizes.reduce(0) { $0 + (classes & UInt8($1.0) != 0 ? $1.1 : 0) })
  }

  /// 1000 · log2(`size`), rounded down, by repeated squaring: the same on every machine, as a library's logarithm is
  /// not.
  private static func thousandthsOfLogarithm(_ size: Int) -> Int {
    guard size > 1 else { return 0 }
    let whole = Int.bitWidth - 1 - size.leadingZeroBitCount
    // 31 fraction bits of size / 2^whole, which lies in [1, 2).
    var mantissa = UInt64(size) << UInt64(31 - whole)
    var fraction = 0
    for _ in 0..<16 {
      mantissa = (mantissa * mantissa) >> 31
      fraction <<= 1
      if mantissa >> 32 != 0 {
        fraction |= 1
        mantissa >>= 1
      }
    }
    return whole * 1000 + (fraction * 1000) >> 16
  }

  private static func wordBits(_ byte: UInt8, after before: UInt8) -> Int {
    guard before.isLetter else { return .max }
    if byte.isLetter { return (byte ^ before) & 0x20 == 0 ? 1500 : .max }
    return byte.isDigit || byte >= 0x80 ? .max : 1000
  }

  private static func stoodBefore(_ index: Int, _ bytes: RawSpan) -> Bool {
    guard index >= 3 else { return false }
    let (first, second, third) = (bytes.byte(at: index - 2), bytes.byte(at: index - 1), bytes.byte(at: index))
    return (2..<index).contains {
      bytes.byte(at: $0) == third && bytes.byte(at: $0 - 1) == second && bytes.byte(at: $0 - 2) == first
    }
  }
}

extension UInt8 {
  fileprivate var isLetter: Bool { UInt8(ascii: "a")...UInt8(ascii: "z") ~= self | 0x20 }
  fileprivate var isDigit: Bool { UInt8(ascii: "0")...UInt8(ascii: "9") ~= self }
}

extension RawSpan {
  /// Where `wanted` first stands within `range`.
  func firstOffset(of wanted: [UInt8], in range: Range<Int>) -> Int? {
    guard !wanted.isEmpty, wanted.count <= range.count else { return nil }
    return (range.lowerBound...(range.upperBound - wanted.count)).first { start in
      wanted.indices.allSatisfy { byte(at: start + $0) == wanted[$0] }
    }
  }
}
