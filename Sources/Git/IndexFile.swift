/// The entries of one index (staging area), read from its bytes.
///
/// Not through libgit2: its 1.5.1 refuses split and sparse indexes, and every index that `index.skipHash` wrote.
/// Source: gitformat-index(5), versions 2, 3 and 4.
struct IndexFile {
  private(set) var entries: [IndexEntries.Entry] = []
  /// Whether something could not be made out; the entries before it are there.
  private(set) var isDamaged = false
  /// The id in the name of the shared index that this one adds to; nil when there is none.
  private(set) var sharedIndex: ObjectID?

  /// The fixed part of an entry: times and numbers of the file (24 bytes), mode, owner, size, id, flags.
  private static let fixedPart = 62
  private static let pathLimit = 1 << 20

  init(_ bytes: RawSpan) {
    guard bytes.byteCount >= 12 + ObjectID.byteCount, bytes.number32(at: 0) == 0x4449_5243,
      2...4 ~= bytes.number32(at: 4)
    else {
      isDamaged = true
      return
    }
    // The checksum at the end is not compared: it may be zero, and a wrong one would only keep entries from being seen.
    let end = bytes.byteCount - ObjectID.byteCount
    let version = bytes.number32(at: 4)
    var position = 12
    var path: [UInt8] = []
    for _ in 0..<bytes.number32(at: 8) {
      guard let entry = Self.entry(bytes, &position, end, version, &path) else {
        isDamaged = true
        return
      }
      // In a split index an entry without a name stands for one of the shared index, with the same name.
      if !entry.path.isEmpty { entries.append(entry) }
    }
    while position < end {
      guard end - position >= 8 else {
        isDamaged = true
        return
      }
      let size = Int(bytes.number32(at: position + 4))
      guard size <= end - position - 8 else {
        isDamaged = true
        return
      }
      // `link`
      if bytes.number32(at: position) == 0x6c69_6e6b, size >= ObjectID.byteCount {
        let id = ObjectID(bytes, at: position + 8)
        sharedIndex = id.isZero ? nil : id
      }
      position += 8 + size
    }
  }

  /// Reads the entry at `position` and goes on to the next. `path` holds the path of the entry before, for version 4.
  private static func entry(
    _ bytes: RawSpan, _ position: inout Int, _ end: Int, _ version: UInt32, _ path: inout [UInt8]
  ) -> IndexEntries.Entry? {
    let start = position
    guard end - start >= fixedPart else { return nil }
    let mode = bytes.number32(at: start + 24)
    let id = ObjectID(bytes, at: start + 40)
    let flags = UInt16(bytes.byte(at: start + 60)) << 8 | UInt16(bytes.byte(at: start + 61))
    position += fixedPart
    if flags & 0x4000 != 0 {
      guard version >= 3, end - position >= 2 else { return nil }
      position += 2
    }
    if version == 4 {
      guard let dropped = number(bytes, &position, end), dropped <= path.count else { return nil }
      path.removeLast(dropped)
    } else {
      path.removeAll(keepingCapacity: true)
    }
    while true {
      guard position < end, path.count < pathLimit else { return nil }
      let byte = bytes.byte(at: position)
      position += 1
      if byte == 0 { break }
      path.append(byte)
    }
    // Before version 4, 1 to 8 zero bytes fill an entry up to a multiple of 8; the first is read already.
    if version < 4 { position = start + (position - 1 - start + 8) / 8 * 8 }
    guard position <= end else { return nil }
    return IndexEntries.Entry(path: path, id: id, stage: Int(flags >> 12 & 3), mode: mode)
  }

  /// A number of variable width as in offset deltas.
  private static func number(_ bytes: RawSpan, _ position: inout Int, _ end: Int) -> Int? {
    var value = -1
    repeat {
      guard position < end, value < 1 << 24 else { return nil }
      value = (value + 1) << 7 | Int(bytes.byte(at: position) & 0x7f)
      position += 1
    } while bytes.byte(at: position - 1) & 0x80 != 0
    return value
  }
}
