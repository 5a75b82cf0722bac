import FoundationEssentials
import Testing

@testable import Platform
@testable import Sealing
@testable import Vault

@Suite struct GoldenTests {
  /// A private copy: version control keeps no mode that Coffer would accept.
  private func copy(
    _ tables: Int = 1
  ) throws -> (scratch: ScratchFolder, expected: GoldenVault.Expected, id: VaultID) {
    let scratch = try ScratchFolder()
    try scratch.copy(GoldenVault.folder(tables))
    let expected = try JSONDecoder().decode(
      GoldenVault.Expected.self, from: Data(scratch.read("expected.json")))
    guard let id = [UInt8](hexadecimal: expected.vault) else { throw BadCase(field: "vault") }
    return (scratch, expected, VaultID(Bytes16(id)))
  }

  private func unlock(_ vault: Vault, _ scratch: ScratchFolder, _ passphrase: String) throws -> Session {
    let typed = try SecretBytes(copying: Array(passphrase.utf8))
    let identity = try IdentityFile.load(scratch.folders).open(passphrase: typed)
    return try vault.read { (snapshot) throws(VaultError) in try snapshot.unlock(identity) }
  }

  /// Every layout that a released Coffer wrote has its vault here: a new one without it fails.
  @Test(arguments: 1...SQLiteStore.schemaVersion)
  func `the golden vault opens, and holds what it held when it was made`(tables: Int) throws {
    let (scratch, expected, id) = try copy(tables)
    let vault = try Vault(opening: id, scratch.folders)
    let session = try unlock(vault, scratch, GoldenVault.passphrase)
    #expect(try GoldenVault.contents(vault, session) == expected)
    #expect(expected.environments["development"]?.count == 47)
    #expect(try vault.schema().found == tables)
    _ = try vault.verifyWhole()
  }

  @Test(arguments: 1...SQLiteStore.schemaVersion)
  func `its recovery phrase opens the directory`(tables: Int) throws {
    let (scratch, _, id) = try copy(tables)
    let vault = try Vault(opening: id, scratch.folders)
    let phrase = try RecoveryPhrase(parsing: SecretBytes(copying: try scratch.read("phrase")))
    let identity = try phrase.identity(vault: id)
    let name = try vault.read { (snapshot) throws(VaultError) in
      try snapshot.name(try snapshot.unlock(identity).directory)
    }
    #expect(name == "golden")
  }

  @Test(arguments: 1...SQLiteStore.schemaVersion)
  func `it can still be written to`(tables: Int) throws {
    let (scratch, expected, id) = try copy(tables)
    let vault = try Vault(opening: id, scratch.folders)
    let session = try unlock(vault, scratch, GoldenVault.passphrase)
    let key = try vault.read { (snapshot) throws(VaultError) in try snapshot.key("development", in: session) }
    let new = Transaction.NewValue(name: "DATABASE_URL", value: try GoldenVault.secret("new"))
    let versions = try vault.write(session) { (transaction) throws(VaultError) in
      try transaction.put([new], key)
    }
    #expect(versions == [4])
    #expect(try GoldenVault.contents(vault, session).sequence == expected.sequence + 1)
  }

  @Test func `reading leaves its tables as they are, and the first change moves them on after a backup`() throws {
    let (scratch, expected, id) = try copy()
    let vault = try Vault(opening: id, scratch.folders)
    let session = try unlock(vault, scratch, GoldenVault.passphrase)
    _ = try vault.verifyWhole()
    let before = try vault.schema()
    let scanned = try vault.store.controlChanges()
    #expect(before.found == 1 && before.current == 2 && Files.kind(of: before.backup) == nil)
    // Founding, four environments, epochs and a removal change the block; values do not.
    #expect(scanned.first == 1 && scanned.count > 5 && scanned.count < Int(expected.sequence))

    let old = try Vault(opening: id, scratch.folders)
    let key = try vault.read { (snapshot) throws(VaultError) in try snapshot.key("development", in: session) }
    let new = Transaction.NewValue(name: "DATABASE_URL", value: try GoldenVault.secret("new"))
    _ = try vault.write(session) { (transaction) throws(VaultError) in try transaction.put([new], key) }
    #expect(try vault.schema().found == 2)
    #expect(try vault.store.controlChanges() == scanned)
    let kept = try VaultArchive.load(before.backup).verify(id)
    #expect(kept.head.sequence == expected.sequence)
    #expect(try Files.mode(before.backup) == 0o600)
    // Who had it open goes on with it.
    _ = try old.write(session) { (transaction) throws(VaultError) in
      try transaction.addEnvironment("another", directory: session.directory)
    }
    #expect(try vault.store.controlChanges() == scanned + [expected.sequence + 2])
    #expect(try Vault(opening: id, scratch.folders).verifyWhole().entries == Int(expected.sequence) + 2)
  }

  @Test func `a vault made from its archive is the vault`() throws {
    let (scratch, expected, id) = try copy()
    let archive = try VaultArchive(reading: Vault(opening: id, scratch.folders)).verify(id)
    let vault = try Vault.create(
      from: archive, scratch.folders, settingAside: Vault.path(id, scratch.folders) + ".aside")
    let session = try unlock(vault, scratch, GoldenVault.passphrase)
    #expect(try GoldenVault.contents(vault, session) == expected)
    #expect(try vault.schema().found == 2)
    _ = try vault.verifyWhole()
  }

  @Test func `a migration that cannot make its backup changes nothing`() throws {
    let (scratch, _, id) = try copy()
    let vault = try Vault(opening: id, scratch.folders)
    let backup = try vault.schema().backup
    try Files.writeExclusive(backup, [1, 2, 3].span.bytes)
    #expect(throws: VaultError.backupRefused(path: backup, .notABackup)) { try vault.migrate() }
    #expect(try vault.schema().found == 1)
    try Files.remove(backup)
    #expect(try vault.migrate())
    #expect(try !vault.migrate())
  }

  @Test func `another passphrase does not open it`() throws {
    let (scratch, _, id) = try copy()
    let vault = try Vault(opening: id, scratch.folders)
    #expect(throws: VaultError.wrongPassphrase) { try unlock(vault, scratch, "a golden vault") }
  }

  @Test func `a vault that ends before the pin, or differs from it, is refused`() throws {
    let (scratch, expected, id) = try copy()
    for (sequence, error) in [
      (expected.sequence + 1, VaultError.rollback(seen: expected.sequence + 1, found: expected.sequence)),
      (expected.sequence, .forked(sequence: expected.sequence)),
    ] {
      var pin = CanonicalWriter()
      pin.fixed(Array("COFFERPN".utf8))
      pin.u8(1)
      pin.fixed(id.bytes)
      pin.u64(sequence)
      pin.fixed(fixed(0, 32))
      try scratch.write("state/pins/\(id.hex)", pin.bytes + Hashing.digest("coffer/pin", pin.bytes).bytes)
      let vault = try Vault(opening: id, scratch.folders)
      #expect(throws: error) { try vault.read { (_) throws(VaultError) in } }
    }
  }

  @Test(arguments: [5000, 20_000, 40_000])
  func `a flipped bit in the file is damage`(_ offset: Int) throws {
    let (scratch, _, id) = try copy()
    var bytes = try scratch.read("data/\(id.short)/vault.db")
    bytes[offset] ^= 4
    try scratch.write("data/\(id.short)/vault.db", bytes)
    #expect(throws: VaultError.damaged(.database)) {
      try Vault(opening: id, scratch.folders).read { (_) throws(VaultError) in }
    }
  }
}
