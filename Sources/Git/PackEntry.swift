/// The header of one entry of a pack: what follows it is a zlib stream of `size` bytes.
/// Source: gitformat-pack(5), "pack-*.pack files have the following format".
struct PackEntry {
  /// What the stream holds.
  enum Form {
    case whole(ObjectKind)
    /// A delta against the object that begins at this byte of the pack.
    case delta(baseOffset: UInt64)
    /// A delta against the object with this id.
    case deltaOf(ObjectID)
  }

  let form: Form
  /// The declared size of the inflated stream, in bytes: a claim, below 2^60.
  let size: Int
  /// Where the stream begins.
  let data: Int

  /// Parses the header at `start` of a pack; none of it may lie at or beyond `end`.
  /// - Throws: `PackError.damagedEntry`.
  @inline(__always)
  init(_ pack: RawSpan, at start: Int, end: Int) throws(PackError) {
    var position = start
    var byte = try Self.next(pack, &position, end)
    let type = byte >> 4 & 7
    var size = Int(byte & 15)
    var shift = 4
    while byte & 0x80 != 0 {
      guard shift < 60 else { throw .damagedEntry }
      byte = try Self.next(pack, &position, end)
      size |= Int(byte & 0x7f) << shift
      shift += 7
    }
    switch type {
    case 1: form = .whole(.commit)
    case 2: form = .whole(.tree)
    case 3: form = .whole(.blob)
    case 4: form = .whole(.tag)
    case 6:
      byte = try Self.next(pack, &position, end)
      var distance = Int(byte & 0x7f)
      while byte & 0x80 != 0 {
        guard distance < 1 << 48 else { throw .damagedEntry }
        byte = try Self.next(pack, &position, end)
        distance = (distance + 1) << 7 | Int(byte & 0x7f)
      }
      guard distance > 0, distance <= start else { throw .damagedEntry }
      form = .delta(baseOffset: UInt64(start - distance))
    case 7:
      guard ObjectID.byteCount <= end - position else { throw .damagedEntry }
      form = .deltaOf(ObjectID(pack, at: position))
      position += ObjectID.byteCount
    default: throw .damagedEntry
    }
    guard position < end else { throw .damagedEntry }
    self.size = size
    data = position
  }

  @inline(__always)
  private static func next(_ pack: RawSpan, _ position: inout Int, _ end: Int) throws(PackError) -> UInt8 {
    guard position < end else { throw .damagedEntry }
    defer { position += 1 }
    return pack.byte(at: position)
  }
}
