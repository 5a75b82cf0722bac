/// How the repository still holds a commit or an object, the strongest first.
package enum Reach: UInt8, Sendable, Comparable, CaseIterable {
  /// From a branch, a tag, a remote's branch or HEAD.
  case reference
  case stash
  case note
  /// From a reflog only.
  case reflog
  /// From nothing.
  case unreachable

  package static func < (one: Self, other: Self) -> Bool { one.rawValue < other.rawValue }

  /// Whether everything below should be there: git prunes nothing that a reflog reaches (git-prune(1), `mark_reachable_objects`).
  var isKept: Bool { self < .unreachable }
}

/// What reaches each commit, one byte a commit.
package struct CommitReach: Sendable {
  /// Bits 0-3: the cases of `Reach`; bit 4: a remote knows it.
  private let marks: [UInt8]
  private let hasRemote: Bool
  private static let remote: UInt8 = 1 << 4

  package init(_ commits: CommitTable, _ tips: [Tip]) {
    var marks = [UInt8](repeating: 0, count: commits.count)
    for tip in tips {
      guard let position = commits.position(ofNumber: tip.number) else { continue }
      marks[Int(position)] |= 1 << tip.reach.rawValue | (tip.isRemote ? Self.remote : 0)
    }
    // Children come after their parents: each hands down what it has.
    for position in commits.positions.reversed() where marks[Int(position)] != 0 {
      for parent in commits.parents(position) { marks[Int(parent)] |= marks[Int(position)] }
    }
    self.marks = marks
    hasRemote = tips.contains(where: \.isRemote)
  }

  /// The strongest of what reaches a commit, by its position.
  package func reach(_ position: Int32) -> Reach {
    Reach(rawValue: UInt8((marks[Int(position)] & 15).trailingZeroBitCount)) ?? .unreachable
  }

  /// Whether a remote is known to have a commit or to have had it; nil when the repository knows of no remote's
  /// references.
  package func wasPushed(_ position: Int32) -> Bool? {
    hasRemote ? marks[Int(position)] & Self.remote != 0 : nil
  }

  /// The ids of commits that should be there and are not: parents of those that references, stashes and notes reach;
  /// sorted.
  package func missingCommits(_ commits: CommitTable) -> [ObjectID] {
    Set(commits.missingParents.lazy.filter { reach($0.commit).isKept }.map(\.id)).sorted()
  }
}
