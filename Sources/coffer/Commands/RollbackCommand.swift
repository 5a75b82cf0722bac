import ArgumentParser
import Vault

struct RollbackCommand: Performing {
  static let configuration = CommandConfiguration(
    commandName: "rollback",
    abstract: "Put an earlier version of a secret in use again.",
    discussion: """
        coffer rollback STRIPE_SECRET_KEY 2

      No version is lost: coffer history shows them all.
      """)

  @Argument(help: "The variable's name.")
  var name: String

  @Argument(help: "The version's number, from coffer history.")
  var version: UInt32

  @OptionGroup var environment: EnvironmentOptions
  @OptionGroup var unlock: UnlockOptions
  @OptionGroup var output: OutputOptions

  func perform(_ console: Console) throws -> Int32 {
    let workspace = try Workspace.find()
    let name = workspace.vaultName(name)
    let open = try OpenEnvironment(workspace, environment, unlock, signing: true)
    let environment = open.name
    let changed = try open.write { (transaction, key) throws(VaultError) in
      let snapshot = try transaction.snapshot()
      if try snapshot.history(name, key).contains(where: { $0.version == version && $0.isCurrent }) { return false }
      try transaction.point(name, to: version, key, in: snapshot)
      return true
    }
    console.note(
      changed
        ? "\(name) is back at version \(version) in \(environment)"
        : "\(name) is at version \(version) in \(environment) already")
    return 0
  }
}
