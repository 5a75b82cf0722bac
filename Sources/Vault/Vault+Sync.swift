import Platform
import Sealing

extension Vault {
  /// Whether a bundle ends where this vault does.
  /// - Throws: as `read`.
  package func endsWith(_ bundle: VaultBundle) throws(VaultError) -> Bool {
    try read { (snapshot) throws(VaultError) in
      snapshot.head.sequence == bundle.sequence && snapshot.head.hash == bundle.hash
    }
  }

  /// Whether this vault's log has the entry that a bundle ends with: then the bundle brings nothing.
  /// - Throws: as `read`.
  package func holds(_ bundle: VaultBundle) throws(VaultError) -> Bool {
    try read { (snapshot) throws(VaultError) in
      guard bundle.sequence <= snapshot.head.sequence, let bytes = try store.entryAlone(bundle.sequence) else {
        return false
      }
      return try LogEntry(bytes: bytes).hash == bundle.hash
    }
  }

  /// This vault, sealed to members, as it is now.
  /// - Parameter member: the only one; nil for all people and the recovery phrase.
  /// - Throws: as `read`; `noMember`.
  package func bundle(for member: MemberID? = nil) throws(VaultError) -> [UInt8] {
    let (archive, members) = try read { (snapshot) throws(VaultError) in
      let recipients = snapshot.control.bundleRecipients.filter { member == nil || $0.id == member }
      guard !recipients.isEmpty else { throw .noMember("") }
      return (try VaultArchive(stored: store, vault: id, newest: snapshot.head.sequence), recipients)
    }
    return try VaultBundle.seal(archive, to: members)
  }

  /// Brings this vault and other logs of it together: goes forward along another log, or makes its owner's changes again on one that
  /// went another way. All or nothing. docs/SYNC.md.
  /// - Parameters:
  ///   - isDry: find out, and change nothing.
  /// - Returns: what was done; with conflicts nothing was.
  /// - Throws: as `read`; `noAccess` when the identity is no member of the log that is gone on from; `conflict`, `unpinned`.
  package func sync(
    with logs: [IncomingLog], _ key: UnlockedIdentity, choice: SyncChoice, isDry: Bool = false
  ) throws(VaultError) -> SyncOutcome {
    for log in logs where log.archive.archive.vault != id { throw .wrongVault }
    for attempt in 1... {
      let plan = try read { (snapshot) throws(VaultError) in
        try SyncPlan(self, at: snapshot, with: logs, key, choice)
      }
      guard let base = plan.base, !isDry else { return plan.outcome }
      do throws(VaultError) {
        var outcome = plan.outcome
        outcome.kept = try install(base, over: plan.head, keeping: plan.hasLoss)
        return outcome
      } catch {
        // Somebody wrote meanwhile.
        guard error == .conflict, attempt < 16 else { throw error }
      }
    }
    throw .conflict
  }

  /// Puts another log in this one's place, as `replace` does.
  /// - Parameter head: the newest entry that `base` was made for.
  /// - Returns: where what was here is kept, if it is.
  /// - Throws: `conflict` when the vault moved on meanwhile.
  private func install(
    _ base: ArchiveStore, over head: LogEntry, keeping: Bool
  ) throws(VaultError) -> String? {
    guard let newest = try base.newestSequence() else { throw .damaged(.log) }
    let intended = Pin(try LogEntry(bytes: Snapshot.stored(newest, in: base).entry))
    var kept: String?
    do throws(VaultError) {
      try store.write { () throws(VaultError) in
        guard try store.newestSequence() == head.sequence,
          try store.entryAlone(head.sequence).map(LogEntry.init(bytes:))?.hash == head.hash
        else { throw VaultError.conflict }
        if keeping {
          let path = Backup.asideName(Files.parent(of: path) + "/before-sync.cofferbackup", head.sequence)
          kept = try VaultArchive(stored: store, vault: id, newest: head.sequence).write(to: path, verifying: .bytes)
            .path
        }
        try intended.intend(id, folders)
        try store.clear()
        try store.migrate()
        try base.archive.fill(store)
        for (changes, expected) in base.committed { try store.commit(changes, expected: expected) }
      }
    } catch {
      if let kept, error.leavesAll { _ = try? Files.remove(kept) }
      throw error
    }
    defer { changed?(self) }
    do throws(VaultError) { try intended.adopt(id, folders) } catch {
      guard case .system(let cause) = error else { throw error }
      throw .unpinned(cause)
    }
    tidy()
    return kept
  }
}
