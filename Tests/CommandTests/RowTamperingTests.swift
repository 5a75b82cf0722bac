import Glibc
import Testing

/// Rows moved or put back by somebody who can write the vault's file and keeps its checksums right: each row is one that a
/// member sealed and signed, and none is taken for what it is not.
@Suite struct RowTamperingTests {
  /// Values whose records stand in the file in this order.
  private static let values = [
    ("development", "TOKEN", "first"), ("development", "OTHER", "other"), ("development", "TOKEN", "second"),
    ("production", "TOKEN", "live"),
  ]

  private static func sandbox() throws -> Sandbox {
    let sandbox = try Sandbox.prepared()
    for (environment, name, value) in values {
      try sandbox.succeed("set", name, "-e", environment, input: .text(value))
    }
    return sandbox
  }

  /// Changes rows with SQLite's own means, then makes every page's checksum right again (docs/FORMAT.md, "The file").
  private static let helper = """
    import sqlite3, sys
    sys.path.insert(0, sys.argv[1])
    from reader.store import PAGE, RESERVED, checksum
    path, work, rest = sys.argv[2], sys.argv[3], sys.argv[4:]
    keys = {'record': 'number', 'node': 'environment, epoch, path'}
    database = sqlite3.connect(path, isolation_level=None)
    def rows(of, table):
        return of.execute(f'SELECT bytes, {keys[table]} FROM {table} ORDER BY {keys[table]}').fetchall()
    def put(table, data, key):
        place = ' AND '.join(f'{column} = ?' for column in keys[table].split(', '))
        assert database.execute(f'UPDATE {table} SET bytes = ? WHERE {place}', (data, *key)).rowcount == 1
    if work == 'none':
        pass
    elif work in ('swap', 'copy'):
        table, one, two = rest[0], int(rest[1]), int(rest[2])
        found = rows(database, table)
        assert found[one][0] != found[two][0]
        put(table, found[one][0], found[two][1:])
        if work == 'swap': put(table, found[two][0], found[one][1:])
    elif work == 'renumber':
        one, two = int(rest[0]), int(rest[1])
        found = rows(database, 'record')
        data, number = found[one][0], found[two][1]
        assert int.from_bytes(data[2:10], 'little') == found[one][1]
        put('record', data[:2] + number.to_bytes(8, 'little') + data[10:], (number,))
    elif work == 'restore':
        older, changed = sqlite3.connect(rest[1]), 0
        now = {row[1:]: row[0] for row in rows(database, rest[0])}
        for row in rows(older, rest[0]):
            if row[1:] in now and now[row[1:]] != row[0]:
                put(rest[0], row[0], row[1:])
                changed += 1
        assert changed > 0
        older.close()
    elif work == 'delete':
        key = rows(database, 'record')[int(rest[0])][1]
        database.execute('DELETE FROM record WHERE number = ?', (key,))
    else:
        sys.exit('unknown work')
    database.execute('PRAGMA wal_checkpoint(TRUNCATE)')
    database.close()
    content = bytearray(open(path, 'rb').read())
    for offset in range(0, len(content), PAGE):
        page = bytes(content[offset:offset + PAGE])
        content[offset + PAGE - RESERVED:offset + PAGE] = checksum(page, offset).to_bytes(RESERVED, 'little')
    open(path, 'wb').write(content)
    """

  private static func change(_ sandbox: Sandbox, _ work: [String]) throws {
    let result = try sandbox.run(
      ["python3", "-c", helper, Binaries.packageFolder + "/Tests/Vectors", sandbox.vaultFile] + work)
    try #require(result.succeeded, "\(result)")
  }

  /// That nobody gets a value: not the name's, not another's.
  private static func expectRefusal(_ sandbox: Sandbox, _ environment: String, _ name: String, _ what: String) throws {
    for (words, code) in [
      (["get", name, "-e", environment], 4), (["export", "-e", environment], 4), (["verify"], 4),
      (["run", "-e", environment, "--only", name, "--", "printenv", name], 125),
    ] as [([String], Int32)] {
      let result = try sandbox.run(["coffer"] + words)
      #expect(result.code == code && result.output.isEmpty, "\(what): \(result)")
      #expect(result.stderr.hasPrefix("coffer: error: "), "\(what): \(result)")
      for (_, _, value) in values { #expect(!result.stderr.contains("\(value)\n"), "\(what): \(result)") }
    }
  }

  private static func expectWhole(_ sandbox: Sandbox) throws {
    for (environment, name, value) in values.dropFirst() {
      let result = try sandbox.coffer("get", name, "-e", environment)
      #expect(result.stdout == value, "\(result)")
    }
    let verified = try sandbox.coffer("verify")
    #expect(verified.succeeded, "\(verified)")
  }

  @Test func `the helper itself leaves a vault that is taken`() throws {
    let sandbox = try Self.sandbox()
    try Self.change(sandbox, ["none"])
    try Self.expectWhole(sandbox)
  }

  @Test(arguments: [
    (
      "swapped with another name's", ["swap", "record", "1", "2"],
      [("development", "TOKEN"), ("development", "OTHER")]
    ),
    ("a copy of another name's", ["copy", "record", "1", "2"], [("development", "TOKEN")]),
    ("another name's with its number", ["renumber", "1", "2"], [("development", "TOKEN")]),
    (
      "swapped with the same name's of another environment", ["swap", "record", "2", "3"],
      [("development", "TOKEN"), ("production", "TOKEN")]
    ),
    ("another environment's with its number", ["renumber", "3", "2"], [("development", "TOKEN")]),
    ("an earlier version's", ["copy", "record", "0", "2"], [("development", "TOKEN")]),
    ("an earlier version's with its number", ["renumber", "0", "2"], [("development", "TOKEN")]),
    ("swapped with an earlier version's", ["swap", "record", "0", "2"], [("development", "TOKEN")]),
    ("gone", ["delete", "2"], [("development", "TOKEN")]),
  ])
  func `a record is refused when it is`(what: String, work: [String], hit: [(String, String)]) throws {
    let sandbox = try Self.sandbox()
    let state = try FolderState(of: sandbox.cofferHome)
    try Self.change(sandbox, work)
    for (environment, name) in hit { try Self.expectRefusal(sandbox, environment, name, what) }
    try state.restore()
    try Self.expectWhole(sandbox)
  }

  @Test func `environments whose maps of names are swapped are refused`() throws {
    let sandbox = try Self.sandbox()
    let state = try FolderState(of: sandbox.cofferHome)
    try Self.change(sandbox, ["swap", "node", "0", "1"])
    for environment in ["development", "production"] {
      try Self.expectRefusal(sandbox, environment, "TOKEN", "the map of another environment")
    }
    try state.restore()
    try Self.expectWhole(sandbox)
  }

  @Test func `an older row put back into a newer vault is refused`() throws {
    let sandbox = try Self.sandbox()
    let older = sandbox.root + "/older.db"
    try TestFiles.copy(sandbox.vaultFile, to: older)
    try sandbox.succeed("set", "TOKEN", input: .text("third"))
    let state = try FolderState(of: sandbox.cofferHome)
    // The map as it was says that the second version is current, and the second version is there and sealed.
    try Self.change(sandbox, ["restore", "node", older])
    try Self.expectRefusal(sandbox, "development", "TOKEN", "an older map")
    // Without what this device has seen, too: the log itself signs the newer map.
    remove(sandbox.pinFile)
    try Self.expectRefusal(sandbox, "development", "TOKEN", "an older map, never seen before")
    try state.restore()
    #expect(try sandbox.coffer("get", "TOKEN").stdout == "third")
  }
}
