import Glibc
import Synchronization

/// Finds the way from every root tree down to the marked blobs, and notes on the way what should be there and is not.
///
/// Every tree is read once, whatever number of commits and paths lead to it; rarely twice, when two threads come to it
/// at one time. Threads share the work: each calls `work` with a reader of its own; when all have returned, `found` has
/// the result, which is the same for any number of threads, but for trees that only damage or malice makes: those that
/// hold themselves and those nested too deep, which it names.
package final class TreeSearch: Sendable {
  let inventory: Inventory
  let marks: MarkedBlobs
  /// For every object of the inventory: the number of its reduced tree once it was read as a tree, and `unseen` before.
  let states: SharedNumbers
  static let unseen: Int32 = -1

  /// First the trees of which everything should be there, then those that git may have pruned in part; either the
  /// newest commit's first. That is about their order in a pack, where reading a tree near the last one costs least.
  private let phases: [Phase]
  private let commits: CommitTable
  private let reach: CommitReach
  private let keepsAll: Bool
  private let gathered = Mutex(Gathered())

  /// What the threads have gathered.
  struct Gathered: Sendable {
    var trees = MarkedTrees()
    /// The marked blobs that stand in any tree.
    var placed: Set<Int32> = []
    var missingBlobs: Set<ObjectID> = []
    var missingTrees: Set<ObjectID> = []
    var unreadable: [ObjectID: GitError] = [:]
    var tooDeep: Set<ObjectID> = []
    /// Whether the marked trees outgrew their limit: then some lead to nothing that should not.
    var isCutShort = false
    var treesRead = 0
    var bytesRead: UInt64 = 0
  }

  private final class Phase: Sendable {
    let roots: [Int32]
    let isKept: Bool
    let next = Atomic(0)
    let finished = Atomic(0)

    init(_ roots: [Int32], isKept: Bool) {
      self.roots = roots
      self.isKept = isKept
    }
  }

  /// So many root trees one thread takes at a time: neighbours share most of their subtrees.
  private static let share = 256

  /// - Parameters:
  ///   - tips: of these, the trees that a reference names without a commit are searched as well.
  ///   - keepsAll: whether everything should be there, whatever reaches it: what a partial clone left out was not pruned.
  package init(
    _ inventory: Inventory, _ commits: CommitTable, _ reach: CommitReach, tips: [Tip] = [], marks: MarkedBlobs,
    keepsAll: Bool = false
  ) {
    self.inventory = inventory
    self.commits = commits
    self.reach = reach
    self.marks = marks
    self.keepsAll = keepsAll
    states = SharedNumbers(repeating: Self.unseen, count: inventory.count)
    var kept = tips.filter { $0.kind == .tree }.map(\.number)
    var others: [Int32] = []
    for position in commits.positions.reversed() {
      guard let tree = commits.tree(position) else { continue }
      if keepsAll || reach.reach(position).isKept { kept.append(tree) } else { others.append(tree) }
    }
    phases = [Phase(kept, isKept: true), Phase(others, isKept: false)]
  }

  /// Reads trees until none is left. Every thread calls this once.
  package func work(_ reader: ObjectReader) {
    var searcher = TreeSearcher(self, reader)
    for phase in phases {
      while true {
        let start = phase.next.wrappingAdd(Self.share, ordering: .relaxed).oldValue
        guard start < phase.roots.count else { break }
        let end = min(phase.roots.count, start + Self.share)
        for root in phase.roots[start..<end] { searcher.search(root, isKept: phase.isKept) }
        phase.finished.wrappingAdd(end - start, ordering: .releasing)
      }
      // A tree of both phases must be seen in the first. The wait is as long as a share takes at most.
      while phase.finished.load(ordering: .acquiring) < phase.roots.count { usleep(200) }
    }
    searcher.finish()
  }

  /// What was found, once every thread has returned from `work`.
  package var found: FoundTrees {
    var gathered = gathered.withLock { $0 }
    for absence in commits.missingTrees where keepsAll || reach.reach(absence.commit).isKept {
      gathered.missingTrees.insert(absence.id)
    }
    return FoundTrees(gathered, states)
  }

  /// Lets one thread at a time add to what was gathered.
  func gather<Result: Sendable>(_ body: (inout sending Gathered) -> sending Result) -> Result {
    gathered.withLock(body)
  }
}
