import ArgumentParser
import Project
import Vault

struct RemoveCommand: Performing {
  static let configuration = CommandConfiguration(
    commandName: "rm",
    abstract: "Take a secret out of use; its versions stay in the history.",
    discussion: """
        coffer rm OLD_API_KEY
        coffer rm OLD_API_KEY -e production --yes

      coffer rollback NAME VERSION brings it back. coffer.toml keeps its declaration.
      """)

  @Argument(help: "The variable's name.")
  var name: String

  @OptionGroup var environment: EnvironmentOptions

  @Flag(name: .shortAndLong, help: "Do not ask.")
  var yes = false

  @OptionGroup var unlock: UnlockOptions
  @OptionGroup var output: OutputOptions

  func perform(_ console: Console) throws -> Int32 {
    let workspace = try Workspace.find()
    let name = workspace.vaultName(name)
    let open = try OpenEnvironment(workspace, environment, unlock, signing: true)
    let environment = open.name
    let exists = try open.read { (snapshot, key) throws(VaultError) in try snapshot.contains(name, key) }
    guard exists else { throw VaultError.noEntry(name: name, environment: environment) }
    guard try console.confirm("Take \(name) out of use in \(environment)?", assumed: yes) else {
      throw Failure("nothing was removed", hints: console.canAsk ? [] : ["--yes removes without asking"], code: 1)
    }
    try open.write { (transaction, key) throws(VaultError) in try transaction.remove([name], key) }
    console.note("\(name) is out of use in \(environment)")
    if workspace.manifest.variables.contains(where: { $0.vaultName == name && $0.isRequired(in: environment) }) {
      console.hint("coffer.toml still requires it: launches will stop until it has a value or is not required")
    }
    return 0
  }
}
