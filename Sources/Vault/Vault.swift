package import Platform
package import Sealing

/// One vault on this device: its store, its id, and what the device has seen of it.
package final class Vault {
  package let id: VaultID
  let store: any Store
  let folders: Folders
  /// Called after each change that was committed; it cannot fail the change.
  package var changed: ((Vault) -> Void)?

  /// Opens the vault `id` from this device's folders. Nothing is trusted yet: `read` and `write` verify.
  /// - Throws: `noVault`, `refusedFile`, `damaged(.database)`, `needsNewer`, `busy`.
  package init(opening id: VaultID, _ folders: Folders) throws(VaultError) {
    let path = Self.path(id, folders)
    guard Files.kind(of: path) != nil else { throw .noVault(id) }
    self.id = id
    self.folders = folders
    store = try SQLiteStore(opening: path)
  }

  init(id: VaultID, store: any Store, _ folders: Folders) {
    self.id = id
    self.store = store
    self.folders = folders
  }

  /// Where the vault's file is.
  package static func path(_ id: VaultID, _ folders: Folders) -> String { path(short: id.short, folders) }

  /// Where this vault's file is.
  package var path: String { Self.path(id, folders) }

  private static func path(short: String, _ folders: Folders) -> String {
    folders.data + "/" + short + "/vault.db"
  }

  /// The whole id of the vault on this device whose short id stands in a coffer.toml. Only a claim of the file: `read` verifies it.
  /// - Returns: nil when there is no such vault here.
  /// - Throws: as `init(opening:_:)`; `damaged(.log)`, `wrongVault`.
  package static func identify(short: String, _ folders: Folders) throws(VaultError) -> VaultID? {
    guard VaultID.isShort(short), Files.kind(of: path(short: short, folders)) != nil else { return nil }
    let store = try SQLiteStore(opening: path(short: short, folders))
    guard let first = try store.entryAlone(1) else { throw .damaged(.log) }
    let id = try LogEntry(bytes: first).vault
    guard id.short == short else { throw .wrongVault }
    return id
  }

  /// What a new vault is made of.
  package struct Founding: Sendable {
    package let name: String
    /// The founder's name for the list of members.
    package let founder: String
    package let environments: [String]

    package init(name: String, founder: String, environments: [String]) {
      self.name = name
      self.founder = founder
      self.environments = environments
    }
  }

  /// Makes a vault with `identity` as its founder and a recovery phrase as its second member.
  /// - Parameter phrase: receives the recovery phrase's words, which are nowhere else.
  /// - Returns: the vault and its keys.
  /// - Throws: `system`, `storage`, `sealing`; `unpinned` when the vault is made and this device could not note it.
  package static func create(
    _ founding: Founding, identity: borrowing Identity, _ folders: Folders, phrase words: inout SecretBytes
  ) throws(VaultError) -> (vault: Vault, session: Session) {
    let nonce = Bytes32(Randomness.bytes(32))
    let founder = identity.publicIdentity
    let id = VaultID(nonce: nonce, founder: founder)
    let phrase = try RecoveryPhrase()
    let recovery = try phrase.identity(vault: id).publicIdentity
    let directory = try EnvironmentKey.fresh(vault: id, environment: .directory, epoch: 1)
    let members = [
      Member(
        kind: .person, keys: founder, roles: [.directory: .admin],
        sealedName: try SealedLabel(founding.founder, at: .member(founder.id), directory: directory)),
      Member(
        kind: .recovery, keys: recovery, roles: [.directory: .admin],
        sealedName: try SealedLabel("recovery phrase", at: .member(recovery.id), directory: directory)),
    ]
    let body = Operation.Founding(
      created: Clock.now(), nonce: nonce, commitment: directory.commitment,
      sealedName: try SealedLabel(founding.name, at: .vault, directory: directory),
      directoryName: try SealedLabel("directory", at: .environment(.directory), directory: directory),
      members: members, wraps: try members.map { (member) throws(VaultError) in try directory.wrapped(to: member) })

    let path = path(id, folders)
    try system { () throws(SystemError) in try Files.makePrivateDirectory(folders.data + "/" + id.short) }
    let vault = Vault(id: id, store: try SQLiteStore(creating: path), folders)
    let signer = try Signer(seed: identity.signingSeed())
    var session = Session(directory: directory, signer: signer)
    try vault.commit { () throws(VaultError) in
      let transaction = try Transaction(founding: body, vault: vault, signer: signer)
      for name in founding.environments {
        let key = try transaction.addEnvironment(name, directory: directory)
        session.environments[key.environment] = key
      }
      return ((), transaction)
    }
    words = try phrase.text()
    return (vault, session)
  }

  /// Takes back what `create` made, as far as it can: a vault whose recovery phrase nobody saw is not left behind.
  package func discard() {
    for suffix in ["", "-wal", "-shm"] { _ = try? Files.remove(path + suffix) }
    try? Pin.forget(id, folders)
  }

  /// Runs `body` on one verified, unchanging state.
  /// - Throws: `rollback`, `forked`, `badSignature`, `unauthorised`, `damaged`, `needsNewer`, `wrongVault` when the state is not
  ///   to be trusted; `refusedFile` for the pin; `busy`, `storage`, `system`; what `body` throws.
  package func read<R>(_ body: (Snapshot) throws(VaultError) -> R) throws(VaultError) -> R {
    // Before the snapshot: whoever writes meanwhile may move the pin beyond it.
    let pin = try Pin.load(id, folders)
    let (result, head) = try store.read { () throws(VaultError) in
      let snapshot = try snapshot(after: pin)
      return (try body(snapshot), snapshot.head)
    }
    if pin?.sequence != head.sequence { try note(head) }
    return result
  }

  /// The verified newest state, within a transaction. Where the pin does not fit, because the vault was replaced and the process
  /// that did it ended before it could say so, what it intended counts.
  func snapshot(after pin: Pin?) throws(VaultError) -> Snapshot {
    do throws(VaultError) { return try Snapshot(vault: self, pin: pin) } catch {
      switch error {
      case .rollback, .forked: break
      default: throw error
      }
      if let next = try Pin.intended(id, folders), let snapshot = try? Snapshot(vault: self, pin: next) {
        try next.adopt(id, folders)
        return snapshot
      }
      // Another process may have noted it since the pin was read.
      let again = try Pin.load(id, folders)
      guard again != pin else { throw error }
      return try Snapshot(vault: self, pin: again)
    }
  }

  /// Moves the pin to an entry that was verified.
  func note(_ head: LogEntry) throws(VaultError) {
    try Pin(head).advance(id, folders) { () throws(VaultError) in
      guard let bytes = try store.entryAlone(head.sequence) else { return false }
      return try LogEntry(bytes: bytes).hash == head.hash
    }
  }

  /// Runs `body` on the verified newest state and commits what it did, all or nothing; other writers wait meanwhile.
  /// `body` runs again when a store that cannot make others wait saw another write.
  /// - Throws: as `read`; `locked` without a signer, `conflict`, `unpinned`; what `body` throws, and nothing is changed then.
  package func write<R>(
    _ session: Session, _ body: (Transaction) throws(VaultError) -> R
  ) throws(VaultError) -> R {
    guard let signer = session.signer else { throw .locked(environment: "") }
    try migrate()
    defer { tidy() }
    return try commit { () throws(VaultError) in
      let snapshot = try snapshot(after: try Pin.load(id, folders))
      // Writers wait for a replacement: one that was intended and did not happen is over.
      try Pin.abandonIntention(id, folders)
      let transaction = try Transaction(after: snapshot, in: self, signer: signer)
      return (try body(transaction), transaction)
    }
  }

  /// Whether the vault is older than, or different from, what this device saw is the user's to accept: forget what was seen,
  /// and verify the whole log again.
  /// - Throws: as `read`, but neither `rollback` nor `forked`.
  package func acceptAsFound() throws(VaultError) {
    let head = try store.read { () throws(VaultError) in try Snapshot(vault: self, pin: nil).head }
    try Pin.forget(id, folders)
    try Pin(head).advance(id, folders)
  }

  private func commit<R>(_ body: () throws(VaultError) -> (R, Transaction)) throws(VaultError) -> R {
    for attempt in 1... {
      do throws(VaultError) {
        let (result, head) = try store.write { () throws(VaultError) in
          let (result, transaction) = try body()
          if !transaction.changes.entries.isEmpty {
            try store.commit(transaction.changes, expected: transaction.base)
          }
          return (result, transaction.head)
        }
        defer { changed?(self) }
        do throws(VaultError) { try note(head) } catch {
          guard case .system(let cause) = error else { throw error }
          throw .unpinned(cause)
        }
        return result
      } catch {
        guard error == .conflict, attempt < 16 else { throw error }
      }
    }
    throw .conflict
  }
}

extension EnvironmentKey {
  /// The wrap to store for `member`.
  func wrapped(to member: Member) throws(VaultError) -> Operation.Wrap {
    Operation.Wrap(environment: environment, epoch: epoch, member: member.id, bytes: try wrap(to: member.keys))
  }
}
