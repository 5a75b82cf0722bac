package import Leaks
package import Sealing
package import Vault

/// The machine that rotates secrets of one environment.
///
/// Each step is one commit of the vault: the record of the rotation, the pointers of the name and the record of the leak move together
/// or not at all. A step begins by holding the stored record against the one that the caller has, so that of two processes that go on
/// with one rotation only one does. Until `promote` launches get the old version, from then on the new one; both stay in the vault.
package struct Rotator {
  private let vault: Vault
  private let session: Session
  private let key: EnvironmentKey
  private let ledger: RotationLedger
  private let leaks: LeakLedger

  /// - Parameters:
  ///   - session: the directory's key and a signer, who may write there and in the environment.
  ///   - key: the environment's key.
  package init(_ vault: Vault, _ session: Session, _ key: EnvironmentKey) {
    self.vault = vault
    self.session = session
    self.key = key
    ledger = RotationLedger(session.directory)
    leaks = LeakLedger(session.directory)
  }

  // MARK: The steps

  /// Begins a rotation of a name's current version.
  /// - Parameters:
  ///   - playbook: the id of the playbook that leads through it.
  ///   - leak: what it is to close; recorded if it is not yet, and rotating from now on.
  /// - Throws: `alreadyOpen`; `vault(.noEntry)` for a name without a version in use.
  package func plan(
    _ name: String, playbook: String, leak: LeakLedger.NewLeak? = nil
  ) throws(RotationError) -> RotationRecord {
    try commit { (transaction) throws(VaultError) in
      let snapshot = try transaction.snapshot()
      if let open = try ledger.open(name, in: key.environment, snapshot) { return .failure(.alreadyOpen(open)) }
      guard let current = try snapshot.versions(of: name, key).current else {
        throw .noEntry(name: name, environment: "")
      }
      let record = RotationRecord(
        id: .random(), environment: key.environment, name: name, from: current, playbook: playbook,
        leak: leak?.fingerprint, to: nil, generator: "", test: nil, marks: [transaction.mark(.planned)])
      try ledger.store(record, transaction)
      if let leak {
        try leaks.open(leak, as: .rotating, transaction)
        try leaks.move(leak.fingerprint, to: .rotating, transaction)
      }
      return .success(record)
    }
  }

  /// Stores the new value as pending, before anything else is done with it.
  /// - Parameter generator: how Coffer made it; empty when somebody brought it.
  /// - Throws: `vault(.moved)` when the version in use is not the planned one any more; as every step.
  package func savePending(
    _ record: RotationRecord, _ value: Secret, generator: String = ""
  ) throws(RotationError) -> RotationRecord {
    try step(record, .savePending) { (record, transaction) throws(VaultError) in
      let found = try transaction.snapshot().versions(of: record.name, key)
      guard found.current == record.from else {
        throw .moved(name: record.name, current: found.current, pending: found.pending)
      }
      let new = Transaction.NewValue(name: record.name, value: value, generator: generator)
      record.to = try transaction.pend(new, key)
      record.generator = generator
    }
  }

  /// Notes that the new value is where it is checked.
  /// - Throws: as every step: `movedOn`, `notPossible`, `unknown`, `vault`.
  package func markSet(_ record: RotationRecord) throws(RotationError) -> RotationRecord {
    try step(record, .markSet)
  }

  /// Notes that the new value works, or that nobody looked.
  /// - Throws: as every step.
  package func recordTest(
    _ record: RotationRecord, _ test: RotationRecord.Test
  ) throws(RotationError) -> RotationRecord {
    try step(record, .recordTest) { (record, _) throws(VaultError) in record.test = test }
  }

  /// Puts the new version in use, in one commit with the record.
  /// - Throws: `vault(.moved)` when either version is not the rotation's any more; as every step.
  package func promote(_ record: RotationRecord) throws(RotationError) -> RotationRecord {
    try step(record, .promote) { (record, transaction) throws(VaultError) in
      guard let to = record.to else { throw .damaged(.record) }
      try transaction.promote(record.name, pending: to, over: record.from, key)
    }
  }

  /// Notes that nothing runs with the old value any more.
  /// - Throws: `vault(.moved)` when launches do not get the new version: `set`, `rollback` or `rm` may have brought the old value back; as
  ///   every step.
  package func markRolledOut(_ record: RotationRecord) throws(RotationError) -> RotationRecord {
    try step(record, .markRolledOut) { (record, transaction) throws(VaultError) in
      try checkInUse(record, transaction)
    }
  }

  /// Notes that the old value was revoked.
  /// - Throws: as `markRolledOut`.
  package func markRevoked(_ record: RotationRecord) throws(RotationError) -> RotationRecord {
    try step(record, .markRevoked) { (record, transaction) throws(VaultError) in
      try checkInUse(record, transaction)
    }
  }

  /// What is to be revoked must not be what launches get.
  private func checkInUse(_ record: RotationRecord, _ transaction: Transaction) throws(VaultError) {
    let found = try transaction.snapshot().versions(of: record.name, key)
    guard found.current == record.to else {
      throw .moved(name: record.name, current: found.current, pending: found.pending)
    }
  }

  /// How a rotation ends.
  package enum Proof: Sendable {
    /// The old value was seen to be refused.
    case dead
    /// Nobody looked.
    case notProven
  }

  /// Ends the rotation. One that ended without a proof can still be given it.
  /// - Throws: as every step.
  package func recordProof(_ record: RotationRecord, _ proof: Proof) throws(RotationError) -> RotationRecord {
    try step(record, proof == .dead ? .proveDead : .leaveUnproven)
  }

  /// What giving up a rotation did to the versions.
  package enum Retreat: Equatable, Sendable {
    /// Nothing of the new value was stored yet.
    case nothingStored
    /// The new version waits no more; the old one was in use all the time.
    case withdrawn
    /// The old version is in use again.
    case restored
    /// `set`, `rollback` or `rm` moved the versions meanwhile: what is in use stays in use.
    case leftAsFound
  }

  /// Gives the rotation up. Once the old value is revoked there is nothing to go back to.
  /// - Throws: `notPossible` then; as every step.
  package func abort(_ record: RotationRecord) throws(RotationError) -> (record: RotationRecord, retreat: Retreat) {
    var retreat = Retreat.nothingStored
    let aborted = try step(record, .abort) { (record, transaction) throws(VaultError) in
      retreat = try withdraw(record, transaction)
    }
    return (aborted, retreat)
  }

  // MARK: Within the commit

  /// One transition, whole or not at all.
  private func step(
    _ record: RotationRecord, _ event: RotationEvent,
    _ change: (inout RotationRecord, Transaction) throws(VaultError) -> Void = { (_, _) throws(VaultError) in }
  ) throws(RotationError) -> RotationRecord {
    guard let next = record.step.after(event) else { throw .notPossible(event, at: record.step) }
    return try commit { (transaction) throws(VaultError) in
      let stored = try ledger.rotation(record.id, in: transaction.snapshot())
      guard let stored, stored.environment == key.environment else { return .failure(.unknown) }
      guard stored == record else { return .failure(.movedOn(to: stored.step)) }
      var moved = stored
      try change(&moved, transaction)
      moved.marks.append(transaction.mark(next))
      try ledger.store(moved, transaction)
      try moveLeak(of: moved, transaction)
      return .success(moved)
    }
  }

  /// The leak goes where the rotation has come to, if that is further than it is: two names may have leaked with one value.
  private func moveLeak(of record: RotationRecord, _ transaction: Transaction) throws(VaultError) {
    guard let leak = record.leak else { return }
    switch record.step {
    case .promoted: try leaks.move(leak, to: .rotated, transaction)
    case .revoked: try leaks.move(leak, to: .revoked, transaction)
    case .dead: try leaks.move(leak, to: .dead, transaction)
    case .aborted:
      let others = try ledger.all(in: transaction.snapshot()).filter { $0.id != record.id && $0.leak == leak }
      if !others.contains(where: \.step.isOpen) { try leaks.move(leak, to: .open, transaction) }
    case .planned, .pending, .set, .tested, .rolledOut, .unproven: break
    }
  }

  private func withdraw(_ record: RotationRecord, _ transaction: Transaction) throws(VaultError) -> Retreat {
    guard let to = record.to else { return .nothingStored }
    let snapshot = try transaction.snapshot()
    let found = try snapshot.versions(of: record.name, key)
    if record.time(of: .promoted) == nil {
      guard found.pending == to else { return .leftAsFound }
      try transaction.withdraw(record.name, pending: to, key)
      return found.current == record.from ? .withdrawn : .leftAsFound
    }
    guard found.current == to else { return .leftAsFound }
    try transaction.point(record.name, to: record.from, key, in: snapshot)
    return .restored
  }

  /// Commits what `body` did; a failure that it returns leaves everything as it was.
  private func commit<R>(
    _ body: (Transaction) throws(VaultError) -> Result<R, RotationError>
  ) throws(RotationError) -> R {
    var refusal: RotationError?
    do throws(VaultError) {
      return try vault.write(session) { (transaction) throws(VaultError) in
        switch try body(transaction) {
        case .success(let result): return result
        case .failure(let error):
          refusal = error
          throw .abandoned
        }
      }
    } catch {
      throw error == .abandoned ? refusal ?? .vault(error) : .vault(error)
    }
  }
}

extension Transaction {
  /// A step that is made now, by who signs.
  fileprivate func mark(_ step: RotationStep) -> RotationRecord.Mark {
    RotationRecord.Mark(step: step, time: time, author: author)
  }
}
