/// What both sides changed since they last had the same log: nothing decides between them but a person.
package struct SyncConflict: Hashable, Sendable {
  /// What it is about.
  package enum Subject: Hashable, Sendable {
    case name(String, environment: String)
    /// A record of the directory: "leak/…", "rotation/…", "setting/…".
    case record(String)
    case environment(String)
    case member(String)
  }

  /// What one side did last.
  package struct Side: Hashable, Sendable {
    package enum Deed: Hashable, Sendable {
      case set, removed, pointed, added, changed
    }
    package let deed: Deed
    /// Nil where there is none.
    package let version: UInt32?
    /// Milliseconds since 1970 by the author's clock.
    package let time: UInt64
    /// Nil for whoever syncs.
    package let author: String?
  }

  package let subject: Subject
  package let mine: Side
  /// Nil when it is no other change that is in the way, but that the right to do it was taken away.
  package let theirs: Side?
}

/// How conflicts are to be settled.
package struct SyncChoice: Hashable, Sendable {
  package enum Side: Hashable, Sendable { case mine, theirs }

  /// For what is not named; nil: it stays a conflict.
  package let standard: Side?
  /// By name of a variable.
  package let names: [String: Side]

  package init(_ standard: Side? = nil, names: [String: Side] = [:]) {
    self.standard = standard
    self.names = names
  }

  func side(for subject: SyncConflict.Subject) -> Side? {
    if case .name(let name, _) = subject, let side = names[name] { return side }
    return standard
  }
}

/// What one side of a contest shut out.
package struct SyncContest: Hashable, Sendable {
  /// One entry that shuts somebody or something out.
  package struct Deed: Hashable, Sendable {
    package let author: String
    package let time: UInt64
    package let what: [String]
  }

  /// Where it comes from: nil for this device's own log, else the bundle's file.
  package let first: String?
  package let firstDeeds: [Deed]
  package let second: String?
  package let secondDeeds: [Deed]
}

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
  /// Two histories that each shut somebody out: nothing was changed.
  package internal(set) var contest: SyncContest?
  /// Where the vault as it was before is kept, when something of it is in the vault no more.
  package internal(set) var kept: String?

  package var isSettled: Bool { conflicts.isEmpty && contest == nil }
}
