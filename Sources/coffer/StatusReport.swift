import Leaks
import Platform
import Project
import Sealing
import Vault

/// What `coffer status` shows: where a project's secrets stand, as far as it can be told without asking anybody.
struct StatusReport {
  struct Environment {
    /// Nil while the vault is locked.
    let name: String?
    let count: Int
    let isUnlocked: Bool
  }

  /// A token that ends soon, or has.
  struct Token {
    let name: String
    /// Milliseconds since 1970.
    let expires: UInt64
  }

  /// Days before a token's end in which it is told.
  static let tokenNotice: UInt64 = 14

  let name: String
  let id: VaultID
  /// The newest entry of the log, and its time.
  let sequence: UInt64
  let time: UInt64
  /// Its hash: with the sequence, the pin of this device, which reading has just moved to it.
  let head: Bytes32
  let environments: [Environment]
  /// When the last of what is unlocked ends; nil when nothing is.
  let unlockedUntil: UInt64?
  /// Nil while the vault is locked.
  let due: DueRotations?
  let tokens: [Token]
  /// What coffer.toml asks for beyond what was approved.
  let widening: [String]
  /// The last that this device wrote.
  let backup: BackupRecord?

  init(_ workspace: Workspace, _ unlock: UnlockOptions, now: UInt64 = Clock.now()) throws {
    let vault = try workspace.vault()
    let given = try Unlocking(vault: vault, folders: workspace.folders, options: unlock).givenSession()
    let unlocked = try UnlockCache.unlocked(vault.id)
    let reference = workspace.manifest.vault?.name ?? ""
    let manifest = workspace.manifest
    name = reference
    id = vault.id
    unlockedUntil = unlocked?.until
    widening = workspace.widening
    backup = try Backup(vault.id, workspace.folders).last()
    (sequence, time, head, environments, due, tokens) = try vault.read { (snapshot) throws(VaultError) in
      let session = if let given { given } else { try snapshot.keptSession() }
      var environments: [Environment] = []
      for environment in try Self.order(snapshot, session) {
        environments.append(
          Environment(
            name: environment.name, count: try snapshot.count(of: environment.id),
            isUnlocked: unlocked?.environments.contains(environment.id) ?? false))
      }
      let due = if let session { try DueRotations(snapshot, manifest, session, now: now) } else { nil as DueRotations? }
      var tokens: [Token] = []
      for member in snapshot.control.members where member.kind == .machine && member.isActive && member.expires > 0 {
        guard member.expires < now + Self.tokenNotice * 86_400_000 else { continue }
        let name = if let session { try snapshot.memberName(member.id, session.directory) } else { nil as String? }
        tokens.append(Token(name: name ?? member.id.brief, expires: member.expires))
      }
      return (
        snapshot.sequence, snapshot.time, snapshot.hash, environments, due, tokens.sorted { $0.expires < $1.expires }
      )
    }
  }

  private static func order(
    _ snapshot: Snapshot, _ session: Session?
  ) throws(VaultError) -> [(id: EnvironmentID, name: String?)] {
    guard let session else {
      return snapshot.control.environments.filter { $0.isActive && $0.id != .directory }.map { ($0.id, nil) }
    }
    return try snapshot.environments(session.directory).map { ($0.id, $0.name) }
  }

  /// Whether somebody should act.
  var needsAttention: Bool {
    !(due?.all.isEmpty ?? true) || !(due?.strangers.isEmpty ?? true) || !tokens.isEmpty || !widening.isEmpty
      || backup.map { $0.sequence < sequence } ?? false
  }
}
