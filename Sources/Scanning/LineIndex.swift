import Glibc

/// Line and column of offsets in one text, for offsets asked in any order; lines end with LF.
struct LineIndex {
  private var known = (offset: 0, line: 1, start: 0)

  /// Line and column of `offset`, both counted from 1, the column in bytes.
  ///
  /// Cheap when offsets grow: only what lies between two of them is looked at.
  mutating func position(of offset: Int, in bytes: RawSpan) -> (line: Int, column: Int) {
    if offset < known.offset { known = (0, 1, 0) }
    var (place, line, start) = known
    unsafe bytes.withUnsafeBytes { buffer in
      guard let base = buffer.baseAddress else { return }
      let end = min(offset, buffer.count)
      while place < end, let found = unsafe memchr(base + place, 0x0A, end - place) {
        place = unsafe (found - UnsafeMutableRawPointer(mutating: base)) + 1
        line += 1
        start = place
      }
    }
    known = (offset, line, start)
    return (line, offset - start + 1)
  }
}
