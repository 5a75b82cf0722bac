/// Follows what one packed object is built from, before libgit2 is asked for it.
///
/// libgit2 1.5.1 follows deltas without end when they lead back to themselves (pack.c, `git_packfile_resolve_header` and
/// `pack_dependency_chain`), and makes whatever size a delta on the way asks for. So that it never meets either, each chain is
/// walked here first, with libgit2's own way of finding an id in an index, and the sizes in each delta are read; every entry once.
final class PackChain: Sendable {
  /// The number of objects.
  let count: Int
  private let index: PackMapping
  private let pack: PackMapping
  /// 1 or 2.
  private let version: Int

  /// git makes no chains longer than this (`--depth` is capped in builtin/pack-objects.c).
  private static let depthLimit = 4095
  private static let header = 12
  private static let trailer = ObjectID.byteCount
  /// Where the pack's entries end.
  private var end: Int { pack.count - Self.trailer }
  private var fanOut: Int { version == 2 ? 8 : 0 }
  private var ids: Int { fanOut + 1024 }

  /// What an object's chain comes to.
  struct End {
    let kind: ObjectKind
    /// The object's own size, in bytes.
    let size: Int
    /// The number of deltas.
    fileprivate let depth: Int
  }

  /// The chains walked so far, by where their objects begin: one a reader.
  struct Memory {
    fileprivate var ends: [Int: End] = [:]

    /// Beyond so many all are forgotten: 12 MiB.
    fileprivate static let limit = 1 << 18
  }

  /// Maps both files and checks that they belong together.
  /// - Throws: `PackError`, of the cases for a whole pack.
  init(_ files: PackFiles) throws(PackError) {
    let index: PackMapping
    do throws(PackError) { index = try PackMapping(files.index) } catch {
      // Empty.
      throw error == .damagedPack ? .damagedIndex : error
    }
    let pack = try PackMapping(files.pack)
    (version, count) = try index.withBytes { (bytes) throws(PackError) in try Self.check(bytes) }
    let (objects, checksum) = try pack.withBytes { (bytes) throws(PackError) -> (UInt32, ObjectID) in
      guard bytes.byteCount >= Self.header + Self.trailer, bytes.number32(at: 0) == 0x5041_434b else {
        throw .damagedPack
      }
      guard 2...3 ~= bytes.number32(at: 4) else { throw .unsupportedPack }
      return (bytes.number32(at: 8), ObjectID(bytes, at: bytes.byteCount - Self.trailer))
    }
    guard Int(objects) == count, index.withBytes({ ObjectID($0, at: $0.byteCount - 2 * Self.trailer) }) == checksum
    else {
      throw .mismatch
    }
    self.index = index
    self.pack = pack
  }

  private static func check(_ bytes: RawSpan) throws(PackError) -> (version: Int, count: Int) {
    guard bytes.byteCount >= 1024 + 2 * trailer else { throw .damagedIndex }
    var version = 1
    if bytes.number32(at: 0) == 0xff74_4f63 {
      guard bytes.number32(at: 4) == 2 else { throw .unsupportedIndex }
      version = 2
    }
    let fanOut = version == 2 ? 8 : 0
    guard bytes.byteCount >= fanOut + 1024 + 2 * trailer else { throw .damagedIndex }
    var last: UInt32 = 0
    for entry in 0..<256 {
      let next = bytes.number32(at: fanOut + 4 * entry)
      guard next >= last else { throw .damagedIndex }
      last = next
    }
    let count = Int(last)
    let rest = bytes.byteCount - fanOut - 1024 - 2 * trailer - count * (version == 2 ? 28 : 24)
    // Only version 2 has a table for large offsets, of at most one for each object.
    guard rest == 0 || version == 2 && rest > 0 && rest % 8 == 0 && rest / 8 <= count else { throw .damagedIndex }
    return (version, count)
  }

  /// Lets go of the pack's bytes in memory, which come again when they are read.
  func forget() { pack.forget() }

  /// Walks an object's chain to the whole object at its end.
  /// - Parameter limit: the largest object, and the largest delta, in bytes.
  /// - Returns: nil when the object is not in this pack.
  /// - Throws: `GitError.damaged` for what libgit2 must not or cannot read; `.tooLarge`.
  func end(
    of id: ObjectID, limit: Int, _ memory: inout Memory, _ inflater: borrowing Inflater
  ) throws(GitError) -> End? {
    guard let position = position(of: id) else { return nil }
    if memory.ends.count > Memory.limit { memory.ends.removeAll(keepingCapacity: true) }
    var deltas: [(start: Int, entry: PackEntry)] = []
    var found: End?
    var offset = self.offset(at: position)
    while found == nil {
      guard let start = offset, start >= Self.header, start < end else { throw .damaged(id) }
      if let known = memory.ends[start] {
        found = known
        break
      }
      guard let entry = pack.withBytes({ bytes in try? PackEntry(bytes, at: start, end: end) }) else {
        throw .damaged(id)
      }
      guard entry.size <= limit else { throw .tooLarge(id, size: UInt64(entry.size)) }
      switch entry.form {
      case .whole(let kind):
        found = End(kind: kind, size: entry.size, depth: 0)
        memory.ends[start] = found
        continue
      case .delta(let base): offset = Int(exactly: base)
      case .deltaOf(let base): offset = self.position(of: base).flatMap { self.offset(at: $0) }
      }
      guard deltas.count < Self.depthLimit else { throw .damaged(id) }
      deltas.append((start, entry))
    }
    guard var end = found else { return nil }
    for (start, entry) in deltas.reversed() {
      guard end.depth < Self.depthLimit, let sizes = sizes(in: entry, inflater), sizes.base == end.size else {
        throw .damaged(id)
      }
      guard sizes.result <= limit else { throw .tooLarge(id, size: UInt64(sizes.result)) }
      end = End(kind: end.kind, size: sizes.result, depth: end.depth + 1)
      memory.ends[start] = end
    }
    return end
  }

  /// The sizes with which a delta begins: of what it is applied to, and of what it makes; nil when it is broken.
  private func sizes(in entry: PackEntry, _ inflater: borrowing Inflater) -> (base: Int, result: Int)? {
    guard entry.size / Inflater.largestRatio <= end - entry.data else { return nil }
    let delta = pack.withBytes { bytes in
      inflater.inflate(bytes.extracting(entry.data..<end), capacity: entry.size)
    }
    guard delta.isWhole, delta.bytes.count == entry.size else { return nil }
    var position = 0
    guard let base = Self.size(delta.bytes, &position), let result = Self.size(delta.bytes, &position) else {
      return nil
    }
    return (base, result)
  }

  private static func size(_ delta: [UInt8], _ position: inout Int) -> Int? {
    var size = 0
    var shift = 0
    while position < delta.count, shift < 56 {
      let byte = delta[position]
      position += 1
      size |= Int(byte & 0x7f) << shift
      if byte & 0x80 == 0 { return size }
      shift += 7
    }
    return nil
  }

  /// The position of an id in the order of ids; as libgit2's `git_pack__lookup_sha1`, so that both find the same where an index
  /// lists an id twice.
  private func position(of id: ObjectID) -> Int? {
    index.withBytes { bytes in
      let first = Int(id.prefix >> 56)
      var low = first == 0 ? 0 : Int(bytes.number32(at: fanOut + 4 * (first - 1)))
      var high = Int(bytes.number32(at: fanOut + 4 * first))
      while low < high {
        let middle = low + (high - low) / 2
        let found = version == 2 ? ObjectID(bytes, at: ids + 20 * middle) : ObjectID(bytes, at: ids + 24 * middle + 4)
        if found == id { return middle }
        if id < found { high = middle } else { low = middle + 1 }
      }
      return nil
    }
  }

  /// Where the object at a position of the index begins in the pack; nil when the index points outside itself.
  private func offset(at position: Int) -> Int? {
    index.withBytes { bytes in
      if version == 1 { return Int(bytes.number32(at: ids + 24 * position)) }
      let small = bytes.number32(at: ids + 24 * count + 4 * position)
      guard small >= 1 << 31 else { return Int(small) }
      let place = ids + 28 * count + 8 * Int(small & (1 << 31 - 1))
      guard place + 8 <= bytes.byteCount - 2 * Self.trailer else { return nil }
      return Int(exactly: bytes.number64(at: place))
    }
  }
}
