/// How far a leak is from dead.
package enum LeakState: Hashable, Sendable, CustomStringConvertible {
  /// Somebody has to act.
  case open
  /// A rotation of it has begun.
  case rotating
  /// The vault's value is another one now.
  case rotated
  /// The leaked value was revoked where it was issued, as far as is known.
  case revoked
  /// The leaked value was seen to be refused.
  case dead
  /// Nobody has to act, for this reason.
  case dismissed(reason: String)

  /// For people and JSON: one lowercase word.
  package var description: String {
    switch self {
    case .open: "open"
    case .rotating: "rotating"
    case .rotated: "rotated"
    case .revoked: "revoked"
    case .dead: "dead"
    case .dismissed: "dismissed"
    }
  }

  /// Whether a leak may go from this state to `next`: forwards, back to open from what a rotation had begun, and what was
  /// dismissed can be opened or taken up again.
  package func mayBecome(_ next: LeakState) -> Bool {
    switch (self, next) {
    case (.open, .rotating), (.open, .dismissed): true
    case (.dismissed, .open), (.dismissed, .rotating): true
    case (.rotating, .rotated), (.rotating, .open): true
    case (.rotated, .revoked), (.rotated, .open): true
    case (.revoked, .dead): true
    default: false
    }
  }

  /// The number in the record's bytes.
  var number: UInt8 {
    switch self {
    case .open: 1
    case .rotating: 2
    case .rotated: 3
    case .revoked: 4
    case .dead: 5
    case .dismissed: 6
    }
  }
}
