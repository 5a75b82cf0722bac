import ArgumentParser
import Audit
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
    let name = workspace.vaultName(name)
    let open = try OpenEnvironment(workspace, environment, unlock, showing: true)
    let (value, number) = try open.read { (snapshot, key) throws(VaultError) in
      if let version { return (try snapshot.value(name, version: version, key), version) }
      guard let found = try snapshot.versionedValues([name], key)[0] else {
        throw .noEntry(name: name, environment: open.name)
      }
      return (found.value, found.version)
    }
    open.note(.get, [AuditEvent.Name(name, number)], workspace, console)
    try value.bytes.withBytes { (bytes) throws in try console.data(bytes) }
    if console.dataIsSeen { try console.data(text: "\n") }
    return 0
  }
}
