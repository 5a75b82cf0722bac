/// What the vault says of a token; the token itself is not in it.
package struct TokenState: Hashable, Sendable {
  package let member: MemberID
  package let name: String
  /// Nil when its environment was removed.
  package let environment: Snapshot.NamedEnvironment?
  /// The only names that it opens; nil for all.
  package let names: [String]?
  /// Milliseconds since 1970 from which it is refused; 0 for never.
  package let expires: UInt64
  package let isRevoked: Bool
}

extension Snapshot {
  /// Every token that was ever made, in that order.
  /// - Throws: `damaged(.control)`; `locked` for the directory's key of another epoch.
  package func tokens(_ directory: EnvironmentKey) throws(VaultError) -> [TokenState] {
    let environments = try environments(directory)
    var tokens: [TokenState] = []
    for member in control.members where member.kind == .machine {
      let scope = try member.sealedScope?.open(at: .scope(member.id), directory: directory)
      tokens.append(
        TokenState(
          member: member.id, name: try member.sealedName.open(at: .member(member.id), directory: directory),
          environment: environments.first { member.roles[$0.id] != nil }, names: scope.map(TokenScope.names),
          expires: member.expires, isRevoked: !member.isActive))
    }
    return tokens
  }
}
