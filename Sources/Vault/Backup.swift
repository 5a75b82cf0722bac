package import Platform
import Sealing

/// What this device knows about the backups of one vault: the folder where one is kept, and the last that was written.
/// docs/FORMAT.md, "Files of a device".
package struct Backup: Sendable {
  package let vault: VaultID
  private let folders: Folders

  private static let magic = Array("COFFERBK".utf8)
  private static let limit = 16384

  /// Of `vault` on this device.
  package init(_ vault: VaultID, _ folders: Folders) {
    self.vault = vault
    self.folders = folders
  }

  // MARK: The setting

  /// The file that is written after every change; nil when there is none.
  /// - Throws: `damaged(.backups)`, `needsNewer`, `refusedFile`, `system`.
  package func file() throws(VaultError) -> String? {
    guard Files.kind(of: path) != nil else { return nil }
    let bytes = try DeviceFile.read(path, limit: Self.limit, part: .backups, missing: .damaged(.backups))
    let note = try note(bytes)
    return note.path.isEmpty ? nil : note.path
  }

  /// From now on a backup is written into `folder` after every change; nil: no more.
  /// - Parameters:
  ///   - folder: absolute; it must be there.
  ///   - name: the vault's, for people.
  /// - Throws: `system`.
  package func keep(in folder: String?, name: String) throws(VaultError) {
    let file = folder.map { $0 + "/" + Self.fileName(name, vault) } ?? ""
    let bytes = bytes(BackupRecord(path: file, sequence: 0, time: Clock.now()))
    try system { () throws(SystemError) in
      try Files.makePrivateDirectory(folders.state + "/backups")
      try Files.writeAtomically(path, bytes, mode: 0o600)
    }
  }

  /// `shop-7Q4M-2KXD-9TRB.cofferbackup`, whatever the vault is called.
  static func fileName(_ name: String, _ vault: VaultID) -> String {
    let kept = name.unicodeScalars.map { scalar in
      scalar.properties.isAlphabetic || scalar.properties.numericType != nil || "-_".unicodeScalars.contains(scalar)
        ? Character(scalar) : "-"
    }
    return String(kept) + "-" + vault.short + ".cofferbackup"
  }

  // MARK: Writing

  /// The last backup that this device wrote, in the folder or elsewhere; nil for none.
  /// - Throws: `refusedFile`, `system`.
  package func last() throws(VaultError) -> BackupRecord? {
    guard Files.kind(of: lastPath) != nil else { return nil }
    let file = try accessing(.backups) { () throws(FileError) in try LockedFile(lastPath, .shared) }
    return try last(file)
  }

  /// Writes a backup of `vault` as it is now, verified whole.
  /// - Parameters:
  ///   - path: absolute.
  ///   - replacing: whether a backup of this vault that is newer, or of another history, may be replaced.
  /// - Throws: as `VaultArchive(reading:)`; `backupRefused`, `damaged`, `system`.
  package func write(_ vault: Vault, to path: String, replacing: Bool = false) throws(VaultError) -> BackupRecord {
    try locked { (file) throws(VaultError) in
      let record = try VaultArchive(reading: vault).write(to: path, verifying: .whole, replacing: replacing)
      try note(record, file)
      return record
    }
  }

  /// Brings the backup in the folder up to date. What is in it already was verified when it was written, so only what is new is
  /// read and held against the log that this device verified.
  /// - Returns: nil when no folder is set, or another process has done it.
  /// - Throws: as `write`.
  package func refresh(_ vault: Vault) throws(VaultError) -> BackupRecord? {
    guard let path = try file() else { return nil }
    return try locked { (file) throws(VaultError) in
      // Within the lock: what was changed meanwhile is in it.
      let older = Files.kind(of: path) == .regular ? try? VaultArchive.load(path) : nil
      let found = try vault.read { (snapshot) throws(VaultError) -> (archive: VaultArchive, isExtended: Bool)? in
        let newest = snapshot.head.sequence
        if let older, older.vault == vault.id, older.newest <= newest,
          let bytes = try vault.store.entryAlone(older.newest),
          try LogEntry(bytes: bytes).hash == older.hash(of: older.newest)
        {
          guard older.newest < newest else { return nil }
          let archive = try VaultArchive(extending: older, store: vault.store, vault: vault.id, newest: newest)
          try archive.checkRecords(after: older)
          return (archive, true)
        }
        return (try VaultArchive(stored: vault.store, vault: vault.id, newest: newest), false)
      }
      guard let found else { return nil }
      let record = try found.archive.write(to: path, verifying: found.isExtended ? .bytes : .whole)
      try note(record, file)
      return record
    }
  }

  /// Gives what stands at `path` a name of its own, so that another history can be kept there.
  /// - Returns: the name; nil when nothing was there that would be in the way.
  /// - Throws: `system`.
  package func setAside(_ path: String, before vault: Vault) throws(VaultError) -> String? {
    try locked { (_) throws(VaultError) in
      guard Files.kind(of: path) == .regular, let other = try? VaultArchive.load(path), other.vault == self.vault else {
        return nil
      }
      let held = try vault.read { (snapshot) throws(VaultError) in
        try vault.store.entryAlone(min(other.newest, snapshot.head.sequence))
      }
      if let held, let entry = try? LogEntry(bytes: held), entry.sequence == other.newest,
        entry.hash == other.hash(of: other.newest)
      {
        return nil
      }
      let name = Self.asideName(path, other.newest)
      try system { () throws(SystemError) in try Files.rename(path, to: name) }
      return name
    }
  }

  /// `shop-7Q4M-2KXD-9TRB.81.cofferbackup`, with a number where that is taken.
  package static func asideName(_ path: String, _ sequence: UInt64) -> String {
    let ending = ".cofferbackup"
    let stem = path.hasSuffix(ending) ? String(path.dropLast(ending.count)) : path
    for number in 1... {
      let name = stem + ".\(sequence)" + (number == 1 ? "" : "-\(number)") + ending
      if Files.kind(of: name) == nil { return name }
    }
    return path
  }

  // MARK: Files

  private var path: String { folders.state + "/backups/" + vault.hex }
  /// It is the lock as well: one process at a time writes backups of a vault.
  private var lastPath: String { path + ".last" }

  private func locked<R>(_ body: (borrowing LockedFile) throws(VaultError) -> R) throws(VaultError) -> R {
    try system { () throws(SystemError) in try Files.makePrivateDirectory(folders.state + "/backups") }
    let file = try accessing(.backups) { () throws(FileError) in try LockedFile(lastPath, .exclusive) }
    return try body(file)
  }

  private func last(_ file: borrowing LockedFile) throws(VaultError) -> BackupRecord? {
    let bytes = try system { () throws(SystemError) in try file.pread(Self.limit, at: 0) }
    // One that was half written when a process ended is as good as none.
    return try? note(bytes)
  }

  private func note(_ record: BackupRecord, _ file: borrowing LockedFile) throws(VaultError) {
    let bytes = bytes(record)
    try system { () throws(SystemError) in
      try file.pwrite(bytes, at: 0)
      try file.truncate(to: bytes.count)
    }
  }

  private func bytes(_ record: BackupRecord) -> [UInt8] {
    var writer = CanonicalWriter()
    writer.fixed(Self.magic)
    writer.u8(Format.version)
    writer.fixed(vault.bytes)
    writer.text(record.path)
    writer.u64(record.sequence)
    writer.u64(record.time)
    return writer.bytes + Hashing.digest("coffer/backup", writer.bytes).bytes
  }

  private func note(_ bytes: [UInt8]) throws(VaultError) -> BackupRecord {
    guard bytes.count > 40, bytes.starts(with: Self.magic),
      Hashing.digest("coffer/backup", Array(bytes.dropLast(32))).bytes == Array(bytes.suffix(32))
    else { throw .damaged(.backups) }
    var reader = CanonicalReader(Array(bytes.dropLast(32)))
    try reader.versioned(Self.magic, part: .backups)
    let found = try reading(.backups) { () throws(MalformedBytes) in
      let vault = VaultID(try reader.bytes16())
      let record = BackupRecord(path: try reader.text(), sequence: try reader.u64(), time: try reader.u64())
      try reader.end()
      return (vault: vault, record: record)
    }
    guard found.vault == vault else { throw .damaged(.backups) }
    return found.record
  }
}

extension VaultArchive {
  /// Holds the records that were added to `older` against the entries that were: what another process verified is believed.
  fileprivate func checkRecords(after older: VaultArchive) throws(VaultError) {
    var count = older.recordCount
    for sequence in (older.newest + 1)...newest {
      guard let stored = entry(sequence) else { throw .damaged(.archive) }
      let kind = try LogEntry(bytes: stored.entry).kind
      let operation = try reading(.log) { () throws(MalformedBytes) in try Operation(kind, decoding: stored.body) }
      let made = Dictionary(
        operation.newPointers(of: sequence).map { ($0.record, $0.digest) }, uniquingKeysWith: { first, _ in first })
      for (number, digest) in made {
        guard let bytes = record(number), Record.digest(bytes) == digest else { throw .damaged(.record) }
      }
      count += made.count
    }
    guard count == recordCount else { throw .damaged(.record) }
  }
}
