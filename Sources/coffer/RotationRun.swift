import Audit
import Launch
import Leaks
import Platform
import Policies
import Project
import Rotation
import Sealing
import Vault

/// One call of `coffer rotate` about one secret: from where the stored rotation stands, step by step, as far as answers and commands
/// bring it. Each step is committed before the next begins: whatever ends this process, `--resume` goes on from there.
struct RotationRun {
  /// What the command line says. None of it is stored.
  struct Choices {
    let generator: Generator?
    let file: String?
    let playbook: String?
    let test: String?
    let rollOut: String?
    let dead: String?
    let yes: Bool
  }

  /// The vault's name of the secret.
  let name: String
  /// What `--test` and `--dead` find it under.
  let variable: String
  let workspace: Workspace
  let open: OpenEnvironment
  let key: EnvironmentKey
  let choices: Choices
  let console: Console
  let rotator: Rotator
  let shell: RotationShell
  private let books: Playbooks
  private let ledger: RotationLedger
  /// `coffer rotate NAME -e ENV`, as a hint repeats it.
  private let command: String

  init(
    _ workspace: Workspace, _ open: OpenEnvironment, variable: String, books: Playbooks, choices: Choices,
    asTyped: String, console: Console
  ) throws {
    guard LaunchLimits.isName(variable) else {
      throw LaunchError.badName(variable.utf8.count <= 64 ? variable : "what stands for the name")
    }
    self.variable = variable
    name = workspace.vaultName(variable)
    self.workspace = workspace
    self.open = open
    self.books = books
    self.choices = choices
    self.console = console
    key = try open.read { (_, key) throws(VaultError) in key }
    rotator = Rotator(open.vault, open.session, key)
    ledger = RotationLedger(open.session.directory)
    shell = RotationShell(variable: variable, policy: try LaunchPolicy(toml: Policies.launch()))
    command = "coffer rotate \(variable)\(asTyped)"
  }

  // MARK: What a call can ask for

  /// Begins a rotation and goes on with it.
  /// - Returns: the exit code.
  func start(_ leak: RotationLeak?) throws -> Int32 {
    let stored = try stored()
    if let record = stored.last(where: \.step.isOpen) {
      throw Failure(
        "\(name) is being rotated in \(open.name) already: it is \(record.step)",
        hints: ["\(command) --resume goes on with it", "\(command) --abort gives it up"], code: 1)
    }
    let book = try book(of: nil)
    try refuseToMake(by: book)
    try present(book, leak, step: nil)
    let new = leak?.new(in: key.environment, name: name)
    return try go(on: rotator.plan(name, playbook: book.id, leak: new))
  }

  /// Goes on with the open rotation; one that ended without a proof is given it by `--dead`.
  func resume() throws -> Int32 {
    let stored = try stored()
    if let record = stored.last(where: \.step.isOpen) { return try go(on: record) }
    guard let last = stored.last, last.step != .aborted else { throw nothingOpen }
    guard last.step == .unproven, choices.dead != nil else {
      console.note("the rotation of \(name) in \(open.name) has ended: \(last.step)")
      return 0
    }
    return try go(on: last)
  }

  /// Gives the open rotation up.
  func abort() throws -> Int32 {
    guard let record = try stored().last(where: \.step.isOpen) else { throw nothingOpen }
    try agreeToRestore(record)
    let (aborted, retreat) = try rotator.abort(record)
    switch retreat {
    case .nothingStored: console.note("given up; version \(record.from) of \(name) stays in use")
    case .withdrawn:
      console.note("given up; version \(record.from) of \(name) stays in use, version \(aborted.to ?? 0) is not")
      console.hint("the new value was not used: revoke it where it was issued, if it was")
    case .restored:
      console.note("given up; version \(record.from) of \(name) is in use again")
      console.hint("restart what got the new value, and revoke that where it was issued")
    case .leftAsFound:
      console.note("given up; \(name) was changed meanwhile and is left as it is")
      console.hint("coffer history \(variable) shows which version is in use")
    }
    return 0
  }

  /// The value that comes back may be the one that leaked.
  private func agreeToRestore(_ record: RotationRecord) throws {
    guard record.step.after(.abort) != nil, record.time(of: .promoted) != nil else { return }
    let current = try open.read { (snapshot, key) throws(VaultError) in try snapshot.versions(of: name, key).current }
    guard current == record.to else { return }
    try agree(
      "Have launches get the old value, version \(record.from), again?",
      hint: record.leak.map { "version \(record.from) has leaked: \($0)" }, otherwise: "nothing was changed")
  }

  /// Shows what would be done.
  func showPlan(_ leak: RotationLeak?) throws -> Int32 {
    let record = try stored().last(where: \.step.isOpen)
    let book = try book(of: record)
    if record == nil { try refuseToMake(by: book) }
    try present(book, leak, step: record?.step)
    return 0
  }

  // MARK: The way

  /// One step after the other, each stored before the next.
  private func go(on record: RotationRecord) throws -> Int32 {
    let book = try book(of: record)
    var record = record
    do {
      if record.to != nil, choices.generator != nil || choices.file != nil {
        console.warn("version \(record.to ?? 0) is stored already: --generate and --file are not used")
      }
      while let next = try step(record, book) { record = next }
    } catch TerminalError.interrupted(let signal) {
      console.note("interrupted: it is \(record.step), and all of that is stored")
      console.hint("\(continuation(from: record.step)) goes on")
      throw TerminalError.interrupted(signal)
    } catch {
      let failure = Wording.failure(error)
      var step = record.step
      if case .movedOn(let now)? = error as? RotationError { step = now }
      var hints = failure.hints
      if step.isOpen || step == record.step {
        hints.append("\(continuation(from: step)) goes on: it is \(step), and all of that is stored")
      }
      if step.after(.abort) != nil { hints.append("\(command) --abort goes back to version \(record.from)") }
      throw Failure(failure.message, hints: hints, code: failure.code)
    }
    return 0
  }

  /// The next step; nil at the end.
  private func step(_ record: RotationRecord, _ book: Playbook) throws -> RotationRecord? {
    switch record.step {
    case .planned: return try bring(record, book)
    case .pending: return try putInPlace(record, book)
    case .set: return try test(record, book)
    case .tested: return try promote(record)
    case .promoted: return try rollOut(record, book)
    case .rolledOut: return try revoke(record, book)
    case .revoked: return try prove(record, book)
    case .unproven: return choices.dead == nil ? nil : try prove(record, book)
    case .dead, .aborted: return nil
    }
  }

  /// The command that goes on from `step`, with the options that it then needs. Commands are not repeated: they are the user's
  /// text, and long.
  private func continuation(from step: RotationStep) -> String {
    var words = [command, "--resume"]
    if step == .planned {
      if let generator = choices.generator { words.append("--generate \(generator)") }
      if choices.file != nil { words.append("--file PATH") }
    }
    if choices.test != nil, step.rawValue < RotationStep.tested.rawValue { words.append("--test CMD") }
    if choices.rollOut != nil, step.rawValue < RotationStep.rolledOut.rawValue { words.append("--rollout CMD") }
    if choices.dead != nil { words.append("--dead CMD") }
    return words.joined(separator: " ")
  }

  // MARK: What is stored

  /// The rotations of this name in this environment, in the order of their last step.
  func stored() throws -> [RotationRecord] {
    try open.read { (snapshot, key) throws(VaultError) in
      try ledger.all(in: snapshot).filter { $0.name == name && $0.environment == key.environment }
    }
  }

  /// The value of a version.
  func value(_ version: UInt32?) throws -> Secret {
    guard let version else { throw VaultError.damaged(.record) }
    let value = try open.read { (snapshot, key) throws(VaultError) in
      try snapshot.value(name, version: version, key)
    }
    open.note(.rotate, [AuditEvent.Name(name, version)], workspace, console)
    return value
  }

  private var nothingOpen: Failure {
    Failure(
      "no rotation of \(name) is open in \(open.name)",
      hints: ["coffer rotate --status lists them", "\(command) begins one"],
      code: 1)
  }

  // MARK: The playbook

  /// What `--playbook` names, else what the rotation began with, else what fits the variable.
  private func book(of record: RotationRecord?) throws -> Playbook {
    if let id = choices.playbook {
      guard let book = books.playbook(id) else {
        throw Failure(
          "there is no playbook of that id",
          hints: ["there are: \(books.all.map(\.id).sorted().joined(separator: ", "))"])
      }
      return book
    }
    if let record, let book = books.playbook(record.playbook) { return book }
    let book = books.playbook(for: variable, provider: workspace.manifest.variable(named: variable)?.provider)
    guard choices.generator != nil, book.id == Playbook.generic else { return book }
    return books.playbook(Playbook.generated) ?? book
  }

  /// What somebody else issues cannot be made here.
  private func refuseToMake(by book: Playbook) throws {
    guard choices.generator != nil, book.generator == nil, !book.prefixes.isEmpty else { return }
    throw Failure(
      "a value of \(book.title) is issued by its provider: --generate makes none that would work",
      hints: ["if it is none of those: --playbook \(Playbook.generated)"])
  }

  /// What will be done, before anything is.
  private func present(_ book: Playbook, _ leak: RotationLeak?, step: RotationStep?) throws {
    let current = try open.read { (snapshot, key) throws(VaultError) in try snapshot.versions(of: name, key).current }
    guard let current else { throw VaultError.noEntry(name: name, environment: open.name) }
    let plan = RotationPlan(
      book: book, variable: variable, environment: open.name, version: current, leak: leak, step: step, choices: choices
    )
    console.present(plan.text)
    console.note("  each step is stored: interrupted, it goes on with \(command) --resume")
  }
}
