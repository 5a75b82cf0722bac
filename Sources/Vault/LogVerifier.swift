import Sealing

/// Walks the log entry by entry and refuses the first that does not follow from what was verified before.
struct LogVerifier: Sendable {
  /// The last entry that was verified.
  private(set) var head: LogEntry
  /// The control block after it.
  private(set) var control: Control

  /// Starts at the first entry, which makes the vault: its founder's keys must give the vault's id, and sign it.
  init(founding entry: LogEntry, body: [UInt8], vault: VaultID) throws(VaultError) {
    guard entry.sequence == 1, entry.previous == Bytes32(), entry.kind == .found else { throw .damaged(.log) }
    guard entry.vault == vault else { throw .wrongVault }
    guard entry.operationDigest == LogEntry.digest(ofBody: body) else { throw .damaged(.log) }
    let operation = try reading(.log) { () throws(MalformedBytes) in
      try Operation(.found, decoding: body)
    }
    guard case .found(let founding) = operation else { throw .damaged(.log) }
    let control = try Control(founding: founding)
    guard control.vault == vault else { throw .wrongVault }
    guard entry.author == control.founder.id else { throw .unauthorised(sequence: 1) }
    try entry.verify(control.founder.signing)
    guard entry.controlDigest == control.digest, entry.roots == [.directory: Bytes32()] else {
      throw .damaged(.log)
    }
    self.head = entry
    self.control = control
  }

  /// Resumes at an entry that this device verified before.
  init(pinned entry: LogEntry, control: Control) {
    self.head = entry
    self.control = control
  }

  /// Verifies the entry after `head`: its place in the chain, its author's right and signature, and what it says it changed.
  mutating func advance(to entry: LogEntry, body: [UInt8]) throws(VaultError) -> Operation {
    guard entry.vault == head.vault else { throw .wrongVault }
    guard entry.sequence == head.sequence + 1, entry.previous == head.hash,
      entry.operationDigest == LogEntry.digest(ofBody: body)
    else { throw .damaged(.log) }
    let operation = try authorised(entry, body: body)
    let next = try control.applying(operation, roots: head.roots)
    guard next.digest == entry.controlDigest else { throw .damaged(.log) }
    try checkRoots(of: entry, operation: operation, next: next)
    advance(to: entry, next)
    return operation
  }

  /// Takes an entry that was verified as the last, and the control block after it.
  mutating func advance(to entry: LogEntry, _ next: Control) {
    head = entry
    control = next
  }

  /// The operation of an entry that its author signed, and had the right to by the control block before it.
  func authorised(_ entry: LogEntry, body: [UInt8]) throws(VaultError) -> Operation {
    let sequence = entry.sequence
    guard let author = control.member(entry.author) else { throw .unauthorised(sequence: sequence) }
    try entry.verify(author.keys.signing)
    let operation = try reading(.log) { () throws(MalformedBytes) in
      try Operation(entry.kind, decoding: body)
    }
    let needed = operation.requirement
    guard author.may(needed.role, in: needed.environment) else { throw .unauthorised(sequence: sequence) }
    guard operation.numbersRecords(as: sequence) else { throw .damaged(.log) }
    return operation
  }

  /// Every active environment has a root; only the map that the operation changes may differ from before, and a new
  /// environment's is empty.
  private func checkRoots(of entry: LogEntry, operation: Operation, next: Control) throws(VaultError) {
    let active = next.environments.filter(\.isActive).map(\.id)
    guard entry.roots.count == active.count else { throw .damaged(.log) }
    for environment in active {
      guard let root = entry.roots[environment] else { throw .damaged(.log) }
      let isChanged = environment == operation.environment && operation.changesMap
      if !isChanged, root != head.roots[environment] ?? Bytes32() { throw .damaged(.log) }
    }
  }
}
