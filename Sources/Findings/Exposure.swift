/// Who may have seen a leaked secret, as far as the repository tells.
package enum Exposure: Sendable, Hashable {
  /// A commit with it was pushed.
  case pushed
  /// There is no remote to ask, or what holds it is no commit.
  case unknown
  /// Committed, and none of its commits was pushed.
  case committed
  /// In files, the index or standard input only.
  case uncommitted

  /// The widest of all places.
  package init(_ finding: Finding) {
    let history = finding.places.filter { place in
      place.commit != nil || ![.index, .worktree, .stdin].contains(place.source) && place.reach != .none
    }
    if history.contains(where: { $0.wasPushed == true }) {
      self = .pushed
    } else if history.contains(where: { $0.wasPushed == nil }) {
      self = .unknown
    } else {
      self = history.isEmpty ? .uncommitted : .committed
    }
  }

  /// Nil: not known.
  package var isPushed: Bool? {
    switch self {
    case .pushed: true
    case .unknown: nil
    case .committed, .uncommitted: false
    }
  }
}
