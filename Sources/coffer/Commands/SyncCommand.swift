import ArgumentParser
import Platform
import Vault

struct SyncCommand: Performing {
  static let configuration = CommandConfiguration(
    commandName: "sync",
    abstract: "Bring this vault together with others' through a shared folder.",
    discussion: """
      FOLDER is a shared drive, a USB stick or a private repository. Each device writes one bundle there, sealed to \
      the vault's members, and reads those of the others. Where two went on without each other, each person's changes \
      are made again, by that person's own sync, on the log that is further.

        coffer sync ~/Shared/secrets
        coffer sync /media/stick --dry-run

      What both sides changed is a conflict: nothing is changed here, and each is listed on standard output. --mine \
      puts your change on top, --theirs leaves what is there; the other value stays in the history. \
      --mine=A,B and --theirs=A,B settle just these.

      Exit codes: 0 done, 1 conflicts, 2 misuse or error, 4 the vault was refused, 5 no \
      member any more.
      """)

  @Argument(help: ArgumentHelp("The shared folder.", valueName: "folder"))
  var folder: String

  @Flag(name: .long, help: "In conflicts, what you did counts (also --mine=A,B).")
  var mine = false

  @Flag(name: .long, help: "In conflicts, what others did counts (also --theirs=A,B).")
  var theirs = false

  @Option(name: .customLong("mine-names"), help: .hidden)
  var mineNames: String?

  @Option(name: .customLong("theirs-names"), help: .hidden)
  var theirsNames: String?

  @Flag(name: .customLong("dry-run"), help: "Say what would happen, and change nothing.")
  var dryRun = false

  @OptionGroup var unlock: UnlockOptions
  @OptionGroup var output: OutputOptions

  func perform(_ console: Console) throws -> Int32 {
    guard !mine || !theirs else { throw Failure("--mine and --theirs exclude each other: name what each is for") }
    let workspace = try Workspace.find()
    // Without the backup that follows every change: it is written here, once, in whatever history there is then.
    let vault = try Vault(opening: workspace.linkedVault(), workspace.folders)
    var names: [String: SyncChoice.Side] = [:]
    for (list, side) in [(mineNames, SyncChoice.Side.mine), (theirsNames, .theirs)] {
      for name in list?.split(separator: ",") ?? [] { names[workspace.vaultName(String(name))] = side }
    }
    let choice = SyncChoice(mine ? .mine : theirs ? .theirs : nil, names: names)
    return try Syncing(vault: vault, folders: workspace.folders, console: console)
      .sync(folder, choice, isDry: dryRun) { UnlockedIdentity(try Unlocking.identity(workspace.folders, unlock)) }
  }
}
