import Glibc

/// Memory for the objects of a walk: what is given back is handed out again, so that most objects cost no allocation.
/// Whoever takes a block gives it back, once.
struct PackBuffers: ~Copyable {
  /// Memory for one object: `count` bytes of it are in use.
  @safe struct Block {
    let start: UnsafeMutableRawPointer
    let capacity: Int
    let count: Int

    /// Lends the bytes in use.
    @inline(__always)
    func withBytes<Result, Failure>(_ body: (RawSpan) throws(Failure) -> Result) throws(Failure) -> Result {
      try body(unsafe RawSpan(_unsafeStart: UnsafeRawPointer(start), byteCount: count))
    }

    /// Lends the bytes in use for writing.
    @inline(__always)
    func withMutableBytes<Result, Failure>(
      _ body: (inout MutableRawSpan) throws(Failure) -> Result
    ) throws(Failure) -> Result {
      var bytes = unsafe MutableRawSpan(_unsafeStart: start, byteCount: count)
      return try body(&bytes)
    }
  }

  /// Capacities of blocks that are kept, in bytes, powers of two. Larger ones are as large as asked for and go at once.
  private static let kept = 64 << 10...1 << 20

  private var free: [Block] = []

  deinit {
    for block in free { unsafe Glibc.free(block.start) }
  }

  /// - Returns: a block of `count` bytes of unknown content; nil if the system gives no more.
  mutating func take(_ count: Int) -> Block? {
    var capacity = count
    if count <= Self.kept.upperBound {
      if let block = free.popLast() {
        if block.capacity >= count { return unsafe Block(start: block.start, capacity: block.capacity, count: count) }
        unsafe Glibc.free(block.start)
      }
      capacity = Self.kept.lowerBound
      while capacity < count { capacity *= 2 }
    }
    guard let start = unsafe malloc(capacity) else { return nil }
    return unsafe Block(start: start, capacity: capacity, count: count)
  }

  /// Takes back a block.
  mutating func give(_ block: Block) {
    if block.capacity <= Self.kept.upperBound { free.append(block) } else { unsafe Glibc.free(block.start) }
  }
}
