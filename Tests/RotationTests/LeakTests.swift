import Testing

@testable import Leaks
@testable import Rotation
@testable import Sealing
@testable import Vault

struct LeakTests {
  @Test func `a leak goes where its rotation goes`() throws {
    var (shop, record) = try Way.shop(at: .planned, leak: true)
    let expected: [RotationStep: LeakState] = [
      .pending: .rotating, .set: .rotating, .tested: .rotating, .promoted: .rotated, .rolledOut: .rotated,
      .revoked: .revoked, .dead: .dead,
    ]
    #expect(try shop.leaks().map(\.state) == [.rotating])
    for (event, step) in Way.steps {
      record = try Way.take(event, record, try shop.rotator())
      #expect(try shop.leaks().map(\.state) == [expected[step]], "\(step)")
    }
    let leak = try #require(try shop.leaks().first)
    #expect(leak.fingerprint == Way.fingerprint && leak.rule == "known-value" && leak.title == "a token")
    #expect(leak.home == LeakRecord.Home(environment: try shop.key().environment, name: "TOKEN"))
    #expect(leak.marks.map(\.state) == [.rotating, .rotated, .revoked, .dead])
    #expect(leak.firstSeen == leak.marks[0].time && record.leak == Way.fingerprint)
  }

  @Test func `one that was recorded before keeps what was recorded`() throws {
    let shop = try Shop()
    try shop.put("TOKEN", "old")
    let leaks = LeakLedger(shop.session.directory)
    let found = LeakLedger.NewLeak(Way.fingerprint, rule: "stripe-secret-key", title: "Stripe secret key", home: nil)
    _ = try shop.open().write(shop.session) { (transaction) throws(VaultError) in try leaks.open(found, transaction) }
    let again = LeakLedger.NewLeak(Way.fingerprint, title: "other", home: nil)
    _ = try shop.rotator().plan("TOKEN", playbook: "", leak: again)
    let leak = try #require(try shop.leaks().first)
    #expect(leak.rule == "stripe-secret-key" && leak.title == "Stripe secret key")
    #expect(leak.marks.map(\.state) == [.open, .rotating])
  }

  @Test func `two names with one leaked value move one leak, forwards only`() throws {
    let shop = try Shop()
    try shop.put("TOKEN", "old")
    try shop.put("COPY", "old")
    let leak = LeakLedger.NewLeak(Way.fingerprint, title: "a token", home: nil)
    let rotator = try shop.rotator()
    var first = try rotator.plan("TOKEN", playbook: "", leak: leak)
    var second = try rotator.plan("COPY", playbook: "", leak: leak)
    for (event, _) in Way.steps.prefix(6) { first = try Way.take(event, first, rotator) }
    #expect(try shop.leaks().map(\.state) == [.revoked])
    for (event, _) in Way.steps.prefix(5) { second = try Way.take(event, second, rotator) }
    #expect(try shop.leaks().map(\.state) == [.revoked])
    _ = try rotator.abort(second)
    #expect(try shop.leaks().map(\.state) == [.revoked])
    _ = try Way.take(.proveDead, first, rotator)
    #expect(try shop.leaks().map(\.state) == [.dead])
  }

  @Test func `while another rotation of it is open, giving one up leaves the leak to the other`() throws {
    let shop = try Shop()
    try shop.put("TOKEN", "old")
    try shop.put("COPY", "old")
    let leak = LeakLedger.NewLeak(Way.fingerprint, title: "a token", home: nil)
    let rotator = try shop.rotator()
    let first = try rotator.plan("TOKEN", playbook: "", leak: leak)
    let second = try rotator.plan("COPY", playbook: "", leak: leak)
    _ = try rotator.abort(first)
    #expect(try shop.leaks().map(\.state) == [.rotating])
    _ = try rotator.abort(second)
    #expect(try shop.leaks().map(\.state) == [.open])
  }

  private static let states: [LeakState] = [
    .open, .rotating, .rotated, .revoked, .dead, .dismissed(reason: "a test's key"),
  ]

  @Test func `a leak's states follow each other as they should`() {
    let allowed: [String: Set<String>] = [
      "open": ["rotating", "dismissed"], "dismissed": ["open", "rotating"], "rotating": ["rotated", "open"],
      "rotated": ["revoked", "open"], "revoked": ["dead"], "dead": [],
    ]
    for from in Self.states {
      let found = Self.states.filter { from.mayBecome($0) }.map(\.description)
      #expect(Set(found) == allowed[from.description], "\(from)")
    }
  }

  @Test func `a dismissed leak keeps its reason, and is taken up again`() throws {
    let shop = try Shop()
    try shop.put("TOKEN", "old")
    let leaks = LeakLedger(shop.session.directory)
    let leak = LeakLedger.NewLeak(Way.fingerprint, title: "a token", home: nil)
    func move(to state: LeakState) throws -> Bool {
      try shop.open().write(shop.session) { (transaction) throws(VaultError) in
        try leaks.move(Way.fingerprint, to: state, transaction)
      }
    }
    #expect(try !move(to: .rotating))
    _ = try shop.open().write(shop.session) { (transaction) throws(VaultError) in try leaks.open(leak, transaction) }
    #expect(try move(to: .dismissed(reason: "a test's key")))
    #expect(try !move(to: .dead))
    #expect(try shop.leaks().map(\.state) == [.dismissed(reason: "a test's key")])
    _ = try shop.rotator().plan("TOKEN", playbook: "", leak: leak)
    #expect(try shop.leaks().map(\.state) == [.rotating])
  }

  @Test func `of very many marks the first and the last are kept`() throws {
    var record = LeakRecord(
      Way.fingerprint, rule: "", title: "", home: nil, state: .open, time: 1, author: MemberID(Bytes16()))
    for time in 2...1000 {
      record.mark(time % 2 == 0 ? .rotating : .open, time: UInt64(time), author: MemberID(Bytes16()))
    }
    #expect(record.marks.count == 256)
    #expect(record.marks.map(\.time) == [1] + Array(746...1000))
  }

  @Test func `a fingerprint is read in either case, and nothing else is one`() {
    let text = "000102030405060708090a0b0c0d0e0f"
    #expect(LeakFingerprint(hex: text) == Way.fingerprint)
    #expect(LeakFingerprint(hex: text.uppercased()) == Way.fingerprint)
    #expect(Way.fingerprint.description == text)
    for wrong in ["", "00", text + "0", text + "00", String(text.dropLast()), "g" + text.dropFirst(), " " + text] {
      #expect(LeakFingerprint(hex: wrong) == nil, "\(wrong)")
    }
  }
}
