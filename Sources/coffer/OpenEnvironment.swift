import Vault

/// One environment of a project's vault with its keys at hand: what most commands start from; those that take a token have
/// `Reader`.
struct OpenEnvironment {
  let vault: Vault
  let name: String
  let session: Session

  /// - Parameters:
  ///   - signing: whether something will be written.
  ///   - showing: whether values will be shown: for production's the passphrase is asked for again.
  init(
    _ workspace: Workspace, _ environment: EnvironmentOptions, _ unlock: UnlockOptions, signing: Bool = false,
    showing: Bool = false
  ) throws {
    vault = try workspace.vault()
    name = environment.name
    session = try Unlocking(vault: vault, folders: workspace.folders, options: unlock)
      .session(name, signing: signing, fresh: showing && name == "production")
  }

  /// Runs `body` on the vault's newest state.
  func read<R>(_ body: (Snapshot, EnvironmentKey) throws(VaultError) -> R) throws -> R {
    try named { () throws(VaultError) in
      try vault.read { (snapshot) throws(VaultError) in try body(snapshot, try snapshot.key(name, in: session)) }
    }
  }

  /// Runs `body` and commits what it did, all or nothing.
  func write<R>(_ body: (Transaction, EnvironmentKey) throws(VaultError) -> R) throws -> R {
    try named { () throws(VaultError) in
      try vault.write(session) { (transaction) throws(VaultError) in
        try body(transaction, try transaction.snapshot().key(name, in: session))
      }
    }
  }

  /// The vault does not know what its environments are called in a message.
  private func named<R>(_ body: () throws(VaultError) -> R) throws(VaultError) -> R {
    do { return try body() } catch {
      guard case .noEntry(let entry, "") = error else { throw error }
      throw .noEntry(name: entry, environment: name)
    }
  }
}
