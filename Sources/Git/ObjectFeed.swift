import Synchronization

/// Every object of a repository as pieces of work for threads, each object once.
///
/// Packs are walked from base to leaf (`PackWalker`); loose objects, packs of forms that are not walked, and whatever a walk could not
/// read go through libgit2. Which of the two reads an object changes nothing but the time it takes.
package final class ObjectFeed: Sendable {
  /// Every object; those of packs first, in pack order.
  package let inventory: Inventory
  private let packs: [Pack]
  /// For each pack the numbers of its entries; -1 for an object that an earlier pack has as well.
  private let numbers: [[Int32]]
  private let chunks: [Chunk]
  /// Read through libgit2 from the start.
  private let others: [Int32]
  private let next = Atomic(0)

  private enum Chunk {
    case pack(Int, chunk: Int)
    case others(Range<Int>)
  }

  /// So many chunks of a pack one thread walks until the pack's bytes are let go.
  private static let share = 128
  /// So many objects that libgit2 reads are one piece of work.
  private static let othersInChunk = 512

  /// Lists all objects.
  /// - Throws: `GitError` when the object folders cannot be listed.
  package init(_ repository: Repository) throws(GitError) {
    var packs: [Pack] = []
    var numbers: [[Int32]] = []
    var others: [Int32] = []
    var listed: Set<PackFiles> = []
    for files in repository.packFiles {
      // A pack of another form, or damaged, is for libgit2 to read as far as it can.
      guard let pack = try? Pack(index: files.index, pack: files.pack) else { continue }
      pack.forget()
      packs.append(pack)
      listed.insert(files)
    }
    var collector = Inventory.Collector(capacity: packs.reduce(0) { $0 + $1.count })
    for pack in packs {
      numbers.append(
        (0..<pack.count).map { entry in
          let (number, isNew) = collector.add(pack.id(at: entry))
          return isNew ? number : -1
        })
    }
    for (pack, numbers) in zip(packs, numbers) {
      others += pack.unwalkable.lazy.map { numbers[Int($0)] }.filter { $0 >= 0 }
    }
    try repository.forEachObject(besides: listed) { id in
      let (number, isNew) = collector.add(id)
      if isNew { others.append(number) }
    }
    inventory = Inventory(collector)
    var chunks: [Chunk] = []
    for (place, pack) in packs.enumerated() {
      chunks += (0..<pack.chunkCount).map { Chunk.pack(place, chunk: $0) }
    }
    for start in stride(from: 0, to: others.count, by: Self.othersInChunk) {
      chunks.append(.others(start..<min(others.count, start + Self.othersInChunk)))
    }
    self.packs = packs
    self.numbers = numbers
    self.others = others
    self.chunks = chunks
  }

  /// Reads pieces of work until none is left. Every worker calls this once, on its own thread.
  /// - Parameters:
  ///   - kinds: of what; other objects are passed over.
  ///   - object: is lent each object: its number, its kind, its bytes.
  ///   - failed: is told each object that could not be read, and why.
  package func work(
    _ reader: ObjectReader, kinds: ObjectKinds, object: (Int32, ObjectKind, borrowing RawSpan) -> Void,
    failed: (Int32, GitError) -> Void
  ) throws(GitError) {
    var walker: PackWalker
    do throws(PackError) { walker = try PackWalker() } catch { throw .library(operation: "libdeflate", code: 0) }
    var again: [Int32] = []
    var walked = 0
    while true {
      let place = next.wrappingAdd(1, ordering: .relaxed).oldValue
      guard place < chunks.count else { return }
      switch chunks[place] {
      case .others(let range): again = others[range].map { $0 }
      case .pack(let pack, let chunk):
        let numbers = numbers[pack]
        walker.walk(
          packs[pack], chunk: chunk, kinds: kinds,
          object: { entry, kind, bytes in if numbers[entry] >= 0 { object(numbers[entry], kind, bytes) } },
          failed: { entry, _ in if numbers[entry] >= 0 { again.append(numbers[entry]) } })
        walked += 1
        if walked % Self.share == 0 { packs[pack].forget() }
      }
      for number in again { read(number, reader, kinds, object, failed) }
      again.removeAll(keepingCapacity: true)
    }
  }

  private func read(
    _ number: Int32, _ reader: ObjectReader, _ kinds: ObjectKinds,
    _ object: (Int32, ObjectKind, borrowing RawSpan) -> Void, _ failed: (Int32, GitError) -> Void
  ) {
    let id = inventory.id(of: number)
    do throws(GitError) {
      guard kinds.contains(try reader.header(of: id).kind) else { return }
      try reader.read(id) { (kind, bytes) in object(number, kind, bytes) }
    } catch {
      failed(number, error)
    }
  }
}
