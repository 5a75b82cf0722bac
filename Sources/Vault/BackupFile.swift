import Platform
import Sealing

/// One backup that was written: what `status` shows of the last.
package struct BackupRecord: Equatable, Sendable {
  /// Absolute.
  package let path: String
  /// Of the newest entry in it.
  package let sequence: UInt64
  /// When it was written, in milliseconds since 1970.
  package let time: UInt64
}

/// Why a file is not replaced by a backup.
package enum BackupRefusal: Equatable, Sendable {
  /// Something else than a backup.
  case notABackup
  /// A backup of another vault, by its short id.
  case otherVault(String)
  /// A backup of this vault that goes on after it.
  case newer(sequence: UInt64)
  /// A backup of this vault with another history from this entry on.
  case otherHistory(sequence: UInt64)
}

extension VaultArchive {
  /// How much of what was written is verified.
  package enum Verification: Sendable {
    /// All, from the first entry.
    case whole
    /// That it is the same bytes: they were verified before.
    case bytes
  }

  /// Reads and parses a backup. It is ciphertext, and may lie on a disk that knows no owners: any mode will do.
  /// - Throws: `damaged(.archive)`, `needsNewer`, `refusedFile`, `system`.
  package static func load(_ path: String) throws(VaultError) -> VaultArchive {
    try VaultArchive(bytes: accessing(.archive) { () throws(FileError) in try Files.read(path, limit: limit) })
  }

  /// Writes it with mode 0600: a new file beside `path`, read again from the disk and verified, then put in its place.
  /// - Parameter replacing: whether a backup of this vault that is newer, or of another history, may be replaced.
  /// - Throws: `backupRefused` for a file that is not to be replaced; `damaged`, `system`, and `path` is as before then.
  package func write(
    to path: String, verifying: Verification = .whole, replacing: Bool = false
  ) throws(VaultError) -> BackupRecord {
    try refuseReplacing(path, replacing)
    var written = try system { () throws(SystemError) in try unsafe TemporaryFile.write(beside: path, bytes.span.bytes)
    }
    let found = try Self.load(written.path)
    guard found.bytes == bytes else { throw .damaged(.archive) }
    if verifying == .whole { _ = try found.verify(vault) }
    do throws(SystemError) { try written.replace() } catch { throw .system(error) }
    return BackupRecord(path: path, sequence: newest, time: Clock.now())
  }

  private func refuseReplacing(_ path: String, _ replacing: Bool) throws(VaultError) {
    guard let kind = Files.kind(of: path) else { return }
    guard kind == .regular else { throw .refusedFile(path: path, kind == .symlink ? .symlink : .notRegular) }
    let bytes = try accessing(.archive) { () throws(FileError) in try Files.read(path, limit: Self.limit) }
    guard Self.isArchive(bytes) else { throw .backupRefused(path: path, .notABackup) }
    // One that is damaged is no backup any more.
    guard let other = try? VaultArchive(bytes: bytes) else { return }
    guard other.vault == vault else { throw .backupRefused(path: path, .otherVault(other.vault.short)) }
    guard !replacing else { return }
    guard other.newest <= newest else { throw .backupRefused(path: path, .newer(sequence: other.newest)) }
    guard other.hash(of: other.newest) == hash(of: other.newest) else {
      throw .backupRefused(path: path, .otherHistory(sequence: other.newest))
    }
  }
}
