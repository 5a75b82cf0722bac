@testable import Platform
@testable import Sealing
@testable import Vault

/// The vault's file as somebody sees who can write it and holds no key: page checksums stay right, because the connection is
/// the vault's own kind.
final class Rows {
  let connection: SQLiteConnection

  init(_ path: String) throws(VaultError) {
    connection = try SQLiteConnection(path, create: false)
    try connection.execute("PRAGMA synchronous = OFF")
  }

  /// One row of one table, by its key.
  struct Place: Hashable, CustomStringConvertible {
    let table: String
    let column: String
    let number: Int64

    var description: String { "\(table).\(column)[\(number)]" }
  }

  /// Every row of `table`, by a number that stays while rows are only updated.
  func places(_ table: String, _ column: String) throws(VaultError) -> [Place] {
    let count = try integer("SELECT count(*) FROM \(table)")
    if Self.keys[table] == nil {
      var numbers: [Int64] = []
      try connection.run("SELECT rowid FROM \(table) ORDER BY rowid") { numbers.append($0.integer(0)) }
      return numbers.map { Place(table: table, column: column, number: $0) }
    }
    return (0..<count).map { Place(table: table, column: column, number: $0) }
  }

  /// The primary keys of the tables without row numbers.
  private static let keys = [
    "control": "digest", "wrap": "environment, epoch, member", "node": "environment, epoch, path",
  ]

  private func condition(_ place: Place) -> String {
    guard let key = Self.keys[place.table] else { return "rowid = \(place.number)" }
    return "(\(key)) = (SELECT \(key) FROM \(place.table) ORDER BY \(key) LIMIT 1 OFFSET \(place.number))"
  }

  func read(_ place: Place) throws(VaultError) -> [UInt8] {
    var found: [UInt8] = []
    try connection.run("SELECT \(place.column) FROM \(place.table) WHERE \(condition(place))") {
      found = $0.blob(0)
    }
    return found
  }

  func write(_ place: Place, _ bytes: [UInt8]) throws(VaultError) {
    try connection.run(
      "UPDATE \(place.table) SET \(place.column) = ? WHERE \(condition(place))", [.blob(bytes)])
  }

  func integer(_ query: String) throws(VaultError) -> Int64 {
    var found: Int64 = 0
    try connection.run(query) { found = $0.integer(0) }
    return found
  }

  func run(_ statement: String, _ values: [SQLiteConnection.Value] = []) throws(VaultError) {
    try connection.run(statement, values)
  }

  /// Runs `body` with `bytes` in `place`, and puts back what was there.
  func with<R>(_ bytes: [UInt8], in place: Place, _ body: () throws(VaultError) -> R) throws(VaultError) -> R {
    let before = try read(place)
    try write(place, bytes)
    let result = try body()
    try write(place, before)
    return result
  }

  /// The newest entry's number.
  func newest() throws(VaultError) -> Int64 { try integer("SELECT max(sequence) FROM log") }

  /// Appends what somebody made by hand.
  func append(_ entry: LogEntry, body: [UInt8], control: Control? = nil) throws(VaultError) {
    try append(sequence: entry.sequence, entry.bytes, body: body, control: control)
  }

  func append(
    sequence: UInt64, _ entry: [UInt8], body: [UInt8], control: Control? = nil
  ) throws(VaultError) {
    try run(
      "INSERT INTO log (sequence, entry, body) VALUES (?, ?, ?)",
      [.integer(Int64(sequence)), .blob(entry), .blob(body)])
    if let control {
      try run(
        "INSERT OR IGNORE INTO control (digest, bytes) VALUES (?, ?)",
        [.blob(control.digest.bytes), .blob(control.encoded)])
    }
  }
}
