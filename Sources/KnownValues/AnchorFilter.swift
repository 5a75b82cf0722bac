/// Says at once of nearly all hashes that they are no anchor's: one bit for each value of their top bits.
struct AnchorFilter: Sendable {
  private let words: [UInt64]
  /// One less than the number of words, a power of two.
  private let mask: Int

  /// 2^16 bits (they stay in a core's first cache) or 2^10 for each hash, so that under a thousandth of other hashes
  /// pass, up to 2^22 bits (half of a usual second cache): beyond 4,000 hashes more pass, 2 % at 80,000, which costs
  /// less than leaving the cache for each byte.
  init(_ hashes: some Collection<UInt32>) {
    var bits = 16
    while bits < 22, hashes.count > 1 << (bits - 10) { bits += 1 }
    mask = 1 << (bits - 6) - 1
    var words = [UInt64](repeating: 0, count: mask + 1)
    for hash in hashes { words[Int(hash >> 6) & mask] |= 1 << UInt64(hash & 63) }
    self.words = words
  }

  /// Lends a test whose lowest bit is 1 for a hash that may be an anchor's; the other bits say nothing.
  @inline(__always)
  func withTest(_ body: ((UInt32) -> UInt64) -> Void) {
    unsafe words.withUnsafeBufferPointer { words in
      body { hash in
        // Within bounds by the mask.
        unsafe words[Int(hash >> 6) & mask] &>> UInt64(hash & 63)
      }
    }
  }
}
