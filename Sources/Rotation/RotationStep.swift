/// How far a rotation is.
package enum RotationStep: UInt8, CaseIterable, Sendable, CustomStringConvertible {
  /// Begun; nothing is stored of the new value.
  case planned = 1
  /// The new value is stored in the vault, and waits.
  case pending
  /// The new value is where it is checked: at the provider, the database, the app.
  case set
  /// The new value was seen to work, or somebody chose not to look.
  case tested
  /// Launches get the new value.
  case promoted
  /// Nothing runs with the old value any more, as far as is known.
  case rolledOut
  /// The old value was taken back where it was issued.
  case revoked
  /// The old value was seen to be refused. An end.
  case dead
  /// Revoked, and nobody looked whether the old value is refused. An end; the proof can still be brought.
  case unproven
  /// Given up; the old value is in use. An end.
  case aborted

  /// Whether it still has to come to an end.
  package var isOpen: Bool { ![.dead, .unproven, .aborted].contains(self) }

  /// For people and JSON: one lowercase word, or two.
  package var description: String {
    switch self {
    case .planned: "planned"
    case .pending: "pending"
    case .set: "set"
    case .tested: "tested"
    case .promoted: "promoted"
    case .rolledOut: "rolled out"
    case .revoked: "revoked"
    case .dead: "dead"
    case .unproven: "unproven"
    case .aborted: "aborted"
    }
  }
}

/// What moves a rotation.
package enum RotationEvent: CaseIterable, Sendable {
  case savePending
  case markSet
  case recordTest
  case promote
  case markRolledOut
  case markRevoked
  /// The old value was seen to be refused.
  case proveDead
  /// The end without that.
  case leaveUnproven
  case abort
}

extension RotationStep {
  /// Where `event` leads from here; nil where it is not possible. The one table of the machine: no step can be left out, and the
  /// old value comes back only while it is not revoked.
  package func after(_ event: RotationEvent) -> RotationStep? {
    switch (self, event) {
    case (.planned, .savePending): .pending
    case (.pending, .markSet): .set
    case (.set, .recordTest): .tested
    case (.tested, .promote): .promoted
    case (.promoted, .markRolledOut): .rolledOut
    case (.rolledOut, .markRevoked): .revoked
    case (.revoked, .proveDead), (.unproven, .proveDead): .dead
    case (.revoked, .leaveUnproven): .unproven
    case (.planned, .abort), (.pending, .abort), (.set, .abort), (.tested, .abort): .aborted
    case (.promoted, .abort), (.rolledOut, .abort): .aborted
    default: nil
    }
  }
}
