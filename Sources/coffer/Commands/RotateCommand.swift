import ArgumentParser
import Launch
import Leaks
import Platform
import Policies
import Rotation
import Vault

struct RotateCommand: Performing {
  static let configuration = CommandConfiguration(
    commandName: "rotate",
    abstract: "Replace a secret step by step, prove the new one works and the old one is dead.",
    discussion: """
      A rotation goes: planned, pending (the new value is stored and not yet used), set, tested, promoted (launches get it), \
      rolled out, revoked, dead. Each step is recorded in the vault: interrupted at any point, it goes on with --resume, \
      and one of the two values works throughout.

        coffer rotate STRIPE_SECRET_KEY -e production
        coffer rotate SESSION_SECRET --generate hex:32 --rollout ./restart.sh
        coffer rotate STRIPE_SECRET_KEY --resume --dead ./try-stripe.sh
        coffer rotate --leak FINGERPRINT
        coffer rotate --status
        coffer rotate --due

      FINGERPRINT is that of a finding of coffer scan. \
      The new value is asked for without showing it, or comes from standard input, --file or --generate. --test CMD gets it \
      in the variable and has to succeed before anything uses it. --dead CMD gets the old value and has to fail; before and \
      after, it is run with the new one, and has to succeed: a command that always fails proves nothing. Commands run in \
      /bin/sh, and are not stored: give them again with --resume.

      --due lists what is older than its max_age, was seen by whoever was shut out, has leaked, or is being rotated.

      Exit codes: 0 done as far as asked, 1 not finished (it says how to go on) or something due, 2 misuse or error.
      """)

  @Argument(help: "The variable's name.")
  var name: String?

  @OptionGroup var environment: EnvironmentOptions

  @Option(
    name: .long, help: ArgumentHelp("Make the new value: hex, base64, alnum:N, uuid or passphrase.", valueName: "kind"))
  var generate: String?

  @Option(name: .long, help: ArgumentHelp("Take the new value from a file, byte for byte.", valueName: "path"))
  var file: String?

  @Option(name: .long, help: ArgumentHelp("Follow this playbook instead of the one that fits.", valueName: "id"))
  var playbook: String?

  @Option(name: .long, help: ArgumentHelp("Has to succeed with the new value in the variable.", valueName: "cmd"))
  var test: String?

  @Option(name: .long, help: ArgumentHelp("Restarts or deploys what uses the secret; gets no value.", valueName: "cmd"))
  var rollout: String?

  @Option(
    name: .long, help: ArgumentHelp("Has to fail with the old value, and to succeed with the new.", valueName: "cmd"))
  var dead: String?

  @Option(name: .long, help: ArgumentHelp("Close this leak: a finding's fingerprint.", valueName: "fingerprint"))
  var leak: String?

  @Flag(name: .long, help: "Go on with a rotation where it stopped.")
  var resume = false

  @Flag(name: .long, help: "Give a rotation up and go back to the old value, until it is revoked.")
  var abort = false

  @Flag(name: .long, help: "List rotations and how far they are.")
  var status = false

  @Flag(name: .long, help: "List what has to be rotated, and why.")
  var due = false

  @Flag(name: .long, help: "Show the plan and do nothing.")
  var dryRun = false

  @Option(name: .long, help: "For --status and --due: text or json.")
  var format: ListFormat = .text

  @Flag(name: [.customShort("y"), .long], help: "Answer every question with yes.")
  var yes = false

  @OptionGroup var unlock: UnlockOptions
  @OptionGroup var output: OutputOptions

  // Catches a value given on the command line, so that no message repeats it.
  @Argument(help: .hidden)
  var stray: [String] = []

  func perform(_ console: Console) throws -> Int32 {
    guard stray.isEmpty, name?.contains("=") != true else {
      throw Failure(
        "a value is never taken from the command line, where others can read it",
        hints: ["coffer rotate NAME asks for it; or pipe it to standard input"])
    }
    guard [resume, abort, status, due, dryRun].count(where: { $0 }) <= 1 else {
      throw Failure("--resume, --abort, --status, --due and --dry-run exclude each other")
    }
    guard generate == nil || file == nil else { throw Failure("--generate and --file exclude each other") }
    let generator = try generate.map { try Generator(option: $0) }
    let workspace = try Workspace.find()
    if due {
      return try DueList(workspace, environment, unlock).show(name.map(workspace.vaultName), format, console)
    }
    let open = try OpenEnvironment(workspace, environment, unlock, signing: !status && !dryRun)
    if status { return try RotationStatus(open, environment).show(name.map(workspace.vaultName), format, console) }
    let leak = try leak.map { try RotationLeak($0, workspace, open, console) }
    guard let variable = try name ?? leak?.variable() else {
      throw Failure("which secret?", hints: ["coffer rotate NAME, or --leak FINGERPRINT"])
    }
    if name != nil { try leak?.check(variable, resuming: resume, console) }
    let run = try RotationRun(
      workspace, open, variable: variable, books: Playbooks(Policies.playbooks()),
      choices: .init(
        generator: generator, file: file, playbook: playbook, test: test, rollOut: rollout, dead: dead, yes: yes),
      asTyped: environment.asTyped, console: console)
    if dryRun { return try run.showPlan(leak) }
    if abort { return try run.abort() }
    return try resume ? run.resume() : run.start(leak)
  }
}
