import Testing

@testable import Platform
@testable import Sealing
@testable import Vault

/// Logs of several devices, brought together.
struct SyncTests {
  @Test func `a log that another is the beginning of is gone forward to`() throws {
    let ada = try Device()
    let bob = try ada.invite("Bob")
    try ada.put("A", "one")
    let outcome = try bob.sync(ada)
    #expect(outcome.step == .forward && outcome.brought.map(\.author) == ["Ada"] && outcome.waiting.isEmpty)
    #expect(try bob.value("A") == "one" && bob.head == ada.head)
    #expect(try ada.sync(bob).step == .nothing)
    #expect(try bob.sync(ada).step == .nothing)
  }

  @Test func `each makes its own changes again on the longer log`() throws {
    let ada = try Device()
    let bob = try ada.invite("Bob")
    try ada.put("A", "ada's")
    try ada.put("A", "ada's second")
    try bob.put("B", "bob's")
    #expect(try ada.sync(bob).step == .nothing)
    let outcome = try bob.sync(ada)
    #expect(outcome.step == .rebased && outcome.replayed == 1 && outcome.kept == nil, "\(outcome)")
    #expect(try bob.value("A") == "ada's second" && bob.value("B") == "bob's")
    #expect(try ada.sync(bob).step == .forward)
    #expect(try ada.head == bob.head && ada.value("B") == "bob's")
    _ = try ada.open().verifyWhole()
    _ = try bob.open().verifyWhole()
  }

  @Test func `a dry run changes nothing`() throws {
    let ada = try Device()
    let bob = try ada.invite("Bob")
    try ada.put("A", "1")
    try ada.put("A", "2")
    try bob.put("B", "3")
    let before = try bob.head
    #expect(try bob.sync(ada, isDry: true).replayed == 1)
    #expect(try bob.head == before && bob.value("A") == nil)
  }

  @Test func `what both changed is a conflict that names both, and the other value stays in the history`() throws {
    for side in [SyncChoice.Side.mine, .theirs] {
      let ada = try Device()
      try ada.put("X", "common")
      let bob = try ada.invite("Bob")
      try ada.put("X", "ada's")
      try ada.put("Y", "more")
      try bob.put("X", "bob's")
      let before = try bob.head
      let outcome = try bob.sync(ada)
      let conflict = try #require(outcome.conflicts.first)
      #expect(outcome.conflicts.count == 1 && outcome.step == .nothing)
      #expect(conflict.subject == .name("X", environment: "development"))
      #expect(conflict.mine.version == 2 && conflict.theirs?.version == 2 && conflict.theirs?.author == "Ada")
      #expect(try bob.head == before)
      let names = try bob.sync(ada, choice: SyncChoice(names: ["X": side]), isDry: true)
      #expect(names.isSettled)
      #expect(try bob.sync(ada, choice: SyncChoice(side)).step == .rebased)
      #expect(try bob.value("X") == (side == .mine ? "bob's" : "ada's"))
      #expect(try bob.history("X") == ["common", "ada's", "bob's"])
      #expect(try ada.sync(bob).step == .forward)
      #expect(try ada.head == bob.head)
    }
  }

  @Test func `the same value on both sides is no conflict`() throws {
    let ada = try Device()
    let bob = try ada.invite("Bob")
    try ada.put("X", "same")
    try ada.put("Y", "more")
    try bob.put("X", "same")
    let outcome = try bob.sync(ada)
    #expect(outcome.isSettled && outcome.replayed == 0)
    #expect(try bob.history("X") == ["same"] && bob.head == ada.head)
  }

  @Test func `removals, pointers, waiting versions and new environments are made again`() throws {
    let ada = try Device()
    for (name, value) in [("GONE", "x"), ("BACK", "1"), ("BACK", "2"), ("WAIT", "1")] { try ada.put(name, value) }
    let second = try Device("Ada", ada.key, joining: ada)
    for value in ["1", "2", "3", "4", "5", "6", "7", "8"] { try ada.put("MORE", value) }
    try second.remove("GONE")
    try second.point("BACK", to: 1)
    try second.pend("WAIT", "2")
    try second.change { (transaction, session) throws(VaultError) in
      _ = try transaction.addEnvironment("preview", directory: session.directory)
    }
    try second.put("P", "9", "preview")
    try second.put("NEW", "1")
    try second.pend("NEW", "2")
    let outcome = try second.sync(ada)
    #expect(outcome.step == .rebased && outcome.replayed == 7, "\(outcome)")
    #expect(try second.value("GONE") == nil && second.value("BACK") == "1" && second.value("WAIT") == "1")
    #expect(try second.history("WAIT") == ["1", "2"] && second.value("P", "preview") == "9")
    let versions = try second.read { (snapshot, session) throws(VaultError) in
      try snapshot.versions(of: "NEW", snapshot.key("development", in: session))
    }
    #expect(versions.current == 1 && versions.pending == 2)
    #expect(try ada.sync(second).step == .forward && ada.head == second.head)
    _ = try ada.open().verifyWhole()
  }

  @Test func `members and tokens are let in again`() throws {
    let ada = try Device()
    try ada.put("A", "1")
    let second = try Device("Ada", ada.key, joining: ada)
    for value in ["2", "3", "4", "5"] { try ada.put("A", value) }
    let bob = try second.invite("Bob")
    let session = try second.session()
    let tokens = try [nil, ["A"]].map { scope in
      try second.open().write(session) { (transaction) throws(VaultError) in
        try transaction.addToken(
          name: "ci \(scope?.count ?? 0)", environment: transaction.snapshot().key("development", in: session),
          scope: scope, expires: 0, session: session)
      }
    }
    #expect(try second.sync(ada).replayed == 3)
    #expect(try bob.sync(second).isSettled)
    #expect(try bob.value("A") == "5")
    for token in tokens {
      let value = try second.open().read { (snapshot) throws(VaultError) in
        try snapshot.values(["A"], snapshot.unlock(token, now: Clock.now()).keys)[0].map(bytes)
      }
      #expect(value == Array("5".utf8))
    }
    _ = try second.open().verifyWhole()
  }

  @Test func `a longer log of whoever was shut out does not push the removal out`() throws {
    let ada = try Device()
    let bob = try ada.invite("Bob")
    let carol = try ada.invite("Carol")
    try carol.sync(ada)
    try bob.sync(ada)
    let stale = try bob.log(for: ada)
    try ada.shutOut(bob)
    for value in ["1", "2", "3", "4", "5", "6", "7", "8", "9", "10"] { try bob.put("B", value) }
    let log = try bob.log(for: ada)
    let outcome = try ada.open().sync(with: [log, stale], ada.key, choice: SyncChoice())
    #expect(outcome.step == .nothing && outcome.isSettled)
    #expect(outcome.waiting == [SyncShare(author: "Bob", changes: 10, isShutOut: true, isOwn: false)])
    // Carol went along with Bob before she heard of it.
    #expect(try carol.sync(bob).step == .forward)
    try carol.put("C", "carol's")
    let carols = try carol.sync(ada)
    #expect(carols.step == .rebased && carols.replayed == 1 && carols.kept != nil)
    #expect(carols.waiting == [SyncShare(author: "Bob", changes: 10, isShutOut: true, isOwn: false)])
    #expect(try carol.value("B") == nil && carol.value("C") == "carol's")
    #expect(try ada.sync(carol).step == .forward)
    // What she had before is kept whole.
    let kept = try VaultArchive.load(try #require(carols.kept)).verify(carol.id)
    #expect(kept.archive.newest > 0)
    #expect(throws: VaultError.notForYou) { try bob.sync(ada) }
  }

  @Test func `two histories that each shut somebody out are left to people`() throws {
    let ada = try Device()
    let carol = try ada.invite("Carol", as: .admin, directory: .admin)
    let bob = try ada.invite("Bob")
    let dan = try ada.invite("Dan")
    try carol.sync(ada)
    let witness = try Device("Ada", ada.key, joining: ada)
    try ada.shutOut(bob)
    try witness.sync(ada)
    try carol.shutOut(dan)
    try carol.put("C", "1")
    let outcome = try ada.sync(carol)
    let contest = try #require(outcome.contest)
    #expect(outcome.step == .nothing && contest.firstDeeds.map(\.what) == [["removed Bob"]])
    #expect(contest.secondDeeds.map(\.what) == [["removed Dan"]] && contest.secondDeeds.map(\.author) == ["Carol"])
    #expect(try carol.sync(ada).contest != nil)
    #expect(try carol.sync(ada, choice: SyncChoice(.mine)).step == .nothing)
    let settled = try ada.sync(carol, choice: SyncChoice(.theirs))
    #expect(settled.step == .rebased && settled.kept == nil, "\(settled)")
    for device in [bob, dan] {
      let isActive = try ada.read { (snapshot, _) throws(VaultError) in snapshot.control.member(device.member)?.isActive
      }
      #expect(isActive == false)
    }
    #expect(try carol.sync(ada).step == .forward)
    // A copy of the log as it was before it was settled is no contest any more.
    #expect(try ada.sync(witness).step == .nothing)
    #expect(try witness.sync(carol).isSettled)
    #expect(try witness.head == carol.head && carol.head == ada.head)
    _ = try carol.open().verifyWhole()
  }

  @Test func `one person's two machines do not do a thing twice`() throws {
    let ada = try Device()
    let bob = try ada.invite("Bob")
    let second = try Device("Ada", ada.key, joining: ada)
    try ada.put("X", "first")
    #expect(try second.sync(ada).step == .forward)
    for value in ["1", "2", "3"] { try bob.put("B", value) }
    #expect(try ada.sync(bob).replayed == 1)
    try ada.put("X", "second")
    try second.put("Y", "second machine's")
    // Its tail holds the first change as well, which the other machine has made again and gone on from.
    let outcome = try second.sync(ada, bob)
    #expect(outcome.isSettled && outcome.replayed == 1, "\(outcome)")
    #expect(try second.history("X") == ["first", "second"] && second.value("Y") == "second machine's")
    #expect(try ada.sync(second).step == .forward && bob.sync(ada).step == .forward)
    #expect(try bob.head == second.head)
  }

  @Test func `what somebody may do no more is named, and given up only by her word`() throws {
    let ada = try Device(founding: ["development", "staging"])
    let bob = try ada.invite("Bob", ["development", "staging"])
    try ada.change { (transaction, session) throws(VaultError) in
      try transaction.removeEnvironment(transaction.snapshot().key("staging", in: session))
    }
    try bob.put("S", "1", "staging")
    try bob.put("D", "1")
    let outcome = try bob.sync(ada)
    #expect(outcome.isSettled == false && outcome.conflicts.map(\.theirs) == [nil])
    #expect(try bob.sync(ada, choice: SyncChoice(.mine)).isSettled == false)
    let given = try bob.sync(ada, choice: SyncChoice(.theirs))
    #expect(given.step == .rebased && given.replayed == 1 && given.kept != nil)
    #expect(try bob.value("D") == "1")
  }

  @Test func `a log of another vault, or with nothing in common, is refused`() throws {
    let (ada, other) = (try Device(), try Device())
    let log = try other.log(for: other)
    #expect(throws: VaultError.wrongVault) { try ada.open().sync(with: [log], ada.key, choice: SyncChoice()) }
  }
}
