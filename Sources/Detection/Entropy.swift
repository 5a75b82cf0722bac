import Glibc

/// How evenly a text uses its characters.
package enum Entropy {
  /// Shannon's entropy of the distribution of single bytes, in bits per byte: 0 for one repeated byte, at most log2 of
  /// the count. Random hexadecimal of 32 digits has about 3.6, random base 62 of 36 about 4.6.
  package static func bitsPerByte(_ bytes: [UInt8]) -> Double {
    guard !bytes.isEmpty else { return 0 }
    var counts = [Int](repeating: 0, count: 256)
    for byte in bytes { counts[Int(byte)] += 1 }
    let total = Double(bytes.count)
    return counts.reduce(0) { sum, count in
      guard count > 0 else { return sum }
      let share = Double(count) / total
      return sum - share * log2(share)
    }
  }
}
