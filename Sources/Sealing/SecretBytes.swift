import CSodium

/// Bytes that must not be copied by accident, printed, swapped out or left behind.
///
/// They live in the locked arena, can only be seen inside `withBytes`, and are wiped when the owner goes away. Globals never
/// run `deinit` and `exit` skips it: keep secrets local.
@safe package struct SecretBytes: ~Copyable, @unchecked Sendable {
  /// Length in bytes.
  package let count: Int
  // Exclusively owned: never shared, released exactly once in `deinit`.
  private let pointer: UnsafeMutableRawPointer

  /// `count` zero bytes.
  /// - Throws: `SealingError.outOfMemory`, `.unavailable`.
  package init(count: Int) throws(SealingError) {
    precondition(count >= 0)
    self.count = count
    unsafe self.pointer = try LockedArena.allocate(count)
  }

  /// A copy of `bytes`.
  /// - Throws: as `init(count:)`.
  package init(copying bytes: RawSpan) throws(SealingError) {
    try self.init(count: bytes.byteCount)
    unsafe bytes.withUnsafeBytes { source in
      if let base = source.baseAddress { unsafe pointer.copyMemory(from: base, byteCount: source.count) }
    }
  }

  /// A copy of bytes that are not secret yet, or not any more: constants, test input.
  /// - Throws: as `init(count:)`.
  package init(copying bytes: [UInt8]) throws(SealingError) {
    try unsafe self.init(copying: bytes.span.bytes)
  }

  /// `count` bytes from the operating system's generator.
  /// - Throws: as `init(count:)`.
  package init(randomCount count: Int) throws(SealingError) {
    try self.init(count: count)
    unsafe randombytes_buf(pointer, count)
  }

  deinit {
    unsafe LockedArena.release(pointer, count: count)
  }

  /// Lends the bytes to `body`; they must not leave it.
  /// - Throws: only what `body` throws.
  package borrowing func withBytes<R: ~Copyable, E: Error>(
    _ body: (RawSpan) throws(E) -> R
  ) throws(E) -> R {
    let span = unsafe RawSpan(_unsafeStart: UnsafeRawPointer(pointer), byteCount: count)
    return try body(span)
  }

  /// Lends the bytes for writing.
  /// - Throws: only what `body` throws.
  package mutating func withMutableBytes<R: ~Copyable, E: Error>(
    _ body: (inout MutableRawSpan) throws(E) -> R
  ) throws(E) -> R {
    var span = unsafe MutableRawSpan(_unsafeStart: pointer, byteCount: count)
    return try body(&span)
  }

  /// A new owner of a copy of the bytes in `range`, which must lie within.
  /// - Throws: as `init(count:)`.
  package borrowing func slice(_ range: Range<Int>) throws(SealingError) -> SecretBytes {
    try withBytes { (bytes) throws(SealingError) -> SecretBytes in
      try SecretBytes(copying: bytes.extracting(range))
    }
  }

  /// Compares without a timing difference that depends on the content; lengths are not hidden.
  package borrowing func matches(_ other: RawSpan) -> Bool {
    guard count == other.byteCount else { return false }
    return unsafe other.withUnsafeBytes { right in
      unsafe sodium_memcmp(pointer, right.baseAddress ?? UnsafeRawPointer(pointer), count) == 0
    }
  }

  /// True when the system refused to lock secret memory (RLIMIT_MEMLOCK), so that a secret might be swapped to disk.
  package static var lockFailed: Bool { LockedArena.lockFailed }
}
