import Glibc

/// A delta: how one object is built out of another by copying runs of it and inserting new bytes.
/// Source: gitformat-pack(5), "Deltified representation".
package enum Delta {
  /// The sizes at the start of a delta.
  struct Sizes {
    /// The size of the object that the delta builds on, in bytes.
    let base: Int
    /// The size of the object that comes out, in bytes: a claim.
    let result: Int
    /// Where the instructions begin.
    let instructions: Int

    /// - Throws: `PackError.damagedEntry`.
    init(_ delta: RawSpan) throws(PackError) {
      var position = 0
      base = try Self.size(delta, &position)
      result = try Self.size(delta, &position)
      instructions = position
    }

    /// 7 bits a byte, lowest first.
    private static func size(_ delta: RawSpan, _ position: inout Int) throws(PackError) -> Int {
      var size = 0
      var shift = 0
      while true {
        guard position < delta.byteCount, shift < 60 else { throw .damagedEntry }
        let byte = delta.byte(at: position)
        position += 1
        size |= Int(byte & 0x7f) << shift
        shift += 7
        if byte & 0x80 == 0 { return size }
      }
    }

    /// Whether instructions of `count` bytes could build the result at all: each byte of them copies less than 16 MiB and no
    /// more than the base has, or inserts one byte.
    func isPlausible(instructionBytes count: Int) -> Bool {
      result / max(1, min(base, 0xff_ffff)) <= count
    }
  }

  /// Builds an object.
  /// - Parameters:
  ///   - base: the object that the delta builds on.
  ///   - result: as many bytes as the delta says will come out.
  /// - Throws: `PackError.damagedEntry`; what is in `result` is then worthless.
  package static func apply(
    base: RawSpan, delta: RawSpan, into result: inout MutableRawSpan
  ) throws(PackError) {
    let sizes = try Sizes(delta)
    guard sizes.base == base.byteCount, sizes.result == result.byteCount else { throw .damagedEntry }
    let built = unsafe base.withUnsafeBytes { base in
      unsafe delta.withUnsafeBytes { delta in
        unsafe result.withUnsafeMutableBytes { result in
          unsafe build(base, delta, from: sizes.instructions, into: result)
        }
      }
    }
    guard built else { throw .damagedEntry }
  }

  /// Carries out the instructions from `start` on. Every access is checked here, once for each instruction: this loop and
  /// inflating are where the time of a scan of packs goes.
  /// - Returns: whether they are well-formed and fill `result` exactly.
  private static func build(
    _ base: UnsafeRawBufferPointer, _ delta: UnsafeRawBufferPointer, from start: Int,
    into result: UnsafeMutableRawBufferPointer
  ) -> Bool {
    // No pointers where nothing can be read or written.
    guard let target = result.baseAddress, let instructions = delta.baseAddress else {
      return result.count == 0 && start == delta.count
    }
    let (end, baseCount, resultCount) = (delta.count, base.count, result.count)
    var (position, filled) = (start, 0)
    while position < end {
      let code = unsafe instructions.load(fromByteOffset: position, as: UInt8.self)
      position += 1
      if code & 0x80 == 0 {
        let count = Int(code)
        // Code 0 is reserved.
        guard count > 0, count <= end - position, count <= resultCount - filled else { return false }
        unsafe memcpy(target + filled, instructions + position, count)
        position += count
        filled += count
        continue
      }
      guard (code & 0x7f).nonzeroBitCount <= end - position else { return false }
      var offset = 0
      var count = 0
      if code & 0x01 != 0 { unsafe take(instructions, &position, into: &offset, 0) }
      if code & 0x02 != 0 { unsafe take(instructions, &position, into: &offset, 8) }
      if code & 0x04 != 0 { unsafe take(instructions, &position, into: &offset, 16) }
      if code & 0x08 != 0 { unsafe take(instructions, &position, into: &offset, 24) }
      if code & 0x10 != 0 { unsafe take(instructions, &position, into: &count, 0) }
      if code & 0x20 != 0 { unsafe take(instructions, &position, into: &count, 8) }
      if code & 0x40 != 0 { unsafe take(instructions, &position, into: &count, 16) }
      if count == 0 { count = 0x10000 }
      guard count <= resultCount - filled, count <= baseCount, offset <= baseCount - count,
        let source = base.baseAddress
      else { return false }
      unsafe memcpy(target + filled, source + offset, count)
      filled += count
    }
    return filled == resultCount
  }

  /// The next byte of a copy's offset or size; the caller has checked that it is there.
  @inline(__always)
  private static func take(
    _ instructions: UnsafeRawPointer, _ position: inout Int, into number: inout Int, _ shift: Int
  ) {
    number |= unsafe Int(instructions.load(fromByteOffset: position, as: UInt8.self)) << shift
    position += 1
  }
}
