/// Hides the exact length of a value: it is followed by 0x80 and zeros up to a bucket (ISO/IEC 7816-4 padding).
///
/// Buckets: 64 B, 256 B, 1 KiB, then Padmé, which leaks O(log log n) bits of the length for at most 12 % of overhead.
/// Source: Nikitin et al., "Reducing Metadata Leakage from Encrypted Files and Communication with PURBs", PoPETs 2019.
package enum Padding {
  /// The padded length of a value of `count` bytes; always larger than `count`.
  package static func paddedCount(_ count: Int) -> Int {
    let needed = count + 1
    for bucket in [64, 256, 1024] where needed <= bucket { return bucket }
    let exponent = Int.bitWidth - 1 - needed.leadingZeroBitCount
    let mantissaBits = Int.bitWidth - exponent.leadingZeroBitCount
    let mask = (1 << (exponent - mantissaBits)) - 1
    return (needed + mask) & ~mask
  }

  /// `value` with its padding.
  package static func pad(_ value: RawSpan) throws(SealingError) -> SecretBytes {
    var padded = try SecretBytes(count: paddedCount(value.byteCount))
    padded.withMutableBytes { output in
      output.store(value, at: 0)
      output.storeByte(0x80, at: value.byteCount)
    }
    return padded
  }

  /// The length of the value inside `padded`.
  /// - Throws: `SealingError.damaged` when the padding is not exactly what `pad` writes.
  package static func unpaddedCount(_ padded: RawSpan) throws(SealingError) -> Int {
    var end = padded.byteCount - 1
    while end >= 0, padded.byte(at: end) == 0 { end -= 1 }
    guard end >= 0, padded.byte(at: end) == 0x80, paddedCount(end) == padded.byteCount else { throw .damaged }
    return end
  }
}
