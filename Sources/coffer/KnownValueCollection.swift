import Audit
import KnownValues
import Platform
import Project
import Rotation
import Sealing
import Vault

/// The values of the vault that belongs to a scanned folder, as fingerprints for `coffer-scan`: every version of every name in every
/// environment that is unlocked.
struct KnownValueCollection {
  private enum State {
    /// No coffer.toml there: a scan like any other.
    case noVault
    /// Why the vault's values are not looked for.
    case missing(String, salt: String?)
    case table([UInt8], locked: [String], salt: String?)
  }

  private let state: State

  /// - Parameter path: what is scanned; the nearest coffer.toml from there upward says which vault is meant.
  init(for path: String, _ unlock: UnlockOptions, _ console: Console) {
    guard let folder = try? Files.canonical(path), Files.kind(of: folder) == .directory,
      let workspace = try? Workspace.find(from: folder)
    else {
      state = .noVault
      return
    }
    let salt = workspace.manifest.scanSalt
    do {
      state = try Self.table(workspace, unlock, console)
    } catch {
      // A scan needs no vault: whatever is wrong with this one is said, and the rest is done.
      state = .missing(Wording.failure(error).message, salt: salt)
    }
  }

  /// The arguments that bring it to `coffer-scan`.
  func words() throws -> [String] {
    func salted(_ salt: String?) -> [String] { salt.map { ["--salt=\($0)"] } ?? [] }
    switch state {
    case .noVault: return []
    case .missing(let reason, let salt): return ["--known-values-missing=\(reason)"] + salted(salt)
    case .table(let bytes, let locked, let salt):
      let descriptor = try Memfd.create(name: "coffer-known-values", contents: bytes.span.bytes)
      var words = ["--known-values-fd=\(descriptor)"] + salted(salt)
      if !locked.isEmpty { words.append("--known-values-missing=\(locked.joined(separator: ", ")): locked") }
      return words
    }
  }

  private static func table(_ workspace: Workspace, _ unlock: UnlockOptions, _ console: Console) throws -> State {
    let salt = workspace.manifest.scanSalt
    let vault = try workspace.vault()
    let given = try Unlocking(vault: vault, folders: workspace.folders, options: unlock).givenSession()
    var builder = try KnownValueTableBuilder(salt: salt.map { Array($0.utf8) })
    var read: [(environment: String, names: [AuditEvent.Name])] = []
    let locked = try vault.read { (snapshot) throws(VaultError) -> [String]? in
      let unlocked = if let given { given.directory } else { try snapshot.cachedDirectory() }
      guard let directory = unlocked else { return nil }
      let dead = try RotationLedger(directory).all(in: snapshot).filter { $0.step == .dead }
      var locked: [String] = []
      var open: [(environment: Snapshot.NamedEnvironment, key: EnvironmentKey)] = []
      for environment in try snapshot.environments(directory) {
        let session =
          if let given { given } else { try snapshot.cachedSession(environment: environment.name, signing: false) }
        if let key = session?.environments[environment.id] {
          open.append((environment, key))
        } else {
          locked.append(environment.name)
        }
      }
      for (environment, key) in open {
        // A value that is dead here may be in use where it cannot be seen.
        let ended = locked.isEmpty ? dead.filter { $0.environment == environment.id } : []
        read.append((environment.name, try add(environment.name, key, snapshot, dead: ended, to: &builder)))
      }
      return locked
    }
    for (environment, names) in read { workspace.trail(vault, console).note(.scan, in: environment, names) }
    guard let locked else { return .missing("the vault is locked (coffer unlock)", salt: salt) }
    return .table(builder.finish(), locked: locked, salt: salt)
  }

  /// - Returns: the names whose values were read, each with its newest version.
  private static func add(
    _ environment: String, _ key: EnvironmentKey, _ snapshot: Snapshot, dead: [RotationRecord],
    to builder: inout KnownValueTableBuilder
  ) throws(VaultError) -> [AuditEvent.Name] {
    let entries = try snapshot.entries(key, includingRemoved: true)
    for entry in entries {
      for version in try snapshot.history(entry.name, key) {
        let value = try snapshot.value(entry.name, version: version.version, key)
        let isDead = dead.contains { $0.from == version.version && $0.name.utf8.elementsEqual(entry.name.utf8) }
        let name = KnownValueTable.Name(
          name: entry.name, environment: environment, version: version.version,
          use: version.isCurrent ? .current : isDead ? .dead : .retired)
        do throws(SealingError) {
          try value.bytes.withBytes { (bytes) throws(SealingError) in try builder.add(bytes, name) }
        } catch {
          throw .sealing(error)
        }
      }
    }
    return entries.map { AuditEvent.Name($0.name, $0.newest) }
  }
}
