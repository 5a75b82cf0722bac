import Glibc
import Platform
import Rotation
import Sealing
import Vault

/// The steps of a rotation, each from what is asked or run to the commit.
extension RotationRun {
  // MARK: Before launches get it

  /// Stores the new value as pending, before anything else is done with it.
  func bring(_ record: RotationRecord, _ book: Playbook) throws -> RotationRecord {
    if choices.generator == nil, choices.file == nil, Terminal.isTerminal(0) {
      console.present("create: " + book.about(variable, \.create))
    }
    let value = try NewValueInput(self, book, record).value()
    let pending = try rotator.savePending(record, value, generator: choices.generator?.description ?? "")
    console.note("pending: the new value is stored as version \(pending.to ?? 0); launches get version \(record.from)")
    return pending
  }

  /// What somebody brought was issued where it is checked; what Coffer made has to get there.
  func putInPlace(_ record: RotationRecord, _ book: Playbook) throws -> RotationRecord {
    if !record.generator.isEmpty {
      console.present("set: " + book.about(variable, \.set))
      try agree(
        "Is version \(record.to ?? 0) where it is checked?",
        hint: "coffer get \(variable) -e \(open.name) --version-number \(record.to ?? 0) shows it")
    }
    return try rotator.markSet(record)
  }

  /// Has the new value tried, or lets somebody decide to do without.
  func test(_ record: RotationRecord, _ book: Playbook) throws -> RotationRecord {
    guard let command = choices.test else {
      console.present("test: " + book.about(variable, \.test))
      try agree(
        "Use it without a test?",
        hint: book.check(of: variable).map { "--test '\($0)'" }
          ?? "--test CMD gets it in $\(variable), and has to succeed")
      let tested = try rotator.recordTest(record, .skipped)
      console.note("tested: skipped")
      return tested
    }
    let ending = try shell.run(command, value(record.to))
    guard ending == .exited(0) else {
      throw Failure(
        "the new value failed the test: \(RotationShell.text(ending)); it stays pending, and launches get version \(record.from)",
        hints: ending.isNoCommand ? ["the shell could not run the command of --test"] : [], code: 1)
    }
    let tested = try rotator.recordTest(record, .passed)
    console.note("tested: the command succeeds with version \(record.to ?? 0)")
    return tested
  }

  /// From now on launches get the new value.
  func promote(_ record: RotationRecord) throws -> RotationRecord {
    let promoted = try rotator.promote(record)
    console.note("promoted: launches get version \(record.to ?? 0) from now on")
    return promoted
  }

  // MARK: After

  /// Has everything restarted that runs with the old value.
  func rollOut(_ record: RotationRecord, _ book: Playbook) throws -> RotationRecord {
    console.present("roll out: " + book.about(variable, \.rollOut))
    if let command = choices.rollOut {
      let ending = try shell.run(command, nil)
      guard ending == .exited(0) else {
        throw Failure("the command of --rollout failed: \(RotationShell.text(ending))", code: 1)
      }
    } else {
      try agree("Has everything that uses \(variable) been restarted? What runs elsewhere cannot be seen from here.")
    }
    let rolledOut = try rotator.markRolledOut(record)
    console.note("rolled out: nothing uses version \(record.from) any more, as far as is known")
    return rolledOut
  }

  /// Has the old value taken back where it was issued. There is no way back from here.
  func revoke(_ record: RotationRecord, _ book: Playbook) throws -> RotationRecord {
    console.present("revoke: " + book.about(variable, \.revoke))
    if let page = book.console { console.present("  " + page) }
    try agree("Is the old value, version \(record.from), revoked?")
    let revoked = try rotator.markRevoked(record)
    console.note("revoked: version \(record.from), as you say")
    return revoked
  }

  /// Shows that the old value is refused, or ends without.
  func prove(_ record: RotationRecord, _ book: Playbook) throws -> RotationRecord? {
    guard let command = choices.dead else {
      console.present("dead: " + book.about(variable, \.dead))
      try agree(
        "End without having seen version \(record.from) refused?",
        hint: book.check(of: variable).map { "--dead '\($0)'" } ?? "--dead CMD gets it in $\(variable), and has to fail"
      )
      let ended = try rotator.recordProof(record, .notProven)
      console.note("revoked, and not proven dead; --resume --dead CMD still can")
      return ended
    }
    try control(command, record, "fails with the new value")
    let old = try shell.run(command, value(record.from))
    switch old {
    case .exited(0):
      throw Failure(
        "the old value still works: the command of --dead succeeds with version \(record.from)",
        hints: ["revoke it where it was issued; some providers need minutes to refuse it everywhere"], code: 1)
    case _ where !old.isRefusal:
      throw Failure(
        "with the old value the command of --dead ended so that it proves nothing: \(RotationShell.text(old))", code: 1)
    default: break
    }
    try control(command, record, "fails with the new value after it has succeeded")
    let dead = try rotator.recordProof(record, .dead)
    console.note(
      "dead: with version \(record.from) the command fails (\(RotationShell.text(old))), with version \(record.to ?? 0) it succeeds"
    )
    return dead
  }

  /// The command of `--dead` with the new value. Before and after the old one: an outage looks like a refusal.
  private func control(_ command: String, _ record: RotationRecord, _ fault: String) throws {
    let ending = try shell.run(command, value(record.to))
    guard ending != .exited(0) else { return }
    throw Failure(
      "the command of --dead \(fault) (\(RotationShell.text(ending))): that proves nothing of the old one",
      hints: [
        "it has to succeed with version \(record.to ?? 0), which is in use, and to fail with version \(record.from)"
      ],
      code: 1)
  }

  // MARK: Questions

  /// Goes on only on a yes: from a person, or from `--yes`.
  func agree(_ question: String, hint: String? = nil, otherwise: String = "not yet") throws {
    if choices.yes { return }
    if let hint { console.hint(hint) }
    guard console.canAsk else {
      throw Failure(
        "somebody has to answer: \(question)",
        hints: ["there is no terminal to ask on; --yes answers every question with yes"],
        code: 1)
    }
    guard try console.confirm(question, assumed: false) else { throw Failure(otherwise, code: 1) }
  }
}
