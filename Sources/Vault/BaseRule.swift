import Sealing

/// Which of two logs that went different ways the other's changes are made again on. Every device decides alike, by what the logs say
/// and nothing else. docs/SYNC.md.
enum BaseRule {
  enum Verdict: Equatable {
    case first
    case second
    /// Both shut somebody or something out, and neither may push that out: people decide.
    case contested
  }

  /// - Parameters: the two logs after the last entry that they share; neither is empty.
  static func judge(_ first: LogTail, _ second: LogTail) -> Verdict {
    let (firstShuts, secondShuts) = (!first.shuttingOut.isEmpty, !second.shuttingOut.isEmpty)
    switch (firstShuts, secondShuts) {
    case (true, false): return .first
    case (false, true): return .second
    case (true, true):
      // Nothing is pushed out by a log on which its own author has made it again.
      let (firstCovers, secondCovers) = (covers(first, second), covers(second, first))
      if firstCovers != secondCovers { return firstCovers ? .first : .second }
      guard firstCovers else { return .contested }
    case (false, false): break
    }
    if first.items.count != second.items.count { return first.items.count > second.items.count ? .first : .second }
    guard let left = first.items.first?.entry.hash, let right = second.items.first?.entry.hash else { return .first }
    return left < right ? .first : .second
  }

  /// Whether `tail` has all that `other` shuts out, made again by who did it.
  private static func covers(_ tail: LogTail, _ other: LogTail) -> Bool {
    let again = MadeAgain(other, tail)
    return other.items.enumerated().allSatisfy { $1.shutOut.isEmpty || again.places[$0] != nil }
  }

  /// The log that all others' changes are made again on.
  /// - Returns: its place; or the places of two that people have to decide between.
  /// - Throws: `forked` for logs with no entry in common; `damaged`.
  static func choose(_ logs: [SyncLog]) throws(VaultError) -> Choice {
    var lost: Set<Int> = []
    var contests: [(Int, Int)] = []
    for first in logs.indices {
      for second in logs.indices where second > first {
        let common = try logs[first].common(with: logs[second])
        if common == logs[second].newest {
          lost.insert(second)
        } else if common == logs[first].newest {
          lost.insert(first)
        } else {
          switch try judge(LogTail(of: logs[first], after: common), LogTail(of: logs[second], after: common)) {
          case .first: lost.insert(second)
          case .second: lost.insert(first)
          case .contested: contests.append((first, second))
          }
        }
      }
    }
    if let (first, second) = contests.first(where: { !lost.contains($0) && !lost.contains($1) }) {
      return .contested(first, second)
    }
    // Only contests can leave none that lost to nobody.
    if let base = logs.indices.first(where: { !lost.contains($0) }) { return .base(base) }
    guard let (first, second) = contests.first else { return .base(0) }
    return .contested(first, second)
  }

  enum Choice: Equatable {
    case base(Int)
    case contested(Int, Int)
  }
}
