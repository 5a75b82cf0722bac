import ArgumentParser
import Vault

struct HistoryCommand: Performing {
  static let configuration = CommandConfiguration(
    commandName: "history",
    abstract: "List the versions of a secret, newest first; never values.",
    discussion: """
        coffer history STRIPE_SECRET_KEY
      """)

  @Argument(help: "The variable's name.")
  var name: String

  @OptionGroup var environment: EnvironmentOptions

  @Option(name: .long, help: "text or json.")
  var format: ListFormat = .text

  @OptionGroup var unlock: UnlockOptions
  @OptionGroup var output: OutputOptions

  func perform(_ console: Console) throws -> Int32 {
    let workspace = try Workspace.find()
    let name = workspace.vaultName(name)
    let open = try OpenEnvironment(workspace, environment, unlock)
    let versions = try open.read { (snapshot, key) throws(VaultError) in
      try snapshot.history(name, key).map { (version) throws(VaultError) in
        (version, try snapshot.memberName(version.author, open.session.directory) ?? "unknown")
      }
    }
    switch format {
    case .text:
      try console.data(
        text: Table.text(
          versions.map { version, author in
            [
              "version \(version.version)", Age.timestamp(version.created), Age.text(since: version.created), author,
              version.isCurrent ? "in use" : version.isPending ? "pending" : "",
              version.generator.isEmpty ? "" : "made by \(version.generator)",
            ]
          }))
    case .json:
      try console.data(
        text: JSONText.array(
          versions.map { version, author in
            .object([
              ("version", .number(Int(version.version))), ("created", .string(Age.timestamp(version.created))),
              ("author", .string(author)), ("current", .bool(version.isCurrent)),
              ("pending", .bool(version.isPending)),
              ("generator", version.generator.isEmpty ? .null : .string(version.generator)),
            ])
          }
        ).text + "\n")
    }
    return 0
  }
}
