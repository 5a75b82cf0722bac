package import Platform
import Sealing

extension VaultArchive {
  /// What a file may be that a vault is restored from.
  package enum FileKind: Sendable {
    case archive
    /// A vault's own file.
    case database
  }

  /// What a file begins as; nil for neither.
  /// - Throws: `refusedFile`, `system`.
  package static func kind(of path: String) throws(VaultError) -> FileKind? {
    let start = try accessing(.archive) { () throws(FileError) in try Files.readStart(path, count: 16) }
    if isArchive(start) { return .archive }
    return start == Array("SQLite format 3\0".utf8) ? .database : nil
  }

  /// What a vault's own file holds that was copied from elsewhere, with the write-ahead log beside it if that was copied too. The
  /// file is left as it is: a copy of it is opened, which is private whatever the file's mode.
  /// - Throws: `damaged`, `needsNewer`, `system`, `storage`.
  package static func copied(_ path: String, _ folders: Folders) throws(VaultError) -> VaultArchive {
    let copy = Vault.copyPath(folders)
    try system { () throws(SystemError) in try Files.makePrivateDirectory(folders.state) }
    // One at a time: what another left can be removed.
    let lock = try accessing(.database) { () throws(FileError) in
      try LockedFile(Vault.restoringPath(folders), .exclusive)
    }
    defer { withExtendedLifetime(lock) {} }
    try Vault.removeDatabase(copy)
    defer { try? Vault.removeDatabase(copy) }
    for suffix in ["", "-wal"] where suffix.isEmpty || Files.kind(of: path + suffix) == .regular {
      let bytes = try accessing(.database) { () throws(FileError) in try Files.read(path + suffix, limit: limit) }
      try system { () throws(SystemError) in
        try unsafe Files.writeExclusive(copy + suffix, bytes.span.bytes, mode: 0o600)
      }
    }
    let store = try SQLiteStore(opening: copy)
    return try store.read { () throws(VaultError) in
      guard let newest = try store.newestSequence(), let first = try store.entryAlone(1) else { throw .damaged(.log) }
      return try VaultArchive(stored: store, vault: LogEntry(bytes: first).vault, newest: newest)
    }
  }
}
