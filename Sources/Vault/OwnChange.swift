import Sealing

/// What somebody did, in words that do not depend on where in the log it stands: so that its author can do it again on another log.
struct OwnChange {
  /// One version of one name.
  struct Value {
    let name: String
    let value: Secret
    let generator: String
    let version: UInt32
    let isPending: Bool
  }

  /// The versions that a name's pointers were moved to.
  struct Pointing {
    let name: String
    let current: UInt32?
    let pending: UInt32?
    let previous: UInt32?
  }

  /// A member or token as it was, and as it is from then on.
  struct Membership {
    let before: Member?
    let after: Member
    let name: String
    /// The names that it is limited to.
    let scope: [String]?

    /// The same, from before an earlier change on.
    func since(_ first: Membership?) -> Membership {
      Membership(before: first.map(\.before) ?? before, after: after, name: name, scope: scope)
    }
  }

  enum Act {
    /// New versions of names, or of records of the directory.
    case records(Operation.Kind, EnvironmentID, [Value])
    case remove(EnvironmentID, [String])
    case point(EnvironmentID, [Pointing])
    case members([Membership])
    case addEnvironment(EnvironmentID, name: String)
    case removeEnvironment(EnvironmentID, name: String)
    case renew(EnvironmentID)
    /// What is of no account any more: it concerns an environment that was taken out of use afterwards.
    case nothing
    /// What its author cannot open any more.
    case closed
  }

  /// When it was done, in milliseconds since 1970.
  let time: UInt64
  let act: Act
}
