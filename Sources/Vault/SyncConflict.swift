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
