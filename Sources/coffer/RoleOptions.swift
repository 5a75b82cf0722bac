import ArgumentParser
import Vault

/// What somebody may do where: `member add` and `member role` take it alike.
struct RoleOptions: ParsableArguments {
  @Option(name: .long, help: ArgumentHelp("May read these.", valueName: "environments"))
  var read: String?

  @Option(name: .long, help: ArgumentHelp("May read and write these.", valueName: "environments"))
  var write: String?

  @Option(name: .long, help: ArgumentHelp("May start a new key of these besides.", valueName: "environments"))
  var admin: String?

  @Flag(
    name: .customLong("vault-admin"),
    help: "May do everything, everywhere, later environments too: members, tokens, environments.")
  var vaultAdmin = false

  /// Whether anything was said.
  var isEmpty: Bool { read == nil && write == nil && admin == nil && !vaultAdmin }

  /// What was asked for, by environment's name; not for an admin of the vault.
  /// - Throws: `Failure` for an environment that is named twice, and for nothing named at all.
  func byName() throws -> [(environment: String, role: Role)] {
    var found: [(environment: String, role: Role)] = []
    for (list, role) in [(read, Role.read), (write, .write), (admin, .admin)] {
      guard let list else { continue }
      guard !vaultAdmin else { throw Failure("an admin of the vault is an admin of every environment: name none") }
      let names = list.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
      for name in names {
        guard !name.isEmpty else { throw Failure("--\(role) takes names of environments, by commas") }
        guard !found.contains(where: { $0.environment == name }) else {
          throw Failure("\(name) is named twice: one role for each environment")
        }
        found.append((name, role))
      }
    }
    return found
  }
}

extension Snapshot {
  /// The roles of somebody who gets these, the directory's among them: everybody reads it, and whoever writes anywhere also writes the
  /// records of leaks and rotations there.
  /// - Throws: `noEnvironment`.
  func roles(
    _ byName: [(environment: String, role: Role)], vaultAdmin: Bool, _ directory: EnvironmentKey
  ) throws(VaultError) -> [EnvironmentID: Role] {
    var roles: [EnvironmentID: Role] = [:]
    if vaultAdmin {
      for environment in try environments(directory) { roles[environment.id] = .admin }
      roles[.directory] = .admin
    } else {
      for (name, role) in byName { roles[try environment(named: name, directory: directory).id] = role }
      roles[.directory] = roles.values.contains { $0 >= .write } ? .write : .read
    }
    return roles
  }
}
