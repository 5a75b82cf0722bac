import Platform

extension Vault {
  /// The layout of the vault's file, and the one that this Coffer makes.
  package struct Schema: Equatable, Sendable {
    package let found: Int
    package let current: Int
    /// Where the backup before a migration goes.
    package let backup: String
  }

  /// Which layout the file has.
  /// - Throws: `busy`, `storage`.
  package func schema() throws(VaultError) -> Schema {
    let current = SQLiteStore.schemaVersion
    return Schema(
      found: try store.schema(), current: current,
      backup: Files.parent(of: path) + "/before-schema-\(current).cofferbackup")
  }

  /// Moves the file to the layout of this Coffer, after a backup that was verified by reading it again. Nothing where it has it.
  /// - Returns: whether there was something to do.
  /// - Throws: as `VaultArchive(reading:)` and `VaultArchive.write`; nothing is changed then.
  @discardableResult package func migrate() throws(VaultError) -> Bool {
    while true {
      let schema = try schema()
      guard schema.found < schema.current else { return false }
      let archive = try VaultArchive(reading: self)
      _ = try archive.write(to: schema.backup, verifying: .whole, replacing: true)
      let isDone = try store.write { () throws(VaultError) in
        // Somebody wrote meanwhile: the backup would not be of what is migrated.
        guard try store.newestSequence() == archive.newest else { return false }
        try store.migrate()
        return true
      }
      if isDone {
        tidy()
        return true
      }
    }
  }
}
