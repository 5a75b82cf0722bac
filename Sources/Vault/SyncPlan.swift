import Sealing

/// What a sync comes to, put together beside the vault.
struct SyncPlan {
  /// The newest entry of the vault that it was made for.
  let head: LogEntry
  /// What the vault is to be; nil when it stays as it is.
  private(set) var base: ArchiveStore?
  /// Whether something of the vault would be only in a backup.
  private(set) var hasLoss = false
  private(set) var outcome = SyncOutcome()

  init(
    _ vault: Vault, at snapshot: Snapshot, with incoming: [IncomingLog], _ key: UnlockedIdentity, _ choice: SyncChoice
  ) throws(VaultError) {
    head = snapshot.head
    let session = try snapshot.unlock(key.identity)
    let me = key.identity.publicIdentity.id
    let stores = incoming.map { ArchiveStore($0.archive) }
    let logs =
      [SyncLog(store: vault.store, newest: head.sequence)]
      + stores.map { SyncLog(store: $0, newest: $0.archive.head.sequence) }
    var chosen = 0
    switch try BaseRule.choose(logs) {
    case .base(let place): chosen = place
    case .contested(let first, let second):
      // Only who holds one of the two can say which it is to be.
      guard first == 0, let side = choice.standard else {
        outcome.contest = try Self.contest(
          logs, first, second, (first == 0 ? nil : incoming[first - 1].file, incoming[second - 1].file), session,
          snapshot)
        return
      }
      chosen = side == .mine ? 0 : second
      outcome.isContestSettled = true
    }
    let common = try logs[0].common(with: logs[chosen])
    let mine = try LogTail(of: logs[0], after: common)
    let theirs = try LogTail(of: logs[chosen], after: common)
    let again = MadeAgain(mine, theirs)
    var directory = (snapshot, session.directory)
    if chosen != 0 {
      let base = stores[chosen - 1]
      var rebase = try Rebase(on: base, key, vault.folders)
      directory = (rebase.state.snapshot, rebase.state.session.directory)
      outcome.brought = try Self.shares(
        theirs.items.enumerated().filter { !again.seconds.contains($0.offset) }.map(\.element), directory, me)
      var reader = ChangeReader(snapshot, session)
      var own: [OwnChange] = []
      var others: [LogTail.Item] = []
      for (place, item) in mine.items.enumerated() {
        if let match = again.places[place] {
          if item.entry.author == me { try rebase.note(reader.change(item), madeAgainAs: theirs.items[match]) }
        } else if item.entry.author == me {
          own.append(try reader.change(item))
        } else {
          others.append(item)
        }
      }
      try rebase.judge(own, against: theirs, known: again.seconds, choice: choice)
      outcome.conflicts = rebase.conflicts
      outcome.left = rebase.left
      guard outcome.conflicts.isEmpty else { return }
      for change in own { try rebase.apply(change) }
      self.base = base
      hasLoss = rebase.hasLoss || !others.isEmpty
      outcome.replayed = rebase.replayed
      outcome.step = mine.items.isEmpty ? .forward : .rebased
      outcome.waiting = try Self.shares(others, directory, me)
    }
    try wait(logs, without: chosen, directory, me)
  }

  /// What other logs have, and the chosen one has not.
  private mutating func wait(
    _ logs: [SyncLog], without chosen: Int, _ directory: (Snapshot, EnvironmentKey), _ me: MemberID
  ) throws(VaultError) {
    var items: [LogTail.Item] = []
    var seen: Set<Bytes32> = []
    for (place, log) in logs.enumerated() where place != chosen && place != 0 {
      let common = try log.common(with: logs[chosen])
      guard common < log.newest else { continue }
      let tail = try LogTail(of: log, after: common)
      let again = try MadeAgain(tail, LogTail(of: logs[chosen], after: common))
      for (place, item) in tail.items.enumerated()
      where again.places[place] == nil && seen.insert(item.entry.hash).inserted {
        items.append(item)
      }
    }
    for share in try Self.shares(items, directory, me)
    where !outcome.waiting.contains(where: { $0.author == share.author }) {
      outcome.waiting.append(share)
    }
  }

  private static func shares(
    _ items: [LogTail.Item], _ directory: (snapshot: Snapshot, key: EnvironmentKey), _ me: MemberID
  ) throws(VaultError) -> [SyncShare] {
    var counts: [(author: MemberID, changes: Int)] = []
    for item in items {
      if let place = counts.firstIndex(where: { $0.author == item.entry.author }) {
        counts[place].changes += 1
      } else {
        counts.append((item.entry.author, 1))
      }
    }
    return try counts.map { (count) throws(VaultError) in
      SyncShare(
        author: try directory.snapshot.memberName(count.author, directory.key) ?? "somebody", changes: count.changes,
        isShutOut: !(directory.snapshot.control.member(count.author)?.isActive ?? false), isOwn: count.author == me)
    }
  }

  // MARK: Contests

  private static func contest(
    _ logs: [SyncLog], _ first: Int, _ second: Int, _ files: (String?, String?), _ session: Session,
    _ snapshot: Snapshot
  ) throws(VaultError) -> SyncContest {
    let common = try logs[first].common(with: logs[second])
    func deeds(_ log: SyncLog) throws(VaultError) -> [SyncContest.Deed] {
      try LogTail(of: log, after: common).items.filter { !$0.shutOut.isEmpty }.map { (item) throws(VaultError) in
        SyncContest.Deed(
          author: name(item.entry.author, session, snapshot), time: item.entry.time,
          what: item.shutOut.map { what($0, session, snapshot) })
      }
    }
    return SyncContest(
      first: files.0, firstDeeds: try deeds(logs[first]), second: files.1, secondDeeds: try deeds(logs[second]))
  }

  private static func what(_ shutOut: ShutOut, _ session: Session, _ snapshot: Snapshot) -> String {
    switch shutOut {
    case .member(let id): return "removed \(name(id, session, snapshot))"
    case .narrowed(let id): return "took rights from \(name(id, session, snapshot))"
    case .environment(let id):
      let label = snapshot.control.environment(id)?.sealedName
      return "removed \((try? label?.open(at: .environment(id), directory: session.directory)) ?? "an environment")"
    }
  }

  /// As this device's own log knows it.
  private static func name(_ id: MemberID, _ session: Session, _ snapshot: Snapshot) -> String {
    (try? snapshot.memberName(id, session.directory)) ?? "somebody"
  }
}
