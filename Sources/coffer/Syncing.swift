import Platform
import Vault

/// One sync, from the bundles of a folder to what is said of them.
struct Syncing {
  let vault: Vault
  let folders: Folders
  let console: Console

  /// - Parameter identity: asked for only when a bundle has to be opened.
  /// - Returns: the exit code.
  func sync(
    _ path: String, _ choice: SyncChoice, isDry: Bool, identity: () throws -> UnlockedIdentity
  ) throws -> Int32 {
    guard Files.exists(path), let root = try? Files.canonical(path), Files.kind(of: root) == .directory else {
      throw Failure("\(path) is not a folder, or not there", hints: ["is the drive plugged in, and mounted?"])
    }
    let folder = SyncFolder(root, vault: vault.id)
    let me = try IdentityFile.load(folders).publicIdentity.id
    if let departure = try vault.read({ (snapshot) throws(VaultError) in try snapshot.departure(of: me) }) {
      throw VaultError.removed(departure)
    }
    var state = try SyncState(vault.id, folders)
    // Who makes a choice asks again about what was dealt with before.
    let found = try bundles(folder, &state, for: me, again: choice.isGiven)
    var logs: [IncomingLog] = []
    var isQuiet = true
    var done: [VaultBundle] = found.done
    if !found.new.isEmpty {
      let key = try identity()
      for (name, bundle) in found.new {
        do {
          logs.append(IncomingLog(file: name, archive: try bundle.open(key.identity).verify(vault.id)))
          done.append(bundle)
        } catch { skip(name, error) }
      }
      if !logs.isEmpty {
        let outcome = try merge(logs, key, choice: choice, isDry: isDry)
        isQuiet = outcome.isQuiet
        guard outcome.isSettled else {
          if !isDry { try write(folder, &state) }
          return 1
        }
      }
    }
    if !isDry {
      state.done = done.map(\.fileDigest)
      try write(folder, &state)
    }
    // Whether the log goes on without this identity, nothing here can prove.
    if found.closed > 0, found.sealed == 0 {
      console.warn(
        "no bundle of others is sealed to your identity: they do not know yet that you are in, or you were removed")
      console.hint("an admin of the vault can tell, by coffer member list")
    } else if isQuiet {
      console.note("nothing new")
    }
    return 0
  }

  /// Brings logs together with the vault and says how it went.
  func merge(
    _ logs: [IncomingLog], _ key: UnlockedIdentity, choice: SyncChoice, isDry: Bool = false
  ) throws -> SyncOutcome {
    let outcome = try vault.sync(with: logs, key, choice: choice, isDry: isDry)
    try SyncReport(outcome: outcome, choice: choice, isDry: isDry).show(console)
    if !isDry, outcome.step != .nothing { refreshBackup() }
    return outcome
  }

  // MARK: The folder

  /// What is there and not dealt with yet, what was, and of the new ones of others how many cannot be opened; the rest is skipped with a
  /// word. `sealed`: how many of others, new or not, this identity can open.
  private func bundles(
    _ folder: SyncFolder, _ state: inout SyncState, for me: MemberID, again: Bool
  ) throws -> (new: [(name: String, bundle: VaultBundle)], done: [VaultBundle], closed: Int, sealed: Int) {
    let own = state.bundleName
    var new: [(name: String, bundle: VaultBundle)] = []
    var done: [VaultBundle] = []
    var (closed, sealed) = (0, 0)
    for name in try folder.names() {
      do {
        let bundle = try folder.bundle(name)
        guard bundle.vault == vault.id else { throw VaultError.wrongVault }
        if name == own, bundle.fileDigest == state.written { continue }
        if bundle.isFor(me) { sealed += 1 }
        if try vault.holds(bundle) { continue }
        // Somebody else writes under the name of this device: a copy of it.
        if name == own { state.rename() }
        if state.done.contains(bundle.fileDigest), !again {
          done.append(bundle)
        } else if bundle.isFor(me) {
          new.append((name, bundle))
        } else {
          closed += 1
          throw VaultError.notForYou
        }
      } catch { skip(name, error) }
    }
    return (new, done, closed, sealed)
  }

  private func skip(_ name: String, _ error: any Error) {
    console.warn("\(Wording.line(name)) was skipped: \(Wording.failure(error).message)")
  }

  /// Writes this device's bundle, unless the one that is there says the same.
  private func write(_ folder: SyncFolder, _ state: inout SyncState) throws {
    let there = try? folder.bundle(state.bundleName)
    if let there, there.fileDigest == state.written, try vault.endsWith(there) {
      try state.save()
      return
    }
    let bytes = try vault.bundle()
    do throws(VaultError) { try folder.write(state.bundleName, bytes) } catch {
      let failure = Wording.failure(error)
      throw Failure(
        "this device's bundle could not be written, so others do not get your changes yet: \(failure.message)",
        hints: failure.hints)
    }
    state.written = try VaultBundle(bytes: bytes).fileDigest
    try state.save()
  }

  /// The backup follows; what stands there of a history that is the vault's no more gets another name.
  private func refreshBackup() {
    let backup = Backup(vault.id, folders)
    do {
      guard let path = try backup.file() else { return }
      if let aside = try backup.setAside(path, before: vault) { console.note("the backup before is kept: \(aside)") }
      _ = try backup.refresh(vault)
    } catch { Backups.warn(error) }
  }
}
