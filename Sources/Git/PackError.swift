/// Why a pack, or one entry of it, is not read by walking. None of it ends a scan: libgit2 reads what is left over.
package enum PackError: Error, Equatable, Sendable {
  // A whole pack.

  /// A file cannot be opened or mapped: errno. Not a regular file: `EINVAL`.
  case unreadable(code: Int32)
  /// The index is of version 1, or of a version to come.
  case unsupportedIndex
  /// The pack is of another version than 2 or 3.
  case unsupportedPack
  /// The index is truncated, or contradicts itself: sizes, fan-out, offsets.
  case damagedIndex
  /// The pack is truncated or is none.
  case damagedPack
  /// The index was made for another pack: the counts or the checksums differ.
  case mismatch

  // One entry.

  /// The header, the zlib stream or the delta is broken, or they contradict each other.
  case damagedEntry
  /// The object, or its delta, is larger than the walker's limit: its declared size in bytes.
  case tooLarge(size: Int)
  /// Too much is held already by the objects that this one is built from.
  case tooDeep
  /// An object that this one is built from was reported as failed.
  case baseFailed
  /// The system gives no more memory.
  case noMemory
}
