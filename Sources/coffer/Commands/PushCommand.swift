import ArgumentParser
import Audit
import Launch
import Platform
import Platforms
import Policies
import Project
import Sealing
import Vault

struct PushCommand: Performing {
  static let configuration = CommandConfiguration(
    commandName: "push",
    abstract: "Give an environment's values to a hosting platform, by its own program.",
    discussion: """
      Hands over what a launch would inject, settings of coffer.toml as well; each value goes to the \
      program's standard input, never into an argument or a file. Nothing is ever deleted there. For \
      production the passphrase is asked for again. Platforms: vercel, netlify, render, railway, heroku, \
      fly, github, cloudflare, and your own in COFFER_POLICIES/platforms.

        coffer push -e production --to vercel --dry-run
        coffer push -e production --to vercel
        coffer push -e production --to fly --option app=shop --only DATABASE_URL

      coffer check --against PLATFORM compares the names. docs/PLATFORMS.md tells what each needs.
      """)

  @OptionGroup var environment: EnvironmentOptions

  @Option(name: .long, help: ArgumentHelp("The platform.", valueName: "platform"))
  var to: String

  @Option(name: .long, help: ArgumentHelp("What the platform needs to know; repeat for more.", valueName: "name=value"))
  var option: [String] = []

  @Option(name: .long, help: ArgumentHelp("Push these variables only.", valueName: "a,b"))
  var only: String?

  @Flag(name: .long, help: "Push the vault's undeclared names too.")
  var all = false

  @Flag(name: .customLong("dry-run"), help: "Say which names would go where, by which command lines, and do nothing.")
  var dryRun = false

  @Flag(name: .shortAndLong, help: "Do not ask.")
  var yes = false

  @OptionGroup var unlock: UnlockOptions
  @OptionGroup var output: OutputOptions

  func perform(_ console: Console) throws -> Int32 {
    let target = try PlatformTarget(to, environment: environment.name, options: option)
    let policy = try LaunchPolicy(toml: Policies.launch())
    let workspace = try Workspace.find().approved(console, otherwise: "nothing was pushed")
    let program = dryRun ? nil : try PlatformProgram(target.recipe, policy)
    guard dryRun || yes || console.canAsk else {
      throw Failure("nobody can be asked whether to push", hints: ["--yes does not ask, --dry-run only tells"])
    }
    let (variables, trail) = try load(workspace, policy, console)
    guard !variables.isEmpty else { throw Failure("\(environment.name) has nothing to push", code: 1) }
    let plan = try PushPlan(target, variables, console)
    guard let program else {
      try console.data(text: plan.text)
      tell(target, console)
      trail(.check)
      console.note("\(count(variables)) would go to \(target.place); nothing was pushed")
      return 0
    }
    tell(target, console)
    guard
      try console.confirm("Push \(count(variables)) of \(environment.name) to \(target.place)?", assumed: yes)
    else { throw Failure("nothing was pushed", code: 1) }
    trail(.push)
    try push(plan, program, console)
    console.note("\(count(variables)) of \(environment.name) pushed to \(target.place)")
    return 0
  }

  private func count(_ variables: [LaunchVariable]) -> String {
    Wording.count(variables.count, "value")
  }

  private func tell(_ target: PlatformTarget, _ console: Console) {
    for note in target.recipe.notes { console.present("\(target.recipe.id): \(note)") }
    if target.recipe.push.showsValues {
      console.note("\(target.recipe.id): what \(target.recipe.program) prints holds values, and is not shown")
    }
  }

  /// What a launch would inject. What stops a launch stops here too.
  /// - Returns: the variables, and what notes that they were read.
  private func load(
    _ workspace: Workspace, _ policy: LaunchPolicy, _ console: Console
  ) throws -> (variables: [LaunchVariable], trail: (AuditEvent.Kind) -> Void) {
    let open = try OpenEnvironment(workspace, environment, unlock, showing: !dryRun)
    let only = only.map(RunCommand.names)
    let (values, others) = try open.read { (snapshot, key) throws(VaultError) in
      let others = all ? try snapshot.entries(key).map(\.name) : []
      let values = OpenValues(
        snapshot: snapshot, keys: .environment(key), environment: open.name, directory: open.session.directory)
      return (try EnvironmentValues(values, workspace.manifest, only: only, others: others), others)
    }
    let resolution = try Resolution(
      manifest: workspace.manifest, environment: open.name, only: only, undeclared: others,
      vaultHas: { values.held[$0] != nil })
    try policy.check(resolution.injections.map(\.name), allowing: Set(workspace.manifest.allowedNames))
    let errors = values.findings.filter { $0.severity == .error }
    guard errors.isEmpty else {
      for finding in errors {
        console.report(Failure(CheckCommand.text(finding), hints: finding.fix.map { [$0] } ?? []))
      }
      throw Failure(errors.count == 1 ? "nothing was pushed" : "\(errors.count) problems: nothing was pushed")
    }
    let variables = try values.variables(resolution)
    for variable in variables { try LaunchLimits.check(variable) }
    return (variables, { open.note($0, values.read, workspace, console) })
  }

  /// One call after the other, until one fails.
  private func push(_ plan: PushPlan, _ program: PlatformProgram, _ console: Console) throws {
    // A value that its form cannot hold stops before the first call.
    let inputs = try plan.calls.map { Secret(try PushPayload.compose($0.variables, plan.target.recipe.push)) }
    var done: [String] = []
    for (call, input) in zip(plan.calls, inputs) {
      let rest = plan.calls.flatMap(\.names).dropFirst(done.count)
      let what: String
      do {
        let (ending, unread) = try program.feed(call.arguments, input.bytes)
        if ending == .exited(0), unread == 0 {
          done += call.names
          if plan.calls.count > 1 { console.note("pushed \(call.names.joined(separator: ", "))") }
          continue
        }
        what = ending == .exited(0) ? "it did not read what it was given" : RotationShell.text(ending)
      } catch TerminalError.interrupted(let signal) {
        for line in state(done, Array(rest)) { console.present(line) }
        throw TerminalError.interrupted(signal)
      } catch {
        let failure = Wording.failure(error)
        throw Failure(failure.message, hints: failure.hints + state(done, Array(rest)), code: failure.code)
      }
      throw Failure(
        "\(plan.target.recipe.program) failed for \(call.names.joined(separator: ", ")): \(what)",
        hints: state(done, Array(rest)), code: 1)
    }
  }

  private func state(_ done: [String], _ rest: [String]) -> [String] {
    [
      done.isEmpty ? "nothing was pushed for sure" : "pushed: \(done.joined(separator: ", "))",
      "not pushed: \(rest.joined(separator: ", ")); the same command again does no harm",
    ]
  }
}
