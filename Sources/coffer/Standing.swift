import Vault

/// What the user may do in a vault, for refusals that come early, say why, and name who could change it. What holds is decided by keys and
/// signatures, not here.
struct Standing {
  private let roles: [String: Role]
  private let environments: [String]
  private let isVaultAdmin: Bool
  /// The user's name in the vault.
  private let name: String
  /// Who may change members, the user apart.
  private let admins: [String]

  /// - Parameter session: with a signer, who is the user.
  init(_ vault: Vault, _ session: Session) throws(VaultError) {
    self = try vault.read { (snapshot) throws(VaultError) in try Standing(snapshot, session) }
  }

  private init(_ snapshot: Snapshot, _ session: Session) throws(VaultError) {
    guard let member = snapshot.author(session) else { throw .noAccess(environment: "") }
    var roles: [String: Role] = [:]
    let environments = try snapshot.environments(session.directory)
    for environment in environments { roles[environment.name] = member.roles[environment.id] }
    var admins: [String] = []
    for other in snapshot.control.members
    where other.id != member.id && other.kind == .person && other.may(.admin, in: .directory) {
      admins.append(try snapshot.memberName(other.id, session.directory) ?? "")
    }
    self.roles = roles
    self.environments = environments.map(\.name)
    isVaultAdmin = member.may(.admin, in: .directory)
    name = try snapshot.memberName(member.id, session.directory) ?? ""
    self.admins = admins
  }

  /// Whether there is such an environment.
  func knows(_ environment: String) -> Bool { environments.contains(environment) }

  /// - Throws: `noEnvironment`; `Failure` with exit code 5 when the user may less than `role` there.
  func check(_ role: Role, in environment: String) throws {
    guard knows(environment) else { throw VaultError.noEnvironment(environment) }
    let held = roles[environment]
    if let held, held >= role { return }
    throw Failure(
      held.map { "your role in \(environment) is \($0), and this takes \(role)" }
        ?? "your identity has no access to \(environment)",
      hints: hint("coffer member role \(quoted(name)) … --\(role) \(environment)"), code: 5)
  }

  /// - Throws: `Failure` with exit code 5 when the user is no admin of the vault.
  func checkVaultAdmin() throws {
    guard !isVaultAdmin else { return }
    throw Failure(
      "this takes an admin of the vault, and you are none",
      hints: hint("coffer member role \(quoted(name)) --vault-admin"), code: 5)
  }

  private func hint(_ command: String) -> [String] {
    admins.isEmpty ? [] : ["\(admins.joined(separator: ", ")) can change that: \(command)"]
  }

  /// A name as a shell takes it.
  private func quoted(_ name: String) -> String {
    name.utf8.allSatisfy {
      (0x30...0x39).contains($0) || (0x41...0x5A).contains($0 & 0xDF) || [0x2D, 0x2E, 0x5F].contains($0)
    }
      ? name : "'\(name)'"
  }
}

extension Role: CustomStringConvertible {
  /// As options and lists say it.
  public var description: String {
    switch self {
    case .read: "read"
    case .write: "write"
    case .admin: "admin"
    }
  }
}
