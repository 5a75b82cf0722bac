extension RawSpan {
  /// The byte at `offset`; bounds are checked.
  package func byte(at offset: Int) -> UInt8 {
    precondition(offset >= 0 && offset < byteCount)
    return unsafe unsafeLoad(fromUncheckedByteOffset: offset, as: UInt8.self)
  }

  /// A plain copy, for bytes that are not secret.
  package var array: [UInt8] { unsafe withUnsafeBytes { unsafe [UInt8]($0) } }
}

extension MutableRawSpan {
  /// Stores one byte; bounds are checked.
  package mutating func storeByte(_ byte: UInt8, at offset: Int) {
    precondition(offset >= 0 && offset < byteCount)
    unsafe withUnsafeMutableBytes { unsafe $0[offset] = byte }
  }

  /// Stores `bytes` from `offset` on; bounds are checked.
  package mutating func store(_ bytes: RawSpan, at offset: Int) {
    precondition(offset >= 0 && offset <= byteCount && bytes.byteCount <= byteCount - offset)
    unsafe withUnsafeMutableBytes { target in
      unsafe bytes.withUnsafeBytes { source in
        guard let to = target.baseAddress, let from = source.baseAddress else { return }
        unsafe (to + offset).copyMemory(from: from, byteCount: source.count)
      }
    }
  }

  /// Stores bytes that are not secret.
  package mutating func store(_ bytes: [UInt8], at offset: Int) { unsafe store(bytes.span.bytes, at: offset) }
}
