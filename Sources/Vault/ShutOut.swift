/// Whom or what a log entry shuts out.
package enum ShutOut: Hashable, Sendable {
  /// A member or token that is one no more.
  case member(MemberID)
  /// One that may do less than before.
  case narrowed(MemberID)
  /// An environment taken out of use.
  case environment(EnvironmentID)
}

extension LogTail.Item {
  /// Whom or what it shuts out.
  var shutOut: [ShutOut] {
    // No other operation changes the control block.
    switch operation {
    case .member, .token, .epoch: break
    case .remove(let removal) where removal.names.isEmpty: return [.environment(removal.environment)]
    default: return []
    }
    var found: [ShutOut] = []
    for member in after.members {
      guard let old = before.member(member.id), old.isActive, old != member else { continue }
      if !member.isActive {
        found.append(.member(member.id))
      } else if member.mayLess(than: old) {
        found.append(.narrowed(member.id))
      }
    }
    return found
  }

  /// Whether it gives an environment a new key, which somebody is not to have.
  var renews: Bool {
    if case .epoch(let change) = operation { change.epoch > 1 } else { false }
  }
}

extension Member {
  /// Whether it has a right less, or for a shorter time.
  func mayLess(than old: Member) -> Bool {
    for (environment, role) in old.roles where roles[environment].map({ $0 < role }) ?? true { return true }
    let isShorter = expires != 0 && (old.expires == 0 || expires < old.expires)
    return isShorter || (sealedScope != nil && old.sealedScope == nil)
  }
}
