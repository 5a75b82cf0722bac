import Git
import Testing

/// Packs made to harm: whoever makes a repository chooses these bytes, checksums included.
struct PackHostileTests {
  let sandbox: GitSandbox

  init() throws { sandbox = try GitSandbox() }

  @Test func `a thin pack's deltas are left to the caller with their descendants`() throws {
    var builder = PackBuilder()
    let base = builder.add(blob: Array("here".utf8))
    let away = builder.add(delta: PackBuilder.delta(base: 4, adding: [1]), of: [UInt8](repeating: 0xee, count: 20))
    builder.add(delta: PackBuilder.delta(base: 4, adding: [2]), at: base)
    builder.add(delta: PackBuilder.delta(base: 5, adding: [3]), of: PackBuilder.id(1))
    builder.add(delta: PackBuilder.delta(base: 5, adding: [4]), at: away)
    let pack = try builder.open(in: sandbox)
    #expect(pack.unwalkable == [1, 3, 4])
    #expect(pack.kind(at: 1) == nil)
    let contents = try PackContents(pack)
    #expect(contents.objects.keys.sorted() == [0, 2])
    #expect(contents.failures.isEmpty)
  }

  @Test func `deltas that build on each other in a circle are left to the caller`() throws {
    var builder = PackBuilder()
    builder.add(delta: PackBuilder.delta(base: 4, adding: []), of: PackBuilder.id(2))
    builder.add(blob: Array("fine".utf8))
    builder.add(delta: PackBuilder.delta(base: 4, adding: []), of: PackBuilder.id(0))
    builder.add(delta: PackBuilder.delta(base: 4, adding: []), of: PackBuilder.id(3))
    builder.add(delta: PackBuilder.delta(base: 4, adding: []), of: PackBuilder.id(0))
    builder.add(delta: PackBuilder.delta(base: 4, adding: [9]), of: PackBuilder.id(1))
    let pack = try builder.open(in: sandbox)
    #expect(pack.unwalkable == [0, 2, 3, 4])
    #expect(try PackContents(pack).objects.keys.sorted() == [1, 5])
  }

  @Test func `a delta against no entry's beginning is left to the caller`() throws {
    var builder = PackBuilder()
    let base = builder.add(blob: Array("base".utf8))
    let delta = PackBuilder.delta(base: 4, adding: [1])
    for distance in [builder.nextOffset - base - 1, builder.nextOffset, builder.nextOffset + 1, 1 << 50, 0] {
      builder.add(delta: delta, distance: distance)
    }
    // A distance that never ends.
    builder.append([0x60] + [UInt8](repeating: 0xff, count: 40))
    let pack = try builder.open(in: sandbox)
    #expect(pack.unwalkable == [1, 2, 3, 4, 5, 6])
    #expect(try PackContents(pack).objects.count == 1)
  }

  @Test func `headers that are none are left to the caller`() throws {
    var builder = PackBuilder()
    builder.add(blob: Array("fine".utf8))
    for type: UInt8 in [0, 5] { builder.add(type: type, [1, 2, 3]) }
    // A size that never ends, a size and nothing else, a name cut short, a distance cut short.
    for bytes: [UInt8] in [[UInt8](repeating: 0xbf, count: 30), [0x33], [0x73, 1, 2, 3], [0x63, 0x80]] {
      builder.append(bytes)
    }
    // A size above 63 bits.
    builder.append([0xb0] + [UInt8](repeating: 0x80, count: 8) + [8] + PackBuilder.zlib([1]))
    let pack = try builder.open(in: sandbox)
    #expect(pack.unwalkable == [1, 2, 3, 4, 5, 6, 7])
    #expect(try PackContents(pack).objects.count == 1)
  }

  @Test func `sizes that no stream could have are refused before memory is asked for`() throws {
    var builder = PackBuilder()
    for declared in [5 * 1032 * 20, 200 << 20, 256 << 20] {
      builder.add(type: PackBuilder.blob, [1, 2, 3], declared: declared)
    }
    for declared in [(256 << 20) + 1, 1 << 40, 1 << 58] {
      builder.add(type: PackBuilder.blob, [1, 2, 3], declared: declared)
    }
    let base = builder.add(blob: [1, 2, 3, 4])
    for result in [1 << 20, 256 << 20, (256 << 20) + 1, 1 << 58] {
      builder.add(delta: [4] + PackBuilder.size(result) + [0x90, 4, 0x90, 4], at: base)
    }
    builder.add(delta: PackBuilder.delta(base: 4, adding: []), distance: builder.nextOffset - base, declared: 1 << 50)
    let contents = try PackContents(builder.open(in: sandbox))
    #expect(contents.objects.keys.sorted() == [6])
    #expect(
      contents.failures == [
        0: .damagedEntry, 1: .damagedEntry, 2: .damagedEntry, 3: .tooLarge(size: (256 << 20) + 1),
        4: .tooLarge(size: 1 << 40), 5: .tooLarge(size: 1 << 58), 7: .damagedEntry, 8: .damagedEntry,
        9: .tooLarge(size: (256 << 20) + 1), 10: .tooLarge(size: 1 << 58), 11: .tooLarge(size: 1 << 50),
      ])
  }

  @Test func `a size other than the stream's is refused`() throws {
    var builder = PackBuilder()
    let content = [UInt8](repeating: 7, count: 100)
    for declared in [0, 1, 99, 101, 200] { builder.add(type: PackBuilder.blob, content, declared: declared) }
    builder.add(type: PackBuilder.blob, content, stream: PackBuilder.zlib(content).dropLast() + [0])
    builder.add(type: PackBuilder.blob, content, stream: [])
    builder.add(blob: content)
    let pack = try builder.open(in: sandbox)
    let contents = try PackContents(pack)
    #expect(contents.objects.keys.sorted() == [7])
    #expect(pack.unwalkable == [6])
    #expect(contents.failures.values.allSatisfy { $0 == .damagedEntry })
  }

  @Test func `a delta made for another base is refused`() throws {
    var builder = PackBuilder()
    let base = builder.add(blob: [1, 2, 3, 4])
    for size in [0, 3, 5] { builder.add(delta: PackBuilder.delta(base: size, adding: [1]), at: base) }
    for delta: [UInt8] in [[], [4], [4, 4, 0], [4, 4, 0x91, 1, 4], [4, 5, 0x90, 4]] {
      builder.add(delta: delta, at: base)
    }
    let contents = try PackContents(builder.open(in: sandbox))
    #expect(contents.objects.count == 1)
    #expect(contents.failures.count == 8)
    #expect(contents.failures.values.allSatisfy { $0 == .damagedEntry })
  }

  @Test func `a chain of 200,000 deltas is walked`() throws {
    let depth = 200_000
    var builder = PackBuilder()
    builder.add(blob: [1, 2, 3])
    let header = PackBuilder.header(PackBuilder.offsetDelta, 5)
    let stream = PackBuilder.zlib([3, 3, 0x91, 0, 3])
    // The root's entry is shorter than the deltas: bring the first one to the others' distance by its own.
    let count = header.count + 1 + stream.count
    builder.append(header + PackBuilder.distance(builder.nextOffset - 12) + stream)
    builder.append(header + PackBuilder.distance(count) + stream, times: depth)
    let pack = try builder.open(in: sandbox)
    #expect(pack.unwalkable.isEmpty)
    var walker = try PackWalker()
    var (right, wrong) = (0, 0)
    for chunk in 0..<pack.chunkCount {
      walker.walk(pack, chunk: chunk, kinds: .all) { _, kind, span in
        let isRight = kind == .blob && span.byteCount == 3 && span.unsafeLoad(as: UInt8.self) == 1
        if isRight { right += 1 } else { wrong += 1 }
      } failed: { _, _ in
        wrong += 1
      }
    }
    #expect(right == depth + 2)
    #expect(wrong == 0)
  }

  @Test func `the broken root of a chain of 200,000 deltas fails with all of them`() throws {
    let depth = 200_000
    var builder = PackBuilder()
    builder.add(type: PackBuilder.blob, [1, 2, 3], declared: 4)
    let entry = PackBuilder.header(PackBuilder.offsetDelta, 2) + PackBuilder.distance(0) + PackBuilder.zlib([3, 3])
    builder.append(Array(entry.prefix(1)) + PackBuilder.distance(builder.nextOffset - 12) + entry.dropFirst(2))
    builder.append(Array(entry.prefix(1)) + PackBuilder.distance(entry.count) + entry.dropFirst(2), times: depth)
    let pack = try builder.open(in: sandbox)
    var walker = try PackWalker()
    var failures = 0
    for chunk in 0..<pack.chunkCount {
      walker.walk(pack, chunk: chunk, kinds: .all) { _, _, _ in
        Issue.record("read")
      } failed: { _, _ in
        failures += 1
      }
    }
    #expect(failures == depth + 2)
  }

  @Test func `objects above the limit fail and the rest is read`() throws {
    var builder = PackBuilder()
    let large = builder.add(blob: [UInt8](repeating: 1, count: 2000))
    builder.add(delta: PackBuilder.delta(base: 2000, adding: [1]), at: large)
    let small = builder.add(blob: [UInt8](repeating: 2, count: 1000))
    let grown = builder.add(delta: PackBuilder.delta(base: 1000, adding: [1]), at: small)
    builder.add(delta: PackBuilder.delta(base: 1001, adding: [1]), at: grown)
    builder.add(delta: [0xe8, 7, 1, 1, 5], at: small)
    let contents = try PackContents(builder.open(in: sandbox), limit: 1000)
    #expect(contents.objects.keys.sorted() == [2, 5])
    #expect(
      contents.failures == [
        0: .tooLarge(size: 2000), 1: .baseFailed, 3: .tooLarge(size: 1001), 4: .baseFailed,
      ])
  }

  /// A chain with a leaf beside each link: were the leaf read last, everything would be held until the end.
  @Test func `what is held at once does not grow with a family's depth`() throws {
    var builder = PackBuilder()
    let content = (0..<1000).map { UInt8(truncatingIfNeeded: $0) }
    var last = builder.add(blob: content)
    let plain = PackBuilder.delta(base: 1000, adding: [])
    for link in 0..<500 {
      let base = last
      if link % 2 == 0 { last = builder.add(delta: plain, at: base) }
      builder.add(delta: PackBuilder.delta(base: 1000, adding: [1]), at: base)
      if link % 2 == 1 { last = builder.add(delta: plain, at: base) }
    }
    let pack = try builder.open(in: sandbox)
    let contents = try PackContents(pack, heldLimit: 3 * 1001)
    #expect(contents.failures.isEmpty)
    #expect(contents.objects.count == 1001)
    let narrow = try PackContents(pack, heldLimit: 2000)
    #expect(narrow.failures.values.allSatisfy { $0 == .tooDeep })
    #expect(narrow.objects.count == 501)
  }

  @Test func `an index that lies about its counts is refused`() throws {
    var builder = PackBuilder()
    for number in 0..<20 { builder.add(blob: [UInt8(number)]) }
    let index = builder.index(of: builder.entries)
    var longer = builder
    longer.declaredCount = 21
    #expect(throws: PackError.mismatch) { try longer.open(in: sandbox) }
    #expect(throws: PackError.mismatch) {
      try builder.open(in: sandbox, index: builder.index(of: Array(builder.entries.dropLast())))
    }
    var other = index
    other[index.count - 40] ^= 1
    #expect(throws: PackError.mismatch) { try builder.open(in: sandbox, index: other) }
    // Fan-out: the last is the count, none is above the next.
    for (place, value) in [(255, UInt32(19)), (255, 21), (255, .max), (255, 1 << 31), (0, 21), (100, .max)] {
      var lying = index
      lying.replaceSubrange(8 + 4 * place..<12 + 4 * place, with: PackBuilder.bigEndian(value))
      #expect(throws: PackError.damagedIndex) { try builder.open(in: sandbox, index: lying) }
    }
    for version: UInt32 in [0, 1, 4, .max] {
      var unknown = builder
      unknown.version = version
      #expect(throws: PackError.unsupportedPack) { try unknown.open(in: sandbox) }
    }
    builder.version = 3
    #expect(try PackContents(builder.open(in: sandbox)).objects.count == 20)
  }

  @Test func `an index that lies about offsets is refused, or what it hits is reported`() throws {
    var builder = PackBuilder()
    for number in 0..<4 { builder.add(blob: [UInt8](repeating: UInt8(number), count: 30)) }
    // Before the first entry, in the trailer, behind the end, in a large table that is not there, the same twice.
    let end = UInt64(builder.nextOffset)
    let first = builder.entries[0].offset
    let lies: [UInt64] = [0, 11, end, end + 19, end + 20, 0x7fff_ffff, 0x8000_0000, 0xffff_ffff, first]
    for offset in lies {
      var entries = builder.entries
      entries[2].offset = offset
      #expect(throws: PackError.damagedIndex) { try builder.open(in: sandbox, index: builder.index(of: entries)) }
    }
    // In the middle of an entry.
    for offset in builder.entries[2].offset + 1..<builder.entries[3].offset {
      var entries = builder.entries
      entries[2].offset = offset
      let pack = try builder.open(in: sandbox, index: builder.index(of: entries))
      let contents = try PackContents(pack)
      #expect(contents.objects[0]?.bytes == [UInt8](repeating: 0, count: 30))
      #expect(contents.objects[2] == nil)
      #expect(contents.objects.count + contents.failures.count + pack.unwalkable.count == 4)
    }
  }

  @Test func `offsets of 64 bits that lie are refused`() throws {
    var builder = PackBuilder()
    builder.add(blob: [1])
    var entries = builder.entries
    entries[0].offset = 1 << 31
    let index = builder.index(of: entries)
    for large: [UInt8] in [
      [UInt8](repeating: 0xff, count: 8), [0x80, 0, 0, 0, 0, 0, 0, 12], [0, 0, 0, 1, 0, 0, 0, 12],
      [0, 0, 0, 0, 0, 0, 0, 0],
    ] {
      #expect(throws: PackError.damagedIndex) {
        try builder.open(in: sandbox, index: Array(index.dropLast(40)) + large + index.suffix(40))
      }
    }
    let right = Array(index.dropLast(40)) + [0, 0, 0, 0, 0, 0, 0, 12] + index.suffix(40)
    #expect(try PackContents(builder.open(in: sandbox, index: right)).objects[0]?.bytes == [1])
  }
}
