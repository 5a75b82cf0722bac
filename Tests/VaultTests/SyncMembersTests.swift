import Testing

@testable import Platform
@testable import Sealing
@testable import Vault

/// Two admins who change the same member, each on a machine of her own.
@Suite struct SyncMembersTests {
  private let ada: Device
  private let bob: Device
  private let carol: Device

  init() throws {
    ada = try Device(founding: ["development", "production"])
    bob = try ada.invite("Bob", as: .admin, directory: .admin, ["development", "production"])
    carol = try ada.invite("Carol", as: .read, directory: .read)
    try bob.sync(ada)
  }

  private func change(_ by: Device, _ roles: [String: Role]) throws {
    try by.change { (transaction, session) throws(VaultError) in
      _ = try transaction.changeRoles(of: carol.member, to: Self.named(roles, transaction, session), session: session)
    }
  }

  /// As the commands make them, the directory's among them.
  private static func named(
    _ roles: [String: Role], _ transaction: Transaction, _ session: Session
  ) throws(VaultError) -> [EnvironmentID: Role] {
    var all: [EnvironmentID: Role] = [.directory: roles.values.contains { $0 >= .write } ? .write : .read]
    for (name, role) in roles {
      all[try transaction.snapshot().environment(named: name, directory: session.directory).id] = role
    }
    return all
  }

  private func roles(_ device: Device) throws -> [String: Role] {
    try device.read { (snapshot, session) throws(VaultError) in
      var roles: [String: Role] = [:]
      guard let member = snapshot.control.member(carol.member), member.isActive else { return [:] }
      for environment in try snapshot.environments(session.directory) {
        roles[environment.name] = member.roles[environment.id]
      }
      return roles
    }
  }

  /// Makes Ada's log the longer one.
  private func lead() throws { for number in 1...4 { try ada.put("LONG", "\(number)") } }

  @Test func `rights in different environments come together`() throws {
    try change(ada, ["development": .write])
    try lead()
    try change(bob, ["development": .read, "production": .read])
    let outcome = try bob.sync(ada)
    #expect(outcome.isSettled && outcome.replayed == 1 && outcome.left.isEmpty)
    #expect(try roles(bob) == ["development": .write, "production": .read])
    try ada.sync(bob)
    #expect(try roles(ada) == roles(bob) && ada.head.hash == bob.head.hash)
  }

  @Test(arguments: [(SyncChoice.Side.mine, Role.admin), (.theirs, .write)])
  func `different rights in one are a conflict that names both, and either can count`(
    side: SyncChoice.Side, role: Role
  ) throws {
    try change(ada, ["development": .write])
    try lead()
    try change(bob, ["development": .write])
    try change(bob, ["development": .admin])
    let refused = try bob.sync(ada)
    let conflict = try #require(refused.conflicts.first)
    #expect(refused.conflicts.count == 1 && conflict.subject == .member("Carol"))
    #expect(conflict.mine.deed == .changed && conflict.theirs?.deed == .changed && conflict.theirs?.author == "Ada")
    #expect(try roles(bob) == ["development": .admin])
    let outcome = try bob.sync(ada, choice: SyncChoice(side))
    #expect(outcome.isSettled && outcome.left.isEmpty)
    #expect(try roles(bob) == ["development": role])
    try ada.sync(bob)
    #expect(try roles(ada) == ["development": role] && ada.head.hash == bob.head.hash)
    // With the keys that go with it.
    try carol.sync(ada)
    try carol.put("BY_CAROL", "1")
  }

  @Test func `whom the other side removed stays out, and that is told`() throws {
    try ada.shutOut(carol)
    try change(bob, ["development": .admin])
    let refused = try bob.sync(ada)
    #expect(refused.conflicts.first?.theirs?.deed == .removed && refused.conflicts.first?.theirs?.author == "Ada")
    let outcome = try bob.sync(ada, choice: SyncChoice(.mine))
    #expect(outcome.isSettled && outcome.left == refused.conflicts)
    #expect(try roles(bob).isEmpty)
  }

  @Test func `removed and let in again, nobody gets back what the other side took`() throws {
    let both: [String: Role] = ["development": .write, "production": .write]
    try change(ada, both)
    try bob.sync(ada)
    try change(ada, ["development": .write])
    try lead()
    try bob.shutOut(carol)
    try bob.change { (transaction, session) throws(VaultError) in
      try transaction.addMember(
        carol.key.identity.publicIdentity, name: "Carol", roles: Self.named(both, transaction, session),
        session: session)
    }
    let outcome = try bob.sync(ada, choice: SyncChoice(.theirs))
    #expect(outcome.isSettled)
    #expect(try roles(bob) == ["development": .write])
    try ada.sync(bob)
    #expect(try roles(ada) == roles(bob) && ada.head.hash == bob.head.hash)
  }

  @Test func `two people let in by one name are a conflict that names who let the other in`() throws {
    _ = try ada.invite("Dan", as: .read)
    try lead()
    _ = try bob.invite("Dan", as: .write)
    let refused = try bob.sync(ada)
    #expect(refused.conflicts.map(\.subject) == [.member("Dan")])
    #expect(refused.conflicts.first?.theirs?.deed == .added && refused.conflicts.first?.theirs?.author == "Ada")
    let outcome = try bob.sync(ada, choice: SyncChoice(.mine))
    #expect(outcome.isSettled && outcome.left.count == 1)
  }

  @Test func `what both took away stays taken, whoever decides`() throws {
    try change(ada, ["development": .read, "production": .read])
    try bob.sync(ada)
    try change(ada, ["development": .read])
    try lead()
    try change(bob, ["production": .read])
    #expect(try bob.sync(ada).contest != nil)
    let outcome = try bob.sync(ada, choice: SyncChoice(.theirs))
    #expect(outcome.isSettled && outcome.isContestSettled)
    #expect(try roles(bob).isEmpty)
    try ada.sync(bob)
    #expect(try roles(ada).isEmpty && ada.head.hash == bob.head.hash)
  }
}
