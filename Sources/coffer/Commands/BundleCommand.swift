import ArgumentParser
import Platform
import Vault

struct BundleCommand: Performing {
  static let configuration = CommandConfiguration(
    commandName: "bundle",
    abstract: "Write the whole vault into a file that only its members can open.",
    discussion: """
      Sealed to one member, or to all people and the recovery phrase. The file is ciphertext and may go by mail or lie \
      in a shared folder. Whoever gets it: coffer join FILE.

        coffer bundle bob -o shop-for-bob.cofferbundle
        coffer bundle -o /media/stick/shop.cofferbundle
      """)

  @Argument(help: "The member; without it, all.")
  var name: String?

  @Option(name: [.customShort("o"), .customLong("output")], help: ArgumentHelp("Where to.", valueName: "file"))
  var file: String

  @OptionGroup var unlock: UnlockOptions
  @OptionGroup var output: OutputOptions

  func perform(_ console: Console) throws -> Int32 {
    let workspace = try Workspace.find()
    let vault = try workspace.vault()
    let path = try Files.absolute(file)
    if Files.exists(path), (try? VaultBundle(path: path))?.vault != vault.id {
      throw Failure("\(file) is no bundle of this vault: it is not replaced", hints: ["give another name"])
    }
    let bytes = try vault.bundle(for: name.map { try member(named: $0, vault, workspace) })
    // A link's target is meant, not the link.
    try Files.writeAtomically(Files.exists(path) ? Files.canonical(path) : path, bytes, mode: nil)
    console.note("sealed to \(name.map(Wording.line) ?? "all members"): \(file)")
    console.hint("whoever gets it: coffer join FILE")
    return 0
  }

  private func member(named name: String, _ vault: Vault, _ workspace: Workspace) throws -> MemberID {
    let cached = try vault.read { (snapshot) throws(VaultError) in try snapshot.cachedDirectory() }
    let directory =
      try cached ?? Unlocking(vault: vault, folders: workspace.folders, options: unlock).session().directory
    return try vault.read { (snapshot) throws(VaultError) in
      for member in snapshot.control.bundleRecipients where try snapshot.memberName(member.id, directory) == name {
        return member.id
      }
      throw VaultError.noMember(name)
    }
  }
}
