/// One entry of the log, for people.
package struct LogEvent: Hashable, Sendable {
  /// What it does. docs/FORMAT.md, "Operations".
  package enum Kind: String, Sendable, CaseIterable {
    case put, remove, point, member, token, epoch, leak, rotation, setting, found
  }

  /// A name that it changes.
  package struct Item: Hashable, Sendable {
    package let index: NameIndex
    /// Nil where the keys are not at hand.
    package let name: String?
    /// The version that is stored, or in use from then on; nil where there is none any more.
    package let version: UInt32?
  }

  /// A member or token that it states anew.
  package struct Membership: Hashable, Sendable {
    package enum Act: String, Sendable { case added, changed, removed }

    package let member: MemberID
    package let act: Act
    /// What it may do from then on; what it could do, for one that is removed.
    package let roles: [EnvironmentID: Role]
  }

  package let sequence: UInt64
  /// Milliseconds since 1970 by the author's clock.
  package let time: UInt64
  package let author: MemberID
  package let kind: Kind
  /// The directory for what concerns the vault as a whole.
  package let environment: EnvironmentID
  /// Of an epoch none: it changes no version.
  package let items: [Item]
  /// Those who are let in, changed or shut out.
  package let members: [Membership]
  /// The epoch that it begins, or nil; the first makes the environment.
  package let epoch: UInt32?
}

extension LogEvent.Kind {
  init(_ kind: Operation.Kind) {
    self =
      switch kind {
      case .put: .put
      case .remove: .remove
      case .point: .point
      case .member: .member
      case .token: .token
      case .epoch: .epoch
      case .leak: .leak
      case .rotation: .rotation
      case .setting: .setting
      case .found: .found
      }
  }
}
