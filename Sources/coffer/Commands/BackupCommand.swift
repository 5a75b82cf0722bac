import ArgumentParser
import Platform
import Project
import Vault

struct BackupCommand: Performing {
  static let configuration = CommandConfiguration(
    commandName: "backup",
    abstract: "Write the whole vault, encrypted as it is, into one file.",
    discussion: """
      A backup holds every version, and no key: your passphrase or the recovery phrase opens it. It is \
      consistent while others write, and is read again and verified before it counts.

        coffer backup /media/stick/shop.cofferbackup
        coffer backup --folder ~/Backups     keep one there, written after every change
        coffer backup                        write that one now, and say where it is
        coffer backup --no-folder            no more

      coffer restore FILE puts one back; coffer recover FILE does so on an empty machine.
      """)

  @Argument(help: ArgumentHelp("Where to write it.", valueName: "file"))
  var file: String?

  @Option(name: .long, help: ArgumentHelp("Keep a backup in this folder after every change.", valueName: "path"))
  var folder: String?

  @Flag(name: .customLong("no-folder"), help: "Keep no backup after every change any more.")
  var noFolder = false

  @Flag(name: .shortAndLong, help: "Go on where a newer backup or another history is: it gets another name.")
  var yes = false

  @OptionGroup var output: OutputOptions

  func perform(_ console: Console) throws -> Int32 {
    guard [file != nil, folder != nil, noFolder].filter({ $0 }).count <= 1 else {
      throw Failure("a file, --folder and --no-folder exclude each other")
    }
    let workspace = try Workspace.find()
    let vault = try workspace.vault()
    let backup = Backup(vault.id, workspace.folders)
    let name = workspace.manifest.vault?.name ?? "vault"
    if noFolder {
      try backup.keep(in: nil, name: name)
      console.note("no backup is kept any more; what was written stays")
      return 0
    }
    if let folder {
      try backup.keep(in: Backups.folder(folder, console), name: name)
    }
    guard let path = try file.map(Files.absolute) ?? backup.file() else {
      if let last = try backup.last() { console.note("the last backup: \(Backups.text(last))") }
      throw Failure(
        "no backup folder is set",
        hints: ["coffer backup --folder PATH keeps one after every change", "coffer backup FILE writes one now"])
    }
    if yes, let aside = try backup.setAside(path, before: vault) { console.note("what was there is \(aside) now") }
    let record = try backup.write(vault, to: path)
    console.note("backup: \(Backups.text(record))")
    return 0
  }
}
