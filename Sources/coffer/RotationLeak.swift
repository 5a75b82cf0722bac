import Audit
import KnownValues
import Leaks
import Project
import Rotation
import Sealing
import Vault

/// What `--leak` names: a finding of `coffer scan`, by its fingerprint.
struct RotationLeak {
  let fingerprint: LeakFingerprint
  private let workspace: Workspace
  private let open: OpenEnvironment
  private let console: Console

  init(_ text: String, _ workspace: Workspace, _ open: OpenEnvironment, _ console: Console) throws {
    guard let fingerprint = LeakFingerprint(hex: text) else {
      throw Failure(
        "a fingerprint is 32 hexadecimal digits", hints: ["coffer scan shows those of its findings"])
    }
    self.fingerprint = fingerprint
    self.workspace = workspace
    self.open = open
    self.console = console
  }

  /// What the ledger is told, if it does not know the leak yet.
  func new(in environment: EnvironmentID, name: String) -> LeakLedger.NewLeak {
    LeakLedger.NewLeak(
      fingerprint, title: name, home: LeakRecord.Home(environment: environment, name: name))
  }

  /// The variable that is being rotated for it, else the one whose value it is.
  /// - Throws: `Failure` when the vault does not hold the value, or not where the rotation is to be.
  func variable() throws -> String {
    if let rotating = try rotations().last(where: \.step.isOpen) { return variable(of: rotating.name) }
    let (matches, environments) = try matches()
    let here = matches.filter { environments[$0.environment] == open.name }
    let current = Set(here.filter(\.isCurrent).map(\.name)).sorted()
    if current.count == 1 { return variable(of: current[0]) }
    if current.count > 1 {
      throw Failure(
        "several names have this value in \(open.name): \(current.map(variable).joined(separator: ", "))",
        hints: current.map { command(variable(of: $0), open.name) }, code: 1)
    }
    if let elsewhere = matches.first(where: \.isCurrent), let environment = environments[elsewhere.environment] {
      let name = variable(of: elsewhere.name)
      throw Failure(
        "this is the value of \(name) in \(environment), and not one of \(open.name)",
        hints: [command(name, environment)], code: 1)
    }
    if let old = here.first ?? matches.first, let environment = environments[old.environment] {
      throw notInUse(old, environment)
    }
    throw Failure(
      "no value of the vault has this fingerprint, as far as it is unlocked",
      hints: [
        "coffer rotate NAME replaces a secret without it",
        "a secret that is not in the vault: coffer set NAME stores it",
      ], code: 1)
  }

  /// That it is the value of `variable` that is in use here, or one that a rotation of it closes already. Without a salt that cannot
  /// be told, and is said.
  /// - Parameter resuming: also a rotation that has ended may go on, to its proof.
  /// - Throws: `Failure` when it is not.
  func check(_ variable: String, resuming: Bool, _ console: Console) throws {
    let name = workspace.vaultName(variable)
    guard try !rotations().contains(where: { $0.name == name && ($0.step.isOpen || resuming) }) else { return }
    guard workspace.manifest.scanSalt != nil else {
      console.warn("coffer.toml has no [scan] salt: whether this fingerprint is of \(variable)'s value cannot be told")
      return
    }
    let (matches, environments) = try matches()
    let here = matches.filter { environments[$0.environment] == open.name && $0.name == name }
    if here.contains(where: \.isCurrent) { return }
    if let old = here.max(by: { $0.version < $1.version }) { throw notInUse(old, open.name) }
    var hints = ["coffer rotate \(variable) -e \(open.name), without --leak, replaces it all the same"]
    if let other = matches.first(where: \.isCurrent), let environment = environments[other.environment] {
      let name = self.variable(of: other.name)
      hints.append("it is of \(name)'s value in \(environment): \(command(name, environment))")
    }
    throw Failure("this fingerprint is not of \(variable)'s value in \(open.name)", hints: hints, code: 1)
  }

  private func notInUse(_ match: FingerprintMatch, _ environment: String) -> Failure {
    let name = variable(of: match.name)
    return Failure(
      "this is version \(match.version) of \(name) in \(environment), which is not in use any more",
      hints: [
        "it still has to be revoked where it was issued, if it was not",
        "coffer rotate \(name) -e \(environment), without --leak, rotates the value in use",
      ], code: 1)
  }

  /// The rotations that close it or closed it here.
  private func rotations() throws -> [RotationRecord] {
    try open.read { (snapshot, key) throws(VaultError) in
      try RotationLedger(open.session.directory).all(in: snapshot)
        .filter { $0.leak == fingerprint && $0.environment == key.environment }
    }
  }

  private func command(_ name: String, _ environment: String) -> String {
    "coffer rotate \(name) -e \(environment) --leak FINGERPRINT"
  }

  /// The variable that gets a name of the vault.
  private func variable(of name: String) -> String {
    workspace.manifest.variables.first { $0.vaultName == name }?.name ?? name
  }

  /// All values of this fingerprint in what is unlocked, and what the environments are called.
  private func matches() throws -> (found: [FingerprintMatch], environments: [EnvironmentID: String]) {
    guard let salt = workspace.manifest.scanSalt else {
      throw Failure(
        "coffer.toml has no [scan] salt: fingerprints are of one run then, and match nothing",
        hints: ["coffer rotate NAME replaces the secret"])
    }
    let maker = try FindingFingerprintMaker(salt: Array(salt.utf8))
    var read: [(environment: String, names: [AuditEvent.Name])] = []
    let matches = try open.vault.read { (snapshot) throws(VaultError) in
      var session = open.session
      var names: [EnvironmentID: String] = [:]
      for environment in try snapshot.environments(session.directory) {
        names[environment.id] = environment.name
        guard session.environments[environment.id] == nil else { continue }
        let cached = try snapshot.cachedSession(environment: environment.name, signing: false)
        session.environments[environment.id] = cached?.environments[environment.id]
      }
      let found = try FingerprintMatch.find(fingerprint, in: snapshot, session) { (bytes) throws(VaultError) in
        do throws(SealingError) { return LeakFingerprint(try maker.fingerprint(bytes)) } catch { throw .sealing(error) }
      }
      for environment in try snapshot.environments(session.directory) {
        guard let key = session.environments[environment.id] else { continue }
        let names = try snapshot.entries(key, includingRemoved: true).map { AuditEvent.Name($0.name, $0.newest) }
        read.append((environment.name, names))
      }
      return (found: found, environments: names)
    }
    for (environment, names) in read { workspace.trail(open.vault, console).note(.rotate, in: environment, names) }
    return matches
  }
}
