/// What members may do, changed and ended. Each of these takes an admin of the directory who holds the keys concerned, and is not about the
/// author. docs/FORMAT.md, "Members".
extension Transaction {
  /// Gives a person other roles: keys for what it may read from now on, new keys for what it may not any more.
  /// - Parameter roles: all of them, by environment, the directory among them.
  /// - Returns: the session with the new keys.
  /// - Throws: `noMember`, `ownAccess`, `lastAdmin`; `noAccess` when the author lacks a key or right.
  package func changeRoles(
    of id: MemberID, to roles: [EnvironmentID: Role], session: Session
  ) throws(VaultError) -> Session {
    guard var member = control.member(id), member.isActive, member.kind == .person else { throw .noMember("") }
    try checkOthers(than: id, stayAdmin: roles[.directory] == .admin)
    let before = readable(by: member)
    member.roles = roles
    let after = readable(by: member)
    var wraps: [Operation.Wrap] = []
    for environment in after where !before.contains(environment) {
      wraps.append(try currentKey(of: environment, in: session).wrapped(to: member))
    }
    try append(.member(Operation.MemberChange(members: [member], wraps: wraps)), roots: head.roots)
    return try end(before.filter { !after.contains($0) }, of: member, session)
  }

  /// Shuts a member or a token out: a new key for each environment that it could read, wrapped to those who stay. What it has seen it
  /// has seen, and is noted.
  /// - Returns: the session with the new keys.
  /// - Throws: `noMember`, `ownAccess`, `lastAdmin`; `noAccess` when the author lacks a key or right.
  package func removeMember(_ id: MemberID, session: Session) throws(VaultError) -> Session {
    guard var member = control.member(id), member.isActive else { throw .noMember("") }
    try checkOthers(than: id, stayAdmin: false)
    let readable = readable(by: member)
    member.isActive = false
    let change = Operation.MemberChange(members: [member], wraps: [])
    try append(member.kind == .machine ? .token(change) : .member(change), roots: head.roots)
    return try end(readable, of: member, session)
  }

  private func checkOthers(than id: MemberID, stayAdmin: Bool) throws(VaultError) {
    let others = control.members.contains { $0.id != id && $0.kind == .person && $0.may(.admin, in: .directory) }
    guard stayAdmin || others else { throw .lastAdmin }
    guard id != author else { throw .ownAccess }
  }

  private func readable(by member: Member) -> [EnvironmentID] {
    control.environments.filter { $0.isActive && member.may(.read, in: $0.id) }.map(\.id)
  }

  /// New keys for what a member may not read any more, and a note of what it has seen.
  private func end(
    _ lost: [EnvironmentID], of member: Member, _ before: Session
  ) throws(VaultError) -> Session {
    var session = before
    let directory = before.directory
    var ends = try ends(of: member.id, directory)
    let names = try member.sealedScope.flatMap { (label) throws(VaultError) -> [String]? in
      let text = try label.open(at: .scope(member.id), directory: directory)
      let names = TokenScope.names(text)
      // Too many for the note are noted as all: it never stands in the way of shutting somebody out.
      return text.utf8.count + 4 * names.count < LedgerRecord.limit / 2 ? names : nil
    }
    // The directory last: until then its key opens the labels.
    for environment in lost where environment != .directory {
      let key = try currentKey(of: environment, in: session)
      session.environments[environment] = try renew(key, directory)
      ends.add(AccessEnds.End(environment: environment, epoch: key.epoch, time: time, names: names))
    }
    if lost.contains(.directory) {
      session = Session(
        directory: try renew(directory, directory), environments: session.environments, signer: session.signer)
    }
    guard lost != [.directory], !lost.isEmpty else { return session }
    try record(.setting, name: AccessEnds.name(member.id), content: ends.encoded, session.directory)
    return session
  }

  /// What this member was shut out of before.
  private func ends(of member: MemberID, _ directory: EnvironmentKey) throws(VaultError) -> AccessEnds {
    let known = try snapshot().ledgerRecord(.setting, name: AccessEnds.name(member), directory)
    guard let known, let ends = try AccessEnds(known) else { return AccessEnds(of: member) }
    return ends
  }
}
