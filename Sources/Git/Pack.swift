/// One pack with its index, mapped: which objects it has, in the order in which they stand in it, and how they descend from each
/// other. Nothing is inflated here; `PackWalker` does that.
package final class Pack: Sendable {
  private let index: PackIndex
  private let file: PackMapping
  /// For each entry where it begins in the pack, and the end of the last.
  private let offsets: [UInt64]
  /// For each entry its position in the index.
  private let positions: [UInt32]
  let families: PackFamilies

  /// Before the entries: `PACK`, version, count; after them: a checksum.
  private static let header = 12
  private static let trailer = ObjectID.byteCount

  /// Maps both files and reads every entry's header.
  /// - Throws: `PackError.unreadable`, `.unsupportedIndex`, `.unsupportedPack`, `.damagedIndex`, `.damagedPack`, `.mismatch`.
  package init(index indexPath: String, pack packPath: String) throws(PackError) {
    let index = try PackIndex(indexPath)
    let file = try PackMapping(packPath)
    try Self.check(file, index)
    let end = file.count - Self.trailer
    let slots = try index.slots(within: Self.header..<end)
    offsets = slots.map(\.offset) + [UInt64(end)]
    positions = slots.map(\.position)
    families = PackFamilies(Self.links(file, index, offsets, positions))
    self.index = index
    self.file = file
  }

  /// The number of objects.
  package var count: Int { positions.count }

  /// The id of an entry; entries are numbered as they stand in the pack.
  package func id(at entry: Int) -> ObjectID { index.id(at: Int(positions[entry])) }

  /// The kind of an entry; nil for those in `unwalkable`.
  package func kind(at entry: Int) -> ObjectKind? { families.kinds[entry] }

  /// Entries that cannot be walked to: bad headers, deltas against what is not in this pack, cycles, and what descends from those.
  package var unwalkable: [Int32] { families.unwalkable }

  /// The number of pieces of work for `PackWalker.walk`, which share nothing and may go on in any order, on any thread.
  package var chunkCount: Int { families.chunkCount }

  /// Lets go of the pack's bytes in memory, which come again when they are read.
  func forget() { file.forget() }

  /// Lends the bytes of the whole pack.
  func withBytes<Result, Failure>(_ body: (RawSpan) throws(Failure) -> Result) throws(Failure) -> Result {
    try file.withBytes(body)
  }

  /// Where the entries end in the pack.
  var end: Int { file.count - Self.trailer }

  /// Where an entry begins and ends in the pack.
  func extent(of entry: Int) -> Range<Int> { Int(offsets[entry])..<Int(offsets[entry + 1]) }

  /// The CRC-32 that an entry's bytes in the pack should have, by the index.
  func checksum(of entry: Int) -> UInt32 { index.checksum(at: Int(positions[entry])) }

  private static func check(_ file: borrowing PackMapping, _ index: borrowing PackIndex) throws(PackError) {
    let (count, checksum) = try file.withBytes { (bytes) throws(PackError) -> (UInt32, ObjectID) in
      guard bytes.byteCount >= header + trailer, bytes.number32(at: 0) == 0x5041_434b else { throw .damagedPack }
      guard 2...3 ~= bytes.number32(at: 4) else { throw .unsupportedPack }
      return (bytes.number32(at: 8), ObjectID(bytes, at: bytes.byteCount - trailer))
    }
    guard Int(count) == index.count, index.isMade(for: checksum) else { throw .mismatch }
  }

  private static func links(
    _ file: borrowing PackMapping, _ index: borrowing PackIndex, _ offsets: [UInt64], _ positions: [UInt32]
  ) -> PackFamilies.Links {
    let count = positions.count
    var links = PackFamilies.Links(
      bases: Array(repeating: PackFamilies.none, count: count), kinds: Array(repeating: nil, count: count),
      weights: Array(repeating: 0, count: count))
    var namedBases: [(entry: Int, id: ObjectID)] = []
    file.withBytes { bytes in
      for entry in 0..<count {
        let (start, end) = (Int(offsets[entry]), Int(offsets[entry + 1]))
        links.weights[entry] = end - start
        guard let header = try? PackEntry(bytes, at: start, end: end) else { continue }
        switch header.form {
        case .whole(let kind): links.kinds[entry] = kind
        case .delta(let base): links.bases[entry] = Self.entry(at: base, before: entry, offsets)
        case .deltaOf(let id): namedBases.append((entry, id))
        }
      }
    }
    guard !namedBases.isEmpty else { return links }
    var entries = [Int32](repeating: 0, count: count)
    for entry in 0..<count { entries[Int(positions[entry])] = Int32(entry) }
    for (entry, id) in namedBases {
      if let position = index.position(of: id) { links.bases[entry] = entries[position] }
    }
    return links
  }

  /// The entry that begins at `offset`, sought backwards in widening steps, since bases are mostly near; `none` if none does.
  private static func entry(at offset: UInt64, before entry: Int, _ offsets: [UInt64]) -> Int32 {
    var (low, high, step) = (entry, entry, 1)
    while low > 0, offsets[low] > offset {
      high = low
      low = max(0, low - step)
      step *= 2
    }
    while low < high {
      let middle = (low + high) / 2
      if offsets[middle] < offset { low = middle + 1 } else { high = middle }
    }
    return offsets[low] == offset ? Int32(low) : PackFamilies.none
  }
}
