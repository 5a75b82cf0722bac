import Testing

@testable import Platform
@testable import Sealing
@testable import Vault

/// Letting members and tokens in, and shutting them out.
struct MembersTests {
  @Test func `a member reads what the role says, and writes only where it may`() throws {
    let founded = try Founded(["development", "production"])
    try founded.put([("A", "one")])
    try founded.put([("B", "two")], "production")
    let bob = try Identity()
    try founded.letIn(bob.publicIdentity, ["development": .write])
    let session = try founded.open().read { (snapshot) throws(VaultError) in try snapshot.unlock(bob) }
    #expect(try founded.texts(["A"], session: session) == ["one"])
    #expect(throws: VaultError.noAccess(environment: "production")) {
      try founded.texts(["B"], "production", session: session)
    }
    try founded.put([("A", "bob's")], as: session)
    #expect(try founded.texts(["A"]) == ["bob's"])
  }

  @Test func `whoever was removed reads nothing newer, and those who stay read everything`() throws {
    let founded = try Founded(["development", "production"])
    let bob = try Identity()
    try founded.letIn(bob.publicIdentity, ["development": .read])
    try founded.put([("A", "1"), ("GONE", "x")])
    try founded.put([("A", "2")])
    try founded.put([("P", "9")], "production")
    let before = try founded.open().read { (snapshot) throws(VaultError) in try snapshot.unlock(bob) }
    let session = try founded.open().write(founded.session) { (transaction) throws(VaultError) in
      try transaction.removeMember(bob.publicIdentity.id, session: founded.session)
    }
    let refused = refusal { () throws(VaultError) in
      _ = try founded.open().read { (snapshot) throws(VaultError) in try snapshot.unlock(bob) }
    }
    #expect(refused.map(isRemoval) == true)
    try founded.put([("A", "3"), ("NEW", "y")], as: session)
    #expect(throws: VaultError.locked(environment: "")) { try founded.texts(["A"], session: before) }
    #expect(try founded.texts(["A", "NEW", "GONE"], session: session) == ["3", "y", "x"])
    #expect(try founded.texts(["P"], "production", session: session) == ["9"])
    let vault = try founded.open()
    #expect(try vault.verifyWhole().entries == 12)
    let history = try vault.read { (snapshot) throws(VaultError) in
      try snapshot.history("A", try snapshot.key("development", in: session)).map(\.version)
    }
    #expect(history == [3, 2, 1])
  }

  @Test func `a token opens its environment, or the names it is limited to, until it is revoked`() throws {
    let founded = try Founded(["development", "production"])
    try founded.put([("A", "1"), ("B", "2")], "production")
    let whole = try token(founded, nil)
    let limited = try token(founded, ["A", "LATER"])
    var access = try open(whole, founded)
    #expect(access.environmentName == "production")
    #expect(access.keys.scope == nil)
    #expect(try founded.texts(["A", "B"], access.keys) == ["1", "2"])
    access = try open(limited, founded)
    #expect(access.keys.scope == ["A", "LATER"])
    #expect(try founded.texts(["A", "B", "LATER"], access.keys) == ["1", nil, nil])

    let member = try whole.identity().publicIdentity.id
    let session = try founded.open().write(founded.session) { (transaction) throws(VaultError) in
      try transaction.removeMember(member, session: founded.session)
    }
    #expect(throws: VaultError.tokenRevoked) { try open(whole, founded) }
    try founded.put([("LATER", "3")], "production", as: session)
    // Back to a version that the new epoch did not seal again.
    try founded.put([("A", "new")], "production", as: session)
    access = try open(limited, founded)
    #expect(try founded.texts(["A", "B", "LATER"], access.keys) == ["new", nil, "3"])
    _ = try founded.open().verifyWhole()
  }

  @Test func `a token ends at its time, by a clock that can be right`() throws {
    let founded = try Founded(["development", "production"])
    try founded.put([("A", "1")], "production")
    let now = Clock.now()
    let day: UInt64 = 86_400_000
    let token = try token(founded, nil, expires: now + day)
    let endless = try self.token(founded, ["A"])
    func open(_ token: Token, at time: UInt64) throws -> String {
      try founded.open().read { (snapshot) throws(VaultError) in try snapshot.unlock(token, now: time) }.environmentName
    }
    #expect(try open(token, at: now + day - 1) == "production")
    for late in [now + day, now + 1000 * day] {
      #expect(throws: VaultError.tokenExpired(at: now + day)) { try open(token, at: late) }
    }
    let signed = try founded.open().read { (snapshot) throws(VaultError) in snapshot.head.time }
    // Ten minutes are between machines.
    #expect(try open(token, at: signed - 10 * 60_000) == "production")
    for early in [0, signed - 10 * 60_000 - 1] {
      #expect(throws: VaultError.clockBehind(signed: signed)) { try open(token, at: early) }
      #expect(try open(endless, at: early) == "production")
    }
  }

  @Test func `a token that is limited to names tells of these alone, older versions too`() throws {
    let founded = try Founded(["development", "production"])
    try founded.put([("A", "1"), ("B", "2"), ("GONE", "x")], "production")
    try founded.put([("A", "3")], "production")
    let token = try token(founded, ["A", "GONE", "LATER"])
    let keys = try open(token, founded).keys
    try founded.open().read { (snapshot) throws(VaultError) in
      #expect(try snapshot.names(keys) == ["A", "GONE"])
      #expect(try snapshot.entries(keys).map(\.name) == ["A", "GONE"])
      #expect(try snapshot.entries(keys).map(\.current) == [2, 1])
      let old = try snapshot.value("A", version: 1, keys)
      #expect(old.bytes.withBytes { $0.array } == Array("1".utf8))
      #expect(throws: VaultError.noVersion(name: "A", version: 3)) { try snapshot.value("A", version: 3, keys) }
      for name in ["B", "LATER"] {
        #expect(throws: VaultError.noEntry(name: name, environment: "")) {
          try snapshot.value(name, version: 1, keys)
        }
      }
    }
  }

  @Test func `a token's text comes back, and a mistyped one does not`() throws {
    let founded = try Founded()
    let token = try token(founded, nil, "development")
    let text = try token.text().withBytes { $0.array }
    #expect(text.count == Token.textCount && text.starts(with: Array("coffer_".utf8)))
    let read = try SecretBytes(copying: text).withBytes { (bytes) throws(VaultError) in try Token(parsing: bytes) }
    #expect(try read.identity().publicIdentity == token.identity().publicIdentity)
    for place in text.indices {
      var wrong = text
      wrong[place] = wrong[place] == 0x41 ? 0x42 : 0x41
      let secret = try SecretBytes(copying: wrong)
      #expect(throws: VaultError.badToken) {
        _ = try secret.withBytes { (bytes) throws(VaultError) in try Token(parsing: bytes) }
      }
    }
  }

  // MARK: Helpers

  private func token(
    _ founded: Founded, _ scope: [String]?, _ environment: String = "production", expires: UInt64 = 0
  ) throws -> Token {
    try founded.open().write(founded.session) { (transaction) throws(VaultError) in
      try transaction.addToken(
        name: "ci \(scope?.count ?? 0)", environment: try transaction.snapshot().key(environment, in: founded.session),
        scope: scope, expires: expires, session: founded.session)
    }
  }

  private func open(_ token: Token, _ founded: Founded) throws -> TokenAccess {
    try founded.open().read { (snapshot) throws(VaultError) in try snapshot.unlock(token, now: Clock.now()) }
  }
}

extension Founded {
  /// Lets somebody in by the founder's hand, or another admin's.
  /// - Parameter directory: the role in the directory.
  func letIn(
    _ keys: PublicIdentity, _ roles: [String: Role], directory: Role = .write, as name: String = "Bob",
    by session: Session? = nil
  ) throws(VaultError) {
    let session = session ?? self.session
    try open().write(session) { (transaction) throws(VaultError) in
      let roles = try self.roles(roles, directory: directory, session, transaction.snapshot())
      try transaction.addMember(keys, name: name, roles: roles, session: session)
    }
  }

  /// Gives somebody other roles.
  /// - Returns: the session with the new keys.
  func change(
    _ keys: PublicIdentity, _ roles: [String: Role], directory: Role = .write, by session: Session? = nil
  ) throws(VaultError) -> Session {
    let session = session ?? self.session
    return try open().write(session) { (transaction) throws(VaultError) in
      let roles = try self.roles(roles, directory: directory, session, transaction.snapshot())
      return try transaction.changeRoles(of: keys.id, to: roles, session: session)
    }
  }

  /// Shuts somebody out.
  /// - Returns: the session with the new keys.
  func shutOut(_ keys: PublicIdentity, by session: Session? = nil) throws(VaultError) -> Session {
    let session = session ?? self.session
    return try open().write(session) { (transaction) throws(VaultError) in
      try transaction.removeMember(keys.id, session: session)
    }
  }

  /// All keys of an identity as the vault is now.
  func unlock(_ identity: borrowing Identity) throws(VaultError) -> Session {
    try open().read { (snapshot) throws(VaultError) in try snapshot.unlock(identity) }
  }

  private func roles(
    _ roles: [String: Role], directory: Role, _ session: Session, _ snapshot: Snapshot
  ) throws(VaultError) -> [EnvironmentID: Role] {
    var byID: [EnvironmentID: Role] = [.directory: directory]
    for (name, role) in roles { byID[try snapshot.environment(named: name, directory: session.directory).id] = role }
    return byID
  }

  func put(_ values: [(String, String)], _ environment: String = "development", as session: Session) throws {
    try open().write(session) { (transaction) throws(VaultError) in
      let key = try transaction.snapshot().key(environment, in: session)
      var new: [Transaction.NewValue] = []
      for (name, value) in values {
        new.append(Transaction.NewValue(name: name, value: try secret(Array(value.utf8))))
      }
      _ = try transaction.put(new, key)
    }
  }

  func texts(
    _ names: [String], _ environment: String = "development", session: Session? = nil
  ) throws -> [String?] {
    let session = session ?? self.session
    let keys = try open().read { (snapshot) throws(VaultError) in try snapshot.key(environment, in: session) }
    return try texts(names, .environment(keys))
  }

  func texts(_ names: [String], _ keys: ValueKeys) throws -> [String?] {
    try open().read { (snapshot) throws(VaultError) in
      try snapshot.values(names, keys).map { value in
        value.map { $0.bytes.withBytes { String(decoding: $0.array, as: UTF8.self) } }
      }
    }
  }
}
