import ArgumentParser
import Platform
import Sealing
import Vault

struct PassphraseCommand: Performing {
  static let configuration = CommandConfiguration(
    commandName: "passphrase",
    abstract: "Change the passphrase of your identity.",
    discussion: """
      Asks for the old one, then for the new one twice, and ends all that is unlocked of all vaults of this \
      device. Copies of the identity file from before still open with the old one.

        coffer passphrase
        coffer passphrase --passphrase-fd 3 --new-passphrase-fd 4 3< old 4< new

      The keys stay the same. Who may have had the old passphrase and the file has them.
      """)

  @OptionGroup var unlock: UnlockOptions

  @Option(
    name: .customLong("new-passphrase-fd"),
    help: ArgumentHelp("Read the new one from this file descriptor.", valueName: "n"))
  var newDescriptor: Int32?

  @OptionGroup var output: OutputOptions

  func validate() throws {
    guard newDescriptor == nil || newDescriptor != unlock.passphraseDescriptor else {
      throw ValidationError("the old and the new passphrase need a descriptor each")
    }
  }

  func perform(_ console: Console) throws -> Int32 {
    let folders = try Folders.current()
    let stored = try IdentityFile.stored(folders)
    let file = try IdentityFile(bytes: stored)
    let old = try Unlocking.passphrase(unlock, prompt: "Passphrase: ")
    let identity = try file.open(passphrase: old)
    let new = try newPassphrase()
    guard new.withBytes({ !old.matches($0) }) else { throw Failure("the new passphrase is the old one") }
    let renewed = try IdentityFile(sealing: identity, passphrase: new, created: file.created)
    // Before and after: killed in between, nothing that the old passphrase unlocked outlives it.
    var ended = EndedSessions(identity.publicIdentity, folders)
    if try !renewed.replace(stored, folders) { console.warn(Wording.identityNotSynced) }
    ended.endMore()
    console.note("the passphrase is changed; \(ended.text)")
    if unlock.passphraseDescriptor == nil, unlock.passphraseFile != nil {
      console.hint("the file that COFFER_PASSPHRASE_FILE names still holds the old one")
    }
    return 0
  }

  private func newPassphrase() throws -> SecretBytes {
    do { return try Unlocking.newPassphrase(descriptor: newDescriptor) } catch TerminalError.noTerminal {
      throw Failure(
        "there is no terminal to type the new passphrase on", hints: ["--new-passphrase-fd reads it from a descriptor"],
        code: 5)
    }
  }
}
