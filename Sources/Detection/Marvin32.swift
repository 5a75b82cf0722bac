/// Marvin32, the keyed checksum of Microsoft's annotated keys (SymCrypt, lib/marvin32.c).
enum Marvin32 {
  /// Both halves of the 64-bit result, xored.
  static func hash(_ bytes: [UInt8], seed: UInt64) -> UInt32 {
    let both = hash64(bytes, seed: seed)
    return UInt32(truncatingIfNeeded: both) ^ UInt32(truncatingIfNeeded: both >> 32)
  }

  static func hash64(_ bytes: [UInt8], seed: UInt64) -> UInt64 {
    var low = UInt32(truncatingIfNeeded: seed)
    var high = UInt32(truncatingIfNeeded: seed >> 32)
    func mix(_ word: UInt32) {
      low &+= word
      high ^= low
      low = rotated(low, 20) &+ high
      high = rotated(high, 9) ^ low
      low = rotated(low, 27) &+ high
      high = rotated(high, 19)
    }
    // The end is marked by a byte 0x80 and filled up with zeros.
    let marked = bytes + [0x80]
    for start in stride(from: 0, to: marked.count, by: 4) {
      let word = (0..<4).reduce(UInt32(0)) { word, place in
        start + place < marked.count ? word | UInt32(marked[start + place]) << UInt32(place * 8) : word
      }
      mix(word)
    }
    mix(0)
    return UInt64(high) << 32 | UInt64(low)
  }

  private static func rotated(_ word: UInt32, _ count: UInt32) -> UInt32 { word << count | word >> (32 - count) }
}
