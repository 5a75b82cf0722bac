import Sealing

extension SnapshotFile {
  /// Verifies it as far as that takes no key: from the vault's id to its founder, to everybody let in or shut out since, to the entry
  /// that it is of and to who signed it. Nodes and records are held against that entry as they are read.
  /// - Throws: `damaged` (log, control, snapshot), `wrongVault`, `badSignature`, `unauthorised`, `snapshot` (badSignature, unauthorised,
  ///   otherEnvironment), `needsNewer`.
  package func verified() throws(VaultError) -> Snapshot {
    guard let first = chain.first else { throw .damaged(.log) }
    var verifier = try LogVerifier(founding: first.entry, body: first.body, vault: header.vault)
    guard first.ended == Bytes32() else { throw .damaged(.log) }
    var operations: [Operation] = []
    for link in chain.dropFirst() {
      operations.append(try verifier.advance(overGapTo: link.entry, body: link.body, ended: link.ended))
    }
    try verifier.advance(overGapTo: head)
    guard head.sequence == header.sequence, head.hash == header.hash else { throw .damaged(.snapshot) }
    let control = verifier.control
    guard let author = control.member(header.author), author.may(.write, in: header.environment),
      header.environment != .directory
    else { throw .snapshot(.unauthorised) }
    try verify(author.keys.signing)
    guard let token = control.member(header.token), token.roles[header.environment] != nil,
      control.environment(header.environment)?.isActive == true
    else { throw .snapshot(.otherEnvironment) }
    return Snapshot(self, head: head, control: control, operations: operations)
  }

  /// Verifies it for whoever holds `token`.
  /// - Returns: the state that it carries.
  /// - Throws: `wrongVault`, `snapshot(.otherToken)`, and as `verified()`.
  package func verified(for token: Token) throws(VaultError) -> Snapshot {
    guard header.vault == token.vault else { throw .wrongVault }
    guard header.token == (try token.identity().publicIdentity.id) else { throw .snapshot(.otherToken) }
    return try verified()
  }
}

extension LogVerifier {
  /// Verifies a later entry that changed members or environments, where those in between, which did not, are left out: what they could
  /// have told of it is in the control block that it states.
  /// - Parameter ended: the root before the entry of the map that it ends; zero where it ends none.
  mutating func advance(overGapTo entry: LogEntry, body: [UInt8], ended: Bytes32) throws(VaultError) -> Operation {
    let isNext = entry.sequence == head.sequence + 1
    guard entry.vault == head.vault else { throw .wrongVault }
    guard entry.sequence > head.sequence, !isNext || entry.previous == head.hash,
      entry.operationDigest == LogEntry.digest(ofBody: body)
    else { throw .damaged(.log) }
    let operation = try authorised(entry, body: body)
    let before = isNext ? head.roots[operation.environment] ?? Bytes32() : ended
    guard operation.changesControl, ended == (operation.endsMap ? before : Bytes32()) else { throw .damaged(.log) }
    let next = try control.applying(operation, roots: [operation.environment: before])
    guard next.digest == entry.controlDigest, entry.states(next) else { throw .damaged(.log) }
    advance(to: entry, next)
    return operation
  }

  /// Verifies the entry that a snapshot is of, without its body: it states the members and environments that its signer is one of.
  mutating func advance(overGapTo entry: LogEntry) throws(VaultError) {
    guard entry.sequence != head.sequence else {
      guard entry == head else { throw .damaged(.log) }
      return
    }
    guard entry.vault == head.vault else { throw .wrongVault }
    guard entry.sequence > head.sequence, entry.sequence != head.sequence + 1 || entry.previous == head.hash else {
      throw .damaged(.log)
    }
    guard let author = control.member(entry.author), author.isActive else {
      throw .unauthorised(sequence: entry.sequence)
    }
    try entry.verify(author.keys.signing)
    guard entry.controlDigest == control.digest, entry.states(control) else { throw .damaged(.log) }
    advance(to: entry, control)
  }
}

extension LogEntry {
  /// Whether it has a root for each active environment, and no other.
  fileprivate func states(_ control: Control) -> Bool {
    Set(roots.keys) == Set(control.environments.filter(\.isActive).map(\.id))
  }
}

extension Operation {
  /// Whether it is about members or environments as such: the entries that lead from the first to who may write now.
  var changesControl: Bool {
    switch self {
    case .found, .member, .token, .epoch: true
    case .remove(let removal): removal.names.isEmpty
    case .put, .point, .leak, .rotation, .setting: false
    }
  }

  /// Whether a map ends with it, whose root the control block then keeps.
  var endsMap: Bool {
    switch self {
    case .epoch(let change): change.epoch > 1
    case .remove(let removal): removal.names.isEmpty
    case .found, .member, .token, .put, .point, .leak, .rotation, .setting: false
    }
  }
}
