import Sealing

/// What both sides changed, found before anything is made again.
extension Rebase {
  /// Finds what both sides changed, before anything is made again.
  /// - Parameters:
  ///   - changes: own ones that the other log has not got yet.
  ///   - theirs: what the other log says after the last common entry.
  ///   - known: places in `theirs` that the own log has, too: made again from there or by others.
  mutating func judge(
    _ changes: [OwnChange], against theirs: LogTail, known: Set<Int>, choice: SyncChoice
  ) throws(VaultError) {
    var names: [EnvironmentID: String] = [:]
    for environment in try snapshot.environments(session.directory) { names[environment.id] = environment.name }
    judgeEnvironments(changes, names, choice, theirs)
    let touched = try touched(theirs, known)
    for (place, last) in Self.last(of: changes) {
      let there = environments[place.environment] ?? place.environment
      let subject = subject(place, names[there] ?? "")
      guard isAllowed(last.kind, in: there) || isMade(place.environment, changes) else {
        // What may not be done any more is given up only when the user says so.
        if choice.side(for: subject) == .theirs {
          verdicts[place] = .theirs
          hasLoss = true
        } else {
          conflicts.append(SyncConflict(subject: subject, mine: last.side, theirs: nil))
        }
        continue
      }
      guard let other = touched[Place(environment: there, name: place.name)] else { continue }
      if try isSame(last, place.name, there) {
        verdicts[place] = .theirs
      } else if let verdict = Self.verdict(ofLeak: last, other) {
        verdicts[place] = verdict
      } else if let side = choice.side(for: subject) {
        verdicts[place] = side == .mine ? .mine : .theirs
        if side == .theirs, place.environment == .directory { hasLoss = true }
      } else {
        conflicts.append(
          SyncConflict(
            subject: subject, mine: last.side,
            theirs: SyncConflict.Side(
              deed: other.deed, version: other.version, time: other.time,
              author: try snapshot.memberName(other.author, session.directory) ?? "somebody")))
      }
    }
    conflicts.sort { "\($0.subject)" < "\($1.subject)" }
  }

  /// The last that was done to a name.
  private struct Last {
    let kind: Operation.Kind
    let side: SyncConflict.Side
    /// Nil unless it was put in use.
    var value: Secret?
    /// Whether it is the record's first version, and there are no more.
    let isOnly: Bool
  }

  private static func last(of changes: [OwnChange]) -> [Place: Last] {
    var last: [Place: Last] = [:]
    func note(
      _ place: Place, _ kind: Operation.Kind, _ deed: SyncConflict.Side.Deed, _ version: UInt32?, _ time: UInt64,
      _ value: Secret?
    ) {
      last[place] = Last(
        kind: kind, side: SyncConflict.Side(deed: deed, version: version, time: time, author: nil), value: value,
        isOnly: last[place] == nil && version == 1)
    }
    for change in changes {
      switch change.act {
      case .records(let kind, let environment, let values):
        for value in values {
          note(
            Place(environment: environment, name: value.name), kind, .set, value.version, change.time,
            value.isPending ? nil : value.value)
        }
      case .remove(let environment, let names):
        for name in names {
          note(Place(environment: environment, name: name), .remove, .removed, nil, change.time, nil)
        }
      case .point(let environment, let items):
        for item in items {
          note(Place(environment: environment, name: item.name), .point, .pointed, item.current, change.time, nil)
        }
      case .members, .addEnvironment, .removeEnvironment, .renew, .nothing, .closed: break
      }
    }
    return last
  }

  private struct Touch {
    let author: MemberID
    let time: UInt64
    let deed: SyncConflict.Side.Deed
    let version: UInt32?
    let isOnly: Bool
  }

  private func touched(_ tail: LogTail, _ known: Set<Int>) throws(VaultError) -> [Place: Touch] {
    var reader = ChangeReader(snapshot, session)
    var touched: [Place: Touch] = [:]
    for (number, item) in tail.items.enumerated() where !known.contains(number) {
      let environment = item.operation.environment
      guard control.environment(environment)?.isActive ?? false else { continue }
      let deed: SyncConflict.Side.Deed =
        switch item.entry.kind {
        case .remove: .removed
        case .point: .pointed
        default: .set
        }
      for (name, version) in try reader.names(item) ?? [] {
        let place = Place(environment: environment, name: name)
        touched[place] = Touch(
          author: item.entry.author, time: item.entry.time, deed: deed, version: version,
          isOnly: touched[place] == nil && version == 1)
      }
    }
    return touched
  }

  /// Whether the other log came to the same.
  private func isSame(_ last: Last, _ name: String, _ environment: EnvironmentID) throws(VaultError) -> Bool {
    guard let key = key(environment) else { return false }
    if last.kind == .remove { return try !snapshot.contains(name, key) }
    guard let value = last.value, let there = try snapshot.values([name], key)[0] else { return false }
    return there.bytes.withBytes { value.bytes.matches($0) }
  }

  /// A leak that both sides recorded is one leak: who did more with it is right.
  private static func verdict(ofLeak last: Last, _ other: Touch) -> Verdict? {
    guard last.kind == .leak, last.isOnly || other.isOnly else { return nil }
    return last.isOnly ? .theirs : .mine
  }

  /// Whole environments, and who is in the vault.
  private mutating func judgeEnvironments(
    _ changes: [OwnChange], _ names: [EnvironmentID: String], _ choice: SyncChoice, _ theirs: LogTail
  ) {
    var firsts: [MemberID: OwnChange.Membership] = [:]
    var latest: [MemberID: (item: OwnChange.Membership, side: SyncConflict.Side)] = [:]
    for change in changes {
      switch change.act {
      case .addEnvironment(let id, let name):
        let side = SyncConflict.Side(deed: .added, version: nil, time: change.time, author: nil)
        if let other = names.first(where: { $0.value == name })?.key {
          let subject = SyncConflict.Subject.environment(name)
          if choice.side(for: subject) != nil {
            environments[id] = other
          } else {
            conflicts.append(SyncConflict(subject: subject, mine: side, theirs: made(other, theirs)))
          }
        } else if !isAllowed(.epoch, in: .directory) {
          refuse(.environment(name), side, choice)
        }
      case .removeEnvironment(let id, let name):
        let side = SyncConflict.Side(deed: .removed, version: nil, time: change.time, author: nil)
        if control.environment(id)?.isActive ?? false, !isAllowed(.member, in: .directory) {
          refuse(.environment(name), side, choice)
        }
      case .members(let items):
        for item in items {
          let side = SyncConflict.Side(
            deed: item.before == nil ? .added : item.after.isActive ? .changed : .removed, version: nil,
            time: change.time, author: nil)
          guard isAllowed(.member, in: .directory) else {
            refuse(.member(item.name), side, choice)
            continue
          }
          // Of several changes of one member, what they come to.
          latest[item.after.id] = item.after.isActive ? (item.since(firsts[item.after.id]), side) : nil
          firsts[item.after.id] = firsts[item.after.id] ?? item
        }
      case .closed: hasLoss = true
      case .records, .remove, .point, .renew, .nothing: break
      }
    }
    for (item, side) in latest.values { judge(item, side, choice, theirs) }
  }

  private mutating func judge(
    _ item: OwnChange.Membership, _ side: SyncConflict.Side, _ choice: SyncChoice, _ theirs: LogTail
  ) {
    let isBarred = isBarred(item)
    var isContested = isBarred
    let conflict = SyncConflict(subject: .member(item.name), mine: side, theirs: changed(item, theirs))
    let counts = choice.side(for: conflict.subject)
    if isBarred {
      barred.insert(item.after.id)
    } else if let now = control.member(item.after.id), now.isActive {
      let merge = RoleMerge(item, now)
      isContested = merge.isContested
      decided[item.after.id] = merge.roles(preferring: counts ?? .theirs)
    }
    guard isContested else { return }
    switch counts {
    case nil: conflicts.append(conflict)
    case .mine where isBarred:
      left.append(conflict)
      hasLoss = true
    case .mine: break
    case .theirs: hasLoss = true
    }
  }

  private mutating func refuse(_ subject: SyncConflict.Subject, _ side: SyncConflict.Side, _ choice: SyncChoice) {
    if choice.side(for: subject) == .theirs {
      hasLoss = true
    } else {
      conflicts.append(SyncConflict(subject: subject, mine: side, theirs: nil))
    }
  }

  /// Whether the other log shut the member out since, or has somebody else by this name or key: no choice changes that.
  func isBarred(_ item: OwnChange.Membership) -> Bool {
    guard item.after.isActive else { return false }
    guard let now = control.member(item.after.id), now.isActive else {
      // Whoever was in before was shut out there; a newcomer may have been, too.
      if item.before?.isActive ?? false { return true }
      if item.before == nil, control.member(item.after.id) != nil { return true }
      return (try? control.checkNew(item.after.keys, item.name, session.directory)) == nil
    }
    return false
  }

  private func made(_ environment: EnvironmentID, _ tail: LogTail) -> SyncConflict.Side? {
    side(tail, .added) { item in
      item.before.environment(environment) == nil && item.after.environment(environment) != nil
    }
  }

  /// What the other log did to the member, or to whom it has by the name.
  private func changed(_ change: OwnChange.Membership, _ tail: LogTail) -> SyncConflict.Side? {
    let known = control.member(change.after.id)
    let other = control.members.first {
      $0.isActive && (try? snapshot.memberName($0.id, session.directory)) == change.name
    }
    guard let member = known ?? other else { return nil }
    let was = tail.items.first?.before.member(member.id)?.isActive ?? false
    return side(tail, !member.isActive ? .removed : was ? .changed : .added) { item in
      item.before.member(member.id) != item.after.member(member.id)
    }
  }

  private func side(
    _ tail: LogTail, _ deed: SyncConflict.Side.Deed, _ isIt: (LogTail.Item) -> Bool
  ) -> SyncConflict.Side? {
    guard let item = tail.items.last(where: isIt) else { return nil }
    let author = try? snapshot.memberName(item.entry.author, session.directory)
    return SyncConflict.Side(deed: deed, version: nil, time: item.entry.time, author: author ?? "somebody")
  }

  var control: Control { snapshot.control }

  func isAllowed(_ kind: Operation.Kind, in environment: EnvironmentID) -> Bool {
    let role: Role =
      switch kind {
      case .leak, .rotation: .write
      default: environment == .directory ? .admin : .write
      }
    return control.environment(environment)?.isActive ?? false
      && control.member(me)?.may(role, in: environment) ?? false
  }

  /// Whether one of `changes` makes the environment, so that it will be there.
  private func isMade(_ environment: EnvironmentID, _ changes: [OwnChange]) -> Bool {
    changes.contains { if case .addEnvironment(environment, _) = $0.act { true } else { false } }
      && control.member(me)?.may(.admin, in: .directory) ?? false
  }

  private func subject(_ place: Place, _ environment: String) -> SyncConflict.Subject {
    place.environment == .directory ? .record(place.name) : .name(place.name, environment: environment)
  }

  func key(_ environment: EnvironmentID) -> EnvironmentKey? {
    environment == .directory ? session.directory : session.environments[environment]
  }
}
