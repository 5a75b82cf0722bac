import Testing

@testable import Platform
@testable import Sealing
@testable import Vault

/// The log, told to people: each entry held against the one after it.
struct LogWalkTests {
  private func walk(
    _ founded: Founded, _ session: Session?, as device: String = "first", limit: Int = .max
  ) throws(VaultError) -> [LogEvent] {
    try founded.open(as: device).read { (snapshot) throws(VaultError) in
      var events: [LogEvent] = []
      try snapshot.log(session) { (event) throws(VaultError) in
        events.append(event)
        return events.count < limit
      }
      return events
    }
  }

  private func changes(_ events: [LogEvent]) -> [String] {
    events.map { event in
      "\(event.kind)" + event.items.map { " \($0.name ?? "?") \($0.version ?? 0)" }.joined()
    }
  }

  @Test func `every change is told, the newest first, with the names and versions it was about`() throws {
    let founded = try Founded(["development", "staging"])
    try founded.put([("A", "1"), ("B", "2")])
    try founded.put([("A", "3")])
    try founded.point("A", to: 1)
    try founded.remove(["B", "A"])
    try founded.put([("B", "4")], "staging")
    try founded.open().write(founded.session) { (transaction) throws(VaultError) in
      try transaction.record(.leak, name: "x", content: [1], founded.session.directory)
    }
    for device in ["first", Founded.stranger()] {
      let events = try walk(founded, founded.session, as: device)
      #expect(
        changes(events) == [
          "leak leak/x 1", "put B 1", "remove B 0 A 0", "point A 1", "put A 2", "put A 1 B 1", "epoch", "epoch",
          "found",
        ])
      #expect(events.map(\.sequence) == Array(1...9).reversed())
      #expect(events.allSatisfy { $0.author == founded.identity.publicIdentity.id && $0.time > 1_700_000_000_000 })
      #expect(events.last?.members.count == 2 && events.suffix(3).map(\.epoch) == [1, 1, nil])
    }
    #expect(try walk(founded, founded.session, limit: 2).map(\.sequence) == [9, 8])
  }

  @Test func `without a key a name is its index, and the rest is told`() throws {
    let founded = try Founded()
    try founded.put([("A", "1")])
    try founded.remove(["A"])
    #expect(try changes(walk(founded, nil)) == ["remove ? 0", "put ? 1", "epoch", "found"])
    var session = founded.session
    session.environments = [:]
    let events = try walk(founded, session)
    #expect(changes(events) == ["remove ? 0", "put ? 1", "epoch", "found"])
    #expect(events[0].items[0].index == events[1].items[0].index && events[0].items[0].index.brief.count == 9)
  }

  // Behind the pin nothing is verified again when the vault is opened.
  @Test func `an entry or a body that was changed before what the device has seen is refused`() throws {
    let founded = try Founded()
    try founded.put([("A", "1")])
    try founded.put([("B", "2")])
    let file = try founded.file()
    for (column, sequence) in [("entry", 2), ("entry", 3), ("body", 2), ("body", 3)] {
      try founded.replaceFile(file)
      let changed = try founded.rows()
      try changed.run(
        "UPDATE log SET \(column) = (SELECT \(column) FROM log WHERE sequence = 1) WHERE sequence = \(sequence)")
      #expect(try founded.open().read { (snapshot) throws(VaultError) in snapshot.sequence } == 4)
      #expect(
        refusal { () throws(VaultError) in try walk(founded, founded.session) } == .damaged(.log),
        "\(column) \(sequence)")
    }
  }

  @Test func `values are told with their versions, and one name as all are`() throws {
    let founded = try Founded()
    try founded.put([("A", "1")])
    try founded.put([("A", "2"), ("B", "3")])
    try founded.remove(["B"])
    let (values, entry, all, count, none) = try founded.open().read { (snapshot) throws(VaultError) in
      let key = try snapshot.key("development", in: founded.session)
      return (
        try snapshot.versionedValues(["A", "B", "C"], key), try snapshot.entry("A", key), try snapshot.entries(key),
        try snapshot.count(of: key.environment), try snapshot.entry("C", key)
      )
    }
    #expect(values.map { $0?.version } == [2, nil, nil] && values[0].map { bytes($0.value) } == [0x32])
    #expect(entry == all.first && all.count == 1 && count == 1 && none == nil)
  }
}
