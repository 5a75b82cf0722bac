import Git
import Platform
import Synchronization

/// The first pass over a repository: every blob, commit and tag is searched once, on all threads.
struct ObjectReading: Sendable {
  private(set) var sightings = Sightings()
  private(set) var commits: [CommitRows] = []
  /// Annotated tags by their number.
  private(set) var tags: [Int32: TagText] = [:]
  private(set) var commitCount = 0
  private(set) var tagCount = 0
  private(set) var blobCount = 0
  /// Searched.
  private(set) var bytes: UInt64 = 0
  /// Blobs that only stand for a file in Git LFS.
  private(set) var pointers: [Int32] = []
  private(set) var failures: [Failure] = []

  /// An object that is there and could not be read.
  struct Failure: Sendable {
    let number: Int32
    let error: GitError
  }

  /// Reads what `feed` has.
  static func run(_ repository: Repository, _ feed: ObjectFeed, _ tools: ScanTools) throws(ScanError) -> ObjectReading {
    tools.counter.begin(.reading, expected: feed.inventory.count)
    let whole = Mutex(ObjectReading())
    try Workers.run(count: tools.threads) { (_) throws(ScanError) in
      let search = try TextSearch(tools)
      var part = ObjectReading()
      do throws(GitError) {
        let reader = try repository.makeReader()
        try feed.work(
          reader, kinds: [.blob, .commit, .tag],
          object: { number, kind, text in
            part.take(number, kind, text, feed.inventory)
            search.search(text, number: number)
            tools.counter.add(1, bytes: text.byteCount)
          },
          failed: { part.failures.append(Failure(number: $0, error: $1)) })
      } catch {
        throw .repository(error)
      }
      part.sightings = search.sightings
      part.bytes = search.bytes
      let done = part
      whole.withLock { $0.merge(done) }
    }
    return whole.withLock { $0 }
  }

  private mutating func take(_ number: Int32, _ kind: ObjectKind, _ text: RawSpan, _ inventory: Inventory) {
    switch kind {
    case .blob:
      blobCount += 1
      if LFSPointer.matches(text) { pointers.append(number) }
    case .commit:
      commitCount += 1
      guard let commit = CommitText.parse(text) else {
        failures.append(Failure(number: number, error: .damaged(inventory.id(of: number))))
        return
      }
      if commits.isEmpty { commits.append(CommitRows()) }
      commits[0].add(number, commit, inventory)
    case .tag:
      tagCount += 1
      tags[number] = TagText.parse(text)
    case .tree: break
    }
  }

  private mutating func merge(_ part: ObjectReading) {
    sightings.merge(part.sightings)
    commits += part.commits
    tags.merge(part.tags) { one, _ in one }
    commitCount += part.commitCount
    tagCount += part.tagCount
    blobCount += part.blobCount
    bytes += part.bytes
    pointers += part.pointers
    failures += part.failures
  }
}

/// The text that stands in a repository for a file that Git LFS keeps elsewhere.
/// Source: https://github.com/git-lfs/git-lfs/blob/main/docs/spec.md
enum LFSPointer {
  private static let start = Array("version https://git-lfs.github.com/spec/v".utf8)
  /// Pointers are smaller than this, in bytes.
  private static let limit = 1024

  static func matches(_ text: RawSpan) -> Bool {
    guard text.byteCount < limit, text.byteCount > start.count else { return false }
    for (place, byte) in start.enumerated() {
      guard unsafe text.unsafeLoad(fromByteOffset: place, as: UInt8.self) == byte else { return false }
    }
    return true
  }
}
