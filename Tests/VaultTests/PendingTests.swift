import Testing

@testable import Platform
@testable import Sealing
@testable import Vault

/// Versions that wait to be put in use.
struct PendingTests {
  @discardableResult
  private func pend(_ value: String, of name: String = "A", in founded: Founded) throws(VaultError) -> UInt32 {
    let new = Transaction.NewValue(name: name, value: try secret(Array(value.utf8)), generator: "hex:16")
    return try founded.open().write(founded.session) { (transaction) throws(VaultError) in
      try transaction.pend(new, transaction.snapshot().key("development", in: founded.session))
    }
  }

  private func promote(
    _ pending: UInt32, over current: UInt32?, of name: String = "A", in founded: Founded
  ) throws(VaultError) {
    try founded.open().write(founded.session) { (transaction) throws(VaultError) in
      let key = try transaction.snapshot().key("development", in: founded.session)
      try transaction.promote(name, pending: pending, over: current, key)
    }
  }

  private func withdraw(_ pending: UInt32, of name: String = "A", in founded: Founded) throws(VaultError) {
    try founded.open().write(founded.session) { (transaction) throws(VaultError) in
      let key = try transaction.snapshot().key("development", in: founded.session)
      try transaction.withdraw(name, pending: pending, key)
    }
  }

  private func versions(_ founded: Founded, of name: String = "A") throws(VaultError) -> [UInt32?] {
    let found = try founded.open().read { (snapshot) throws(VaultError) in
      try snapshot.versions(of: name, snapshot.key("development", in: founded.session))
    }
    return [found.current, found.pending, found.previous]
  }

  @Test func `a version waits until it is promoted`() throws {
    let founded = try Founded()
    try founded.put([("A", "1")])
    #expect(try versions(founded) == [1, nil, nil])
    #expect(try pend("2", in: founded) == 2)
    #expect(try versions(founded) == [1, 2, nil])
    #expect(try founded.values(["A"]) == [[0x31]])
    var name = try #require(try founded.contents().environments["development"]?.first)
    #expect(name.entry.current == 1 && name.entry.newest == 2 && name.entry.pending == 2)
    #expect(name.history.map(\.isPending) == [true, false] && name.history.map(\.isCurrent) == [false, true])
    #expect(name.history.map(\.generator) == ["hex:16", ""])
    #expect(name.values == [[0x32], [0x31]])
    try promote(2, over: 1, in: founded)
    #expect(try versions(founded) == [2, nil, 1])
    #expect(try founded.values(["A"]) == [[0x32]])
    name = try #require(try founded.contents().environments["development"]?.first)
    #expect(name.entry.pending == nil && name.history.map(\.isPending) == [false, false])
    #expect(try founded.open().verifyWhole().names == 1)
    // As a device that never saw the vault verifies it.
    #expect(try founded.everything().allSatisfy { $0.environments["development"]?.first == name })
  }

  @Test func `one that is withdrawn stays in the history`() throws {
    let founded = try Founded()
    try founded.put([("A", "1")])
    try pend("2", in: founded)
    try withdraw(2, in: founded)
    #expect(try versions(founded) == [1, nil, nil])
    let name = try #require(try founded.contents().environments["development"]?.first)
    #expect(name.values == [[0x32], [0x31]] && name.current == [0x31])
    #expect(try pend("3", in: founded) == 3)
    #expect(try founded.open().verifyWhole().records == 3)
  }

  @Test func `a new name can wait, and has no value until it is promoted`() throws {
    let founded = try Founded()
    #expect(try pend("1", in: founded) == 1)
    #expect(try versions(founded) == [nil, 1, nil])
    #expect(try founded.values(["A"]) == [nil])
    let key = try #require(founded.session.environments.values.first)
    let (listed, all) = try founded.open().read { (snapshot) throws(VaultError) in
      (try snapshot.entries(key).count, try snapshot.entries(key, includingRemoved: true).count)
    }
    #expect(listed == 0 && all == 1)
    try promote(1, over: nil, in: founded)
    #expect(try versions(founded) == [1, nil, nil])
    #expect(try founded.values(["A"]) == [[0x31]])
  }

  @Test func `one that waits takes the place of another`() throws {
    let founded = try Founded()
    try founded.put([("A", "1")])
    try pend("2", in: founded)
    try pend("3", in: founded)
    #expect(try versions(founded) == [1, 3, nil])
    #expect(
      refusal { () throws(VaultError) in try promote(2, over: 1, in: founded) }
        == .moved(name: "A", current: 1, pending: 3))
    try promote(3, over: 1, in: founded)
    #expect(try versions(founded) == [3, nil, 1])
  }

  @Test(
    arguments: [
      (2, 2), (2, nil), (1, 1), (3, 1), (0, 1), (UInt32.max, 1), (2, UInt32.max),
    ] as [(UInt32, UInt32?)])
  func `a promotion that expects other versions is refused`(_ pending: UInt32, _ current: UInt32?) throws {
    let founded = try Founded()
    try founded.put([("A", "1")])
    try pend("2", in: founded)
    let before = try founded.state().head
    #expect(
      refusal { () throws(VaultError) in try promote(pending, over: current, in: founded) }
        == .moved(name: "A", current: 1, pending: 2))
    #expect(try founded.state().head == before)
  }

  @Test func `without a version that waits nothing is promoted or withdrawn`() throws {
    let founded = try Founded()
    try founded.put([("A", "1")])
    let moved = VaultError.moved(name: "A", current: 1, pending: nil)
    #expect(refusal { () throws(VaultError) in try promote(1, over: 1, in: founded) } == moved)
    #expect(refusal { () throws(VaultError) in try withdraw(1, in: founded) } == moved)
    let missing = VaultError.noEntry(name: "B", environment: "")
    #expect(refusal { () throws(VaultError) in try promote(1, over: nil, of: "B", in: founded) } == missing)
    #expect(refusal { () throws(VaultError) in try withdraw(1, of: "B", in: founded) } == missing)
    #expect(refusal { () throws(VaultError) in try versions(founded, of: "B") } == missing)
  }

  @Test func `a set beside one that waits leaves it waiting, and the promotion finds out`() throws {
    let founded = try Founded()
    try founded.put([("A", "1")])
    try pend("2", in: founded)
    #expect(try founded.put([("A", "3")]) == [3])
    #expect(try versions(founded) == [3, 2, 1])
    #expect(
      refusal { () throws(VaultError) in try promote(2, over: 1, in: founded) }
        == .moved(name: "A", current: 3, pending: 2))
    #expect(try founded.values(["A"]) == [[0x33]])
    // Whoever looks again may.
    try promote(2, over: 3, in: founded)
    #expect(try versions(founded) == [2, nil, 3])
    #expect(try founded.put([("A", "4")]) == [4])
    #expect(try founded.open().verifyWhole().records == 4)
  }

  @Test func `a rollback beside one that waits leaves it waiting`() throws {
    let founded = try Founded()
    for value in ["1", "2"] { try founded.put([("A", value)]) }
    try pend("3", in: founded)
    try founded.point("A", to: 1)
    #expect(try versions(founded) == [1, 3, 2])
    #expect(
      refusal { () throws(VaultError) in try promote(3, over: 2, in: founded) }
        == .moved(name: "A", current: 1, pending: 3))
    // And one to the version that waits.
    try founded.point("A", to: 3)
    #expect(try versions(founded) == [3, 3, 1])
    try withdraw(3, in: founded)
    #expect(try versions(founded) == [3, nil, 1])
    #expect(try founded.open().verifyWhole().names == 1)
  }

  @Test func `a removal takes what waits out of use too`() throws {
    let founded = try Founded()
    try founded.put([("A", "1")])
    try pend("2", in: founded)
    try founded.remove(["A"])
    #expect(try versions(founded) == [nil, nil, 1])
    #expect(
      refusal { () throws(VaultError) in try promote(2, over: 1, in: founded) }
        == .moved(name: "A", current: nil, pending: nil))
    #expect(try pend("3", in: founded) == 3)
    try promote(3, over: nil, in: founded)
    #expect(try versions(founded) == [3, nil, 1])
  }

  @Test func `one transaction pends and promotes`() throws {
    let founded = try Founded()
    try founded.put([("A", "1")])
    try founded.open().write(founded.session) { (transaction) throws(VaultError) in
      let key = try transaction.snapshot().key("development", in: founded.session)
      let version = try transaction.pend(Transaction.NewValue(name: "A", value: secret([0x32])), key)
      try transaction.promote("A", pending: version, over: 1, key)
    }
    #expect(try versions(founded) == [2, nil, 1])
  }
}
