import Testing

@testable import Platform
@testable import Sealing
@testable import Vault

/// A whole vault as one file.
@Suite struct ArchiveTests {
  /// A vault with some of everything: versions, a removal, a renewed environment, one that is over.
  private func founded() throws -> Founded {
    let founded = try Founded(["development", "production"])
    try founded.put([("A", "first"), ("B", "one")])
    try founded.put([("A", "second")])
    try founded.put([("C", "elsewhere")], "production")
    try founded.remove(["B"])
    return founded
  }

  @Test func `an archive holds the vault, and makes it again elsewhere`() throws {
    let founded = try founded()
    let archive = try VaultArchive(reading: founded.open())
    let verified = try VaultArchive(bytes: archive.bytes).verify(founded.id)
    #expect(verified.head == (try founded.state().head))
    let elsewhere = Home()
    let vault = try Vault.create(from: verified, elsewhere.folders)
    let whole = try vault.verifyWhole()
    #expect(whole == (try founded.open().verifyWhole()))
    let values = try founded.values(["A", "B"], in: vault)
    #expect(values == [Array("second".utf8), nil])
    // The same vault has one archive, wherever it is.
    #expect(try VaultArchive(reading: vault).bytes == archive.bytes)
    // And it goes on from there.
    try founded.put([("D", "new")], in: vault)
    #expect(try vault.verifyWhole().records == whole.records + 1)
    #expect(try vault.schema().found == 2)
    let changes = try vault.store.controlChanges()
    #expect(changes == (try founded.open().store.controlChanges()) && changes == [1, 2, 3])
  }

  @Test func `every cut and every flipped bit of an archive is refused`() throws {
    let founded = try Founded([])
    let bytes = try VaultArchive(reading: founded.open()).bytes
    for count in 0..<bytes.count {
      #expect(
        refusal { () throws(VaultError) in try VaultArchive(bytes: Array(bytes[..<count])) } == .damaged(.archive))
    }
    for bit in 0..<(bytes.count * 8) {
      let error = refusal { () throws(VaultError) in try VaultArchive(bytes: flipped(bytes, bit: bit)) }
      guard error != .damaged(.archive) else { continue }
      Issue.record("bit \(bit): \(String(describing: error))")
    }
    #expect(refusal { () throws(VaultError) in try VaultArchive(bytes: bytes + [0]) } == .damaged(.archive))
  }

  /// `bytes` with its checksum put right, as somebody would who knows the format.
  private func resealed(_ bytes: [UInt8]) -> [UInt8] {
    bytes + Hashing.digest("coffer/archive", bytes).bytes
  }

  @Test func `nor does a bit pass whose checksum was put right`() throws {
    let founded = try Founded(["development"])
    try founded.put([("A", "value")])
    let bytes = Array(try VaultArchive(reading: founded.open()).bytes.dropLast(32))
    for bit in stride(from: 0, to: bytes.count * 8, by: 7) {
      let error = refusal { () throws(VaultError) in
        try VaultArchive(bytes: resealed(flipped(bytes, bit: bit))).verify(founded.id)
      }
      if error == nil { Issue.record("bit \(bit) passes") }
    }
  }

  @Test func `a later version is told from damage`() throws {
    let founded = try Founded([])
    var bytes = Array(try VaultArchive(reading: founded.open()).bytes.dropLast(32))
    bytes[8] = 2
    #expect(refusal { () throws(VaultError) in try VaultArchive(bytes: resealed(bytes)) } == .needsNewer)
  }

  @Test func `a record too few, too many, or out of order is refused`() throws {
    let founded = try Founded(["development"])
    try founded.put([("A", "value"), ("B", "value")])
    let archive = try VaultArchive(reading: founded.open())
    let records = archive.records(from: 0, count: 10)
    let start = archive.bytes.count - 32 - 4 - records.reduce(0) { $0 + 12 + $1.bytes.count }
    func with(_ records: [(number: UInt64, bytes: [UInt8])]) -> [UInt8] {
      var writer = CanonicalWriter()
      writer.fixed(Array(archive.bytes[..<start]))
      writer.list(records) {
        $0.u64($1.number)
        $0.prefixed($1.bytes)
      }
      return resealed(writer.bytes)
    }
    func outcome(_ records: [(number: UInt64, bytes: [UInt8])]) -> VaultError? {
      refusal { () throws(VaultError) in try VaultArchive(bytes: with(records)).verify(founded.id) }
    }
    #expect(outcome(records) == nil)
    #expect(outcome(records.dropLast()) == .damaged(.record))
    #expect(outcome(records + [(records[1].number + 1, records[1].bytes)]) == .damaged(.record))
    #expect(outcome([records[0], (records[1].number, records[0].bytes)]) == .damaged(.record))
    #expect(outcome(records.reversed()) == .damaged(.archive))
    #expect(outcome([records[0], records[0]]) == .damaged(.archive))
  }

  @Test func `another vault's archive is refused`() throws {
    let (one, other) = (try Founded([]), try Founded([]))
    let archive = try VaultArchive(reading: one.open())
    #expect(refusal { () throws(VaultError) in try archive.verify(other.id) } == .wrongVault)
    let verified = try archive.verify(one.id)
    #expect(refusal { () throws(VaultError) in try other.open().replace(with: verified) { (_) in } } == .wrongVault)
  }

  @Test func `a newer archive brings the vault forward, while it is open elsewhere`() throws {
    let founded = try founded()
    let before = try founded.file()
    try founded.put([("D", "later")])
    let newer = try VaultArchive(reading: founded.open()).verify(founded.id)
    try founded.replaceFile(before)
    let open = try founded.open(as: "second")
    #expect(try founded.values(["D"], in: open) == [nil])
    let standing = try founded.open().replace(with: newer) { (_) in Issue.record("nothing is lost") }
    #expect(standing.relation == .newer)
    #expect(try founded.values(["D"], in: open) == [Array("later".utf8)])
    #expect(try founded.values(["D"]) == [Array("later".utf8)])
    #expect(try founded.open().replace(with: newer) { (_) in }.relation == .same)
  }

  @Test func `an older archive is refused, and kept apart from what it replaces when it is accepted`() throws {
    let founded = try founded()
    let older = try VaultArchive(reading: founded.open()).verify(founded.id)
    let sequence = older.head.sequence
    try founded.put([("D", "later")])
    let vault = try founded.open()
    #expect(
      refusal { () throws(VaultError) in try vault.replace(with: older) { (_) in } }
        == .rollback(seen: sequence + 1, found: sequence))
    var kept: VaultArchive?
    #expect(try vault.replace(with: older, acceptingOlder: true) { (archive) in kept = archive }.relation == .older)
    #expect(try kept?.verify(founded.id).head.sequence == sequence + 1)
    #expect(try founded.values(["D"], in: vault) == [nil])
    // Another history from here, and the one that was kept is now the fork.
    try founded.put([("E", "other")])
    let fork = try #require(try kept?.verify(founded.id))
    #expect(
      refusal { () throws(VaultError) in try vault.replace(with: fork) { (_) in } } == .forked(sequence: sequence + 1))
    #expect(
      try vault.replace(with: fork, acceptingOlder: true) { (_) in }.relation == .forked(sequence: sequence + 1))
    #expect(try founded.values(["D", "E"]) == [Array("later".utf8), nil])
  }

  @Test func `what this device has seen is not taken back by a vault that was`() throws {
    let founded = try founded()
    let before = try founded.file()
    let older = try VaultArchive(reading: founded.open()).verify(founded.id)
    try founded.put([("D", "later")])
    try founded.replaceFile(before)
    let sequence = older.head.sequence
    let refused = VaultError.rollback(seen: sequence + 1, found: sequence)
    #expect(refusal { () throws(VaultError) in try founded.open().replace(with: older) { (_) in } } == refused)
    try Files.remove(founded.path)
    let folders = founded.home.folders
    #expect(refusal { () throws(VaultError) in try Vault.create(from: older, folders) } == refused)
    let vault = try Vault.create(from: older, folders, acceptingOlder: true)
    #expect(try founded.values(["A"], in: vault) == [Array("second".utf8)])
  }

  @Test func `a process that ends between the vault and the pin leaves neither refused`() throws {
    let founded = try founded()
    let older = try VaultArchive(reading: founded.open()).verify(founded.id)
    try founded.put([("D", "later")])
    let folders = founded.home.folders
    let vault = try founded.open()
    // As `replace` does it, up to the moment between.
    try Pin(older.head).intend(founded.id, folders)
    #expect(try founded.values(["D"]) == [Array("later".utf8)])
    try vault.store.write { () throws(VaultError) in
      try vault.store.clear()
      try older.fill(vault.store)
    }
    #expect(try founded.values(["D"]) == [nil])
    #expect(try Pin.load(founded.id, folders) == Pin(older.head))
    #expect(try Pin.intended(founded.id, folders) == nil)
  }

  @Test func `an intention that came to nothing does not outlive the next change`() throws {
    let founded = try founded()
    let older = try VaultArchive(reading: founded.open()).verify(founded.id)
    let file = try founded.file()
    try Pin(older.head).intend(founded.id, founded.home.folders)
    try founded.put([("D", "later")])
    try founded.replaceFile(file)
    let sequence = older.head.sequence
    #expect(
      refusal { () throws(VaultError) in try founded.values(["D"]) } == .rollback(seen: sequence + 1, found: sequence))
  }

  @Test func `a file that cannot be used is set aside`() throws {
    let founded = try founded()
    let archive = try VaultArchive(reading: founded.open()).verify(founded.id)
    try founded.replaceFile(Array("no database".utf8))
    let folders = founded.home.folders
    #expect(refusal { () throws(VaultError) in try Vault.create(from: archive, folders) } != nil)
    let aside = founded.path + ".damaged"
    _ = try Vault.create(from: archive, folders, settingAside: aside)
    #expect(try founded.values(["A"]) == [Array("second".utf8)])
    #expect(try Files.read(aside, limit: 100) == Array("no database".utf8))
  }

  @Test func `an archive of what was added is the archive of it all`() throws {
    let founded = try founded()
    let older = try VaultArchive(reading: founded.open())
    try founded.put([("D", "later"), ("A", "third")])
    let vault = try founded.open()
    let extended = try vault.read { (snapshot) throws(VaultError) in
      try VaultArchive(extending: older, store: vault.store, vault: vault.id, newest: snapshot.head.sequence)
    }
    #expect(try extended.bytes == VaultArchive(reading: vault).bytes)
  }
}
