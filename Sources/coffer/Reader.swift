import Platform
import Project
import Sealing
import Vault

/// What the commands that only read work with: one environment, opened by a machine's token, else by what is unlocked, else by the
/// passphrase.
struct Reader {
  let vault: Vault
  /// What coffer.toml says; it says nothing where there is none, and only a token does without.
  let manifest: Manifest
  /// Nil for a token: it is its own link to the vault, and what coffer.toml asks for needs no approval beside it.
  let workspace: Workspace?
  /// Whether there is no coffer.toml, so that everything is meant that the token opens.
  let takesAll: Bool
  private let token: Token?
  private let environment: EnvironmentOptions
  private let keys: KeyOptions

  init(_ environment: EnvironmentOptions, _ keys: KeyOptions) throws {
    self.environment = environment
    self.keys = keys
    token = try keys.token.token()
    guard let token else {
      let workspace = try Workspace.find()
      self.workspace = workspace
      manifest = workspace.manifest
      takesAll = false
      vault = try workspace.vault()
      return
    }
    let project = try Workspace.above()
    if let reference = project?.manifest.vault, reference.id != token.vault.short {
      throw Failure(
        "coffer.toml names another vault (\(Wording.line(reference.id))) than the token's (\(token.vault.short))",
        code: 5)
    }
    workspace = nil
    manifest = try project?.manifest ?? Manifest(text: "")
    takesAll = project == nil
    let folders = try Folders.current()
    do { vault = try Vault(opening: token.vault, folders) } catch {
      guard case .noVault = error else { throw error }
      throw Failure(
        "the token's vault is not on this machine",
        hints: ["it belongs at \(Vault.path(token.vault, folders))"])
    }
  }

  var usesToken: Bool { token != nil }

  /// The environment in a question that is asked before it is opened.
  var shownEnvironment: String { token == nil ? environment.name : environment.asked ?? "the token's environment" }

  /// The vault's name for a variable: another one where coffer.toml says `from`.
  func vaultName(_ name: String) -> String { manifest.variable(named: name)?.vaultName ?? name }

  /// What is read of the vault.
  func trail(_ console: Console) -> AuditTrail { AuditTrail(vault: vault.id, console: console) }

  /// Runs `body` on the vault's newest state.
  /// - Parameter showing: whether values will be shown: for production's the passphrase is asked for again.
  func read<R>(
    _ console: Console, showing: Bool = false, _ body: (OpenValues) throws(VaultError) -> R
  ) throws -> R {
    defer { keys.discard() }
    if let token { return try read(with: token, console, body) }
    let name = environment.name
    let asksAgain = showing && name == "production"
    if !asksAgain {
      let result = try vault.read { (snapshot) throws(VaultError) -> R? in
        guard let session = try snapshot.cachedSession(environment: name, signing: false) else { return nil }
        return try Self.run(body, snapshot, session, name)
      }
      if let result { return result }
    }
    let session = try Unlocking(vault: vault, folders: Folders.current(), options: keys.unlock)
      .session(name, signing: false, fresh: true)
    return try vault.read { (snapshot) throws(VaultError) in try Self.run(body, snapshot, session, name) }
  }

  private static func run<R>(
    _ body: (OpenValues) throws(VaultError) -> R, _ snapshot: Snapshot, _ session: Session, _ name: String
  ) throws(VaultError) -> R {
    let key = try snapshot.key(name, in: session)
    return try OpenValues(
      snapshot: snapshot, keys: .environment(key), environment: name, directory: session.directory
    ).named(body)
  }

  private func read<R>(
    with token: Token, _ console: Console, _ body: (OpenValues) throws(VaultError) -> R
  ) throws -> R {
    let now = Clock.now()
    let asked = environment.asked
    let (access, result): (TokenAccess, R?)
    do {
      (access, result) = try vault.read { (snapshot) throws(VaultError) in
        let access = try snapshot.unlock(token, now: now)
        guard asked.map({ $0.utf8.elementsEqual(access.environmentName.utf8) }) ?? true else { return (access, nil) }
        let values = OpenValues(
          snapshot: snapshot, keys: access.keys, environment: access.environmentName, directory: nil)
        return (access, try values.named(body))
      }
    } catch {
      guard case .noAccess = error else { throw error }
      throw Failure("this vault does not know the token", code: 5)
    }
    guard let result else {
      throw Failure(
        "the token opens \(access.environmentName), and \(asked ?? "") was asked for",
        hints: ["leave out -e and COFFER_ENV, or give the other environment's token"], code: 5)
    }
    if let warning = TokenLife.warning(expires: access.expires, now: now) { console.warn("the token \(warning)") }
    return result
  }
}

/// The values of one environment in one state of the vault.
struct OpenValues {
  let snapshot: Snapshot
  let keys: ValueKeys
  let environment: String
  /// Opens the names of environments; nil for a token.
  let directory: EnvironmentKey?

  /// The values in use, in the order of `names`; nil for names that have none, or that the keys do not open.
  func versionedValues(_ names: [String]) throws(VaultError) -> [Snapshot.VersionedValue?] {
    try snapshot.versionedValues(names, keys)
  }

  /// The names with a value in use that the keys open, sorted.
  func names() throws(VaultError) -> [String] { try snapshot.names(keys) }

  /// The vault does not know what its environments are called in a message.
  fileprivate func named<R>(_ body: (OpenValues) throws(VaultError) -> R) throws(VaultError) -> R {
    do { return try body(self) } catch {
      guard case .noEntry(let entry, "") = error else { throw error }
      throw .noEntry(name: entry, environment: environment)
    }
  }
}
