import CSQLite
import Platform
import Sealing

/// The embedded store: one SQLite file in write-ahead mode, every commit flushed to disk, every page with a checksum.
/// docs/FORMAT.md, "The file".
final class SQLiteStore: Store {
  private let connection: SQLiteConnection
  /// Why nothing can be written: the disk has no room for the index of the write-ahead log that processes share.
  private let obstacle: VaultError?

  /// "Cofr"; says to file(1) and to Coffer whose file it is.
  private static let applicationID: Int64 = 0x436F_6672
  /// Moves with the tables; the format of what they hold has numbers of its own.
  static let schemaVersion = 2
  /// Files up to this many pages (256 KiB) are checked whole at every opening; larger ones page by page as they are read.
  static let wholeCheckPages: Int64 = 64

  /// The tables of version 1; each version after it adds one statement to those before.
  private static let tables = [
    "CREATE TABLE log (sequence INTEGER PRIMARY KEY, entry BLOB NOT NULL, body BLOB NOT NULL) STRICT",
    "CREATE TABLE control (digest BLOB PRIMARY KEY, bytes BLOB NOT NULL) STRICT, WITHOUT ROWID",
    """
    CREATE TABLE wrap (environment BLOB, epoch INTEGER, member BLOB, bytes BLOB NOT NULL,
      PRIMARY KEY (environment, epoch, member)) STRICT, WITHOUT ROWID
    """,
    """
    CREATE TABLE node (environment BLOB, epoch INTEGER, path BLOB, bytes BLOB NOT NULL,
      PRIMARY KEY (environment, epoch, path)) STRICT, WITHOUT ROWID
    """,
    "CREATE TABLE record (number INTEGER PRIMARY KEY, bytes BLOB NOT NULL) STRICT",
    "CREATE TABLE control_change (sequence INTEGER PRIMARY KEY) STRICT",
  ]
  private static let firstTableCount = 5

  /// Opens an existing vault file.
  /// - Throws: `refusedFile` for a link, a foreign owner or an open mode; `damaged(.database)`; `needsNewer`.
  init(opening path: String) throws(VaultError) {
    try accessing(.database) { () throws(FileError) in try Files.checkPrivate(path) }
    // SQLite follows what stands beside it.
    for suffix in ["-wal", "-shm", "-journal"] where Files.kind(of: path + suffix) != nil {
      do throws(VaultError) {
        try accessing(.database) { () throws(FileError) in try Files.checkPrivate(path + suffix) }
      } catch {
        // Gone meanwhile: its owner closed the vault.
        guard case .system(let cause) = error, cause.isMissing else { throw error }
      }
    }
    (connection, obstacle) = try Self.opened(path)
    try checkPages(limit: Self.wholeCheckPages)
  }

  /// A reader whose disk is full reads alone, with the index in its own memory: others wait meanwhile. Where somebody has the file open the
  /// index is there already.
  private static func opened(_ path: String) throws(VaultError) -> (SQLiteConnection, obstacle: VaultError?) {
    do throws(VaultError) { return (try opened(path, isAlone: false), nil) } catch {
      guard case .storage(let code, _) = error, SQLiteConnection.isIndexFailure(code) else { throw error }
      return (try opened(path, isAlone: true), error)
    }
  }

  private static func opened(_ path: String, isAlone: Bool) throws(VaultError) -> SQLiteConnection {
    let connection = try SQLiteConnection(path, create: false)
    // https://sqlite.org/wal.html: "If EXCLUSIVE mode is set prior to the first WAL-mode database access, then SQLite never attempts to
    // call any of the shared-memory methods and hence no shared-memory wal-index is ever created."
    if isAlone { try connection.execute("PRAGMA locking_mode = EXCLUSIVE") }
    try configure(connection)
    // On one state: another process may be moving the tables to a later version.
    try connection.transaction("BEGIN") { () throws(VaultError) in try checkSchema(connection) }
    return connection
  }

  /// Makes a new vault file; fails if one is there.
  init(creating path: String) throws(VaultError) {
    guard Files.kind(of: path) == nil else { throw .storage(code: 0, message: "a file is already there") }
    // Made empty first, so that it has its mode before SQLite opens it.
    try system { () throws(SystemError) in
      try Files.writeExclusive(path, RawSpan(), mode: 0o600)
    }
    connection = try SQLiteConnection(path, create: true)
    obstacle = nil
    try connection.execute("PRAGMA page_size = \(COFFER_PAGE_SIZE)")
    try connection.reservePageChecksums()
    try Self.configure(connection)
    try connection.execute("PRAGMA journal_mode = WAL")
    try connection.transaction("BEGIN IMMEDIATE") { () throws(VaultError) in
      for table in Self.tables { try connection.execute(table) }
      try connection.execute("PRAGMA application_id = \(Self.applicationID)")
      try connection.execute("PRAGMA user_version = \(Self.schemaVersion)")
    }
  }

  private static func checkSchema(_ connection: SQLiteConnection) throws(VaultError) {
    var application: Int64 = 0
    try connection.run("PRAGMA application_id") { application = $0.integer(0) }
    guard application == Self.applicationID else { throw .damaged(.database) }
    let version = try schema(connection)
    guard version <= schemaVersion else { throw .needsNewer }
    guard version > 0 else { throw .damaged(.database) }
    // A view or a trigger of somebody else's would run as part of our statements.
    var tables: [[UInt8]] = []
    try connection.run("SELECT sql FROM sqlite_schema ORDER BY rowid") { tables.append($0.blob(0)) }
    let expected = Self.tables.prefix(firstTableCount + version - 1)
    guard tables == expected.map({ Array($0.utf8) }) else { throw .damaged(.database) }
  }

  private static func configure(_ connection: SQLiteConnection) throws(VaultError) {
    try connection.execute(
      """
      PRAGMA synchronous = FULL; PRAGMA trusted_schema = OFF; PRAGMA cell_size_check = ON;
      PRAGMA temp_store = MEMORY; PRAGMA fullfsync = ON;
      """)
  }

  /// Pages on their way from the write-ahead log into the file look damaged there: for a moment while another process moves
  /// them, and for good when it was killed at it. The log has them whole, so they are moved again; damage stays.
  func checkPages(limit: Int64) throws(VaultError) {
    for attempt in 1... {
      do throws(VaultError) { return try connection.checkPages(limit: limit) } catch {
        guard error == .damaged(.database) else { throw error }
        var log: (frames: Int64, moved: Int64) = (0, 0)
        try? connection.run("PRAGMA wal_checkpoint(PASSIVE)") { log = ($0.integer(1), $0.integer(2)) }
        guard attempt < 5 else {
          // On a full disk they cannot be moved; each page that is read is still held against its checksum.
          if log.moved < log.frames { return }
          throw error
        }
        // An empty log has nothing that could still be on its way.
        if log.frames > 0 { Clock.sleep(milliseconds: 5 * UInt32(attempt)) }
      }
    }
  }

  func checkWhole() throws(VaultError) { try checkPages(limit: 0) }

  func read<R>(_ body: () throws(VaultError) -> R) throws(VaultError) -> R {
    try connection.transaction("BEGIN", body)
  }

  func write<R>(_ body: () throws(VaultError) -> R) throws(VaultError) -> R {
    if let obstacle { throw obstacle }
    return try connection.transaction("BEGIN IMMEDIATE", body)
  }

  func newestSequence() throws(VaultError) -> UInt64? {
    var newest: UInt64?
    try connection.run("SELECT max(sequence) FROM log") { row in
      newest = row.integer(0) > 0 ? UInt64(row.integer(0)) : nil
    }
    return newest
  }

  func entryAlone(_ sequence: UInt64) throws(VaultError) -> [UInt8]? {
    try blob("SELECT entry FROM log WHERE sequence = ?", [.integer(Int64(bitPattern: sequence))])
  }

  func entry(_ sequence: UInt64) throws(VaultError) -> StoredEntry? {
    var found: StoredEntry?
    try connection.run("SELECT entry, body FROM log WHERE sequence = ?", [.integer(Int64(bitPattern: sequence))]) {
      row in
      found = StoredEntry(entry: row.blob(0), body: row.blob(1))
    }
    return found
  }

  func control(_ digest: Bytes32) throws(VaultError) -> [UInt8]? {
    try blob("SELECT bytes FROM control WHERE digest = ?", [.blob(digest.bytes)])
  }

  func wrap(_ environment: EnvironmentID, epoch: UInt32, member: MemberID) throws(VaultError) -> [UInt8]? {
    try blob(
      "SELECT bytes FROM wrap WHERE environment = ? AND epoch = ? AND member = ?",
      [.blob(environment.bytes.bytes), .integer(Int64(epoch)), .blob(member.bytes.bytes)])
  }

  func node(_ environment: EnvironmentID, epoch: UInt32, path: [UInt8]) throws(VaultError) -> [UInt8]? {
    try blob(
      "SELECT bytes FROM node WHERE environment = ? AND epoch = ? AND path = ?",
      [.blob(environment.bytes.bytes), .integer(Int64(epoch)), .blob(path)])
  }

  func record(_ number: UInt64) throws(VaultError) -> [UInt8]? {
    try blob("SELECT bytes FROM record WHERE number = ?", [.integer(Int64(bitPattern: number))])
  }

  func forEachRecord(
    from first: UInt64, _ body: (_ number: UInt64, _ bytes: [UInt8]) throws(VaultError) -> Void
  ) throws(VaultError) {
    try connection.run(
      "SELECT number, bytes FROM record WHERE number >= ? ORDER BY number", [.integer(Int64(bitPattern: first))]
    ) { (row) throws(VaultError) in
      try body(UInt64(bitPattern: row.integer(0)), row.blob(1))
    }
  }

  func controlChanges() throws(VaultError) -> [UInt64] {
    guard try schema() >= 2 else { return try scannedControlChanges() }
    var found: [UInt64] = []
    try connection.run("SELECT sequence FROM control_change ORDER BY sequence") {
      found.append(UInt64(bitPattern: $0.integer(0)))
    }
    return found
  }

  /// From the log itself: each entry states the digest of the block after it.
  private func scannedControlChanges() throws(VaultError) -> [UInt64] {
    var found: [UInt64] = []
    var digest: Bytes32?
    try connection.run("SELECT entry FROM log ORDER BY sequence") { (row) throws(VaultError) in
      let entry = try LogEntry(bytes: row.blob(0))
      if entry.controlDigest != digest { found.append(entry.sequence) }
      digest = entry.controlDigest
    }
    return found
  }

  func schema() throws(VaultError) -> Int { try Self.schema(connection) }

  private static func schema(_ connection: SQLiteConnection) throws(VaultError) -> Int {
    var version: Int64 = 0
    try connection.run("PRAGMA user_version") { version = $0.integer(0) }
    return Int(version)
  }

  func migrate() throws(VaultError) {
    let version = try schema()
    guard version < Self.schemaVersion else { return }
    let changes = try scannedControlChanges()
    for table in Self.tables.dropFirst(Self.firstTableCount + version - 1) { try connection.execute(table) }
    try noteControlChanges(changes)
    try connection.execute("PRAGMA user_version = \(Self.schemaVersion)")
  }

  private func noteControlChanges(_ sequences: [UInt64]) throws(VaultError) {
    for sequence in sequences {
      try connection.run(
        "INSERT OR IGNORE INTO control_change (sequence) VALUES (?)", [.integer(Int64(bitPattern: sequence))])
    }
  }

  func clear() throws(VaultError) {
    for table in ["log", "control", "wrap", "node", "record"] { try connection.execute("DELETE FROM \(table)") }
    if try schema() >= 2 { try connection.execute("DELETE FROM control_change") }
  }

  func commit(_ changes: StoreChanges, expected: UInt64) throws(VaultError) {
    guard try newestSequence() ?? 0 == expected else { throw .conflict }
    for (sequence, stored) in changes.entries {
      try connection.run(
        "INSERT INTO log (sequence, entry, body) VALUES (?, ?, ?)",
        [.integer(Int64(bitPattern: sequence)), .blob(stored.entry), .blob(stored.body)])
    }
    for (digest, bytes) in changes.controls {
      try connection.run(
        "INSERT OR IGNORE INTO control (digest, bytes) VALUES (?, ?)", [.blob(digest.bytes), .blob(bytes)])
    }
    for wrap in changes.wraps {
      try connection.run(
        "INSERT OR REPLACE INTO wrap (environment, epoch, member, bytes) VALUES (?, ?, ?, ?)",
        [
          .blob(wrap.environment.bytes.bytes), .integer(Int64(wrap.epoch)), .blob(wrap.member.bytes.bytes),
          .blob(wrap.bytes),
        ])
    }
    for node in changes.nodes {
      try connection.run(
        "INSERT OR REPLACE INTO node (environment, epoch, path, bytes) VALUES (?, ?, ?, ?)",
        [
          .blob(node.environment.bytes.bytes), .integer(Int64(node.epoch)), .blob(node.path), .blob(node.bytes),
        ])
    }
    for (number, bytes) in changes.records {
      try connection.run(
        "INSERT INTO record (number, bytes) VALUES (?, ?)", [.integer(Int64(bitPattern: number)), .blob(bytes)])
    }
    if try schema() >= 2 { try noteControlChanges(changes.controlChanges) }
  }

  private func blob(_ text: String, _ values: [SQLiteConnection.Value]) throws(VaultError) -> [UInt8]? {
    var found: [UInt8]?
    try connection.run(text, values) { found = $0.blob(0) }
    return found
  }
}
