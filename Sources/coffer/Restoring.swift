import Platform
import Project
import Vault

/// Putting a verified archive in the place of this device's vault: what `restore` and `recover` share.
struct Restoring {
  let archive: VerifiedArchive
  let folders: Folders
  /// The user's word that what is newer here may go.
  let acceptOlder: Bool
  /// Whether a vault that is here and goes on where the archive ends is as good.
  var keepsNewer = false
  let console: Console

  private var id: VaultID { archive.archive.vault }
  private var path: String { Vault.path(id, folders) }

  /// Makes the vault, brings it forward, or takes it back.
  func place() throws -> Vault {
    guard Files.kind(of: path) != nil else {
      let vault = try refusing { () throws(VaultError) in
        try Vault.create(from: archive, folders, acceptingOlder: acceptOlder)
      }
      console.note("restored: \(path)")
      return vault
    }
    guard let vault = try soundVault() else {
      let aside = "\(path).damaged-\(archive.head.sequence)-\(Clock.now() / 1000)"
      let vault = try refusing { () throws(VaultError) in
        try Vault.create(from: archive, folders, acceptingOlder: acceptOlder, settingAside: aside)
      }
      console.warn("the vault here is damaged: it is \(aside) now")
      console.note("restored: \(path)")
      return vault
    }
    if keepsNewer, try vault.standing(of: archive).relation == .older {
      console.note("the vault here is newer than the backup: it stays")
      return vault
    }
    let standing = try replace(vault)
    switch standing.relation {
    case .same: console.note("the vault is there already")
    case .newer: console.note("restored: the vault was at entry \(standing.sequence)")
    case .older, .forked: console.note("went back: the vault was at entry \(standing.sequence)")
    }
    return vault
  }

  /// The vault that is here; nil when it is damaged. Being older than this device has seen is no damage.
  private func soundVault() throws -> Vault? {
    do throws(VaultError) {
      let vault = try Vault(opening: id, folders)
      _ = try vault.verifyWhole()
      return vault
    } catch {
      switch error {
      // Whole, but not what this device has seen: the backup may be.
      case .rollback, .forked: return try Vault(opening: id, folders)
      case .damaged(.pin): throw error
      case .damaged, .badSignature, .unauthorised, .wrongVault: return nil
      default: throw error
      }
    }
  }

  private func replace(_ vault: Vault) throws -> ArchiveStanding {
    var kept: String?
    let standing = try refusing { () throws(VaultError) in
      do throws(VaultError) {
        return try vault.replace(with: archive, acceptingOlder: acceptOlder) { (current) throws(VaultError) in
          let path = Backup.asideName(Files.parent(of: self.path) + "/kept.cofferbackup", current.newest)
          kept = try current.write(to: path).path
        }
      } catch {
        // Nothing was lost, and the room may be.
        if let kept, error.leavesAll { _ = try? Files.remove(kept) }
        throw error
      }
    }
    if let kept { console.note("what was here is kept: \(kept)") }
    return standing
  }

  /// Says of both states how new they are: the choice is the user's.
  private func refusing<R>(_ body: () throws(VaultError) -> R) throws -> R {
    do throws(VaultError) { return try body() } catch {
      switch error {
      case .rollback(let seen, _):
        throw Failure(
          "rollback: the backup ends at entry \(archive.head.sequence) of \(Age.timestamp(archive.head.time)), and "
            + "\(here(seen)): nothing was changed",
          hints: ["to lose what is newer (it is kept as a backup): coffer restore --accept-older"], code: 4)
      case .forked(let sequence):
        throw Failure(
          "the backup's history differs from entry \(sequence) on: it ends at entry \(archive.head.sequence) of "
            + "\(Age.timestamp(archive.head.time)), and \(here(sequence)): nothing was changed",
          hints: ["to take the backup's (this one is kept as a backup): coffer restore --accept-older"], code: 4)
      default: throw error
      }
    }
  }

  /// The state of the vault here, or what this device remembers of it.
  private func here(_ seen: UInt64) -> String {
    if Files.kind(of: path) != nil, let vault = try? Vault(opening: id, folders),
      let standing = try? vault.standing(of: archive), standing.sequence >= seen
    {
      return "the vault here at entry \(standing.sequence) of \(Age.timestamp(standing.time))"
    }
    return "this device has seen entry \(seen)"
  }

  /// Allows the folder's coffer.toml to use the vault, if it names it and the user says so.
  func link(assumed: Bool) throws {
    guard let workspace = try? Workspace.find(linking: true), workspace.manifest.vault?.id == id.short else {
      console.hint("next, in the project's folder, where its coffer.toml is: coffer link")
      return
    }
    guard workspace.link?.vault != id else { return }
    let asked = Grants.widening(from: [], to: workspace.grants)
    console.present("\(Wording.line(workspace.manifestPath)) names this vault, and asks for:")
    console.present(asked.isEmpty ? "  nothing yet" : Wording.approval(asked))
    guard try console.confirm("Allow this folder to use it?", assumed: assumed) else {
      console.hint("coffer link allows this folder to use it")
      return
    }
    try workspace.approve(id)
    console.note("linked")
  }

  /// Writes the backup that is kept in a folder, if there is one. What stands there of another history gets another name.
  func refreshBackup(_ vault: Vault) throws {
    let backup = Backup(id, folders)
    do {
      guard let path = try backup.file() else { return }
      if acceptOlder, let aside = try backup.setAside(path, before: vault) {
        console.note("the newer backup is kept: \(aside)")
      }
      _ = try backup.refresh(vault)
    } catch { Backups.warn(error) }
  }
}
