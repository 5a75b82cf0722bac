import Audit
import Platform
import Vault

/// Notes on this device what was read of a vault. It never fails what it notes: where it cannot write, it says so, and the read or
/// the launch goes on.
struct AuditTrail {
  let vault: VaultID
  let console: Console
  /// Whether a word is due where it cannot write.
  var warns = true

  /// - Parameters:
  ///   - names: none: nothing was read, and nothing is noted; but a launch is one without any secret, too.
  ///   - command: `argv[0]` of what is about to be launched.
  func note(_ kind: AuditEvent.Kind, in environment: String, _ names: [AuditEvent.Name], command: String? = nil) {
    guard !names.isEmpty || kind == .run else { return }
    let event = AuditEvent(kind, vault: vault.hex, environment: environment, command: command, names: names)
    do {
      // A launch waits for as little as possible.
      try AuditFile(vault: vault.hex, Folders.current()).add(event, chaining: kind != .run)
    } catch {
      guard warns else { return }
      console.warn("this is not in the audit file: \(Wording.failure(error).message)")
    }
  }
}

extension Workspace {
  /// What is read of the vault that this folder is linked to.
  func trail(_ vault: Vault, _ console: Console) -> AuditTrail {
    AuditTrail(vault: vault.id, console: console)
  }
}

extension OpenEnvironment {
  /// What is read of this environment.
  func note(_ kind: AuditEvent.Kind, _ names: [AuditEvent.Name], _ workspace: Workspace, _ console: Console) {
    workspace.trail(vault, console).note(kind, in: name, names)
  }
}
