import Platform
import Project
import Sealing
import Vault

/// What the commands that only read work with: one environment, opened by a machine's token, else by what is unlocked, else by the
/// passphrase. A token may have a snapshot file in the place of the vault.
struct Reader {
  /// What coffer.toml says; it says nothing where there is none, and only a token does without.
  let manifest: Manifest
  /// Nil for a token: it is its own link to the vault, and what coffer.toml asks for needs no approval beside it.
  let workspace: Workspace?
  /// Whether there is no coffer.toml, so that everything is meant that the token opens.
  let takesAll: Bool
  private let source: Source
  private let environment: EnvironmentOptions
  private let keys: KeyOptions

  init(_ environment: EnvironmentOptions, _ keys: KeyOptions) throws {
    self.environment = environment
    self.keys = keys
    let token = try keys.token.token()
    let file = try keys.snapshot.file()
    guard let token else {
      guard file == nil else {
        throw Failure(
          "a snapshot opens only with the token that it was made for, and none was given",
          hints: ["COFFER_TOKEN_FILE names a file that holds it; or --token-fd, or COFFER_TOKEN"], code: 5)
      }
      let workspace = try Workspace.find()
      self.workspace = workspace
      manifest = workspace.manifest
      takesAll = false
      source = .person(try workspace.vault())
      return
    }
    let project = try Workspace.manifestAbove()
    if let reference = project?.vault, reference.id != token.vault.short {
      throw Failure(
        "coffer.toml names another vault (\(Wording.line(reference.id))) than the token's (\(token.vault.short))",
        code: 5)
    }
    workspace = nil
    manifest = try project ?? Manifest(text: "")
    takesAll = project == nil
    if let file {
      source = .snapshot(token, file, try keys.snapshot.freshness(now: Clock.now()))
      return
    }
    let folders = try Folders.current()
    do { source = .token(token, try Vault(opening: token.vault, folders)) } catch {
      guard case .noVault = error else { throw error }
      throw Failure(
        "the token's vault is not on this machine",
        hints: [
          "it belongs at \(Vault.path(token.vault, folders))",
          "coffer snapshot makes a file that takes its place: --snapshot, COFFER_SNAPSHOT",
        ])
    }
  }

  /// Where keys and values come from.
  private enum Source {
    case person(Vault)
    case token(Token, Vault)
    case snapshot(Token, SnapshotFile, SnapshotFreshness)
  }

  /// The vault of a person.
  var vault: Vault? { if case .person(let vault) = source { vault } else { nil } }

  /// The environment in a question that is asked before it is opened.
  var shownEnvironment: String {
    workspace != nil ? environment.name : environment.asked ?? "the token's environment"
  }

  /// The vault's name for a variable: another one where coffer.toml says `from`.
  func vaultName(_ name: String) -> String { manifest.variable(named: name)?.vaultName ?? name }

  /// Other versions than those in use are the vault's alone.
  /// - Throws: `Failure` for a snapshot.
  func needHistory() throws {
    guard case .snapshot = source else { return }
    throw Failure("a snapshot holds only what is in use", hints: ["coffer history asks the vault"])
  }

  /// What is read of the vault.
  func trail(_ console: Console) -> AuditTrail {
    switch source {
    case .person(let vault), .token(_, let vault): AuditTrail(vault: vault.id, console: console)
    // A container need not have a place for it, and would say so at every launch.
    case .snapshot(_, let file, _): AuditTrail(vault: file.header.vault, console: console, warns: false)
    }
  }

  /// Runs `body` on the vault's newest state.
  /// - Parameter showing: whether values will be shown: for production's the passphrase is asked for again.
  func read<R>(
    _ console: Console, showing: Bool = false, _ body: (OpenValues) throws(VaultError) -> R
  ) throws -> R {
    defer { keys.discard() }
    let vault: Vault
    switch source {
    case .person(let own): vault = own
    case .token(let token, let own):
      let now = Clock.now()
      let found = try own.read { (snapshot) throws(VaultError) in try open(snapshot, token, now, body) }
      return try result(found, now, console)
    case .snapshot(let token, let file, let freshness):
      let found: Found<R>
      do throws(VaultError) {
        let snapshot = try file.verified(for: token)
        try freshness.check(file)
        found = try open(snapshot, token, freshness.now, body)
      } catch { throw Wording.inSnapshot(error) }
      return try result(found, freshness.now, console)
    }
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

  /// Remembers what a launch is from, so that an older snapshot is noticed next time.
  func noteLaunch() {
    if case .snapshot(_, let file, let freshness) = source { freshness.note(file) }
  }

  /// What a token found.
  private enum Found<R> {
    case result(R, TokenAccess)
    /// Another environment was asked for than this one.
    case other(String)
    /// No such token here.
    case unknown
  }

  private func open<R>(
    _ snapshot: Snapshot, _ token: Token, _ now: UInt64, _ body: (OpenValues) throws(VaultError) -> R
  ) throws(VaultError) -> Found<R> {
    let access: TokenAccess
    do throws(VaultError) { access = try snapshot.unlock(token, now: now) } catch {
      guard case .noAccess = error else { throw error }
      return .unknown
    }
    let name = access.environmentName
    guard environment.asked.map({ $0.utf8.elementsEqual(name.utf8) }) ?? true else { return .other(name) }
    let values = OpenValues(snapshot: snapshot, keys: access.keys, environment: name, directory: nil)
    return .result(try values.named(body), access)
  }

  private func result<R>(_ found: Found<R>, _ now: UInt64, _ console: Console) throws -> R {
    switch found {
    case .unknown: throw Failure("this vault does not know the token", code: 5)
    case .other(let name):
      throw Failure(
        "the token opens \(name), and \(environment.asked ?? "") was asked for",
        hints: ["leave out -e and COFFER_ENV, or give the other environment's token"], code: 5)
    case .result(let result, let access):
      if let warning = TokenLife.warning(expires: access.expires, now: now) { console.warn("the token \(warning)") }
      return result
    }
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
