/// The loose objects of one object folder: a file each, a zlib stream of `KIND SIZE`, a zero byte and the object.
///
/// They are not read through libgit2: its 1.5.1 writes past the end of its buffer when the declared size is smaller than what
/// follows (odb_loose.c, `read_loose_standard` copies up to 64 bytes into a buffer of the declared size).
/// Source: git-hash-object(1); gitrepository-layout(5), `objects/[0-9a-f][0-9a-f]`.
struct LooseObjects: Sendable {
  let folder: String

  /// The longest header: the longest kind, a space, 20 digits and a zero byte.
  private static let headerLimit = 32

  /// The ids of all files of a folder, in their order, with facts about those that can be no object.
  func list(_ facts: inout [RepositoryFact]) -> [ObjectID] {
    var ids: [ObjectID] = []
    for prefix in UInt8.min...UInt8.max {
      let hex = String(prefix >> 4, radix: 16) + String(prefix & 15, radix: 16)
      let place = folder + "/" + hex
      do throws(FileFault) {
        for name in try FolderListing.names(in: place, limit: 10_000_000) where name.utf8.count == 38 {
          guard let id = ObjectID(hex: hex + name) else { continue }
          if FolderListing.look(place + "/" + name)?.size == 0 { facts.append(.emptyLooseObject(id)) }
          ids.append(id)
        }
      } catch {
        facts.append(error.fact)
      }
    }
    return ids
  }

  /// Reads an object.
  /// - Parameter limit: the largest object, in bytes.
  /// - Returns: nil when there is no such file. `header` is the number of bytes before the object itself.
  /// - Throws: `GitError.damaged`, `.tooLarge`, `.system`.
  func read(
    _ id: ObjectID, limit: Int, _ inflater: borrowing Inflater
  ) throws(GitError) -> (kind: ObjectKind, bytes: [UInt8], header: Int)? {
    let hex = id.hex
    let path = folder + "/" + hex.prefix(2) + "/" + hex.dropFirst(2)
    let packed: [UInt8]
    do throws(FileFault) {
      // zlib adds 5 bytes for each 16 KiB that it cannot make smaller.
      guard let read = try SmallFile.read(path, limit: limit + limit / 1024 + 1024) else { return nil }
      packed = read
    } catch {
      guard case .layout = error else { throw error.error }
      throw .tooLarge(id, size: UInt64(limit) + 1)
    }
    var capacity = 8 * packed.count + 256
    while true {
      // Safe: the bytes outlive the call.
      let (bytes, isWhole) = unsafe inflater.inflate(
        packed.span.bytes, capacity: min(capacity, limit + Self.headerLimit))
      guard let header = Self.header(bytes) else { throw .damaged(id) }
      if isWhole {
        guard header.size == bytes.count - header.length else { throw .damaged(id) }
        guard header.size <= limit else { throw .tooLarge(id, size: UInt64(header.size)) }
        return (header.kind, bytes, header.length)
      }
      guard bytes.count == capacity || bytes.count == limit + Self.headerLimit else { throw .damaged(id) }
      guard header.size <= limit else { throw .tooLarge(id, size: UInt64(header.size)) }
      // It says how large it is: room for that and not for more.
      let needed = header.size + header.length
      guard needed > bytes.count, needed / Inflater.largestRatio <= packed.count else { throw .damaged(id) }
      capacity = needed
    }
  }

  /// `KIND SIZE`, a zero byte.
  private static func header(_ bytes: [UInt8]) -> (kind: ObjectKind, size: Int, length: Int)? {
    let text = bytes.prefix(headerLimit).prefix { $0 != 0 }
    guard text.count < min(headerLimit, bytes.count) else { return nil }
    let words = text.split(separator: 32, omittingEmptySubsequences: false)
    guard words.count == 2, !words[1].isEmpty, words[1].allSatisfy({ 48...57 ~= $0 }),
      let size = Int(String(decoding: words[1], as: UTF8.self)),
      let kind = ObjectKind.allCases.first(where: { words[0].elementsEqual($0.name.utf8) })
    else { return nil }
    return (kind, size, text.count + 1)
  }
}
