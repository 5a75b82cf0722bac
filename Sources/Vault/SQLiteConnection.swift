import CSQLite
import Platform

/// SQLite, for who asks which one is in use.
package enum DatabaseLibrary {
  /// Such as "3.40.1".
  package static var version: String { unsafe String(cString: sqlite3_libversion()) }
}

/// A thin owner of one SQLite connection and its prepared statements; every misuse of the C API that it makes impossible is one
/// less to review. Source of the rules quoted: https://sqlite.org/c3ref/intro.html
@safe final class SQLiteConnection {
  private let handle: OpaquePointer
  private var statements: [String: Statement] = [:]

  /// Opens `path`, which must exist unless `create`.
  init(_ path: String, create: Bool) throws(VaultError) {
    guard coffer_register_vfs() == SQLITE_OK else { throw .storage(code: 0, message: "sqlite cannot start") }
    var opened: OpaquePointer?
    let flags =
      SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_NOFOLLOW | SQLITE_OPEN_EXRESCODE
      | (create ? SQLITE_OPEN_CREATE : 0)
    let status = unsafe sqlite3_open_v2(path, &opened, flags, "coffer")
    guard status == SQLITE_OK, let handle = unsafe opened else {
      // "Whether or not an error occurs when it is opened, resources … should be released by passing it to sqlite3_close()".
      unsafe sqlite3_close_v2(opened)
      throw VaultError(sqlite: status)
    }
    unsafe self.handle = handle
    unsafe sqlite3_busy_timeout(handle, 20_000)
    _ = unsafe coffer_set_defensive(handle)
  }

  deinit {
    // "sqlite3_close() … returns SQLITE_BUSY if the connection still has prepared statements".
    for statement in statements.values { statement.finish() }
    unsafe sqlite3_close_v2(handle)
  }

  /// Whether a result code says that the shared index of the write-ahead log could not be made.
  static func isIndexFailure(_ code: Int32) -> Bool {
    [COFFER_IOERR_SHMOPEN, COFFER_IOERR_SHMSIZE, COFFER_IOERR_SHMMAP].contains(Int(code))
  }

  /// Reserves room at the end of each page for the checksum; before anything is written.
  func reservePageChecksums() throws(VaultError) {
    var reserve: Int32 = COFFER_PAGE_RESERVE
    try check(unsafe sqlite3_file_control(handle, "main", SQLITE_FCNTL_RESERVE_BYTES, &reserve))
  }

  /// Reads every page through its checksum; files of more than `limit` pages are left alone (0: none are).
  func checkPages(limit: Int64) throws(VaultError) {
    try check(unsafe coffer_check_pages(handle, limit))
  }

  /// Runs statements that return nothing.
  func execute(_ text: String) throws(VaultError) {
    try check(unsafe sqlite3_exec(handle, text, nil, nil, nil))
  }

  /// Runs one statement to its end with `values` bound, handing each row to `row`.
  func run(
    _ text: String, _ values: [Value] = [], row: (Row) throws(VaultError) -> Void = { _ in }
  ) throws(VaultError) {
    let statement = try prepared(text)
    defer { statement.reset() }
    try statement.bind(values)
    while true {
      let status = statement.step()
      switch status {
      case SQLITE_ROW: try row(Row(statement))
      case SQLITE_DONE: return
      default: throw failure(status)
      }
    }
  }

  /// Takes the write lock (or a read snapshot) around `body`; rolls back when it throws.
  func transaction<R>(
    _ begin: String, _ body: () throws(VaultError) -> R
  ) throws(VaultError) -> R {
    try execute(begin)
    do throws(VaultError) {
      let result = try body()
      try execute("COMMIT")
      return result
    } catch {
      // A failed COMMIT may already have rolled back; a second ROLLBACK then only reports that there is none.
      try? execute("ROLLBACK")
      throw error
    }
  }

  /// A bound value.
  enum Value {
    case integer(Int64)
    case blob([UInt8])
  }

  /// The current row of a running statement.
  struct Row {
    private let statement: Statement
    fileprivate init(_ statement: Statement) { self.statement = statement }
    func integer(_ column: Int32) -> Int64 { statement.integer(column) }
    func blob(_ column: Int32) -> [UInt8] { statement.blob(column) }
  }

  private func prepared(_ text: String) throws(VaultError) -> Statement {
    if let statement = statements[text] { return statement }
    var pointer: OpaquePointer?
    try check(unsafe sqlite3_prepare_v3(handle, text, -1, UInt32(SQLITE_PREPARE_PERSISTENT), &pointer, nil))
    guard let pointer = unsafe pointer else { throw .storage(code: SQLITE_MISUSE, message: "empty statement") }
    let statement = unsafe Statement(pointer)
    statements[text] = statement
    return statement
  }

  private func check(_ status: Int32) throws(VaultError) {
    guard status == SQLITE_OK else { throw failure(status) }
  }

  /// The error of a call on this connection, with the system's own reason where there is one: "disk I/O error" tells nobody
  /// that the disk is full.
  private func failure(_ status: Int32) -> VaultError {
    let error = VaultError(sqlite: status)
    guard case .storage(let code, let message) = error else { return error }
    let cause = SystemError(operation: "write", code: unsafe sqlite3_system_errno(handle))
    return cause.code == 0 ? error : .storage(code: code, message: message + ": " + cause.message)
  }

  @safe fileprivate final class Statement {
    private let pointer: OpaquePointer
    init(_ pointer: OpaquePointer) { unsafe self.pointer = pointer }

    func step() -> Int32 { unsafe sqlite3_step(pointer) }
    func reset() {
      unsafe sqlite3_reset(pointer)
      unsafe sqlite3_clear_bindings(pointer)
    }
    func finish() { unsafe sqlite3_finalize(pointer) }

    func bind(_ values: [Value]) throws(VaultError) {
      for (place, value) in values.enumerated() {
        let status: Int32
        switch value {
        case .integer(let number): status = unsafe sqlite3_bind_int64(pointer, Int32(place + 1), number)
        case .blob(let bytes):
          // SQLITE_TRANSIENT: "the content will likely change in the near future and … SQLite should make its own private copy".
          let transient = unsafe unsafeBitCast(-1, to: sqlite3_destructor_type.self)
          status = unsafe bytes.withUnsafeBytes {
            // "If the third parameter … is a NULL pointer then … the bound value is NULL": never for an empty blob.
            bytes.isEmpty
              ? unsafe sqlite3_bind_zeroblob(pointer, Int32(place + 1), 0)
              : unsafe sqlite3_bind_blob64(
                pointer, Int32(place + 1), $0.baseAddress, UInt64($0.count), transient)
          }
        }
        guard status == SQLITE_OK else { throw VaultError(sqlite: status) }
      }
    }

    func integer(_ column: Int32) -> Int64 { unsafe sqlite3_column_int64(pointer, column) }

    func blob(_ column: Int32) -> [UInt8] {
      // "The safest policy is to invoke sqlite3_column_blob() followed by sqlite3_column_bytes()".
      guard let bytes = unsafe sqlite3_column_blob(pointer, column) else { return [] }
      let count = Int(unsafe sqlite3_column_bytes(pointer, column))
      return unsafe [UInt8](UnsafeRawBufferPointer(start: bytes, count: count))
    }
  }
}

extension VaultError {
  /// Whether an attempt to replace the vault's content that ended so has certainly changed nothing. What the disk refused later, at a
  /// sync, may be there after a crash.
  package var leavesAll: Bool {
    switch self {
    case .storage(let code, _): code & 0xFF == SQLITE_FULL
    case .system, .conflict: true
    default: false
    }
  }

  /// What an SQLite result code means for a vault.
  init(sqlite code: Int32) {
    switch code & 0xFF {
    case SQLITE_BUSY, SQLITE_LOCKED: self = .busy
    case SQLITE_CORRUPT, SQLITE_NOTADB: self = .damaged(.database)
    case SQLITE_IOERR where code == COFFER_IOERR_DATA || code == COFFER_IOERR_SHORT_READ:
      self = .damaged(.database)
    default: self = .storage(code: code, message: unsafe String(cString: sqlite3_errstr(code)))
    }
  }
}
