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

  @OptionGroup var keys: KeyOptions
  @OptionGroup var output: OutputOptions

  func perform(_ console: Console) throws -> Int32 {
    if let against { return try compare(Workspace.find(), against, console) }
    guard option.isEmpty else { throw Failure("--option goes with --against") }
    let reader = try Reader(environment, keys)
    let policy = try LaunchPolicy(toml: Policies.launch())
    let checked =
      if all { try readAll(reader) } else {
        [try reader.read(console) { (open) throws(VaultError) in try values(open, reader) }]
      }
    var findings: [(environment: String, finding: CheckFinding)] = []
    for one in checked {
      reader.trail(console).note(.check, in: one.environment, one.values.read)
      findings += one.values.findings.map { (one.environment, $0) }
      findings += try one.values.refusals(one.manifest, one.environment, policy).map { (one.environment, $0) }
    }
    for change in reader.workspace?.widening ?? [] {
      let finding = CheckFinding(
        stopping: .notApproved, variable: "coffer.toml", "asks for more than you approved: \(Wording.brief(change))",
        fix: "coffer link")
      findings.append((environment.name, finding))
    }
    try show(findings, console)
    let errors = findings.filter { $0.finding.severity == .error }.count
    let place = all ? "every environment" : checked.map(\.environment).joined()
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
    let found = try PlatformComparison(target, workspace, environment, keys.unlock)
    try console.data(text: format == .text ? Wording.printable(found.text) : found.json.text + "\n")
    console.note(
      found.differs
        ? "\(target.place): \(found.missing.count) missing, \(found.extra.count) extra"
        : "\(target.place): the names of \(environment.name), no more and no less")
    return found.differs ? 1 : 0
  }

  /// What one environment holds for coffer.toml, as far as the keys open it.
  private struct Checked {
    let environment: String
    let manifest: Manifest
    let values: EnvironmentValues
  }

  private func values(_ open: OpenValues, _ reader: Reader) throws(VaultError) -> Checked {
    let manifest = open.keys.scope.map(reader.manifest.limited) ?? reader.manifest
    let known = try open.directory.map { (directory) throws(VaultError) in
      try open.snapshot.environments(directory).map(\.name)
    }
    let values = try EnvironmentValues(open, manifest, known: known, vaultNames: open.names())
    return Checked(environment: open.environment, manifest: manifest, values: values)
  }

  private func readAll(_ reader: Reader) throws -> [Checked] {
    guard let workspace = reader.workspace, let vault = reader.vault else {
      throw Failure("--all checks every environment, and a token opens only its own", hints: ["coffer check"])
    }
    let session = try Unlocking(vault: vault, folders: workspace.folders, options: keys.unlock).session()
    return try vault.read { (snapshot) throws(VaultError) in
      try snapshot.environments(session.directory).map { (environment) throws(VaultError) in
        let key = try snapshot.key(environment.name, in: session)
        let open = OpenValues(
          snapshot: snapshot, keys: .environment(key), environment: environment.name, directory: session.directory)
        return try values(open, reader)
      }
    }
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
