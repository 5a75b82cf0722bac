import ArgumentParser
import Vault

struct VerifyCommand: Performing {
  static let configuration = CommandConfiguration(
    commandName: "verify",
    abstract: "Read the whole vault and prove that it is sound; needs no passphrase.",
    discussion: """
      Every page, every log entry from the first with its signature, every map rebuilt, every stored version.

        coffer verify

      Exit codes: 0 sound, 4 not.
      """)

  @OptionGroup var output: OutputOptions

  func perform(_ console: Console) throws -> Int32 {
    let workspace = try Workspace.find()
    let vault = try workspace.vault()
    let found = try vault.verifyWhole()
    console.note(
      "sound: \(Wording.count(found.entries, "log entry", "log entries")), \(Wording.count(found.names, "name")), "
        + Wording.count(found.records, "stored version"))
    return 0
  }
}
