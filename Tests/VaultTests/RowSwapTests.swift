import Testing

@testable import Platform
@testable import Sealing
@testable import Vault

/// Rows moved by somebody who can write the file and holds no key: between names, environments, versions and vaults.
struct RowSwapTests {
  private static let environments = ["development", "staging", "production"]
  private static let names = (0..<20).map { "NAME_\($0)" }

  /// How a row is refused that is not the one that belongs in its place.
  private static func expected(_ table: String) -> VaultError {
    switch table {
    case "record": .damaged(.record)
    case "node": .damaged(.map)
    case "wrap": .damaged(.wrap)
    default: .damaged(.log)
    }
  }

  /// How a row is refused when one of its bytes was changed. An entry says at once that it is of a later format, another
  /// vault's or a stranger's.
  private static func expected(_ place: Rows.Place, flippedAt offset: Int) -> [VaultError] {
    guard place.table == "log", place.column == "entry" else { return [expected(place.table)] }
    let sequence = UInt64(place.number)
    switch offset {
    case ..<2: return [.needsNewer]
    case ..<18: return [.wrongVault]
    case ..<58: return [.damaged(.log)]
    case ..<66: return [.badSignature(sequence: sequence)]
    case ..<82: return [.unauthorised(sequence: sequence)]
    default: return [.badSignature(sequence: sequence), .damaged(.log)]
    }
  }

  private func filled() throws -> Founded {
    let founded = try Founded(Self.environments)
    for environment in Self.environments {
      try founded.put(Self.names.map { ($0, "\(environment) \($0)") }, environment)
    }
    return founded
  }

  private struct Target {
    let environment: String
    let name: String
    let place: Rows.Place
  }

  private func targets(_ founded: Founded, _ rows: Rows) throws -> [Target] {
    // Records are numbered in the order in which they were put.
    zip(try rows.places("record", "bytes"), Self.environments.flatMap { e in Self.names.map { (e, $0) } })
      .map { Target(environment: $1.0, name: $1.1, place: $0) }
  }

  @Test func `a record under another name or environment is refused`() throws {
    let founded = try filled()
    let rows = try founded.rows()
    let vault = try founded.open()
    let targets = try targets(founded, rows)
    #expect(targets.count == 60)
    let records = try targets.map { try rows.read($0.place) }
    var refused = 0
    for target in targets {
      let own = Array("\(target.environment) \(target.name)".utf8)
      #expect(try founded.values([target.name], target.environment, in: vault) == [own])
      for (source, bytes) in records.enumerated() where targets[source].place != target.place {
        let error = try rows.with(bytes, in: target.place) { () throws(VaultError) in
          refusal { () throws(VaultError) in
            try founded.values([target.name], target.environment, in: vault)
          }
        }
        if error == .damaged(.record) { refused += 1 }
      }
    }
    #expect(refused == 60 * 59)
  }

  @Test(arguments: [("node", "bytes"), ("wrap", "bytes"), ("log", "entry"), ("log", "body")])
  func `every ordered pair of rows, one over the other, is refused`(table: String, column: String) throws {
    let founded = try filled()
    let before = try founded.everything()
    let rows = try founded.rows()
    let stranger = try Stranger(to: founded)
    let places = try rows.places(table, column)
    #expect(places.count > 6)
    let all = try places.map { try rows.read($0) }
    var wrong: [String] = []
    for (target, place) in places.enumerated() {
      for source in places.indices where source != target && all[source] != all[target] {
        let error = try rows.with(all[source], in: place) { () throws(VaultError) in stranger.refuses() }
        if error != Self.expected(table) {
          wrong.append("\(places[source]) over \(place): \(String(describing: error))")
        }
      }
    }
    #expect(wrong.isEmpty)
    #expect(try founded.everything() == before)
  }

  @Test func `rows of another vault are refused`() throws {
    let mine = try filled()
    let other = try filled()
    let rows = try mine.rows()
    let foreign = try other.rows()
    let stranger = try Stranger(to: mine)
    var wrong: [String] = []
    for (table, column) in [
      ("record", "bytes"), ("node", "bytes"), ("wrap", "bytes"), ("log", "entry"), ("log", "body"),
    ] {
      let places = try rows.places(table, column)
      for (place, source) in zip(places, try foreign.places(table, column)) {
        let error = try rows.with(foreign.read(source), in: place) { () throws(VaultError) in
          stranger.refuses(values: table == "record")
        }
        // An entry says first whose it is.
        let expected: VaultError = column == "entry" ? .wrongVault : Self.expected(table)
        if error != expected { wrong.append("\(place): \(String(describing: error))") }
      }
    }
    #expect(wrong.isEmpty)
  }

  @Test func `another vault's file is refused`() throws {
    let mine = try filled()
    let other = try filled()
    try mine.replaceFile(other.file())
    let known = refusal { () throws(VaultError) in try mine.contents() }
    #expect(known == .wrongVault)
    let unknown = refusal { () throws(VaultError) in try mine.contents(as: Founded.stranger()) }
    #expect(unknown == .wrongVault)
  }

  @Test func `old rows that were valid once are refused`() throws {
    let founded = try Founded()
    try founded.put([("A", "old"), ("B", "b")])
    let rows = try founded.rows()
    let record = try #require(try rows.places("record", "bytes").first)
    let oldRecord = try rows.read(record)
    let oldNodes = try rows.places("node", "bytes").map { ($0, try rows.read($0)) }
    try founded.put([("A", "new")])
    let newRecord = try #require(try rows.places("record", "bytes").last)
    let stale = try rows.with(oldRecord, in: newRecord) { () throws(VaultError) in
      refusal { () throws(VaultError) in try founded.values(["A"]) }
    }
    #expect(stale == .damaged(.record))
    for (place, bytes) in oldNodes where try rows.read(place) != bytes {
      let error = try rows.with(bytes, in: place) { () throws(VaultError) in
        refusal { () throws(VaultError) in try founded.values(["A"]) }
      }
      #expect(error == .damaged(.map))
    }
    #expect(try founded.values(["A"]) == [Array("new".utf8)])
  }

  @Test func `a removed name cannot be brought back by its old rows`() throws {
    let founded = try Founded()
    try founded.put([("A", "a"), ("B", "b")])
    let rows = try founded.rows()
    let nodes = try rows.places("node", "bytes").map { ($0, try rows.read($0)) }
    try founded.remove(["A"])
    for (place, bytes) in nodes { try rows.write(place, bytes) }
    #expect(refusal { () throws(VaultError) in try founded.values(["A"]) } == .damaged(.map))
  }

  @Test(arguments: ["record", "node", "wrap", "log"])
  func `a missing row is refused`(table: String) throws {
    let founded = try filled()
    let file = try founded.file()
    let count = Int(try founded.rows().integer("SELECT count(*) FROM \(table)"))
    #expect(count > 0)
    for place in table == "record" ? Array(stride(from: 0, to: count, by: 7)) : Array(0..<count) {
      try founded.replaceFile(file)
      try founded.rows().run(
        table == "record" || table == "log"
          ? "DELETE FROM \(table) WHERE rowid = (SELECT rowid FROM \(table) LIMIT 1 OFFSET \(place))"
          : table == "node"
            ? """
            DELETE FROM node WHERE (environment, epoch, path) =
            (SELECT environment, epoch, path FROM node LIMIT 1 OFFSET \(place))
            """
            : """
            DELETE FROM wrap WHERE (environment, epoch, member) =
            (SELECT environment, epoch, member FROM wrap LIMIT 1 OFFSET \(place))
            """)
      // Nobody misses the newest entry who never saw it; this device did.
      let isNewest = table == "log" && place == count - 1
      let error = refusal { () throws(VaultError) in
        if isNewest { _ = try founded.contents() } else { _ = try founded.everything() }
      }
      #expect(
        error
          == (isNewest
            ? .rollback(seen: UInt64(count), found: UInt64(count) - 1) : Self.expected(table)),
        "\(table) \(place)")
    }
  }

  // A flip that keeps page checksums right is an attacker's. Blocks that only a pin or nobody reads may change unnoticed; what is
  // told may not.
  @Test(arguments: [
    ("record", "bytes"), ("node", "bytes"), ("wrap", "bytes"), ("log", "entry"), ("log", "body"),
  ])
  func `a flipped bit anywhere in a row is refused`(table: String, column: String) throws {
    let founded = try Founded()
    try founded.put([("API_KEY", "1"), ("DATABASE_URL", "2")])
    try founded.put([("API_KEY", "3")])
    let rows = try founded.rows()
    let stranger = try Stranger(to: founded)
    #expect(stranger.refuses(values: true) == nil)
    var wrong: [String] = []
    for place in try rows.places(table, column) {
      let bytes = try rows.read(place)
      for offset in bytes.indices {
        let changed = flipped(bytes, bit: offset * 8 + (offset * 5 + bytes.count) % 8)
        let error = try rows.with(changed, in: place) { () throws(VaultError) in
          stranger.refuses(values: table == "record")
        }
        guard let error, Self.expected(place, flippedAt: offset).contains(error) else {
          wrong.append("\(place) byte \(offset): \(String(describing: error))")
          continue
        }
      }
    }
    #expect(wrong.isEmpty)
  }

  @Test func `a changed control block is refused where it is read`() throws {
    let founded = try Founded()
    let rows = try founded.rows()
    _ = try founded.contents()
    let place = try #require(
      try rows.places("control", "bytes").first { place in
        Hashing.digest("coffer/control", try rows.read(place)) == (try founded.state().head.controlDigest)
      })
    let bytes = try rows.read(place)
    let vault = try founded.open()
    var wrong: [Int] = []
    for bit in 0..<(bytes.count * 8) {
      let error = try rows.with(flipped(bytes, bit: bit), in: place) { () throws(VaultError) in
        refusal { () throws(VaultError) in try vault.read { (_) throws(VaultError) in } }
      }
      // The first two bytes say which format and suite follow.
      if error != (bit < 16 ? .needsNewer : .damaged(.control)) { wrong.append(bit) }
    }
    #expect(wrong.isEmpty)
  }
}
