import ArgumentParser
import Audit
import Launch
import Platform
import Policies
import Project
import Sealing
import Vault

struct RunCommand: Performing {
  static let configuration = CommandConfiguration(
    commandName: "run",
    abstract: "Launch a command with its secrets in its environment.",
    usage: "coffer run [-e <environment>] [<options>] -- <command> [<argument> ...]",
    discussion: """
      Resolves what coffer.toml declares, checks it, and then replaces itself with the command: signals, \
      terminal, process group and exit code are the command's own. The vault wins over inherited variables.

        coffer run -- npm start
        coffer run -e production -- node server.js
        coffer run --only DATABASE_URL -- psql
        coffer run -- sh -c 'echo "$API_URL"'     only a shell expands variables
        coffer run --explain                      what would be injected, from where
        coffer run --snapshot app.snapshot -- ./server    with a token, where there is no vault

      Exit codes: the command's own; 125 coffer failed before the launch; 126 not executable; 127 not found.
      """,
    version: CofferCommand.configuration.version)

  @OptionGroup var environment: EnvironmentOptions

  @Option(name: .long, help: ArgumentHelp("Inject these variables only.", valueName: "a,b"))
  var only: String?

  @Flag(name: .long, help: "Inject the vault's undeclared names too.")
  var all = false

  @Flag(name: .long, help: "Inherit nothing but what programs cannot do without (PATH, HOME, TERM ...).")
  var pristine = false

  @Flag(name: .customLong("preserve-env"), help: "Inherited variables win over the vault.")
  var preserveAll = false

  @Option(
    name: .customLong("preserve"),
    help: ArgumentHelp("These inherited variables win (also --preserve-env=A,B).", valueName: "a,b"))
  var preserve: String?

  @Flag(name: .long, help: "Say what would be injected, from where and why (names only), and launch nothing.")
  var explain = false

  @OptionGroup var keys: KeyOptions
  @OptionGroup var output: OutputOptions

  @Argument(help: ArgumentHelp("The command and its arguments.", valueName: "command"))
  var command: [String] = []

  func perform(_ console: Console) throws -> Int32 {
    guard command.isEmpty || RawArguments.afterSeparator.map({ RawArguments.strings(from: $0) == command }) ?? false
    else {
      throw Failure("the command goes after --", hints: ["coffer run -- COMMAND ARGUMENTS"])
    }
    guard explain || !command.isEmpty else {
      throw Failure("no command to run", hints: ["coffer run -- npm start"])
    }
    let reader = try Reader(environment, keys)
    _ = try reader.workspace?.approved(console, otherwise: "nothing was launched")
    let policy = try LaunchPolicy(toml: Policies.launch())
    let loaded = try load(reader, console)
    let trail = reader.trail(console)
    do {
      try policy.check(loaded.injections.map(\.name), allowing: Set(reader.manifest.allowedNames))
      try stopOnErrors(loaded, console)
    } catch {
      trail.note(.check, in: loaded.environment, loaded.read)
      throw error
    }
    let choice = AmbientChoice(pristine: pristine, preserve: preserved)
    if explain {
      trail.note(.check, in: loaded.environment, loaded.read)
      try explain(loaded, choice, policy, reader, console)
      return 0
    }
    let child = try ChildEnvironment(variables: loaded.variables, choice: choice, policy: policy)
    // An empty argument can be meant: only a person is told.
    if Terminal.isTerminal(2),
      let hint = ShellHint.hint(for: command, injectedNames: loaded.injections.map(\.name))
    {
      console.hint(hint)
    }
    if SecretBytes.lockFailed { console.warn(Wording.memoryNotLocked) }
    guard let arguments = RawArguments.afterSeparator else { throw Failure("no command to run") }
    // What is no program may be anything, and will not be launched.
    trail.note(
      .run, in: loaded.environment, loaded.read, command: command.first.flatMap { Exec.find($0) == nil ? nil : $0 })
    reader.noteLaunch()
    throw Launcher.exec(arguments: arguments, environment: child)
  }

  /// What one launch injects.
  private struct Loaded {
    let injections: [Injection]
    let variables: [LaunchVariable]
    /// What was read of the vault.
    let read: [AuditEvent.Name]
    let findings: [CheckFinding]
    let environment: String
    /// Declared, but outside of what the token is limited to.
    let left: [String]
  }

  private var preserved: AmbientChoice.Preserve {
    if preserveAll { return .all }
    return preserve.map { .names(Set(Self.names($0))) } ?? .none
  }

  private func preserves(_ name: String) -> Bool {
    switch preserved {
    case .none: false
    case .all: true
    case .names(let names): names.contains(name)
    }
  }

  /// The names of `--only A,B`.
  static func names(_ list: String) -> [String] {
    list.split(separator: ",").map { $0.filter { $0 != " " } }.filter { !$0.isEmpty }
  }

  /// Keys and values in one look at the vault; when locked, once more after the passphrase.
  private func load(_ reader: Reader, _ console: Console) throws -> Loaded {
    let only = only.map(Self.names)
    let all = all || reader.takesAll
    let read = try reader.read(console) { (open) throws(VaultError) in
      let manifest = open.keys.scope.map(reader.manifest.limited) ?? reader.manifest
      let others = all ? try open.names() : []
      let values = try EnvironmentValues(open, manifest, only: only, others: others)
      return (values: values, others: others, manifest: manifest, environment: open.environment)
    }
    let left = reader.manifest.variables.map(\.name).filter { read.manifest.variable(named: $0) == nil }
    if let outside = only?.filter({ left.contains($0) }), !outside.isEmpty { throw Wording.outsideToken(outside) }
    let resolution = try Resolution(
      manifest: read.manifest, environment: read.environment, only: only, undeclared: read.others,
      vaultHas: { read.values.held[$0] != nil })
    return Loaded(
      injections: resolution.injections, variables: try read.values.variables(resolution), read: read.values.read,
      findings: read.values.findings, environment: read.environment, left: only == nil ? left : [])
  }

  /// Errors stop the launch, all at once; warnings are for `coffer check`.
  private func stopOnErrors(_ loaded: Loaded, _ console: Console) throws {
    let found = loaded.findings.filter { $0.severity == .error }
    guard !found.isEmpty else { return }
    // What is missing in the vault and inherited on the user's word is not missing.
    let inherited = Set(EnvironmentPlan.inherited.compactMap { $0 })
    let errors = found.filter { finding in
      !(finding.kind == .missing && preserves(finding.variable) && inherited.contains(finding.variable))
    }
    guard !errors.isEmpty else { return }
    for finding in errors { console.report(Failure(CheckCommand.text(finding), hints: finding.fix.map { [$0] } ?? [])) }
    throw Failure(
      errors.count == 1 ? "nothing was launched" : "\(errors.count) problems: nothing was launched")
  }

  private func explain(
    _ loaded: Loaded, _ choice: AmbientChoice, _ policy: LaunchPolicy, _ reader: Reader, _ console: Console
  ) throws {
    var rows: [[String]] = []
    let plan = EnvironmentPlan(
      ambient: EnvironmentPlan.inherited, variables: loaded.injections.map(\.name), choice: choice, policy: policy)
    let preserved = Set(plan.lines.filter { $0.origin == .preserved }.map(\.name))
    for injection in loaded.injections {
      let source =
        switch injection.source {
        case .vault(let name): "vault, \(loaded.environment)" + (name == injection.name ? "" : ", as \(name)")
        case .value: "coffer.toml, values.\(loaded.environment)"
        case .defaultValue: "coffer.toml, default"
        }
      var why = injection.isDeclared ? "declared in coffer.toml" : reader.takesAll ? "there is no coffer.toml" : "--all"
      if let line = reader.manifest.variable(named: injection.name)?.line, line > 0 { why += ":\(line)" }
      if injection.isFile { why += "; the value becomes a path to a file in memory" }
      if preserved.contains(injection.name) {
        rows.append([injection.name, "inherited", "preserved; the \(source) value is not used"])
      } else {
        rows.append([injection.name, source, why])
      }
    }
    for name in loaded.left { rows.append([name, "left out", "the token is limited to other names"]) }
    for line in plan.lines {
      switch line.origin {
      case .stripped: rows.append([line.name, "removed", "it unlocked coffer"])
      case .dropped: rows.append([line.name, "removed", "--pristine"])
      case .vault, .ambient, .preserved: break
      }
    }
    try console.data(text: Table.text(rows))
    let inherited = plan.lines.filter { $0.origin == .ambient || $0.origin == .preserved }.count
    console.note("\(loaded.variables.count - preserved.count) injected, \(inherited) inherited; nothing was launched")
  }
}
