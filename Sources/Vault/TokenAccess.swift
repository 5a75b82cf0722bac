import Sealing

/// What a token opens: values of one environment, and nothing else of the vault.
package struct TokenAccess: Sendable {
  package let environment: EnvironmentID
  package let environmentName: String
  package let keys: ValueKeys
  /// Milliseconds since 1970 from which it is refused; 0 for never.
  package let expires: UInt64
  package let member: MemberID
}

extension Snapshot {
  /// Opens the vault with a token.
  /// - Parameter now: milliseconds since 1970 by this machine's clock.
  /// - Throws: `wrongVault`; `noAccess` when it is no member's; `tokenRevoked`, `tokenExpired`, `clockBehind`; `damaged` (log, wrap,
  ///   control), `sealing`.
  package func unlock(_ token: Token, now: UInt64) throws(VaultError) -> TokenAccess {
    guard token.vault == vault else { throw .wrongVault }
    let identity = try token.identity()
    let id = identity.publicIdentity.id
    guard let member = control.member(id), member.kind == .machine else { throw .noAccess(environment: "") }
    guard member.isActive else { throw .tokenRevoked }
    try checkExpiry(member.expires, now: now) { .tokenExpired(at: $0) }
    guard
      let environment = control.environments.first(where: { $0.isActive && member.may(.read, in: $0.id) }),
      let commitment = environment.commitment(of: environment.epoch)
    else { throw .noAccess(environment: "") }
    let wraps = try signedWraps(of: id, environment.id)
    guard let newest = wraps[environment.epoch] else { throw .damaged(.wrap) }
    let current = try TokenWrap(
      newest, identity: identity, vault: vault, environment: environment.id, epoch: environment.epoch,
      commitment: commitment)
    let keys: ValueKeys
    if let key = current.key {
      keys = .environment(key)
    } else {
      var names = [environment.epoch: current.names]
      for (epoch, bytes) in wraps where epoch < environment.epoch {
        guard let commitment = environment.commitment(of: epoch) else { throw .damaged(.wrap) }
        names[epoch] = try TokenWrap(
          bytes, identity: identity, vault: vault, environment: environment.id, epoch: epoch, commitment: commitment
        ).names
      }
      keys = .names(NameKeys(environment: environment.id, epoch: environment.epoch, keys: names))
    }
    return TokenAccess(
      environment: environment.id, environmentName: current.environmentName, keys: keys, expires: member.expires,
      member: id)
  }

  /// Refuses what has expired; a clock before the newest signed time cannot tell, and then too.
  func checkExpiry(_ expires: UInt64, now: UInt64, _ error: (UInt64) -> VaultError) throws(VaultError) {
    guard expires != 0 else { return }
    // Clocks of machines differ by minutes.
    guard now + 10 * 60_000 >= newestTime else { throw .clockBehind(signed: newestTime) }
    guard now < expires else { throw error(expires) }
  }

  /// The keys of `environment` that were wrapped to a token, by epoch, as they stand in the bodies of entries that the verified head
  /// hangs on: from there back to the entry that made the token.
  private func signedWraps(
    of member: MemberID, _ environment: EnvironmentID
  ) throws(VaultError) -> [UInt32: [UInt8]] {
    var wraps = TokenWraps(member: member, environment: environment)
    if let chain {
      for operation in chain.reversed() where !wraps.isWhole { wraps.add(operation) }
      return wraps.found
    }
    var expected = head.hash
    for sequence in (1...head.sequence).reversed() where !wraps.isWhole {
      guard let bytes = try store.entryAlone(sequence) else { throw .damaged(.log) }
      let entry = try LogEntry(bytes: bytes)
      guard entry.hash == expected else { throw .damaged(.log) }
      expected = entry.previous
      guard [.epoch, .token].contains(entry.kind) else { continue }
      let stored = try Self.stored(sequence, in: store)
      guard entry.operationDigest == LogEntry.digest(ofBody: stored.body) else { throw .damaged(.log) }
      let operation = try reading(.log) { () throws(MalformedBytes) in
        try Operation(entry.kind, decoding: stored.body)
      }
      wraps.add(operation)
    }
    return wraps.found
  }
}

/// The keys of one environment that were wrapped to a token, gathered from the newest operation back.
private struct TokenWraps {
  let member: MemberID
  let environment: EnvironmentID
  /// By epoch.
  private(set) var found: [UInt32: [UInt8]] = [:]
  /// Whether the entry that made the token was seen.
  private(set) var isWhole = false

  init(member: MemberID, environment: EnvironmentID) {
    self.member = member
    self.environment = environment
  }

  mutating func add(_ operation: Operation) {
    guard [.epoch, .token].contains(operation.kind) else { return }
    for wrap in operation.wraps where wrap.member == member {
      if operation.kind == .token { isWhole = true }
      if wrap.environment == environment, found[wrap.epoch] == nil { found[wrap.epoch] = wrap.bytes }
    }
  }
}
