import Platform
import Project
import Vault

/// The backup that follows every change of a vault.
enum Backups {
  /// Makes `vault` refresh its backup after each change. A folder that is not there, or full, is a warning: the change is made.
  static func follow(_ vault: Vault, _ folders: Folders) {
    vault.changed = { vault in
      do { _ = try Backup(vault.id, folders).refresh(vault) } catch { warn(error) }
    }
  }

  /// Says that the backup could not be written, without ending the command.
  static func warn(_ error: any Error) {
    let failure = Wording.failure(error)
    let console = Console()
    console.warn("the change is made, and the backup is not: \(failure.message)")
    for hint in failure.hints { console.hint(hint) }
  }

  /// A folder as somebody typed it: made if it is not there, absolute, and one that can be written to.
  /// - Throws: `Failure`, `SystemError`.
  static func folder(_ typed: String, _ console: Console) throws -> String {
    var path = typed
    // What a shell would have done, had it seen it.
    if path == "~" || path.hasPrefix("~/"), let home = AmbientEnvironment.value(of: "HOME") {
      path = home + path.dropFirst()
    }
    guard Wording.line(path) == path else {
      throw Failure("the backup folder's name has characters that no line can show")
    }
    let isMade = !Files.exists(path)
    if isMade { try Files.makePrivateDirectory(Files.absolute(path)) }
    let folder = try Files.canonical(path)
    if isMade { console.note("made the folder \(folder), which was not there") }
    guard Files.kind(of: folder) == .directory else { throw Failure("\(folder) is not a folder") }
    guard Files.isWritable(folder) else { throw Failure("\(folder): Permission denied") }
    return folder
  }

  /// A backup in words: where, how new, when.
  static func text(_ record: BackupRecord) -> String {
    "\(record.path), entry \(record.sequence), \(Age.text(since: record.time)) (\(Age.timestamp(record.time)))"
  }

  /// What a file holds: a backup, or a vault's own file that was copied.
  /// - Throws: `Failure` when it is neither; as `VaultArchive.load` and `VaultArchive.copied`.
  static func load(_ path: String, _ folders: Folders) throws -> VerifiedArchive {
    let archive: VaultArchive
    switch try VaultArchive.kind(of: path) {
    case .archive: archive = try VaultArchive.load(path)
    case .database: archive = try VaultArchive.copied(path, folders)
    case nil: throw Failure("\(path) is neither a backup nor a vault's file")
    }
    return try archive.verify(archive.vault)
  }
}
