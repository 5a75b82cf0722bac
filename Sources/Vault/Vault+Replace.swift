package import Platform
import Sealing

/// How a verified archive stands to the vault that is here.
package struct ArchiveStanding: Equatable, Sendable {
  package enum Relation: Equatable, Sendable {
    /// The same newest entry.
    case same
    /// It goes on where the vault here ends.
    case newer
    /// The vault here goes on where it ends.
    case older
    /// They differ from this entry on.
    case forked(sequence: UInt64)
  }

  package let relation: Relation
  /// The vault's newest entry, and its time.
  package let sequence: UInt64
  package let time: UInt64
}

extension Vault {
  /// How `archive` stands to the stored vault, by the chain of hashes. The vault itself is not verified for it.
  /// - Throws: `damaged(.log)`, `needsNewer`, `wrongVault`; `busy`, `storage`.
  package func standing(of archive: VerifiedArchive) throws(VaultError) -> ArchiveStanding {
    guard archive.archive.vault == id else { throw .wrongVault }
    return try store.read { () throws(VaultError) in try standingNow(of: archive) }
  }

  private func standingNow(of archive: VerifiedArchive) throws(VaultError) -> ArchiveStanding {
    guard let newest = try store.newestSequence() else { throw .damaged(.log) }
    let head = try LogEntry(bytes: Snapshot.stored(newest, in: store).entry)
    let common = min(newest, archive.head.sequence)
    var relation: ArchiveStanding.Relation =
      newest == archive.head.sequence ? .same : newest < archive.head.sequence ? .newer : .older
    if try differs(at: common, archive) {
      // What differs once differs from then on: each hash covers the one before.
      var (same, different) = (UInt64(0), common)
      while different - same > 1 {
        let middle = same + (different - same) / 2
        if try differs(at: middle, archive) { different = middle } else { same = middle }
      }
      relation = .forked(sequence: different)
    }
    return ArchiveStanding(relation: relation, sequence: newest, time: head.time)
  }

  private func differs(at sequence: UInt64, _ archive: VerifiedArchive) throws(VaultError) -> Bool {
    guard let bytes = try store.entryAlone(sequence) else { throw .damaged(.log) }
    return try LogEntry(bytes: bytes).hash != archive.archive.hash(of: sequence)
  }

  /// Puts `archive` in the place of all that the vault holds, in one transaction of the file that other processes may have open,
  /// and moves the pin with it. A process that is killed at it leaves the one or the other.
  /// - Parameters:
  ///   - acceptingOlder: the user's word that what is lost by it may be lost: an older state, or another history.
  ///   - keep: gets what the vault held, when it would be lost by it; nothing is changed when it throws. When something fails after it,
  ///     `leavesAll` of the error says whether what it kept is of use.
  /// - Returns: how the archive stood to the vault before.
  /// - Throws: `rollback` for an archive that is older than the vault or than what this device has seen, `forked` for one of
  ///   another history, unless that is accepted; `wrongVault`; `unpinned` when all is done but the pin; what `keep` throws.
  package func replace(
    with archive: VerifiedArchive, acceptingOlder: Bool = false, keep: (VaultArchive) throws(VaultError) -> Void
  ) throws(VaultError) -> ArchiveStanding {
    guard archive.archive.vault == id else { throw .wrongVault }
    let intended = Pin(archive.head)
    let standing = try store.write { () throws(VaultError) in
      let standing = try standingNow(of: archive)
      switch standing.relation {
      case .same, .newer: break
      case .older where !acceptingOlder: throw .rollback(seen: standing.sequence, found: archive.head.sequence)
      case .forked(let sequence) where !acceptingOlder: throw .forked(sequence: sequence)
      case .older, .forked: try keep(VaultArchive(stored: store, vault: id, newest: standing.sequence))
      }
      if !acceptingOlder { try Self.check(archive, against: Pin.load(id, folders)) }
      try intended.intend(id, folders)
      if standing.relation != .same {
        try store.clear()
        try store.migrate()
        try archive.fill(store)
      }
      return standing
    }
    defer { if standing.relation != .same { changed?(self) } }
    do throws(VaultError) { try intended.adopt(id, folders) } catch {
      guard case .system(let cause) = error else { throw error }
      throw .unpinned(cause)
    }
    tidy()
    return standing
  }

  /// - Throws: `rollback`, `forked` when `archive` is not what goes on from `pin`.
  private static func check(_ archive: VerifiedArchive, against pin: Pin?) throws(VaultError) {
    guard let pin else { return }
    guard pin.sequence <= archive.head.sequence else {
      throw .rollback(seen: pin.sequence, found: archive.head.sequence)
    }
    guard archive.archive.hash(of: pin.sequence) == pin.hash else { throw .forked(sequence: pin.sequence) }
  }

  /// Makes the vault's file on this device from an archive: whole or not at all.
  /// - Parameters:
  ///   - acceptingOlder: as in `replace`: of what this device has seen.
  ///   - settingAside: the name to give to a file that is there and cannot be used; nil: there must be none.
  /// - Throws: `rollback`, `forked` by the pin; `storage` when a file is there; `unpinned`; `busy`, `system`.
  package static func create(
    from archive: VerifiedArchive, _ folders: Folders, acceptingOlder: Bool = false, settingAside: String? = nil
  ) throws(VaultError) -> Vault {
    let id = archive.archive.vault
    let path = path(id, folders)
    let made = madePath(id, folders)
    try system { () throws(SystemError) in
      try Files.makePrivateDirectory(folders.data + "/" + id.short)
      try Files.makePrivateDirectory(folders.state)
    }
    // One at a time: what another left half made can be removed.
    let lock = try accessing(.database) { () throws(FileError) in
      try LockedFile(restoringPath(folders), .exclusive)
    }
    defer { withExtendedLifetime(lock) {} }
    if !acceptingOlder { try check(archive, against: Pin.load(id, folders)) }
    try removeHalfMade(id, folders)
    do throws(VaultError) {
      let store = try SQLiteStore(creating: made)
      try store.write { () throws(VaultError) in try archive.fill(store) }
    } catch {
      try? removeDatabase(made)
      throw error
    }
    try Pin(archive.head).intend(id, folders)
    if let settingAside { try setAside(path, as: settingAside) }
    // What was left beside a file that is gone would be taken for a part of the new one.
    if Files.kind(of: path) == nil { try setAside(path, as: path + ".orphan") }
    let isPlaced = try system { () throws(SystemError) in try Files.renameNew(made, to: path) }
    guard isPlaced else {
      try? removeDatabase(made)
      try Pin.abandonIntention(id, folders)
      throw .storage(code: 0, message: "a file is already there")
    }
    let vault = try Vault(opening: id, folders)
    do throws(VaultError) { try Pin(archive.head).adopt(id, folders) } catch {
      guard case .system(let cause) = error else { throw error }
      throw .unpinned(cause)
    }
    for folder in [Files.parent(of: path), Pin.folder(folders)] { Files.removeLeftovers(in: folder) }
    return vault
  }

  /// What a new file is called until it is whole.
  private static func madePath(_ id: VaultID, _ folders: Folders) -> String { path(id, folders) + ".new" }

  /// Takes away what others left half made. Under the lock of `restoringPath`.
  /// - Throws: `system`.
  static func removeHalfMade(_ id: VaultID, _ folders: Folders) throws(VaultError) {
    try removeDatabase(madePath(id, folders))
    try removeDatabase(copyPath(folders))
  }

  /// Where a copy of a vault's file from elsewhere is opened.
  static func copyPath(_ folders: Folders) -> String { folders.state + "/restoring.db" }

  private static let companions = ["", "-wal", "-shm", "-journal"]

  static func removeDatabase(_ path: String) throws(VaultError) {
    try system { () throws(SystemError) in
      for suffix in companions { try Files.remove(path + suffix) }
    }
  }

  /// The file itself goes first: what stands beside it is nothing without it.
  private static func setAside(_ path: String, as name: String) throws(VaultError) {
    try system { () throws(SystemError) in
      for suffix in companions where Files.kind(of: path + suffix) != nil {
        try Files.rename(path + suffix, to: name + suffix)
      }
    }
  }
}
