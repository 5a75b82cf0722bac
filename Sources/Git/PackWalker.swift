import CDeflate

/// Reads the objects of packs by walking each family from its root to its leaves: every entry is inflated once, each object is
/// built in memory from the one it is a delta against, and that is released when its last child is built. One a thread.
///
/// No object's SHA-1 is computed: a scan looks for leaks and does not vouch for the repository, and hashing would cost more than
/// all else here. Bytes that changed on the disk are noticed all the same by the CRC-32 of each entry, which the index has, and
/// by the Adler-32 of each zlib stream, which libdeflate verifies. Whoever can write a pack and its index at will could as well
/// have committed what they like.
@safe package struct PackWalker: ~Copyable {
  /// An object that has children left to build.
  private struct Held {
    let block: PackBuffers.Block
    var nextChild: Int32
  }

  private let inflater: OpaquePointer
  private let limit: Int
  private let heldLimit: Int
  private var objects = PackBuffers()
  private var deltas = PackBuffers()
  private var held: [Held] = []
  /// The bytes of the objects in `held`.
  private var heldBytes = 0

  /// Deflate expands at most so many times. Source: https://zlib.net/zlib_tech.html, "Maximum Compression Factor".
  private static let expansion = 1032

  /// - Parameters:
  ///   - limit: the largest object, and delta, to build, in bytes.
  ///   - heldLimit: the most bytes that an object and those that it is built from, and others after it, may take together.
  /// - Throws: `PackError.noMemory`.
  package init(limit: Int = 256 << 20, heldLimit: Int = 512 << 20) throws(PackError) {
    guard let inflater = unsafe libdeflate_alloc_decompressor() else { throw .noMemory }
    unsafe self.inflater = unsafe inflater
    self.limit = limit
    self.heldLimit = heldLimit
  }

  deinit { unsafe libdeflate_free_decompressor(inflater) }

  /// Reads all objects of one chunk of a pack that are of the given kinds; families of other kinds are not inflated.
  /// - Parameters:
  ///   - object: is lent each object: its entry, its kind, its bytes. Each comes after the one that it is built from.
  ///   - failed: is told each entry of these kinds that was not read, and why: what descends from one that failed too.
  package mutating func walk(
    _ pack: Pack, chunk: Int, kinds: ObjectKinds, object: (Int, ObjectKind, borrowing RawSpan) -> Void,
    failed: (Int, PackError) -> Void
  ) {
    let families = pack.families
    for root in families.roots(ofChunk: chunk) {
      guard let kind = families.kinds[Int(root)], kinds.contains(kind) else { continue }
      var entry = Int(root)
      var base: PackBuffers.Block?
      while true {
        var built: PackBuffers.Block?
        do throws(PackError) { built = try build(entry, of: pack, from: base) } catch {
          Self.report(entry, of: families, error, to: failed)
        }
        if let base { leaveChild(of: base, next: families.nextSibling[entry]) }
        if let built {
          built.withBytes { object(entry, kind, $0) }
          keep(built, firstChild: families.firstChild[entry])
        }
        guard let next = held.last else { break }
        entry = Int(next.nextChild)
        base = next.block
      }
    }
  }

  /// Holds an object while it has children to build.
  private mutating func keep(_ block: PackBuffers.Block, firstChild: Int32) {
    guard firstChild != PackFamilies.none else { return objects.give(block) }
    held.append(Held(block: block, nextChild: firstChild))
    heldBytes += block.count
  }

  /// Goes on to the next child of the object held last, or releases it after its last child.
  private mutating func leaveChild(of base: PackBuffers.Block, next: Int32) {
    guard next == PackFamilies.none else { return held[held.count - 1].nextChild = next }
    held.removeLast()
    heldBytes -= base.count
    objects.give(base)
  }

  /// Builds one object; the caller owns the block.
  private mutating func build(
    _ entry: Int, of pack: Pack, from base: PackBuffers.Block?
  ) throws(PackError) -> PackBuffers.Block {
    let extent = pack.extent(of: entry)
    return try pack.withBytes { (bytes) throws(PackError) in
      guard Self.checksum(bytes.extracting(extent)) == pack.checksum(of: entry) else { throw .damagedEntry }
      let header = try PackEntry(bytes, at: extent.lowerBound, end: extent.upperBound)
      guard header.size <= limit else { throw .tooLarge(size: header.size) }
      guard header.size / Self.expansion <= extent.upperBound - header.data else { throw .damagedEntry }
      let stream = bytes.extracting(header.data..<pack.end)
      guard let base else { return try whole(stream, size: header.size) }
      return try derived(stream, size: header.size, from: base)
    }
  }

  private mutating func whole(_ stream: RawSpan, size: Int) throws(PackError) -> PackBuffers.Block {
    guard let block = objects.take(size) else { throw .noMemory }
    guard inflate(stream, into: block) else {
      objects.give(block)
      throw .damagedEntry
    }
    return block
  }

  private mutating func derived(
    _ stream: RawSpan, size: Int, from base: PackBuffers.Block
  ) throws(PackError) -> PackBuffers.Block {
    guard let delta = deltas.take(size) else { throw .noMemory }
    defer { deltas.give(delta) }
    guard inflate(stream, into: delta) else { throw .damagedEntry }
    let sizes = try delta.withBytes { (bytes) throws(PackError) in try Delta.Sizes(bytes) }
    guard sizes.base == base.count else { throw .damagedEntry }
    guard sizes.result <= limit else { throw .tooLarge(size: sizes.result) }
    guard sizes.isPlausible(instructionBytes: size - sizes.instructions) else { throw .damagedEntry }
    guard sizes.result <= heldLimit - heldBytes else { throw .tooDeep }
    guard let block = objects.take(sizes.result) else { throw .noMemory }
    do throws(PackError) {
      try base.withBytes { (base) throws(PackError) in
        try delta.withBytes { (delta) throws(PackError) in
          try block.withMutableBytes { (result) throws(PackError) in
            try Delta.apply(base: base, delta: delta, into: &result)
          }
        }
      }
    } catch {
      objects.give(block)
      throw error
    }
    return block
  }

  private static func checksum(_ bytes: RawSpan) -> UInt32 {
    unsafe bytes.withUnsafeBytes { unsafe libdeflate_crc32(0, $0.baseAddress, $0.count) }
  }

  /// Inflates a stream that may end anywhere in what is given: libdeflate is fastest with bytes to spare behind it.
  /// - Returns: whether it is undamaged and fills the block exactly.
  private func inflate(_ stream: RawSpan, into block: PackBuffers.Block) -> Bool {
    // Without a place for the number of bytes written, fewer than asked for are an error.
    unsafe stream.withUnsafeBytes { stream in
      unsafe libdeflate_zlib_decompress(inflater, stream.baseAddress, stream.count, block.start, block.count, nil)
        == LIBDEFLATE_SUCCESS
    }
  }

  /// Tells that an entry failed, and with it all that descends from it.
  private static func report(
    _ entry: Int, of families: PackFamilies, _ error: PackError, to failed: (Int, PackError) -> Void
  ) {
    failed(entry, error)
    var pending = [families.firstChild[entry]]
    while let next = pending.popLast() {
      guard next != PackFamilies.none else { continue }
      failed(Int(next), .baseFailed)
      pending.append(families.nextSibling[Int(next)])
      pending.append(families.firstChild[Int(next)])
    }
  }
}
