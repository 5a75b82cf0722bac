import Sealing

/// Who is in the vault. Each of these takes an admin of the directory who holds the keys concerned. docs/FORMAT.md, "Members".
extension Transaction {
  /// Lets a person, or another machine of hers, in.
  /// - Parameters:
  ///   - roles: by environment, the directory among them; each environment's key must be in `session`.
  /// - Throws: `memberExists` for a name or a key that an active member has; `noAccess`.
  package func addMember(
    _ keys: PublicIdentity, name: String, roles: [EnvironmentID: Role], session: Session
  ) throws(VaultError) {
    try checkNew(keys, name, session.directory)
    let member = Member(
      kind: .person, keys: keys, roles: roles,
      sealedName: try SealedLabel(name, at: .member(keys.id), directory: session.directory))
    var wraps: [Operation.Wrap] = []
    for environment in roles.keys.sorted() {
      wraps.append(try currentKey(of: environment, in: session).wrapped(to: member))
    }
    try append(.member(Operation.MemberChange(members: [member], wraps: wraps)), roots: head.roots)
  }

  /// Lets a machine read one environment, or some names of it.
  /// - Parameters:
  ///   - scope: the names that it may read; nil for all, later ones too.
  ///   - expires: milliseconds since 1970; 0 for never.
  /// - Returns: the token, which is nowhere else.
  /// - Throws: `memberExists`, `noAccess`.
  package func addToken(
    name: String, environment: EnvironmentKey, scope: [String]?, expires: UInt64, session: Session
  ) throws(VaultError) -> Token {
    let token = try Token(for: vault.id)
    let keys = try token.identity().publicIdentity
    let directory = session.directory
    try checkNew(keys, name, directory)
    let member = Member(
      kind: .machine, keys: keys, roles: [environment.environment: .read],
      sealedName: try SealedLabel(name, at: .member(keys.id), directory: directory), expires: expires,
      sealedScope: try scope.map { (names) throws(VaultError) in
        try SealedLabel(TokenScope.text(names), at: .scope(keys.id), directory: directory)
      })
    var wraps = [try wrapped(environment, to: member, directory)]
    if scope != nil {
      // A name that was rolled back to before a new epoch is sealed under the key of its own.
      var key = environment
      while key.epoch > 1 {
        key = try snapshot().key(key, epoch: key.epoch - 1)
        wraps.append(try wrapped(key, to: member, directory))
      }
    }
    try append(.token(Operation.MemberChange(members: [member], wraps: wraps)), roots: head.roots)
    return token
  }

  /// Shuts a member or a token out: a new key for each environment that it could read, wrapped to those who stay. What it has seen it
  /// has seen.
  /// - Returns: the session with the new keys.
  /// - Throws: `noMember`, `lastAdmin`, `noAccess` when the author lacks a key or right.
  package func removeMember(_ id: MemberID, session: Session) throws(VaultError) -> Session {
    guard var member = control.member(id), member.isActive else { throw .noMember("") }
    // Whoever shuts himself out could not sign the new keys.
    guard id != author,
      control.members.contains(where: { $0.id != id && $0.kind == .person && $0.may(.admin, in: .directory) })
    else { throw .lastAdmin }
    let readable = control.environments.filter { $0.isActive && member.may(.read, in: $0.id) }.map(\.id)
    member.isActive = false
    let change = Operation.MemberChange(members: [member], wraps: [])
    try append(member.kind == .machine ? .token(change) : .member(change), roots: head.roots)
    var session = session
    // The directory last: until then its key opens the labels.
    for environment in readable where environment != .directory {
      session.environments[environment] = try renew(currentKey(of: environment, in: session), session.directory)
    }
    if readable.contains(.directory) {
      session = Session(
        directory: try renew(session.directory, session.directory), environments: session.environments,
        signer: session.signer)
    }
    return session
  }

  /// The key of an environment's current epoch.
  /// - Throws: `noAccess` when it is not in `session`.
  func currentKey(of environment: EnvironmentID, in session: Session) throws(VaultError) -> EnvironmentKey {
    let key = environment == .directory ? session.directory : session.environments[environment]
    guard let key, let state = control.environment(environment), state.isActive, state.epoch == key.epoch else {
      throw .noAccess(environment: "")
    }
    return key
  }

  /// The wrap for a member, in the form of its kind.
  func wrapped(
    _ key: EnvironmentKey, to member: Member, _ directory: EnvironmentKey
  ) throws(VaultError) -> Operation.Wrap {
    guard member.kind == .machine else { return try key.wrapped(to: member) }
    guard let environment = control.environment(key.environment) else { throw .damaged(.control) }
    let name = try environment.sealedName.open(at: .environment(key.environment), directory: directory)
    let scope = try member.sealedScope.map { (label) throws(VaultError) in
      TokenScope.names(try label.open(at: .scope(member.id), directory: directory))
    }
    return try TokenWrap.wrap(key, named: name, scope: scope, to: member)
  }

  private func checkNew(_ keys: PublicIdentity, _ name: String, _ directory: EnvironmentKey) throws(VaultError) {
    for member in control.members where member.isActive {
      let taken = try member.sealedName.open(at: .member(member.id), directory: directory)
      guard member.keys.wrapping != keys.wrapping, member.keys.signing != keys.signing, taken != name else {
        throw .memberExists(name)
      }
    }
  }
}

/// The names that a token is limited to, as its label has them.
enum TokenScope {
  static func text(_ names: [String]) -> String { names.joined(separator: ",") }
  static func names(_ text: String) -> [String] { text.split(separator: ",").map(String.init) }
}
