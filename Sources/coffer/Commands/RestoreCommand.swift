import ArgumentParser
import Platform
import Project
import Vault

struct RestoreCommand: Performing {
  static let configuration = CommandConfiguration(
    commandName: "restore",
    abstract: "Put a backup, or a copied vault.db, in place.",
    discussion: """
      Verified whole first. Where there is no such vault it is made; a vault that is behind goes forward; one \
      that is ahead, or of another history, stays, unless --accept-older says that what is newer may be lost: \
      then it is kept beside as a backup of its own. A vault that is damaged is moved aside.

        coffer restore /media/stick/shop.cofferbackup
        coffer restore ~/Backups/shop-7Q4M-2KXD-9TRB.cofferbackup --accept-older

      Other processes may have the vault open meanwhile. No passphrase is needed; to use what was restored \
      you need an identity that is its member, or: coffer recover FILE.

      Exit codes: 0 it is in place, 4 refused.
      """)

  @Argument(help: ArgumentHelp("The backup.", valueName: "file"))
  var file: String

  @Flag(name: .customLong("accept-older"), help: "Go back to it, even if what is here is newer or another history.")
  var acceptOlder = false

  @Flag(name: .shortAndLong, help: "Do not ask.")
  var yes = false

  @OptionGroup var output: OutputOptions

  func perform(_ console: Console) throws -> Int32 {
    let folders = try Folders.current()
    let archive = try Backups.load(file, folders)
    console.note(
      "\(file): vault \(archive.archive.vault.short), entry \(archive.head.sequence) of \(Age.timestamp(archive.head.time))"
    )
    let restoring = Restoring(archive: archive, folders: folders, acceptOlder: acceptOlder, console: console)
    if acceptOlder {
      guard try console.confirm("Go back to it, whatever is newer here?", assumed: yes) else {
        throw Failure("nothing was restored", hints: console.canAsk ? [] : ["--yes does not ask"], code: 1)
      }
    }
    let vault = try restoring.place()
    try restoring.link(assumed: yes)
    try restoring.refreshBackup(vault)
    return 0
  }
}
