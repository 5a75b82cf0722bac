import Foundation
import Testing

@testable import Git

/// What a scan learns of a repository's history, for secrets given as texts: every object is read, every blob searched,
/// the trees gone through by some threads.
struct History {
  let inventory: Inventory
  let commits: CommitTable
  let reach: CommitReach
  let tips: Tips
  let found: FoundTrees
  let result: Introductions
  let secrets: [String]

  init(
    _ path: String, _ secrets: [String], threads: Int = 2, limits: PathWalk.Limits = PathWalk.Limits(),
    shuffled: Bool = false
  ) throws {
    let layout = try RepositoryLayout.find(at: path)
    let repository = try Repository(layout, followAlternates: true)
    let reader = try repository.makeReader()
    var ids: [ObjectID] = []
    try repository.forEachObject { ids.append($0) }
    let inventory = Inventory(shuffled ? ids.shuffled() : ids)
    var rows = (0..<3).map { _ in CommitRows() }
    var marks: [Int32: [Int32]] = [:]
    let needles = secrets.map { Data($0.utf8) }
    for number in 0..<Int32(inventory.count) {
      // What cannot be read is one of the things that are tested here.
      try? reader.read(inventory.id(of: number)) { kind, bytes in
        switch kind {
        case .commit:
          if let commit = CommitText.parse(bytes) { rows[Int(number) % 3].add(number, commit, inventory) }
        case .blob:
          let text = Data((0..<bytes.byteCount).map { bytes.byte(at: $0) })
          let hits = needles.indices.filter { text.range(of: needles[$0]) != nil }.map { Int32($0) }
          if !hits.isEmpty { marks[number] = hits }
        case .tree, .tag: break
        }
      }
    }
    self.inventory = inventory
    self.secrets = secrets
    let references = References(layout)
    commits = CommitTable(rows, inventory, shallow: Set(layout.shallowBoundary))
    tips = Tips(references, inventory, commits, reader)
    reach = CommitReach(commits, tips.all)
    let marked = MarkedBlobs(marks)
    let search = TreeSearch(inventory, commits, reach, tips: tips.all, marks: marked)
    try Self.run(threads) { search.work(try repository.makeReader()) }
    found = search.found
    let head = references.head.id.flatMap { [inventory, commits] in
      inventory.number(of: $0).flatMap { commits.position(ofNumber: $0) }
    }
    result = Introductions(commits, reach, head: head, tips: tips.all, found, marked, limits)
  }

  /// What was brought in, one line each: `0 path COMMIT reach [head] [pushed|not pushed]`, the secret by its number.
  var lines: [String] {
    result.introductions.map { one in
      var words = ["\(one.secret)", text(one.path), name(one.commit), "\(one.reach)"]
      if one.isInHead { words.append("head") }
      if let pushed = one.wasPushed { words.append(pushed ? "pushed" : "not-pushed") }
      return words.joined(separator: " ")
    }
  }

  /// The id of a commit.
  func name(_ commit: Int32) -> String { inventory.id(of: commits.number(commit)).hex }

  func text(_ path: [UInt8]) -> String { String(decoding: path, as: UTF8.self) }

  private static func run(_ threads: Int, _ body: @escaping @Sendable () throws -> Void) throws {
    let group = DispatchGroup()
    let failures = Failures()
    for _ in 0..<threads {
      group.enter()
      let thread = Thread {
        do { try body() } catch { failures.add(error) }
        group.leave()
      }
      thread.start()
    }
    group.wait()
    try failures.rethrow()
  }
}

private final class Failures: @unchecked Sendable {
  private let lock = NSLock()
  private var first: (any Error)?

  func add(_ error: any Error) { lock.withLock { first = first ?? error } }

  func rethrow() throws {
    if let first = lock.withLock({ first }) { throw first }
  }
}
