import CDeflate
import Glibc

/// A decompressor of zlib streams: one a thread.
@safe struct Inflater: ~Copyable {
  private let handle: OpaquePointer

  /// Deflate makes nothing smaller than by this: a declared size above is a lie.
  static let largestRatio = 1032

  /// - Throws: `GitError.system` with `ENOMEM`.
  init() throws(GitError) {
    guard let made = unsafe libdeflate_alloc_decompressor() else { throw .system(path: "", code: ENOMEM) }
    unsafe handle = made
  }

  deinit { unsafe libdeflate_free_decompressor(handle) }

  /// Inflates a stream; what follows it does not matter.
  /// - Returns: what came out, and whether that is all of it. What is damaged, and what needs more than `capacity` bytes, is not;
  ///   its bytes then are as many as were asked for, as far as they were made, and zeros; none when it is no zlib stream.
  func inflate(_ stream: RawSpan, capacity: Int) -> (bytes: [UInt8], isWhole: Bool) {
    var isWhole = false
    let bytes = unsafe [UInt8](unsafeUninitializedCapacity: capacity) { buffer, count in
      unsafe buffer.initialize(repeating: 0)
      var made = 0
      let result = unsafe stream.withUnsafeBytes { packed in
        unsafe libdeflate_zlib_decompress(handle, packed.baseAddress, packed.count, buffer.baseAddress, capacity, &made)
      }
      isWhole = result == LIBDEFLATE_SUCCESS
      count = isWhole ? made : result == LIBDEFLATE_INSUFFICIENT_SPACE ? capacity : 0
    }
    return (bytes, isWhole)
  }
}
