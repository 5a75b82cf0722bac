import Sealing

/// Who is in the vault. Each of these takes an admin of the directory who holds the keys concerned. docs/FORMAT.md, "Members".
extension Transaction {
  /// Lets a person, or another machine of hers, in; one who was removed comes back.
  /// - Parameters:
  ///   - roles: by environment, the directory among them; each environment's key must be in `session`.
  /// - Throws: `memberExists` for a name or a key that an active member has, and for one key of somebody else; `noAccess`.
  package func addMember(
    _ keys: PublicIdentity, name: String, roles: [EnvironmentID: Role], session: Session
  ) throws(VaultError) {
    try control.checkNew(keys, name, session.directory)
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
    try control.checkNew(keys, name, directory)
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

  /// The key of an environment's current epoch.
  /// - Throws: `noAccess` when it is not in `session`.
  func currentKey(of environment: EnvironmentID, in session: Session) throws(VaultError) -> EnvironmentKey {
    let key = environment == .directory ? session.directory : session.environments[environment]
    guard let state = control.environment(environment), state.isActive else { throw .noAccess(environment: "") }
    guard let key, state.epoch == key.epoch else {
      let name = try state.sealedName.open(at: .environment(environment), directory: session.directory)
      throw .noAccess(environment: name)
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
}

extension Control {
  /// Whether somebody may be let in under this name.
  /// - Returns: whether it is a person who was removed before, and comes back.
  /// - Throws: `memberExists` for a name or a key that an active member has, and for one key of somebody else.
  @discardableResult
  package func checkNew(
    _ keys: PublicIdentity, _ name: String, _ directory: EnvironmentKey
  ) throws(VaultError) -> Bool {
    for member in members {
      let sharesKey = member.keys.wrapping == keys.wrapping || member.keys.signing == keys.signing
      if member.isActive {
        let taken = try member.sealedName.open(at: .member(member.id), directory: directory)
        guard !sharesKey, taken != name else { throw .memberExists(name) }
      } else if sharesKey {
        guard member.keys == keys, member.kind == .person else { throw .memberExists(name) }
      }
    }
    return members.contains { $0.keys == keys }
  }
}

/// The names that a token is limited to, as its label has them.
enum TokenScope {
  static func text(_ names: [String]) -> String { names.joined(separator: ",") }
  static func names(_ text: String) -> [String] { text.split(separator: ",").map(String.init) }
}
