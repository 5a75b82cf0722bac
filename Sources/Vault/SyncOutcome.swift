/// Changes of one author.
package struct SyncShare: Hashable, Sendable {
  package let author: String
  /// Log entries.
  package let changes: Int
  /// Whether the author is no member any more.
  package let isShutOut: Bool
  /// Whether it is whoever syncs, from another device.
  package let isOwn: Bool
}

/// What a sync did, or would do.
package struct SyncOutcome: Sendable {
  package enum Step: Hashable, Sendable {
    /// The vault stays as it is.
    case nothing
    /// The vault went on along somebody else's log.
    case forward
    /// Own changes were made again on somebody else's log.
    case rebased
  }

  package internal(set) var step = Step.nothing
  /// What came from others.
  package internal(set) var brought: [SyncShare] = []
  /// How many of this author's changes were made again.
  package internal(set) var replayed = 0
  /// Changes that only their authors can make again, and that are not in the vault until then.
  package internal(set) var waiting: [SyncShare] = []
  /// Nothing was changed when there is one.
  package internal(set) var conflicts: [SyncConflict] = []
  /// Own changes that the choice was for, and that could not be made again.
  package internal(set) var left: [SyncConflict] = []
  /// Two histories that each shut somebody out: nothing was changed.
  package internal(set) var contest: SyncContest?
  /// Whether there were two histories that each shut somebody out, and the choice has decided.
  package internal(set) var isContestSettled = false
  /// Where the vault as it was before is kept, when something of it is in the vault no more.
  package internal(set) var kept: String?

  /// Whether there is nothing to tell.
  package var isQuiet: Bool { isSettled && step == .nothing && waiting.isEmpty }

  package var isSettled: Bool { conflicts.isEmpty && contest == nil }
}
