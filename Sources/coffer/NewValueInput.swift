import Audit
import Launch
import Platform
import Project
import Rotation
import Sealing
import Vault

/// The new value of a rotation on its way in: made, from a file, from standard input or typed, and looked at before it is taken.
struct NewValueInput {
  private let run: RotationRun
  private let book: Playbook
  private let record: RotationRecord

  init(_ run: RotationRun, _ book: Playbook, _ record: RotationRecord) {
    self.run = run
    self.book = book
    self.record = record
  }

  /// - Throws: `Failure` for a wrong paste; at a prompt it is asked again instead.
  func value() throws -> Secret {
    if let generator = run.choices.generator {
      let made = Secret(try generator.make())
      try run.workspace.checkLaunch(run.name, made)
      try checkDeclared(made)
      return made
    }
    let known = try known()
    let typed = run.choices.file == nil && Terminal.isTerminal(0)
    while true {
      let value = Secret(try bytes())
      do {
        try check(value, known.current, known.older)
        return value
      } catch let failure as Failure where typed {
        run.console.report(failure)
      }
    }
  }

  private func bytes() throws -> SecretBytes {
    if let file = run.choices.file { return try SecretInput.file(file) }
    if Terminal.isTerminal(0) { return try SecretInput.prompt("New value of \(run.variable): ") }
    return try SecretInput.withoutLineEnd(SecretInput.descriptor(0, limit: SecretInput.streamLimit))
  }

  private func check(_ value: Secret, _ current: Secret, _ older: [NewValueCheck.Known]) throws {
    let findings = NewValueCheck.findings(
      value.bytes, name: run.variable, current: current, older: older, prefixes: book.prefixes)
    let errors = findings.filter(\.isError)
    guard errors.isEmpty else {
      throw Failure("not taken: the new value \(errors.map(\.text).joined(separator: ", and "))", code: 1)
    }
    try run.workspace.checkLaunch(run.name, value)
    try checkDeclared(value)
    guard !findings.isEmpty else { return }
    run.console.warn("the new value \(findings.map(\.text).joined(separator: ", and "))")
    guard try run.console.confirm("Take it all the same?", assumed: run.choices.yes) else {
      throw Failure("not taken", hints: run.console.canAsk ? [] : ["--yes takes it all the same"], code: 1)
    }
  }

  /// What would stop every launch once it is in use: a value that is not what coffer.toml says.
  private func checkDeclared(_ value: Secret) throws {
    for variable in run.workspace.manifest.variables where variable.vaultName == run.name {
      let problem = value.bytes.withBytes { bytes in
        ValueCheck.problem(in: bytes, of: variable)
          ?? ValueCheck.forbidden(in: bytes, of: variable, environment: run.open.name).map {
            "holds \($0), which is forbidden here"
          }
      }
      guard let problem else { continue }
      throw Failure(
        "not taken: coffer.toml\(variable.line > 0 ? ":\(variable.line)" : "") refuses the new value: it \(problem)",
        code: 1)
    }
  }

  /// Locked memory is scarce: of very many versions only the newest are held against the new value.
  private static let mostVersions = 64

  /// The value in use and those before it. What an aborted rotation stored was never in use, and may be brought again.
  private func known() throws -> (current: Secret, older: [NewValueCheck.Known]) {
    let withdrawn = Set(
      try run.stored().filter { $0.step == .aborted && $0.time(of: .promoted) == nil }.compactMap(\.to))
    let known = try run.open.read { (snapshot, key) throws(VaultError) in
      let current = try snapshot.value(run.name, version: record.from, key)
      var older: [NewValueCheck.Known] = []
      for version in try snapshot.history(run.name, key).prefix(Self.mostVersions)
      where version.version != record.from && !withdrawn.contains(version.version) {
        let value = try snapshot.value(run.name, version: version.version, key)
        older.append(NewValueCheck.Known(version: version.version, value: value))
      }
      return (current: current, older: older)
    }
    let newest = known.older.map(\.version).reduce(record.from, max)
    run.open.note(.rotate, [AuditEvent.Name(run.name, newest)], run.workspace, run.console)
    return known
  }
}

extension NewValueFinding {
  /// What follows "the new value".
  fileprivate var text: String {
    switch problem {
    case .empty: "is empty"
    case .sameAsCurrent: "is the one in use"
    case .sameAsVersion(let version): "was in use before, as version \(version)"
    case .wrongPrefix(let expected): "does not start with \(expected.joined(separator: " or "))"
    case .otherPrefix(let old): "does not start with \(old), as the one in use does"
    case .testKey: "is a key for tests, and the one in use is not"
    case .surroundingSpace: "has blanks or invisible characters around it"
    case .surroundingQuotes: "has quotes around it"
    case .assignment: "is a whole line of an env file: only what is behind the = belongs here"
    case .severalLines: "has several lines, and the one in use has one"
    case .placeholder: "is a placeholder or has its middle masked"
    case .muchShorter: "is less than half as long as the one in use"
    case .muchLonger: "is more than twice as long as the one in use"
    }
  }
}
