import Foundation
import Git

/// Makes a pack and its index by hand, lies included: zlib streams of stored blocks, ids and checksums of the pack invented,
/// the index's CRC-32 of each entry right.
struct PackBuilder {
  struct Entry {
    var id: [UInt8]
    var offset: UInt64
    var crc: UInt32
  }

  /// The type numbers of gitformat-pack(5).
  static let blob: UInt8 = 3
  static let offsetDelta: UInt8 = 6
  static let referenceDelta: UInt8 = 7

  private(set) var entries: [Entry] = []
  private var body: [UInt8] = []
  /// In place of the true ones.
  var version: UInt32 = 2
  var declaredCount: UInt32?
  let checksum = [UInt8](repeating: 0xcc, count: 20)

  /// Where the next entry will begin.
  var nextOffset: Int { 12 + body.count }

  /// The id that the entry with this number has.
  static func id(_ number: Int) -> [UInt8] {
    [UInt8(truncatingIfNeeded: number &* 37)] + bigEndian(UInt32(number)) + [UInt8](repeating: 0x5a, count: 15)
  }

  /// Adds an entry of any type.
  /// - Parameters:
  ///   - link: what stands between the header and the stream: a base's distance or id.
  ///   - declared: the size in the header, in place of the content's.
  ///   - stream: in place of a stream that holds `content`.
  /// - Returns: where it begins.
  @discardableResult
  mutating func add(
    type: UInt8, link: [UInt8] = [], _ content: [UInt8], declared: Int? = nil, stream: [UInt8]? = nil
  ) -> Int {
    append(Self.header(type, declared ?? content.count) + link + (stream ?? Self.zlib(content)))
  }

  @discardableResult
  mutating func add(blob content: [UInt8]) -> Int { add(type: Self.blob, content) }

  /// Adds a delta against the entry that begins so many bytes before it.
  @discardableResult
  mutating func add(delta: [UInt8], distance: Int, declared: Int? = nil) -> Int {
    add(type: Self.offsetDelta, link: Self.distance(distance), delta, declared: declared)
  }

  /// Adds a delta against the entry that begins at an offset.
  @discardableResult
  mutating func add(delta: [UInt8], at base: Int) -> Int { add(delta: delta, distance: nextOffset - base) }

  /// Adds a delta against the object with an id.
  @discardableResult
  mutating func add(delta: [UInt8], of id: [UInt8]) -> Int { add(type: Self.referenceDelta, link: id, delta) }

  /// Adds the bytes of a whole entry, header and all.
  @discardableResult
  mutating func append(_ bytes: [UInt8]) -> Int {
    let offset = nextOffset
    entries.append(Entry(id: Self.id(entries.count), offset: UInt64(offset), crc: Self.crc(bytes)))
    body += bytes
    return offset
  }

  /// Adds an entry time and again.
  mutating func append(_ bytes: [UInt8], times: Int) {
    let crc = Self.crc(bytes)
    for _ in 0..<times {
      entries.append(Entry(id: Self.id(entries.count), offset: UInt64(nextOffset), crc: crc))
      body += bytes
    }
  }

  /// The pack file.
  var pack: [UInt8] {
    let count = Self.bigEndian(declaredCount ?? UInt32(entries.count))
    return Array("PACK".utf8) + Self.bigEndian(version) + count + body + checksum
  }

  /// The index, of entries that may differ from the pack's.
  func index(of entries: [Entry]) -> [UInt8] {
    let sorted = entries.sorted { $0.id.lexicographicallyPrecedes($1.id) }
    var index: [UInt8] = [0xff, 0x74, 0x4f, 0x63, 0, 0, 0, 2]
    var counts = [UInt32](repeating: 0, count: 256)
    for entry in sorted { counts[Int(entry.id[0])] += 1 }
    var sum: UInt32 = 0
    for count in counts {
      sum += count
      index += Self.bigEndian(sum)
    }
    for entry in sorted { index += entry.id }
    for entry in sorted { index += Self.bigEndian(entry.crc) }
    for entry in sorted { index += Self.bigEndian(UInt32(entry.offset)) }
    return index + checksum + [UInt8](repeating: 0, count: 20)
  }

  /// Writes both files into the sandbox and opens them.
  func open(in sandbox: GitSandbox, index: [UInt8]? = nil) throws -> Pack {
    try Self.open(in: sandbox, index: index ?? self.index(of: entries), pack: pack)
  }

  static func open(in sandbox: GitSandbox, index: [UInt8], pack: [UInt8]) throws -> Pack {
    let name = UUID().uuidString
    try sandbox.write(index, to: name + ".idx")
    try sandbox.write(pack, to: name + ".pack")
    defer { for ending in [".idx", ".pack"] { unlink(sandbox(name + ending)) } }
    return try Pack(index: sandbox(name + ".idx"), pack: sandbox(name + ".pack"))
  }

  // MARK: Bytes

  static func bigEndian(_ number: UInt32) -> [UInt8] {
    withUnsafeBytes(of: number.bigEndian) { Array($0) }
  }

  static func header(_ type: UInt8, _ size: Int) -> [UInt8] {
    var bytes = [type << 4 | UInt8(size & 15)]
    var rest = size >> 4
    while rest > 0 {
      bytes[bytes.count - 1] |= 0x80
      bytes.append(UInt8(rest & 0x7f))
      rest >>= 7
    }
    return bytes
  }

  static func distance(_ distance: Int) -> [UInt8] {
    var bytes = [UInt8(distance & 0x7f)]
    var rest = distance >> 7
    while rest > 0 {
      rest -= 1
      bytes.insert(0x80 | UInt8(rest & 0x7f), at: 0)
      rest >>= 7
    }
    return bytes
  }

  /// A size as deltas write it.
  static func size(_ size: Int) -> [UInt8] {
    var bytes: [UInt8] = []
    var rest = size
    while rest > 0x7f {
      bytes.append(0x80 | UInt8(rest & 0x7f))
      rest >>= 7
    }
    return bytes + [UInt8(rest)]
  }

  /// A delta that copies the whole base, of less than 64 KiB, and adds something.
  static func delta(base: Int, adding bytes: [UInt8]) -> [UInt8] {
    let copy: [UInt8] = base == 0 ? [] : [0xb0, UInt8(base & 255), UInt8(base >> 8)]
    let insert = bytes.isEmpty ? [] : [UInt8(bytes.count)] + bytes
    return size(base) + size(base + bytes.count) + copy + insert
  }

  /// A zlib stream (RFC 1950) of stored blocks (RFC 1951, 3.2.4).
  static func zlib(_ content: [UInt8]) -> [UInt8] {
    var stream: [UInt8] = [0x78, 0x01]
    var rest = content[...]
    repeat {
      let block = rest.prefix(0xffff)
      rest = rest.dropFirst(0xffff)
      let (low, high) = (UInt8(block.count & 255), UInt8(block.count >> 8))
      stream += [rest.isEmpty ? 1 : 0, low, high, ~low, ~high] + block
    } while !rest.isEmpty
    var (one, two): (UInt32, UInt32) = (1, 0)
    for byte in content {
      one = (one + UInt32(byte)) % 65521
      two = (two + one) % 65521
    }
    return stream + bigEndian(two << 16 | one)
  }

  /// CRC-32 as gzip has it (RFC 1952, 8).
  static func crc(_ bytes: [UInt8]) -> UInt32 {
    var value = UInt32.max
    for byte in bytes {
      value ^= UInt32(byte)
      for _ in 0..<8 { value = value & 1 == 1 ? 0xedb8_8320 ^ (value >> 1) : value >> 1 }
    }
    return ~value
  }
}
