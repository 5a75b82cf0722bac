import Testing

@testable import Platform
@testable import Sealing
@testable import Vault

/// Snapshot files that somebody made to fool a server: each refused with its own error.
struct SnapshotForgeryTests {
  private let founded: Founded
  private let token: Token
  private let file: SnapshotFile

  init() throws {
    founded = try Founded(["development", "production"])
    try founded.put([("A", "1"), ("B", "2")], "production")
    try founded.put([("D", "dev")])
    token = try founded.token()
    file = try founded.snapshot(for: token)
  }

  private func outcome(_ file: SnapshotFile, _ token: Token? = nil) -> VaultError? {
    refusal { () throws(VaultError) in try file.values(["A", "B", "C"], token ?? self.token) }
  }

  private var production: EnvironmentID { file.header.environment }

  private func enrol(_ who: borrowing Identity, _ roles: [EnvironmentID: Role]) throws -> Session {
    let keys = who.publicIdentity
    try founded.open().write(founded.session) { (transaction) throws(VaultError) in
      try transaction.addMember(keys, name: "Eve", roles: roles, session: founded.session)
    }
    return try founded.open().read { (snapshot) throws(VaultError) in try snapshot.unlock(who) }
  }

  @Test func `for another token, of another vault, of another environment`() throws {
    let other = try founded.token(name: "other")
    #expect(outcome(file, other) == .snapshot(.otherToken))
    let claimed = file.with(
      header: file.header.with(token: try other.identity().publicIdentity.id), signer: founded.identity.signing)
    // The other token came later than what this file is of.
    #expect(outcome(claimed, other) == .snapshot(.otherEnvironment))

    let foreign = try Founded(["production"])
    try foreign.put([("A", "evil")], "production")
    let theirs = try foreign.token()
    #expect(outcome(try foreign.snapshot(for: theirs)) == .wrongVault)

    let development = try #require(founded.session.environments.keys.first { $0 != production })
    let moved = file.with(header: file.header.with(environment: development), signer: founded.identity.signing)
    #expect(outcome(moved) == .snapshot(.otherEnvironment))
  }

  @Test func `another founder's log under this vault's id`() throws {
    let foreign = try Founded(["production"])
    let theirs = try foreign.snapshot(for: try foreign.token())
    let posing = file.with(chain: theirs.chain, head: theirs.head, signer: foreign.identity.signing)
    #expect(outcome(posing) == .wrongVault)
    #expect(outcome(file.with(chain: [], signer: founded.identity.signing)) == .damaged(.log))
  }

  @Test func `a reader's, a stranger's, and one without its signature`() throws {
    let eve = try Identity()
    _ = try enrol(eve, [.directory: .read, production: .read])
    let honest = try founded.snapshot(for: token)
    let forged = honest.with(header: honest.header.with(author: eve.publicIdentity.id), signer: eve.signing)
    #expect(outcome(forged) == .snapshot(.unauthorised))
    #expect(outcome(honest.with(signer: eve.signing)) == .snapshot(.badSignature))
    let stranger = try Identity()
    let unknown = honest.header.with(author: stranger.publicIdentity.id)
    #expect(outcome(honest.with(header: unknown, signer: stranger.signing)) == .snapshot(.unauthorised))
    let stripped = Array(honest.bytes.dropLast(64)) + [UInt8](repeating: 0, count: 64)
    #expect(
      refusal { () throws(VaultError) in try SnapshotFile(decoding: stripped).verified(for: token) }
        == .snapshot(.badSignature))
  }

  @Test func `a member who was shut out, and leaves that out`() throws {
    let eve = try Identity()
    let id = eve.publicIdentity.id
    _ = try enrol(eve, [.directory: .read, production: .write])
    let session = try founded.removeMember(id)
    let honest = try founded.snapshot(for: token, session: session)
    let header = honest.header.with(author: id)
    #expect(outcome(honest.with(header: header, signer: eve.signing)) == .snapshot(.unauthorised))
    // Without the entry that shut her out, nothing after it follows.
    let gone = try #require(honest.chain.lastIndex { $0.entry.kind == .member })
    var without = honest.chain
    without.remove(at: gone)
    #expect(outcome(honest.with(header: header, chain: without, signer: eve.signing)) == .damaged(.log))
    // Nor does the newest entry follow from what was before it.
    let before = Array(honest.chain[..<gone])
    #expect(outcome(honest.with(header: header, chain: before, signer: eve.signing)) == .damaged(.log))
    // An entry of her own, from where she was still in, does: it cannot be known from the file alone that time went on.
    let last = before[before.count - 1].entry
    let control = try LogVerifierState(before, founded.id).control
    func fork(_ sequence: UInt64) throws -> SnapshotFile {
      let head = LogEntry(
        after: try last.numbered(sequence - 1), vault: founded.id, time: Clock.now(), author: id,
        operation: .put(Operation.RecordsChange(environment: production, epoch: 1, items: [])), body: [],
        controlDigest: control.digest, roots: honest.head.roots, signer: eve.signing)
      return honest.with(
        header: header.with(sequence: head.sequence, hash: head.hash), chain: before, head: head, signer: eve.signing)
    }
    _ = try SnapshotFile(decoding: fork(1000).bytes).verified(for: token)
    // A device that saw her shut out does not follow her, however far she says to be.
    let freshness = SnapshotFreshness(
      now: Clock.now(), minimum: nil, folders: founded.home.folders, acceptsOlder: false)
    freshness.note(honest)
    let ahead = try fork(1000)
    #expect(
      refusal { () throws(VaultError) in try freshness.check(ahead) }
        == .snapshot(.forked(sequence: honest.chain[honest.chain.count - 1].entry.sequence)))
  }

  @Test func `a record or a node that was left out is not a missing value`() throws {
    for place in file.records.indices {
      var records = file.records
      records.remove(at: place)
      #expect(outcome(file.with(records: records, signer: founded.identity.signing)) == .damaged(.record))
    }
    var records = file.records
    (records[0].bytes, records[1].bytes) = (records[1].bytes, records[0].bytes)
    #expect(outcome(file.with(records: records, signer: founded.identity.signing)) == .damaged(.record))
    for place in file.nodes.indices {
      var nodes = file.nodes
      nodes.remove(at: place)
      #expect(outcome(file.with(nodes: nodes, signer: founded.identity.signing)) == .damaged(.map))
    }
  }

  @Test func `nodes and records of an older map`() throws {
    try founded.put([("A", "3")], "production")
    let newer = try founded.snapshot(for: token)
    #expect(outcome(newer.with(nodes: file.nodes, signer: founded.identity.signing)) == .damaged(.map))
    #expect(outcome(newer.with(records: file.records, signer: founded.identity.signing)) == .damaged(.record))
    // The newest entry is the one that the header names.
    #expect(outcome(newer.with(header: file.header, signer: founded.identity.signing)) == .damaged(.snapshot))
    #expect(outcome(newer.with(head: file.head, signer: founded.identity.signing)) == .damaged(.snapshot))
  }

  @Test func `entries that do not belong in the chain, or stand twice or in another order`() throws {
    for place in 1..<file.chain.count {
      var chain = file.chain
      chain.remove(at: place)
      #expect(outcome(file.with(chain: chain, signer: founded.identity.signing)) == .damaged(.log), "without \(place)")
      chain = file.chain
      chain.insert(chain[place], at: place)
      #expect(outcome(file.with(chain: chain, signer: founded.identity.signing)) == .damaged(.log), "twice \(place)")
      chain = file.chain
      chain[place] = SnapshotFile.Link(
        entry: chain[place].entry, body: chain[place].body, ended: Bytes32([UInt8](repeating: 1, count: 32)))
      #expect(
        outcome(file.with(chain: chain, signer: founded.identity.signing)) == .damaged(.log), "a root at \(place)")
    }
    var chain = file.chain
    chain.swapAt(1, 2)
    #expect(outcome(file.with(chain: chain, signer: founded.identity.signing)) == .damaged(.log))
    // A put changes nobody's rights, and is not one of them.
    let put = try founded.open().read { (snapshot) throws(VaultError) in
      try Snapshot.stored(4, in: snapshot.store)
    }
    chain = file.chain
    chain.insert(
      SnapshotFile.Link(entry: try LogEntry(bytes: put.entry), body: put.body, ended: Bytes32()), at: 3)
    #expect(try LogEntry(bytes: put.entry).kind == .put)
    #expect(outcome(file.with(chain: chain, signer: founded.identity.signing)) == .damaged(.log))
  }

  @Test func `a token that was revoked before is told so`() throws {
    let id = try token.identity().publicIdentity.id
    let session = try founded.removeMember(id)
    let newer = try founded.snapshot(for: try anotherToken(session), session: session)
    let posing = newer.with(header: newer.header.with(token: id), signer: founded.identity.signing)
    #expect(outcome(posing) == .tokenRevoked)
  }

  private func anotherToken(_ session: Session) throws -> Token {
    try founded.open().write(session) { (transaction) throws(VaultError) in
      try transaction.addToken(
        name: "next", environment: try transaction.snapshot().key("production", in: session), scope: nil, expires: 0,
        session: session)
    }
  }
}

/// The control block after a part of a chain.
private struct LogVerifierState {
  let control: Control
  init(_ chain: [SnapshotFile.Link], _ vault: VaultID) throws {
    var verifier = try LogVerifier(founding: chain[0].entry, body: chain[0].body, vault: vault)
    for link in chain.dropFirst() {
      _ = try verifier.advance(overGapTo: link.entry, body: link.body, ended: link.ended)
    }
    control = verifier.control
  }
}

extension LogEntry {
  /// The same with another number, and so with a signature that is none.
  fileprivate func numbered(_ sequence: UInt64) throws -> LogEntry {
    var bytes = bytes
    for place in 0..<8 { bytes[18 + place] = UInt8(truncatingIfNeeded: sequence >> UInt64(8 * place)) }
    return try LogEntry(bytes: bytes)
  }
}
