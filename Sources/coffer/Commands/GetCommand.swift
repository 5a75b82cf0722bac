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

  @OptionGroup var keys: KeyOptions
  @OptionGroup var output: OutputOptions

  func perform(_ console: Console) throws -> Int32 {
    let reader = try Reader(environment, keys)
    if version != nil { try reader.needHistory() }
    let name = reader.vaultName(name)
    let read = try reader.read(console, showing: true) { (open) throws(VaultError) -> (Secret, UInt32, String)? in
      guard open.keys.scope?.contains(name) ?? true else { return nil }
      if let version { return (try open.snapshot.value(name, version: version, open.keys), version, open.environment) }
      guard let found = try open.versionedValues([name])[0] else {
        throw .noEntry(name: name, environment: open.environment)
      }
      return (found.value, found.version, open.environment)
    }
    guard let (value, number, environment) = read else { throw Wording.outsideToken([name]) }
    reader.trail(console).note(.get, in: environment, [AuditEvent.Name(name, number)])
    try value.bytes.withBytes { (bytes) throws in try console.data(bytes) }
    if console.dataIsSeen { try console.data(text: "\n") }
    return 0
  }
}
