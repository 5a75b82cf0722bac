import Testing

@testable import Platform
@testable import Sealing
@testable import Vault

/// Snapshot files: what they open, with nothing but the token.
struct SnapshotFileTests {
  @Test func `a snapshot gives its token every value in use, without the vault`() throws {
    let founded = try Founded(["development", "production"])
    try founded.put([("A", "1"), ("B", "2"), ("GONE", "3")], "production")
    try founded.put([("D", "dev")])
    try founded.put([("A", "new")], "production")
    try founded.remove(["GONE"], "production")
    let token = try founded.token()
    let file = try founded.snapshot(for: token)
    #expect(try file.values(["A", "B", "GONE", "D"], token) == ["new", "2", nil, nil])
    #expect(try file.names(token) == ["A", "B"])
    #expect(file.count == 2)
    #expect(file.header.sequence == (try founded.state().head.sequence))
    // Found, two environments and the token; no other entry but the newest.
    #expect(file.chain.map(\.entry.kind) == [.found, .epoch, .epoch, .token])
  }

  @Test func `a token that is limited to names gets their records only, and is shown that a name has none`() throws {
    let founded = try Founded(["production"])
    try founded.put((0..<100).map { ("N\($0)", "v\($0)") }, "production")
    let token = try founded.token(["N7", "LATER", "N8"])
    let file = try founded.snapshot(for: token)
    #expect(file.count == 2)
    #expect(try file.values(["N7", "N8", "N9", "LATER"], token) == ["v7", "v8", nil, nil])
    #expect(try file.names(token) == ["N7", "N8"])
    let whole = try founded.snapshot(for: try founded.token(name: "all"))
    #expect(file.nodes.count < whole.nodes.count && whole.count == 100)
    #expect(throws: VaultError.snapshot(.otherToken)) { try whole.values(["N9"], token) }
  }

  @Test func `everybody who came, went or changed is followed, across epochs and removed environments`() throws {
    let founded = try Founded(["development", "production", "staging"])
    try founded.put([("A", "1"), ("B", "2")], "production")
    try founded.put([("S", "1")], "staging")
    let limited = try founded.token(["A"])
    let other = try founded.token(name: "other")
    try founded.put([("A", "3")], "production")
    let gone = try other.identity().publicIdentity.id
    var session = try founded.removeMember(gone)
    session = try founded.open().write(session) { (transaction) throws(VaultError) in
      try transaction.removeEnvironment(try transaction.snapshot().key("staging", in: session))
      return session
    }
    try founded.put([("D", "dev")])
    let file = try founded.snapshot(for: limited, session: session)
    #expect(file.chain.contains { $0.ended != Bytes32() })
    #expect(try file.values(["A", "B"], limited) == ["3", nil])
    #expect(throws: VaultError.noMember("")) { try founded.snapshot(for: other, session: session) }
    // Put back to a version that the new epoch did not seal again.
    try founded.open().write(session) { (transaction) throws(VaultError) in
      let snapshot = try transaction.snapshot()
      try transaction.point("A", to: 1, snapshot.key("production", in: session), in: snapshot)
    }
    #expect(try founded.snapshot(for: limited, session: session).values(["A"], limited) == ["1"])
  }

  @Test func `the directory's new key does not stop a snapshot`() throws {
    let founded = try Founded(["production"])
    try founded.put([("A", "1")], "production")
    let bob = try Identity()
    let keys = bob.publicIdentity
    try founded.open().write(founded.session) { (transaction) throws(VaultError) in
      try transaction.addMember(keys, name: "Bob", roles: [.directory: .write], session: founded.session)
    }
    let token = try founded.token(["A"])
    let session = try founded.removeMember(keys.id)
    #expect(try founded.snapshot(for: token, session: session).values(["A"], token) == ["1"])
  }

  @Test func `only who may write in the environment makes one, and only for a token that reads it`() throws {
    let founded = try Founded(["development", "production"])
    try founded.put([("A", "1")], "production")
    let token = try founded.token()
    #expect(throws: VaultError.snapshot(.otherEnvironment)) { try founded.snapshot(for: token, "development") }
    let eve = try Identity()
    let environment = try founded.open().read { (snapshot) throws(VaultError) in
      try snapshot.key("production", in: founded.session).environment
    }
    let keys = eve.publicIdentity
    try founded.open().write(founded.session) { (transaction) throws(VaultError) in
      try transaction.addMember(
        keys, name: "Eve", roles: [.directory: .read, environment: .read], session: founded.session)
    }
    let session = try founded.open().read { (snapshot) throws(VaultError) in try snapshot.unlock(eve) }
    #expect(throws: VaultError.noAccess(environment: "")) { try founded.snapshot(for: token, session: session) }
  }

  @Test func `every flipped byte and every cut is refused`() throws {
    let founded = try Founded(["production"])
    try founded.put([("A", "1")], "production")
    let token = try founded.token()
    let bytes = try founded.snapshot(for: token).bytes
    func outcome(_ bytes: [UInt8]) -> VaultError? {
      refusal { () throws(VaultError) in
        let snapshot = try SnapshotFile(decoding: bytes).verified(for: token)
        return try snapshot.values(["A"], snapshot.unlock(token, now: Clock.now()).keys)
      }
    }
    #expect(outcome(bytes) == nil)
    // Every bit of the header and of the signature, and of every other byte one.
    var bits = Array(0..<(144 * 8)) + ((bytes.count - 64) * 8..<bytes.count * 8)
    bits += (144..<(bytes.count - 64)).map { $0 * 8 + $0 % 8 }
    let passed = bits.filter { outcome(flipped(bytes, bit: $0)) == nil }
    #expect(passed.isEmpty, "bits \(passed.prefix(8)) of \(bytes.count * 8)")
    var cuts: [Int] = []
    for count in 0..<bytes.count where outcome(Array(bytes.prefix(count))) == nil { cuts.append(count) }
    #expect(cuts.isEmpty)
    #expect(outcome(bytes + [0]) != nil)
    #expect(outcome(Array(bytes.dropFirst())) == .damaged(.snapshot))
    #expect(outcome(flipped(bytes, bit: 8 * 8)) == .needsNewer)
    #expect(outcome(flipped(bytes, bit: 9 * 8)) == .needsNewer)
  }
}
