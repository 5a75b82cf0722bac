import ArgumentParser
import Project
import Sealing
import Vault

struct CheckCommand: Performing {
  static let configuration = CommandConfiguration(
    commandName: "check",
    abstract: "Compare an environment with coffer.toml, as a launch would, and launch nothing.",
    discussion: """
      Says what is missing, of the wrong type, forbidden or undeclared, and what to type.

        coffer check
        coffer check -e production
        coffer check --all --format json

      Exit codes: 0 nothing stops a launch, 1 something does, 2 or more: it could not be checked.
      """)

  @OptionGroup var environment: EnvironmentOptions

  @Flag(name: .long, help: "Check every environment.")
  var all = false

  @Option(name: .long, help: "text or json.")
  var format: ListFormat = .text

  @OptionGroup var unlock: UnlockOptions
  @OptionGroup var output: OutputOptions

  func perform(_ console: Console) throws -> Int32 {
    let workspace = try Workspace.find()
    let vault = try workspace.vault()
    let unlocking = Unlocking(vault: vault, folders: workspace.folders, options: unlock)
    let session = all ? try unlocking.session() : try unlocking.session(environment.name, signing: false)
    let findings = try vault.read { (snapshot) throws(VaultError) -> [(environment: String, finding: CheckFinding)] in
      let known = try snapshot.environments(session.directory).map(\.name)
      var findings: [(environment: String, finding: CheckFinding)] = []
      for name in all ? known : [environment.name] {
        let key = try snapshot.key(name, in: session)
        let names = workspace.manifest.variables.map(\.vaultName)
        var held: [String: Secret] = [:]
        for (name, value) in zip(names, try snapshot.values(names, key)) { held[name] = value }
        let found = Check.findings(
          in: workspace.manifest, environment: name, environments: known,
          vaultNames: try snapshot.entries(key).map(\.name)
        ) { variable in
          held[variable.vaultName].map { secret in
            secret.bytes.withBytes { ValueReport(on: $0, of: variable, environment: name) }
          }
        }
        findings += found.map { (name, $0) }
      }
      return findings
    }
    let widening = workspace.widening
    try show(findings, console)
    if !widening.isEmpty {
      console.warn("coffer.toml asks for more than you approved: " + widening.joined(separator: "; "))
      console.hint("coffer link shows and approves it")
    }
    let errors = findings.filter { $0.finding.severity == .error }.count
    let place = all ? "every environment" : environment.name
    if errors == 0 {
      console.note("\(place): nothing stops a launch" + (findings.isEmpty ? "" : ", \(findings.count) to look at"))
    } else {
      console.note("\(place): \(errors) of \(findings.count) would stop a launch")
    }
    return errors == 0 ? 0 : 1
  }

  /// One finding as a sentence with its place.
  static func text(_ finding: CheckFinding) -> String {
    let place = finding.line.map { $0 > 0 ? "coffer.toml:\($0): " : "" } ?? ""
    return place
      + Wording.line("\(finding.variable) \(finding.message)" + (finding.description.map { " (\($0))" } ?? ""))
  }

  private func show(_ findings: [(environment: String, finding: CheckFinding)], _ console: Console) throws {
    switch format {
    case .text:
      for (_, finding) in findings {
        let mark = finding.severity == .error ? "error" : "warning"
        try console.data(text: Wording.printable("\(mark): \(Self.text(finding))\n"))
        if let fix = finding.fix { try console.data(text: Wording.printable("  \(fix)\n")) }
      }
    case .json:
      let items = findings.map { environment, finding in
        JSONText.object([
          ("environment", .string(environment)), ("variable", .string(finding.variable)),
          ("severity", .string(finding.severity == .error ? "error" : "warning")),
          ("kind", .string(finding.kind.rawValue)), ("message", .string(finding.message)),
          ("description", finding.description.map { .string($0) } ?? .null),
          ("fix", finding.fix.map { .string($0) } ?? .null), ("file", .string(Manifest.fileName)),
          ("line", finding.line.map { .number($0) } ?? .null),
        ])
      }
      try console.data(text: JSONText.array(items).text + "\n")
    }
  }
}
