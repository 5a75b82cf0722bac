import Testing

@testable import Platform
@testable import Sealing
@testable import Vault

struct EntriesTests {
  static let odd: [(String, [UInt8])] = [
    ("EMPTY", []),
    ("LINES", Array("-----BEGIN KEY-----\nabc\r\n\ndef\n-----END KEY-----\n".utf8)),
    ("EQUALS", Array("a=b==c=".utf8)),
    ("DOLLARS", Array("$HOME ${X} $$ $(id) `id`".utf8)),
    ("UNICODE", Array("pässwörd 🔑 \u{202E}é".utf8)),
    ("SPACES", Array("  \t inside \t ".utf8)),
    ("QUOTES", Array(#"'"\'\"#.utf8)),
    ("NOT_TEXT", Array(1...255)),
    ("LONG", (0..<(100 * 1024)).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ $0 >> 8) }),
  ]

  @Test func `odd values come back byte for byte`() throws {
    let founded = try Founded()
    try founded.open().write(founded.session) { (transaction) throws(VaultError) in
      let key = try transaction.snapshot().key("development", in: founded.session)
      var values: [Transaction.NewValue] = []
      for (name, content) in Self.odd {
        values.append(Transaction.NewValue(name: name, value: try secret(content)))
      }
      _ = try transaction.put(values, key)
    }
    let found = try founded.values(Self.odd.map(\.0))
    for ((name, content), value) in zip(Self.odd, found) { #expect(value == content, "\(name)") }
  }

  @Test func `a new vault has its name, members and environments`() throws {
    let founded = try Founded(["production", "qa", "development", "staging"])
    let contents = try founded.contents()
    #expect(contents.vault == "shop")
    #expect(contents.members == ["Ada", "recovery phrase"])
    let names = try founded.open().read { (snapshot) throws(VaultError) in
      try snapshot.environments(founded.session.directory).map(\.name)
    }
    #expect(names == ["development", "staging", "production", "qa"])
  }

  @Test func `each put is a version, and the last is in use`() throws {
    let founded = try Founded()
    #expect(try founded.put([("A", "1"), ("B", "x")]) == [1, 1])
    #expect(try founded.put([("A", "2")]) == [2])
    #expect(try founded.put([("A", "3"), ("C", "y")]) == [3, 1])
    let name = try #require(try founded.contents().environments["development"]?.first)
    #expect(name.entry.name == "A")
    #expect(name.entry.current == 3)
    #expect(name.entry.newest == 3)
    #expect(name.history.map(\.version) == [3, 2, 1])
    #expect(name.history.map(\.isCurrent) == [true, false, false])
    #expect(name.history.allSatisfy { $0.author == founded.identity.publicIdentity.id })
    #expect(name.values == [[0x33], [0x32], [0x31]])
  }

  @Test func `an earlier version is put in use again and the next put goes on counting`() throws {
    let founded = try Founded()
    for value in ["1", "2", "3"] { try founded.put([("A", value)]) }
    try founded.point("A", to: 1)
    #expect(try founded.values(["A"]) == [[0x31]])
    let name = try #require(try founded.contents().environments["development"]?.first)
    #expect(name.entry.current == 1)
    #expect(name.entry.newest == 3)
    #expect(try founded.put([("A", "4")]) == [4])
    #expect(try founded.values(["A"]) == [[0x34]])
    #expect(
      refusal { () throws(VaultError) in try founded.point("A", to: 5) } == .noVersion(name: "A", version: 5))
    #expect(
      refusal { () throws(VaultError) in try founded.point("B", to: 1) }
        == .noEntry(name: "B", environment: ""))
  }

  @Test func `a removed name is gone from use, keeps its versions and can come back`() throws {
    let founded = try Founded()
    try founded.put([("A", "1"), ("B", "2")])
    try founded.remove(["A"])
    #expect(try founded.values(["A", "B", "NEVER"]) == [nil, [0x32], nil])
    let names = try founded.open().read { (snapshot) throws(VaultError) in
      try snapshot.entries(snapshot.key("development", in: founded.session)).map(\.name)
    }
    #expect(names == ["B"])
    let removed = try #require(try founded.contents().environments["development"]?.first)
    #expect(removed.entry.name == "A")
    #expect(removed.entry.current == nil)
    #expect(removed.values == [[0x31]])
    let again = refusal { () throws(VaultError) in try founded.remove(["A"]) }
    #expect(again == .noEntry(name: "A", environment: ""))
    try founded.point("A", to: 1)
    #expect(try founded.values(["A"]) == [[0x31]])
    try founded.remove(["A"])
    #expect(try founded.put([("A", "new")]) == [2])
  }

  @Test func `one name has a value of its own in each environment`() throws {
    let founded = try Founded(["development", "production"])
    try founded.put([("A", "dev")], "development")
    try founded.put([("A", "prod")], "production")
    #expect(try founded.values(["A"], "development") == [Array("dev".utf8)])
    #expect(try founded.values(["A"], "production") == [Array("prod".utf8)])
    try founded.remove(["A"], "development")
    #expect(try founded.values(["A"], "production") == [Array("prod".utf8)])
  }

  @Test func `environments are made and taken out of use`() throws {
    let founded = try Founded()
    var session = founded.session
    let key = try founded.open().write(session) { (transaction) throws(VaultError) in
      try transaction.addEnvironment("qa", directory: session.directory)
    }
    session.environments[key.environment] = key
    try founded.open().write(session) { (transaction) throws(VaultError) in
      _ = try transaction.put([Transaction.NewValue(name: "A", value: secret([1]))], key)
    }
    // Whoever unlocks anew has the new key too, and the holder of the phrase as well.
    let everything = try founded.everything()
    #expect(everything.allSatisfy { $0.environments["qa"]?.first?.current == [1] })
    try founded.open().write(session) { (transaction) throws(VaultError) in
      try transaction.removeEnvironment(key)
    }
    #expect(try founded.contents().environments.keys.sorted() == ["development"])
    let gone = refusal { () throws(VaultError) in try founded.values(["A"], "qa") }
    #expect(gone == .noEnvironment("qa"))
    let late = refusal { () throws(VaultError) in
      try founded.open().write(session) { (transaction) throws(VaultError) in
        _ = try transaction.put([Transaction.NewValue(name: "A", value: secret([2]))], key)
      }
    }
    #expect(late != nil)
    #expect(try founded.contents().environments.keys.sorted() == ["development"])
  }

  @Test func `a body that throws changes nothing`() throws {
    let founded = try Founded()
    try founded.put([("A", "1")])
    let before = try founded.contents()
    let error = refusal { () throws(VaultError) in
      try founded.open().write(founded.session) { (transaction) throws(VaultError) in
        let key = try transaction.snapshot().key("development", in: founded.session)
        _ = try transaction.put([Transaction.NewValue(name: "A", value: secret([9]))], key)
        throw VaultError.noEnvironment("on purpose")
      }
    }
    #expect(error == .noEnvironment("on purpose"))
    #expect(try founded.contents() == before)
  }

  @Test func `what one transaction did is seen by what it does next`() throws {
    let founded = try Founded()
    try founded.open().write(founded.session) { (transaction) throws(VaultError) in
      let key = try transaction.snapshot().key("development", in: founded.session)
      let first = try transaction.put([Transaction.NewValue(name: "A", value: secret([1]))], key)
      let second = try transaction.put([Transaction.NewValue(name: "A", value: secret([2]))], key)
      guard first == [1], second == [2] else { throw .conflict }
      try transaction.remove(["A"], key)
      _ = try transaction.put([Transaction.NewValue(name: "A", value: secret([3]))], key)
    }
    #expect(try founded.everything()[0].environments["development"]?.first?.values == [[3], [2], [1]])
  }

  @Test func `five thousand names are found, and so is the absence of others`() throws {
    let founded = try Founded()
    let names = (0..<5000).map { "NAME_\($0)" }
    let vault = try founded.open()
    try founded.put(names.map { ($0, "value of \($0)") }, in: vault)
    let asked = ["NAME_0", "NAME_4999", "NAME_5000", "name_1", "", "NAME_2500"]
    let found = try founded.values(asked, in: vault)
    for (name, value) in zip(asked, found) {
      #expect(value == (names.contains(name) ? Array("value of \(name)".utf8) : nil), "\(name)")
    }
    let listed = try vault.read { (snapshot) throws(VaultError) in
      try snapshot.entries(snapshot.key("development", in: founded.session)).map(\.name)
    }
    #expect(listed == names.sorted())
    try founded.put([("NAME_77", "changed")], in: vault)
    #expect(try founded.values(["NAME_77", "NAME_78"], in: vault)[0] == Array("changed".utf8))
    #expect(try vault.verifyWhole().names == 5000)
  }

  @Test func `neither names nor values stand in the files`() throws {
    let founded = try Founded()
    let canary = "canary-\(Randomness.bytes(12).hex)"
    try founded.put([("NAME_\(canary)", "value-\(canary)")])
    let vault = try founded.open()
    try founded.put([("NAME_\(canary)", "value-\(canary)-2")], in: vault)
    let needle = Array(canary.utf8)
    for suffix in ["", "-wal", "-shm"] {
      let bytes = try Files.read(founded.path + suffix, limit: .max)
      #expect(!bytes.isEmpty)
      let hits = bytes.indices.dropLast(needle.count).count {
        bytes[$0] == needle[0] && Array(bytes[$0..<($0 + needle.count)]) == needle
      }
      #expect(hits == 0, "\(suffix)")
    }
  }

  @Test func `values of 1 to 63 bytes are stored in one size`() throws {
    let founded = try Founded()
    try founded.put((1...63).map { ("N\($0)", String(repeating: "x", count: $0)) })
    let sizes = try founded.rows().integer("SELECT count(DISTINCT length(bytes)) FROM record")
    #expect(sizes == 1)
  }
}
