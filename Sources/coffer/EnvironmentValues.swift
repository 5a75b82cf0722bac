import Audit
import Launch
import Project
import Sealing
import Vault

/// What coffer.toml and the vault give for one environment, and what would stop a launch with it: the one answer that `run` acts
/// on and `check` shows.
struct EnvironmentValues {
  /// By the vault's names.
  let held: [String: Secret]
  /// The same names, sorted, with the versions that were read.
  let read: [AuditEvent.Name]
  /// What coffer.toml finds wrong with them.
  let findings: [CheckFinding]

  /// Reads the values of the declared variables (of `only`, where it is given) and of `others`.
  /// - Parameters:
  ///   - known: the vault's environments, to find a misspelt one; nil when there is no need.
  ///   - vaultNames: all names of the environment, to find undeclared ones; nil when there is no need.
  init(
    _ open: OpenValues, _ manifest: Manifest, only: [String]? = nil, others: [String] = [], known: [String]? = nil,
    vaultNames: [String]? = nil
  ) throws(VaultError) {
    let environment = open.environment
    let wanted = manifest.variables.filter { variable in only?.contains(variable.name) ?? true }
    let names = wanted.map(\.vaultName) + others
    var held: [String: Secret] = [:]
    var read: [AuditEvent.Name] = []
    for (name, found) in zip(names, try open.versionedValues(names)) {
      guard let found, held.updateValue(found.value, forKey: name) == nil else { continue }
      read.append(AuditEvent.Name(name, found.version))
    }
    self.held = held
    self.read = read.sorted { $0.name < $1.name }
    findings = Check.findings(
      in: manifest, environment: environment, only: only, environments: known, vaultNames: vaultNames
    ) { variable in
      held[variable.vaultName].map { secret in
        secret.bytes.withBytes { ValueReport(on: $0, of: variable, environment: environment) }
      }
    }
  }

  /// The variables of a launch with their values.
  /// - Throws: `SealingError.outOfMemory`: a variable must not be missing without a word.
  func variables(_ resolution: Resolution) throws -> [LaunchVariable] {
    try resolution.injections.compactMap { injection in
      let value: Secret?
      switch injection.source {
      case .vault(let name): value = held[name]
      case .value(let text), .defaultValue(let text): value = Secret(try SecretBytes(copying: Array(text.utf8)))
      }
      return value.map { LaunchVariable(name: injection.name, value: $0, deliversFile: injection.isFile) }
    }
  }

  /// What a launch refuses besides: names that change how programs load code, and values that execve(2) does not take.
  func refusals(_ manifest: Manifest, _ environment: String, _ policy: LaunchPolicy) throws -> [CheckFinding] {
    let resolution = try Resolution(manifest: manifest, environment: environment, vaultHas: { held[$0] != nil })
    var findings: [CheckFinding] = []
    do throws(LaunchError) {
      try policy.check(resolution.injections.map(\.name), allowing: Set(manifest.allowedNames))
    } catch {
      guard case .refused(let refusals) = error else { throw error }
      findings += refusals.map { refusal in
        CheckFinding(
          stopping: .refusedName, variable: refusal.name, "may not be injected: \(refusal.reason)",
          fix: refusal.canBeAllowed ? Wording.allowing([refusal.name]) : nil,
          line: manifest.variable(named: refusal.name)?.line)
      }
    }
    for variable in try variables(resolution) {
      do throws(LaunchError) { try LaunchLimits.check(variable) } catch {
        findings.append(
          CheckFinding(
            stopping: .tooLong, variable: variable.name, "cannot be injected: \(Wording.failure(error).message)",
            fix: nil, line: manifest.variable(named: variable.name)?.line))
      }
    }
    return findings
  }
}
