/// Steps through the entries of a tree object: mode in octal digits, a space, the name, a zero byte, 20 bytes of id.
///
/// The loop of a scan that sees most bytes: it reads eight at a time. Names and their order are not judged here.
struct TreeCursor {
  enum EntryKind {
    case blob
    case tree
    /// A commit of another repository: a submodule.
    case submodule
  }

  private(set) var kind = EntryKind.blob
  private(set) var name = 0..<0
  /// Whether the bytes stopped making sense before their end.
  private(set) var isDamaged = false
  private var position = 0

  /// Where the id of the entry stands.
  var id: Int { name.upperBound + 1 }

  /// One mode digit, a space, an empty name, its zero byte and the id.
  private static let shortest = 23
  /// `100644 `, `100755 ` and `40000 `, as eight bytes read at once hold them.
  private static let file: UInt64 = 0x20_3434_3630_3031
  private static let program: UInt64 = 0x20_3535_3730_3031
  private static let folder: UInt64 = 0x2030_3030_3034

  /// Goes to the next entry.
  /// - Returns: whether there is one.
  @inline(__always)
  mutating func next(in tree: RawSpan) -> Bool {
    let end = tree.byteCount
    guard end - position >= Self.shortest else {
      isDamaged = position != end
      return false
    }
    let start: Int
    let word = Self.word(tree, position)
    let mode = word & 0x00ff_ffff_ffff_ffff
    if mode == Self.file || mode == Self.program {
      kind = .blob
      start = position + 7
    } else if mode & 0x0000_ffff_ffff_ffff == Self.folder {
      kind = .tree
      start = position + 6
    } else {
      guard let mode = Self.mode(tree, position) else {
        isDamaged = true
        return false
      }
      kind = mode.kind
      start = mode.end
    }
    // A zero byte that leaves room for an id. Reading eight bytes is safe wherever one may be.
    var at = start
    let last = end - ObjectID.byteCount - 1
    while at <= last {
      let word = Self.word(tree, at)
      let zeros = (word &- 0x0101_0101_0101_0101) & ~word & 0x8080_8080_8080_8080
      if zeros != 0 {
        at += zeros.trailingZeroBitCount / 8
        break
      }
      at += 8
    }
    guard at <= last else {
      isDamaged = true
      return false
    }
    name = start..<at
    position = at + 1 + ObjectID.byteCount
    return true
  }

  /// The mode at a position that is not one of the common ones.
  /// - Returns: nil if there is none.
  @inline(never)
  private static func mode(_ tree: RawSpan, _ start: Int) -> (kind: EntryKind, end: Int)? {
    var mode: UInt32 = 0
    for offset in 0..<8 {
      let byte = tree.byte(at: start + offset)
      if byte == 32, offset > 0 {
        switch mode & 0o170000 {
        case 0o040000: return (.tree, start + offset + 1)
        case 0o160000: return (.submodule, start + offset + 1)
        default: return (.blob, start + offset + 1)
        }
      }
      guard 48...55 ~= byte else { return nil }
      mode = mode << 3 | UInt32(byte - 48)
    }
    return nil
  }

  @inline(__always)
  private static func word(_ tree: RawSpan, _ position: Int) -> UInt64 {
    // Safe: every bit pattern is a number, and the bounds are checked.
    unsafe UInt64(littleEndian: tree.unsafeLoadUnaligned(fromByteOffset: position, as: UInt64.self))
  }
}
