/// What becomes of the roles of a member whom two logs changed, each for itself. docs/SYNC.md.
struct RoleMerge {
  private let before: [EnvironmentID: Role]
  private let mine: [EnvironmentID: Role]
  private let theirs: [EnvironmentID: Role]

  init(before: [EnvironmentID: Role], mine: [EnvironmentID: Role], theirs: [EnvironmentID: Role]) {
    self.before = before
    self.mine = mine
    self.theirs = theirs
  }

  /// - Parameter now: the member on the other log.
  init(_ item: OwnChange.Membership, _ now: Member) {
    let before = item.before.flatMap { $0.isActive ? $0.roles : nil } ?? [:]
    self.init(before: before, mine: item.after.roles, theirs: now.roles)
  }

  /// Whether both changed one environment, and came to different roles that are not both lower; or the vault as a whole.
  var isContested: Bool { roles(preferring: .mine) != roles(preferring: .theirs) }

  /// Environment by environment: what one side changed; the lower role where both lowered it; else the preferred side's.
  func roles(preferring side: SyncChoice.Side) -> [EnvironmentID: Role] {
    if mine == before || mine == theirs { return theirs }
    if theirs == before { return mine }
    // An admin of the vault has every environment, those that are yet to come included: one side's as a whole.
    let whole = [before[.directory], mine[.directory], theirs[.directory]]
    if whole.contains(.admin), Set(whole).count > 1 { return side == .mine ? mine : theirs }
    var roles: [EnvironmentID: Role] = [:]
    for environment in Set(before.keys).union(mine.keys).union(theirs.keys) where environment != .directory {
      roles[environment] = role(before[environment], mine[environment], theirs[environment], side)
    }
    roles[.directory] =
      whole.contains(.admin) ? .admin : roles.values.contains { $0 >= .write } ? .write : .read
    return roles
  }

  private func role(_ before: Role?, _ mine: Role?, _ theirs: Role?, _ side: SyncChoice.Side) -> Role? {
    if mine == before || mine == theirs { return theirs }
    if theirs == before { return mine }
    if let before, mine.map({ $0 < before }) ?? true, theirs.map({ $0 < before }) ?? true {
      guard let mine, let theirs else { return nil }
      return min(mine, theirs)
    }
    return side == .mine ? mine : theirs
  }
}
