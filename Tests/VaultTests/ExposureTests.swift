import Testing

@testable import Platform
@testable import Sealing
@testable import Vault

/// What somebody has seen who may not read any more: exactly that, until it was replaced.
struct ExposureTests {
  /// One name as somebody could, or can, read it.
  private struct Seen: Hashable {
    let environment: String
    let name: String
    let current: UInt32?
    let pending: UInt32?
  }

  private func exposed(
    _ founded: Founded, _ session: Session, to member: PublicIdentity? = nil
  ) throws(VaultError) -> [Seen] {
    try founded.open().read { (snapshot) throws(VaultError) in
      var names: [EnvironmentID: String] = [:]
      for environment in try snapshot.environments(session.directory) { names[environment.id] = environment.name }
      return try snapshot.exposed(session, to: member?.id).map {
        Seen(environment: names[$0.environment] ?? "", name: $0.name, current: $0.current, pending: $0.pending)
      }
    }
  }

  /// What an identity opens in a vault's file, each value really decrypted.
  private func opened(_ identity: borrowing Identity, _ file: [UInt8], _ founded: Founded) throws -> Set<Seen> {
    let home = Home()
    let path = Vault.path(founded.id, home.folders)
    try Files.makePrivateDirectory(Files.parent(of: path))
    try Files.writeAtomically(path, file, mode: 0o600)
    let vault = try Vault(opening: founded.id, home.folders)
    let session = try vault.read { (snapshot) throws(VaultError) in try snapshot.unlock(identity) }
    return try vault.read { (snapshot) throws(VaultError) in
      var found: Set<Seen> = []
      for environment in try snapshot.environments(session.directory) {
        guard let key = session.environments[environment.id] else { continue }
        for entry in try snapshot.entries(key, includingRemoved: true) {
          for version in [entry.current, entry.pending] {
            guard let version else { continue }
            let value = bytes(try snapshot.value(entry.name, version: version, key))
            #expect(String(decoding: value, as: UTF8.self) == "\(entry.name) \(version)")
            found.insert(
              Seen(environment: environment.name, name: entry.name, current: entry.current, pending: entry.pending))
          }
        }
      }
      return found
    }
  }

  private func pend(_ name: String, _ value: String, _ founded: Founded, _ session: Session) throws(VaultError) {
    try founded.open().write(session) { (transaction) throws(VaultError) in
      let key = try transaction.snapshot().key("production", in: session)
      _ = try transaction.pend(Transaction.NewValue(name: name, value: secret(Array(value.utf8))), key)
    }
  }

  @Test func `what was seen is what the old identity opens in the old file, and nothing else`() throws {
    let founded = try Founded(["development", "staging", "production"])
    let bob = try Identity()
    let carol = try Identity()
    try founded.letIn(carol.publicIdentity, ["production": .read], as: "Carol")
    try founded.letIn(bob.publicIdentity, ["development": .read, "production": .write])
    try founded.put([("A", "A 1"), ("GONE", "GONE 1"), ("BACK", "BACK 1")])
    try founded.put([("A", "A 2"), ("BACK", "BACK 2")])
    try founded.put([("S", "S 1")], "staging")
    try founded.put([("P", "P 1"), ("Q", "Q 1"), ("WAITS", "WAITS 1")], "production")
    try founded.remove(["GONE"])
    try founded.point("BACK", to: 1)
    // Keys of several epochs, and versions of before them.
    var session = try founded.shutOut(carol.publicIdentity)
    try founded.put([("Q", "Q 2")], "production", as: session)
    try pend("WAITS", "WAITS 2", founded, session)
    try pend("NEVER", "NEVER 1", founded, session)

    let file = try founded.file()
    session = try founded.shutOut(bob.publicIdentity, by: session)
    let seen = try exposed(founded, session, to: bob.publicIdentity)
    let expected: Set = [
      Seen(environment: "development", name: "A", current: 2, pending: nil),
      Seen(environment: "development", name: "BACK", current: 1, pending: nil),
      Seen(environment: "production", name: "P", current: 1, pending: nil),
      Seen(environment: "production", name: "Q", current: 2, pending: nil),
      Seen(environment: "production", name: "WAITS", current: 1, pending: 2),
      Seen(environment: "production", name: "NEVER", current: nil, pending: 1),
    ]
    #expect(Set(seen) == expected && seen.count == expected.count)
    #expect(try opened(bob, file, founded) == expected)
    // Whoever left before Q's second version has not seen that one.
    #expect(try exposed(founded, session, to: carol.publicIdentity).map(\.name) == ["P", "WAITS"])
    // And the new file tells Bob nothing.
    #expect(refusal { () throws(VaultError) in _ = try founded.unlock(bob) }.map(isRemoval) == true)
  }

  @Test func `what is replaced drops out, what comes later never was in, and what is rolled back is again`() throws {
    let founded = try Founded(["development", "production"])
    let bob = try Identity()
    try founded.letIn(bob.publicIdentity, ["production": .read])
    try founded.put([("A", "1"), ("B", "1"), ("C", "1")], "production")
    let session = try founded.shutOut(bob.publicIdentity)
    func names() throws -> [String] { try exposed(founded, session).map(\.name) }
    #expect(try names() == ["A", "B", "C"])
    try founded.put([("A", "2"), ("NEW", "1")], "production", as: session)
    #expect(try names() == ["B", "C"])
    try founded.open().write(session) { (transaction) throws(VaultError) in
      try transaction.remove(["B"], transaction.snapshot().key("production", in: session))
    }
    #expect(try names() == ["C"])
    try founded.open().write(session) { (transaction) throws(VaultError) in
      let snapshot = try transaction.snapshot()
      let key = try snapshot.key("production", in: session)
      try transaction.point("A", to: 1, key, in: snapshot)
    }
    #expect(try names() == ["A", "C"])
    try founded.put([("B", "2")], "production", as: session)
    #expect(try names() == ["A", "C"])
    // A name that was never there while Bob was.
    #expect(try exposed(founded, session).allSatisfy { $0.current == 1 })
  }

  @Test func `a token that was limited to names has seen just these`() throws {
    let founded = try Founded(["production"])
    try founded.put([("A", "1"), ("B", "1"), ("C", "1")], "production")
    var session = founded.session
    for (scope, expected) in [(["A", "C", "LATER"], ["A", "C"]), (nil, ["A", "B", "C"])] as [([String]?, [String])] {
      let token = try founded.open().write(session) { (transaction) throws(VaultError) in
        try transaction.addToken(
          name: "ci", environment: try transaction.snapshot().key("production", in: session), scope: scope, expires: 0,
          session: session)
      }
      let keys = try token.identity().publicIdentity
      session = try founded.shutOut(keys, by: session)
      #expect(try exposed(founded, session, to: keys).map(\.name) == expected)
    }
    try founded.put([("LATER", "1"), ("C", "2")], "production", as: session)
    #expect(try exposed(founded, session).map(\.name) == ["A", "A", "B"])
  }

  @Test func `names that would not fit into the note count as all`() throws {
    let founded = try Founded(["production"])
    try founded.put([("A", "1")], "production")
    let scope = (0..<1_500).map { "NAME_OF_TWENTY_BYTES_\($0)" }
    let token = try founded.open().write(founded.session) { (transaction) throws(VaultError) in
      try transaction.addToken(
        name: "ci", environment: try transaction.snapshot().key("production", in: founded.session), scope: scope,
        expires: 0, session: founded.session)
    }
    let session = try founded.shutOut(token.identity().publicIdentity)
    #expect(try exposed(founded, session).map(\.name) == ["A"])
  }

  @Test func `roles widen and narrow, and whoever comes back has not been shut out`() throws {
    let founded = try Founded(["development", "production"])
    let bob = try Identity()
    try founded.put([("A", "1")])
    try founded.put([("P", "1")], "production")
    try founded.letIn(bob.publicIdentity, ["development": .read], directory: .read)
    var session = try founded.change(bob.publicIdentity, ["development": .read, "production": .write])
    #expect(session.environments.values.allSatisfy { $0.epoch == 1 } && session.directory.epoch == 1)
    let wide = try founded.unlock(bob)
    #expect(try founded.texts(["P"], "production", session: wide) == ["1"])
    try founded.put([("P", "2")], "production", as: wide)
    // Writing ends without new keys, reading does not.
    session = try founded.change(bob.publicIdentity, ["development": .write, "production": .read], by: session)
    #expect(session.environments.values.allSatisfy { $0.epoch == 1 })
    #expect(throws: VaultError.noAccess(environment: "")) {
      try founded.put([("P", "3")], "production", as: try founded.unlock(bob))
    }
    session = try founded.change(bob.publicIdentity, ["development": .admin], by: session)
    #expect(session.environments.values.map(\.epoch).sorted() == [1, 2] && session.directory.epoch == 1)
    let narrow = try founded.unlock(bob)
    #expect(throws: VaultError.noAccess(environment: "production")) {
      try founded.texts(["P"], "production", session: narrow)
    }
    #expect(try founded.texts(["A"], session: narrow) == ["1"])
    #expect(try exposed(founded, session).map(\.name) == ["P"])
    session = try founded.change(bob.publicIdentity, ["production": .read], directory: .read, by: session)
    #expect(try exposed(founded, session).map(\.name) == ["A"])
    // Removed, and back with another role: what Bob may read is no matter.
    session = try founded.shutOut(bob.publicIdentity, by: session)
    #expect(try exposed(founded, session).map(\.name) == ["A", "P"])
    try founded.letIn(bob.publicIdentity, ["production": .read], directory: .read, as: "Bob again", by: session)
    #expect(try exposed(founded, session).map(\.name) == ["A"])
    #expect(try founded.texts(["P"], "production", session: try founded.unlock(bob)) == ["2"])
    _ = try founded.open().verifyWhole()
  }

  @Test func `three removals in a row, and those who stay, the recovery phrase too, read everything`() throws {
    let founded = try Founded(["development", "production"])
    try founded.put([("A", "1")])
    try founded.put([("P", "1")], "production")
    let people = [try Identity().publicIdentity, try Identity().publicIdentity, try Identity().publicIdentity]
    for (place, keys) in people.enumerated() {
      try founded.letIn(keys, ["development": .write, "production": .read], as: "member \(place)")
    }
    var session = founded.session
    for (place, keys) in people.enumerated() {
      session = try founded.shutOut(keys, by: session)
      #expect(session.directory.epoch == UInt32(place + 2))
      _ = try founded.open().verifyWhole()
      try founded.put([("A", "\(place + 2)")], as: session)
      #expect(throws: VaultError.noMember("")) { try founded.shutOut(keys, by: session) }
    }
    #expect(try exposed(founded, session).map(\.name) == ["P", "P", "P"])
    let recovery = try RecoveryPhrase(parsing: founded.phrase).identity(vault: founded.id)
    for contents in [try founded.contents(as: Founded.stranger(), by: recovery), try founded.contents()] {
      #expect(contents.environments["development"]?.first?.values.count == 4)
      #expect(contents.environments["production"]?.first?.current == Array("1".utf8))
    }
  }

  @Test func `nobody shuts himself out, the last admin stays, and a founder may go`() throws {
    let founded = try Founded()
    let founder = founded.identity.publicIdentity
    #expect(throws: VaultError.lastAdmin) { try founded.shutOut(founder) }
    #expect(throws: VaultError.lastAdmin) { try founded.change(founder, ["development": .admin]) }
    let recovery = try RecoveryPhrase(parsing: founded.phrase).identity(vault: founded.id)
    #expect(throws: VaultError.lastAdmin) { try founded.shutOut(founder, by: founded.unlock(recovery)) }
    let bob = try Identity()
    let eve = try Identity()
    try founded.letIn(bob.publicIdentity, ["development": .admin], directory: .admin)
    try founded.letIn(eve.publicIdentity, ["development": .admin], as: "Eve")
    #expect(throws: VaultError.ownAccess) { try founded.shutOut(founder) }
    #expect(throws: VaultError.ownAccess) { try founded.change(founder, [:], directory: .admin) }
    // An environment's admin is none of the vault.
    let asEve = try founded.unlock(eve)
    for attempt in [
      refusal({ () throws(VaultError) in try founded.shutOut(bob.publicIdentity, by: asEve) }),
      refusal({ () throws(VaultError) in try founded.change(bob.publicIdentity, [:], by: asEve) }),
      refusal({ () throws(VaultError) in try founded.letIn(Identity().publicIdentity, [:], as: "Mallory", by: asEve) }),
    ] { #expect(attempt == .noAccess(environment: "")) }
    try founded.put([("A", "1")])
    let session = try founded.shutOut(founder, by: try founded.unlock(bob))
    #expect(refusal { () throws(VaultError) in _ = try founded.unlock(founded.identity) }.map(isRemoval) == true)
    #expect(try founded.texts(["A"], session: session) == ["1"])
    #expect(throws: VaultError.lastAdmin) { try founded.shutOut(bob.publicIdentity, by: session) }
    _ = try founded.open().verifyWhole()
  }

  @Test func `whoever is a member by name or key, or shares one key with somebody, is not let in`() throws {
    let founded = try Founded()
    let bob = try Identity()
    let keys = bob.publicIdentity
    try founded.letIn(keys, [:])
    let half = PublicIdentity(wrapping: keys.wrapping, signing: try Identity().publicIdentity.signing)
    for (keys, name) in [
      (keys, "Bobby"), (try Identity().publicIdentity, "Bob"), (half, "Mallory"),
      (PublicIdentity(wrapping: try Identity().publicIdentity.wrapping, signing: keys.signing), "Mallory"),
    ] {
      #expect(throws: VaultError.memberExists(name)) { try founded.letIn(keys, [:], as: name) }
    }
    let session = try founded.shutOut(keys)
    #expect(throws: VaultError.memberExists("Mallory")) { try founded.letIn(half, [:], as: "Mallory", by: session) }
    // The name is free, and Bob himself may come back.
    try founded.letIn(try Identity().publicIdentity, [:], as: "Bob", by: session)
    try founded.letIn(keys, [:], as: "Robert", by: session)
    // A token does not come back as a person.
    let token = try founded.open().write(session) { (transaction) throws(VaultError) in
      try transaction.addToken(
        name: "ci", environment: try transaction.snapshot().key("development", in: session), scope: nil, expires: 0,
        session: session)
    }
    let machine = try token.identity().publicIdentity
    let after = try founded.shutOut(machine, by: session)
    #expect(throws: VaultError.memberExists("ci")) { try founded.letIn(machine, [:], as: "ci", by: after) }
  }

  @Test func `a note that does not follow is refused`() throws {
    let founded = try Founded()
    try founded.put([("A", "1")])
    let member = try Identity().publicIdentity.id
    let environment = try #require(founded.session.environments.keys.first)
    func end(_ epoch: UInt32) -> [UInt8] {
      var writer = CanonicalWriter()
      writer.fixed(environment.bytes)
      writer.u32(epoch)
      writer.u64(0)
      writer.u8(0)
      return writer.bytes
    }
    let name = AccessEnds.name(member)
    let cases: [(String, [UInt8], VaultError?)] = [
      ("of another kind", [9], nil),
      (name, [], .damaged(.record)), (name, [2], .needsNewer), (name, [1, 0, 0, 0, 0], .damaged(.record)),
      (name, [1, 1, 0, 0, 0] + end(0), .damaged(.record)),
      // An epoch that has not ended.
      (name, [1, 1, 0, 0, 0] + end(1), .damaged(.record)), (name, [1, 1, 0, 0, 0] + end(9), .damaged(.record)),
      (name, [1, 2, 0, 0, 0] + end(1) + end(2), .damaged(.record)),
      (name, [1, 1, 0, 0, 0] + end(1) + [0], .damaged(.record)),
      (name, [1, 255, 255, 255, 255] + end(1), .damaged(.record)),
      (String(name.dropLast()), [1, 1, 0, 0, 0] + end(1), .damaged(.record)),
      (name.uppercased().replacing("ACCESS-ENDED", with: "access-ended"), [1, 1, 0, 0, 0] + end(1), .damaged(.record)),
    ]
    for (name, content, expected) in cases {
      try founded.open().write(founded.session) { (transaction) throws(VaultError) in
        try transaction.record(.setting, name: name, content: content, founded.session.directory)
      }
      #expect(
        refusal { () throws(VaultError) in try exposed(founded, founded.session) } == expected, "\(name) \(content)")
      guard expected != nil else { continue }
      try founded.open().write(founded.session) { (transaction) throws(VaultError) in
        try transaction.remove(["setting/" + name], founded.session.directory)
      }
    }
  }
}
