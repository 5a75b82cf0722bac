import ArgumentParser
import Platform
import Vault

struct IdentityCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "identity",
    abstract: "Show, export and import your identity.",
    discussion: """
      Your identity is a pair of keys, sealed under your passphrase, in a file of this device. Its public half \
      is what the owner of a vault needs to let you in.

        coffer identity
      """,
    subcommands: [Show.self, Export.self, Import.self], defaultSubcommand: Show.self)

  /// What both sides see that they mean the same key.
  private static func tellWords(_ identity: PublicIdentity, _ console: Console) {
    console.note("its words: \(identity.words.joined(separator: " "))")
  }

  struct Show: Performing {
    static let configuration = CommandConfiguration(
      commandName: "show",
      abstract: "Print your public key, for the owner of a vault.",
      discussion: """
        Makes an identity if this device has none. Send the key to the owner of the vault, and compare the six \
        words by another way than it went: by voice, not in the same chat.

          coffer identity
          coffer identity > ann.pub
        """)

    @OptionGroup var unlock: UnlockOptions
    @OptionGroup var output: OutputOptions

    func perform(_ console: Console) throws -> Int32 {
      let folders = try Folders.current()
      let identity: PublicIdentity
      do { identity = try IdentityFile.load(folders).publicIdentity } catch VaultError.noIdentity {
        identity = try Unlocking.newIdentity(folders, unlock, console).publicIdentity
      }
      try console.deliver(text: identity.text + "\n")
      IdentityCommand.tellWords(identity, console)
      console.hint("send the key to the owner of the vault, and confirm these words with them by another way")
      return 0
    }
  }

  struct Export: Performing {
    static let configuration = CommandConfiguration(
      commandName: "export",
      abstract: "Write your sealed identity to a new file, for another device or a safe place.",
      discussion: """
        The file opens with your passphrase of today, also after you change it here.

          coffer identity export /media/stick/identity
        """)

    @Argument(help: "The new file, mode 0600.")
    var path: String

    @OptionGroup var output: OutputOptions

    func perform(_ console: Console) throws -> Int32 {
      let file = try IdentityFile.load(Folders.current())
      guard try file.write(to: path) else { throw Failure("\(path) is there already: nothing was written") }
      console.note("written: \(path)")
      if let root = try ImportCommand.workTree(above: Files.canonical(Files.parent(of: Files.absolute(path)))) {
        console.warn("\(root) is a git work tree: whoever gets the file can try passphrases on it")
      }
      IdentityCommand.tellWords(file.publicIdentity, console)
      return 0
    }
  }

  struct Import: Performing {
    static let configuration = CommandConfiguration(
      commandName: "import",
      abstract: "Make an exported identity this device's own.",
      discussion: """
        Asks for the file's passphrase, which stays its passphrase here. Never replaces an identity unless \
        told to, and keeps the one that it replaces.

          coffer identity import /media/stick/identity
        """)

    @Argument(help: "What coffer identity export wrote.")
    var path: String

    @Flag(name: .long, help: "Take the place of the identity here, which is kept as identity.old.")
    var replace = false

    @OptionGroup var unlock: UnlockOptions
    @OptionGroup var output: OutputOptions

    func perform(_ console: Console) throws -> Int32 {
      let folders = try Folders.current()
      let file = try IdentityFile.read(path)
      let stored = try stored(folders)
      if let stored, stored != file.bytes, !replace { throw refusal(file, stored) }
      _ = try file.open(passphrase: Unlocking.passphrase(unlock, prompt: "Passphrase of that identity: "))
      if stored == file.bytes {
        console.note("this is this device's identity already")
      } else if let stored {
        console.note("the identity that was here is kept: \(try IdentityFile.setAside(stored, folders))")
        // Before and after: killed in between, nothing that the old identity unlocked outlives it.
        var ended = EndedSessions(try? IdentityFile(bytes: stored).publicIdentity, folders)
        if try !file.replace(stored, folders) { console.warn(Wording.identityNotSynced) }
        ended.endMore()
        console.note("replaced; \(ended.text)")
      } else {
        try file.save(folders)
        console.note("this device has your identity now")
      }
      IdentityCommand.tellWords(file.publicIdentity, console)
      return 0
    }

    /// What is in this device's identity file, however damaged; nil when there is none.
    private func stored(_ folders: Folders) throws -> [UInt8]? {
      do { return try IdentityFile.stored(folders) } catch VaultError.noIdentity { return nil }
    }

    private func refusal(_ file: IdentityFile, _ stored: [UInt8]) -> Failure {
      let hints = ["--replace takes this one instead, and keeps the other"]
      guard let here = try? IdentityFile(bytes: stored) else {
        return Failure("this device has an identity file that cannot be read: nothing was changed", hints: hints)
      }
      return here.publicIdentity == file.publicIdentity
        ? Failure(
          "this device has this identity already, perhaps under another passphrase: nothing was changed", hints: hints)
        : Failure("this device has another identity: nothing was changed", hints: hints)
    }
  }
}
