import Vault

/// A sync in words: conflicts are data, the rest is not.
struct SyncReport {
  let outcome: SyncOutcome
  /// What was asked for.
  let choice: SyncChoice
  let isDry: Bool

  /// - Throws: when standard output cannot be written.
  func show(_ console: Console) throws {
    if let contest = outcome.contest { return try show(contest, console) }
    guard outcome.conflicts.isEmpty else {
      try console.data(text: outcome.conflicts.map { Self.text($0) + "\n" }.joined())
      let count = outcome.conflicts.count == 1 ? "one conflict" : Wording.count(outcome.conflicts.count, "conflict")
      console.report(
        Failure(
          "\(count): nothing was changed here",
          hints: ["--mine puts what you did on top, --theirs leaves what others did; nothing is lost: coffer history"]))
      return
    }
    for share in outcome.brought { console.note("\(Self.who(share)) brought \(Self.changes(share.changes))") }
    if outcome.replayed > 0 {
      console.note(
        "\(Self.changes(outcome.replayed)) of yours \(isDry ? "would be" : outcome.replayed == 1 ? "was" : "were") made again after that"
      )
    }
    for conflict in outcome.left {
      console.warn("\(Self.text(conflict)): theirs stays; coffer member list shows what is so now")
    }
    for share in outcome.waiting {
      let changes = Self.changes(share.changes)
      if share.isShutOut {
        console.warn("\(changes) of \(Wording.line(share.author)) refused: no member any more")
      } else if share.isOwn {
        console.note("\(changes) of yours on another device: they come with its next coffer sync")
      } else {
        console.note(
          "\(changes) of \(Wording.line(share.author)): they come with \(Wording.line(share.author))'s next coffer sync"
        )
      }
    }
    if let kept = outcome.kept { console.note("the vault as it was before is kept: \(kept)") }
    if choice.isGiven, outcome.step == .nothing { tellWhoDecides(console) }
  }

  /// A choice was given, and it is not made here: by those whose changes are made again.
  private func tellWhoDecides(_ console: Console) {
    let others = outcome.waiting.filter { !$0.isShutOut }
    guard !others.isEmpty else { return }
    let who = others.map { $0.isOwn ? "you on another device" : Wording.line($0.author) }.joined(separator: ", ")
    if outcome.isContestSettled {
      console.note("your history stays as it is here; \(who) can go on from it")
      console.hint("there: coffer sync FOLDER --theirs")
    } else {
      console.note(
        "nothing is decided here, where the history is that is gone on from: what both sides changed, \(who) decides")
      console.hint("there: coffer sync FOLDER --mine, or --theirs, which leaves what is here")
    }
  }

  private func show(_ contest: SyncContest, _ console: Console) throws {
    for (file, deeds) in [(contest.first, contest.firstDeeds), (contest.second, contest.secondDeeds)] {
      let lines = deeds.map { deed in
        "\(file.map(Wording.line) ?? "here"): \(Wording.line(deed.author)) "
          + "\(deed.what.map(Wording.line).joined(separator: ", ")) on \(Age.timestamp(deed.time))\n"
      }
      try console.data(text: lines.joined())
    }
    console.report(
      Failure(
        "two histories that each shut somebody out: nothing was changed",
        hints: [
          contest.first == nil
            ? "talk to each other; --theirs goes on from theirs and shuts out whom you did there, too; --mine stays here"
            : "neither is this device's: agree with those who wrote them which one counts, "
              + "take the other's file out of the folder, and sync again"
        ]))
  }

  static func text(_ conflict: SyncConflict) -> String {
    let theirs = conflict.theirs.map { ("\(Wording.line($0.author ?? "somebody")) \(deed($0))") }
    return "\(subject(conflict.subject)): you \(deed(conflict.mine)); "
      + (theirs ?? "that cannot be done any more after what others did")
  }

  private static func subject(_ subject: SyncConflict.Subject) -> String {
    switch subject {
    case .name(let name, let environment): "\(Wording.line(name)) in \(Wording.line(environment))"
    case .record(let name): Wording.line(name)
    case .environment(let name): "environment \(Wording.line(name))"
    case .member(let name): "member \(Wording.line(name))"
    }
  }

  private static func deed(_ side: SyncConflict.Side) -> String {
    let what =
      switch side.deed {
      case .set: "set version \(side.version ?? 0)"
      case .removed: "removed it"
      case .pointed: side.version.map { "put version \($0) in use" } ?? "took it out of use"
      case .added: "added it"
      case .changed: "changed it"
      }
    return "\(what) on \(Age.timestamp(side.time))"
  }

  private static func who(_ share: SyncShare) -> String {
    share.isOwn ? "another device of yours" : Wording.line(share.author)
  }

  private static func changes(_ count: Int) -> String { Wording.count(count, "change") }
}
