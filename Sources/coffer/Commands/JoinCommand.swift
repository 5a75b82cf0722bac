import ArgumentParser
import Platform
import Project
import Vault

struct JoinCommand: Performing {
  static let configuration = CommandConfiguration(
    commandName: "join",
    abstract: "Bring a vault to this device from a bundle that was sealed to you.",
    discussion: """
      Verifies everything from the first entry, shows whose vault it is, and asks. Compare the words with those that \
      its owner sees (coffer identity): nobody else can have them. In a project's folder, the bundle must be of the \
      vault that coffer.toml names, and the folder is linked.

        coffer identity                      your public key: send it to the vault's owner
        coffer join shop-for-bob.cofferbundle

      Where the vault is already, this is a coffer sync of the one bundle.

      Exit codes: 0 joined, 1 no, 4 the bundle was refused, 5 it was sealed to others.
      """)

  @Argument(help: ArgumentHelp("The bundle.", valueName: "file"))
  var file: String

  @Flag(name: .shortAndLong, help: "Do not ask.")
  var yes = false

  @OptionGroup var unlock: UnlockOptions
  @OptionGroup var output: OutputOptions

  func perform(_ console: Console) throws -> Int32 {
    let folders = try Folders.current()
    let bundle = try VaultBundle(path: file)
    try check(bundle)
    guard bundle.isFor(try IdentityFile.load(folders).publicIdentity.id) else { throw VaultError.notForYou }
    let key = UnlockedIdentity(try Unlocking.identity(folders, unlock))
    let archive = try bundle.open(key.identity).verify(bundle.vault)
    let restoring = Restoring(archive: archive, folders: folders, acceptOlder: false, console: console)
    guard try Vault.identify(short: bundle.vault.short, folders) == nil else {
      let vault = try Vault(opening: bundle.vault, folders)
      let outcome = try Syncing(vault: vault, folders: folders, console: console)
        .merge([IncomingLog(file: file, archive: archive)], key, choice: SyncChoice())
      if outcome.isQuiet { console.note("nothing new") }
      if outcome.isSettled { try restoring.link(assumed: yes) }
      return outcome.isSettled ? 0 : 1
    }
    let preview = try archive.preview(key, folders)
    show(preview, bundle.vault, yes ? console.note : console.present)
    guard try console.confirm("Join it?", assumed: yes) else {
      throw Failure("nothing was joined", hints: console.canAsk ? [] : ["--yes joins without asking"], code: 1)
    }
    let vault = try Vault.create(from: archive, folders)
    console.note("joined: \(vault.path)")
    try restoring.link(assumed: yes)
    return 0
  }

  /// A bundle of another vault than the one that this folder is about is a mistake, or a trap.
  private func check(_ bundle: VaultBundle) throws {
    guard let workspace = try Workspace.above(), let reference = workspace.manifest.vault,
      reference.id != bundle.vault.short
    else { return }
    throw Failure(
      "coffer.toml names vault \(Wording.line(reference.id)), and the bundle is of \(bundle.vault.short)",
      hints: ["join it in the folder that it belongs to, or outside of any project"], code: 4)
  }

  private func show(_ preview: VaultPreview, _ id: VaultID, _ say: (String) -> Void) {
    say("vault \(Wording.line(preview.name)) \(id.short), with these admins:")
    for admin in preview.admins {
      let founder = admin.isFounder ? " (founder)" : ""
      say("  \(Wording.line(admin.name))\(founder): \(admin.keys.words.joined(separator: " "))")
    }
    let readable = preview.environments.isEmpty ? "no environment" : preview.environments.joined(separator: ", ")
    say("you may read \(Wording.line(readable))")
  }
}
