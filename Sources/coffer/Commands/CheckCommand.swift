import ArgumentParser
import Audit
import Launch
import Policies
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
        coffer check -e production --against vercel

      Exit codes: 0 nothing stops a launch, 1 something does, 2 or more: it could not be checked. With \
      --against only names are compared, with those that coffer push would send: 0 they are the same, 1 \
      something is missing or extra there.
      """)

  @OptionGroup var environment: EnvironmentOptions

  @Flag(name: .long, help: "Check every environment.")
  var all = false

  @Option(
    name: .long, help: ArgumentHelp("Compare the names with those of a hosting platform.", valueName: "platform"))
  var against: String?

  @Option(name: .long, help: ArgumentHelp("What the platform needs to know; repeat for more.", valueName: "name=value"))
  var option: [String] = []

  @Option(name: .long, help: "text or json.")
  var format: ListFormat = .text

  @OptionGroup var unlock: UnlockOptions
  @OptionGroup var output: OutputOptions

  func perform(_ console: Console) throws -> Int32 {
    let workspace = try Workspace.find()
    if let against { return try compare(workspace, against, console) }
    guard option.isEmpty else { throw Failure("--option goes with --against") }
    let vault = try workspace.vault()
    let unlocking = Unlocking(vault: vault, folders: workspace.folders, options: unlock)
    let session = all ? try unlocking.session() : try unlocking.session(environment.name, signing: false)
    let policy = try LaunchPolicy(toml: Policies.launch())
    let read = try vault.read { (snapshot) throws(VaultError) -> [(environment: String, values: EnvironmentValues)] in
      let known = try snapshot.environments(session.directory).map(\.name)
      return try (all ? known : [environment.name]).map { (name) throws(VaultError) in
        let key = try snapshot.key(name, in: session)
        let names = try snapshot.entries(key).map(\.name)
        let values = try EnvironmentValues(
          snapshot, key, workspace.manifest, name, known: known, vaultNames: names)
        return (name, values)
      }
    }
    var findings: [(environment: String, finding: CheckFinding)] = []
    for (name, values) in read {
      workspace.trail(vault, console).note(.check, in: name, values.read)
      findings += values.findings.map { (name, $0) }
      findings += try values.refusals(workspace.manifest, name, policy).map { (name, $0) }
    }
    for change in workspace.widening {
      let finding = CheckFinding(
        stopping: .notApproved, variable: "coffer.toml", "asks for more than you approved: \(Wording.brief(change))",
        fix: "coffer link")
      findings.append((environment.name, finding))
    }
    try show(findings, console)
    let errors = findings.filter { $0.finding.severity == .error }.count
    let place = all ? "every environment" : environment.name
    if errors == 0 {
      console.note("\(place): nothing stops a launch" + (findings.isEmpty ? "" : ", \(findings.count) to look at"))
    } else {
      console.note("\(place): \(errors) of \(findings.count) would stop a launch")
    }
    return errors == 0 ? 0 : 1
  }

  private func compare(_ workspace: Workspace, _ platform: String, _ console: Console) throws -> Int32 {
    guard !all else { throw Failure("--against compares one environment", hints: ["-e says which"]) }
    let target = try PlatformTarget(platform, environment: environment.name, options: option)
    let found = try PlatformComparison(target, workspace, environment, unlock)
    try console.data(text: format == .text ? Wording.printable(found.text) : found.json.text + "\n")
    console.note(
      found.differs
        ? "\(target.place): \(found.missing.count) missing, \(found.extra.count) extra"
        : "\(target.place): the names of \(environment.name), no more and no less")
    return found.differs ? 1 : 0
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
