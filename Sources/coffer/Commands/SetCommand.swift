import ArgumentParser
import Launch
import Platform
import Project
import Rotation
import Sealing
import Vault

struct SetCommand: Performing {
  static let configuration = CommandConfiguration(
    commandName: "set",
    abstract: "Store a new version of a secret.",
    discussion: """
      Asks for the value without showing it, or reads it from standard input (less one line end), a file \
      (exactly), or makes it. It is never taken from the command line, which others can read.

        coffer set STRIPE_SECRET_KEY
        coffer set STRIPE_SECRET_KEY -e production < key.txt
        coffer set TLS_KEY --file key.pem
        coffer set SESSION_SECRET --generate hex:32

      --generate takes hex:BYTES, base64:BYTES, alnum:CHARACTERS, uuid or passphrase:WORDS. \
      The name is declared in coffer.toml if it is not yet.
      """)

  @Argument(help: "The variable's name.")
  var name: String

  @OptionGroup var environment: EnvironmentOptions

  @Option(name: .long, help: ArgumentHelp("Take the value from a file, byte for byte.", valueName: "path"))
  var file: String?

  @Option(name: .long, help: ArgumentHelp("Make the value.", valueName: "kind"))
  var generate: String?

  @Flag(name: .long, help: "Keep the line end at the end of standard input.")
  var raw = false

  @OptionGroup var unlock: UnlockOptions
  @OptionGroup var output: OutputOptions

  // Catches a value given on the command line, so that no message repeats it.
  @Argument(help: .hidden)
  var stray: [String] = []

  func perform(_ console: Console) throws -> Int32 {
    guard stray.isEmpty, !name.contains("=") else {
      throw Failure(
        "a value is never taken from the command line, where others can read it (and your shell's history keeps it)",
        hints: ["coffer set NAME asks for it; or pipe it to standard input"])
    }
    guard LaunchLimits.isName(name) else { throw LaunchError.badName(Self.shown(name)) }
    let workspace = try Workspace.find()
    let name = workspace.vaultName(name)
    // First: whoever may not write here is not asked for a value.
    let open = try OpenEnvironment(workspace, environment, unlock, signing: true)
    let generator = try generate.map { try Generator(option: $0) }
    let new = try Transaction.NewValue(name: name, value: value(generator), generator: generator?.description ?? "")
    // The person still has the value at hand.
    try workspace.checkLaunch(name, new.value)
    let version = try open.write { (transaction, key) throws(VaultError) in try transaction.put([new], key)[0] }
    if new.value.bytes.count == 0 { console.warn("the value of \(name) is empty") }
    // Said before coffer.toml is touched: if that fails, the value is stored all the same.
    console.note("\(name) is at version \(version) in \(open.name)")
    if !workspace.declares(name) {
      let draft = new.value.bytes.withBytes { Self.draft(name, $0) }
      _ = try workspace.declaring([draft])
      console.note("declared \(name) in coffer.toml")
    }
    return 0
  }

  /// A name as far as it can be shown: what is too odd for a name might be a value.
  private static func shown(_ name: String) -> String { name.utf8.count <= 64 ? name : "what stands for the name" }

  private func value(_ generator: Generator?) throws -> Secret {
    if let generator {
      guard file == nil else { throw Failure("--generate and --file exclude each other") }
      return Secret(try generator.make())
    }
    if let file { return Secret(try SecretInput.file(file)) }
    if Terminal.isTerminal(0) {
      let typed = try SecretInput.prompt("Value of \(name): ")
      guard typed.count > 0 else {
        throw Failure("nothing was entered", hints: ["to store an empty value: coffer set \(name) < /dev/null"])
      }
      return Secret(typed)
    }
    let piped = try SecretInput.descriptor(0, limit: SecretInput.streamLimit)
    return Secret(raw ? piped : try SecretInput.withoutLineEnd(piped))
  }

  /// A value that was set is in the vault, whatever it looks like: no literal goes into coffer.toml.
  private static func draft(_ name: String, _ value: RawSpan) -> VariableDraft {
    var draft = Proposal.draft(name: name, value: value)
    draft.defaultValue = nil
    return draft
  }
}
