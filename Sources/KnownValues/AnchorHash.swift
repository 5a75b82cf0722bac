import Sealing

/// The keyed hash by which eight bytes of a known value are recognised in passing: multiply-shift with a random odd
/// factor, 64 bits of input, 32 of output. Two different inputs collide with a probability of at most 2^-31
/// (Dietzfelbinger et al., "A Reliable Randomized Algorithm for the Closest-Pair Problem", 1997).
///
/// It is fast because it is not a cryptographic hash. Whoever holds the key, as whoever reads the scanner's memory
/// does, can list all inputs of an output. So of eight bytes it tells what 32 bits can tell. The forms of one value
/// have an anchor each, so all of them are taken from the same eight bytes of the value (`KnownValueTableBuilder`): who
/// reads the table may learn these, and of the rest only whether a guess of the whole is right, by the digest. A value
/// that is hard to guess without eight of its bytes stays hidden; a short one does not. So the table is a secret: it
/// goes from `coffer` to `coffer-scan` through a descriptor, lives for one run, and is never written to a file.
struct AnchorHash: Sendable {
  /// Bytes of an anchor.
  static let window = 8
  private let factor: UInt64

  init(_ key: borrowing SymmetricKey) { factor = key.withBytes { $0.window(at: 0) } | 1 }

  /// The hash of eight bytes, the first of them in the lowest bits.
  @inline(__always)
  func hash(_ window: UInt64) -> UInt32 { UInt32(truncatingIfNeeded: (window &* factor) >> 32) }
}

extension RawSpan {
  /// The eight bytes at `offset` as `AnchorHash` takes them; bounds are checked.
  func window(at offset: Int) -> UInt64 {
    precondition(offset >= 0 && offset <= byteCount - AnchorHash.window)
    return UInt64(littleEndian: unsafe unsafeLoadUnaligned(fromByteOffset: offset, as: UInt64.self))
  }
}
