import ArgumentParser
import Sealing
import Vault

struct GetCommand: Performing {
  static let configuration = CommandConfiguration(
    commandName: "get",
    abstract: "Print the value of a secret.",
    discussion: """
      Only the value goes to standard output, byte for byte; on a terminal a line end follows. \
      For production the passphrase is asked for again.

        coffer get SESSION_SECRET
        coffer get SESSION_SECRET --version-number 2
      """)

  @Argument(help: "The variable's name.")
  var name: String

  @OptionGroup var environment: EnvironmentOptions

  @Option(name: .customLong("version-number"), help: ArgumentHelp("An earlier version.", valueName: "n"))
  var version: UInt32?

  @OptionGroup var unlock: UnlockOptions
  @OptionGroup var output: OutputOptions

  func perform(_ console: Console) throws -> Int32 {
    let workspace = try Workspace.find()
    let vault = try workspace.vault()
    let environment = environment.name
    let session = try Unlocking(vault: vault, folders: workspace.folders, options: unlock)
      .session(environment, signing: false, fresh: environment == "production")
    let value = try vault.read { (snapshot) throws(VaultError) in
      let key = try snapshot.key(environment, in: session)
      if let version { return try snapshot.value(name, version: version, key) }
      guard let value = try snapshot.values([name], key)[0] else {
        throw .noEntry(name: name, environment: environment)
      }
      return value
    }
    try value.bytes.withBytes { (bytes) throws in try console.data(bytes) }
    if console.dataIsSeen { try console.data(text: "\n") }
    return 0
  }
}
