import ArgumentParser
import Platform
import Project
import Sealing
import Vault

struct InitCommand: Performing {
  static let configuration = CommandConfiguration(
    commandName: "init",
    abstract: "Make a vault for this folder: identity, recovery phrase and coffer.toml.",
    discussion: """
      Makes an identity for this device if there is none, a vault with development, staging and production, \
      and prints a recovery phrase once, on standard output: write it down, it is a second key to the vault, \
      for the day the passphrase or this device is lost. Proposes a coffer.toml from .env or .env.example.

        coffer init
        coffer init --name shop --yes

      Nothing of the vault is written into the folder but coffer.toml, which is safe to commit. \
      Asks for a backup folder: a copy of the vault, encrypted as it is, goes there after every change. \
      One on another disk, or one that is synchronised, survives this device.
      """)

  @Option(name: .long, help: ArgumentHelp("The vault's name for people (the folder's name).", valueName: "name"))
  var name: String?

  @Option(
    name: .long, help: ArgumentHelp("The dotenv file to propose from (.env, else .env.example).", valueName: "path"))
  var from: String?

  @Option(
    name: .customLong("backup-folder"),
    help: ArgumentHelp("Keep a backup in this folder after every change (empty: none).", valueName: "path"))
  var backupFolder: String?

  @Flag(name: .shortAndLong, help: "Take the proposal as it is.")
  var yes = false

  @OptionGroup var unlock: UnlockOptions
  @OptionGroup var output: OutputOptions

  func perform(_ console: Console) throws -> Int32 {
    // A phrase that nobody could read is told, not died of.
    Signals.surviveClosedPipe()
    let folder = try Files.canonical(".")
    let path = folder + "/" + Manifest.fileName
    guard Files.kind(of: path) == nil else {
      throw Failure("coffer.toml is here already", hints: ["coffer link allows this folder to use its vault"])
    }
    // Asked beforehand: a vault whose coffer.toml cannot be written would be an orphan, its recovery phrase never shown.
    guard Files.isWritable(folder) else { throw Failure("\(path): Permission denied") }
    let folders = try Folders.current()
    let vaultName = try vaultName(folder)
    let drafts = try proposal(folder, console)
    let salt = Randomness.bytes(16).hex
    // What would not read back is refused before there is a vault whose recovery phrase nobody has seen.
    _ = try ManifestEditor.newManifest(vaultName: vaultName, vaultID: "0", salt: salt, drafts: drafts)
    guard try console.confirm("Make a vault named \(vaultName), and this coffer.toml?", assumed: yes, default: true)
    else { throw Failure("nothing was made", hints: console.canAsk ? [] : ["--yes takes the proposal"], code: 1) }

    let backups = try backupFolder(console)
    let identity = try Unlocking.identityOrNew(folders, unlock, console)
    var phrase = try SecretBytes(count: 0)
    let made = try Vault.create(
      Vault.Founding(
        name: vaultName, founder: Unlocking.memberName, environments: ["development", "staging", "production"]),
      identity: identity, folders, phrase: &phrase)
    // First of all: a vault whose phrase nobody has seen is not left behind.
    do {
      console.note("recovery phrase, shown only now; write it down and keep it off this machine:")
      try phrase.withBytes { (bytes) throws in try console.deliver(bytes) }
      try console.deliver(text: "\n")
    } catch {
      made.vault.discard()
      throw error
    }
    let text = try ManifestEditor.newManifest(
      vaultName: vaultName, vaultID: made.vault.id.short, salt: salt, drafts: drafts)
    try Files.writeAtomically(path, Array(text.utf8), mode: nil)
    try Workspace(folder: folder).approve(made.vault.id)

    console.note("vault \(vaultName) \(made.vault.id.short) is at \(made.vault.path)")
    if let backups { try keepBackups(of: made.vault, vaultName, in: backups, folders, console) }
    console.hint(next(folder))
    return 0
  }

  /// Where backups go; nil for nowhere. Asked for before anything is made.
  private func backupFolder(_ console: Console) throws -> String? {
    var typed = backupFolder ?? ""
    if backupFolder == nil, !yes, console.canAsk {
      console.present(
        "A backup, encrypted as the vault is, can go to a folder after every change: on another disk, say.")
      typed = try Terminal.promptLine("Backup folder (empty: none): ")
    }
    return typed.isEmpty ? nil : try Backups.folder(typed, console)
  }

  /// The vault is made whatever becomes of its backup.
  private func keepBackups(
    of vault: Vault, _ name: String, in folder: String, _ folders: Folders, _ console: Console
  ) throws {
    do {
      let backup = Backup(vault.id, folders)
      try backup.keep(in: folder, name: name)
      if let record = try backup.refresh(vault) { console.note("backup, after every change: \(record.path)") }
    } catch { Backups.warn(error) }
  }

  /// What goes into coffer.toml besides the reference to the vault.
  private func proposal(_ folder: String, _ console: Console) throws -> [VariableDraft] {
    let candidates = from.map { [$0] } ?? [".env", ".env.example"]
    guard let source = candidates.first(where: { Files.exists($0) }) else {
      if let from { throw Failure("\(from): no such file") }
      return []
    }
    let drafts = try DotenvFile(source).drafts
    console.note("from \(source), coffer.toml would declare:")
    let rows = drafts.map { draft in
      [
        "  " + draft.name, draft.type.rawValue,
        draft.isSecret
          ? "secret" : draft.defaultValue == nil ? "not secret" : "not secret: its value goes into coffer.toml",
        draft.provider ?? "",
      ]
    }
    console.note(Table.text(rows).split(separator: "\n").joined(separator: "\n"))
    return drafts
  }

  /// Words with one blank between them, as coffer.toml gives them back.
  private func vaultName(_ folder: String) throws -> String {
    func tidied(_ text: String) -> String? {
      let tidy = text.split(separator: " ").joined(separator: " ")
      return tidy.isEmpty || tidy.utf8.count > 64 || Wording.line(tidy) != tidy ? nil : tidy
    }
    if let name {
      guard let name = tidied(name) else { throw Failure("a vault's name is one line of at most 64 bytes") }
      return name
    }
    return folder.split(separator: "/").last.flatMap { tidied(String($0)) } ?? "vault"
  }

  private func next(_ folder: String) -> String {
    Files.exists(folder + "/.env") ? "next: coffer import .env" : "next: coffer set NAME, then coffer run -- COMMAND"
  }
}
