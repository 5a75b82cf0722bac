import Glibc
import Testing

@testable import Platform
@testable import Sealing
@testable import Vault

struct IdentityFileTests {
  private func text(_ text: String) throws -> SecretBytes { try SecretBytes(copying: Array(text.utf8)) }

  private func sealed() throws -> (file: IdentityFile, keys: PublicIdentity) {
    let identity = try Identity()
    let file = try IdentityFile(
      sealing: identity, passphrase: text("correct horse"), derivation: .cheapestForTests(), created: 1234)
    return (file, identity.publicIdentity)
  }

  /// The error of parsing and then opening with the right passphrase.
  private func outcome(_ bytes: [UInt8], passphrase: String = "correct horse") throws -> VaultError? {
    let words = try text(passphrase)
    return refusal { () throws(VaultError) in
      let identity = try IdentityFile(bytes: bytes).open(passphrase: words)
      _ = identity.publicIdentity
    }
  }

  /// `body` with a checksum that fits, as an attacker would leave it.
  private func checked(_ body: [UInt8]) -> [UInt8] {
    body + Hashing.digest("coffer/identity-file", body).bytes
  }

  @Test func `what was saved is loaded and opens`() throws {
    let home = Home()
    #expect(refusal { () throws(VaultError) in try IdentityFile.load(home.folders) } == .noIdentity)
    let (file, keys) = try sealed()
    try file.save(home.folders)
    #expect(refusal { () throws(VaultError) in try file.save(home.folders) } == .identityExists)
    let loaded = try IdentityFile.load(home.folders)
    #expect(loaded.bytes == file.bytes)
    #expect(loaded.created == 1234)
    #expect(loaded.publicIdentity == keys)
    #expect(try loaded.open(passphrase: text("correct horse")).publicIdentity == keys)
    #expect(try Files.mode(IdentityFile.path(home.folders)) == 0o600)
  }

  // Two first `init`s of one user: the loser must not replace the keys that the winner's vault was made with.
  @Test func `of many identities saved at once one stays`() async throws {
    for _ in 0..<20 {
      let home = Home()
      let folders = home.folders
      let files = try (0..<4).map { _ in try sealed().file }
      let outcomes = await withTaskGroup(of: (Int, VaultError?).self) { group in
        for (index, file) in files.enumerated() {
          group.addTask { (index, refusal { () throws(VaultError) in try file.save(folders) }) }
        }
        return await group.reduce(into: [:]) { $0[$1.0] = $1.1.map { [$0] } ?? [] }
      }
      let winners = outcomes.filter { $0.value.isEmpty }.keys
      #expect(winners.count == 1)
      #expect(outcomes.values.filter { $0 == [.identityExists] }.count == 3)
      let winner = try #require(winners.first)
      #expect(try IdentityFile.load(folders).bytes == files[winner].bytes)
    }
  }

  @Test func `a dangling link in the identity's place is not written through`() throws {
    let home = Home()
    try Files.makePrivateDirectory(home.folders.config)
    symlink(home.root + "/elsewhere", IdentityFile.path(home.folders))
    let file = try sealed().file
    #expect(refusal { () throws(VaultError) in try file.save(home.folders) } == .identityExists)
    #expect(Files.kind(of: home.root + "/elsewhere") == nil)
  }

  @Test(arguments: [
    "", "correct hors", "correct horse ", "Correct horse", "correct horse\n", "correct horse\0",
  ])
  func `a wrong passphrase is told from damage`(passphrase: String) throws {
    #expect(try outcome(sealed().file.bytes, passphrase: passphrase) == .wrongPassphrase)
  }

  @Test func `every flipped bit and every cut is damage, whatever the passphrase`() throws {
    let bytes = try sealed().file.bytes
    let wrong = (0..<(bytes.count * 8)).filter { bit in
      refusal { () throws(VaultError) in try IdentityFile(bytes: flipped(bytes, bit: bit)) }
        != .damaged(.identity)
    }
    #expect(wrong.isEmpty)
    for count in 0..<bytes.count {
      let error = refusal { () throws(VaultError) in try IdentityFile(bytes: Array(bytes[..<count])) }
      #expect(error == .damaged(.identity), "\(count) bytes")
    }
    #expect(refusal { () throws(VaultError) in try IdentityFile(bytes: bytes + [0]) } == .damaged(.identity))
  }

  // docs/FORMAT.md, "Identity file": magic 8, version 1, suite 1, derivation 1, passes 4, memory 8, salt 16, created 8, keys 64, box.
  @Test(arguments: [(8, 2), (9, 2), (10, 2)] as [(Int, UInt8)])
  func `a later format says so, with a checksum that fits`(offset: Int, byte: UInt8) throws {
    var body = Array(try sealed().file.bytes.dropLast(32))
    body[offset] = byte
    #expect(try outcome(checked(body)) == .needsNewer)
  }

  @Test(
    arguments: [
      (1, 8 << 10), (3, 1 << 40), (0, 64 << 20), (2, 64 << 20 - 1), (5, 64 << 20), (.max, 64 << 20),
      (4, .max),
    ] as [(UInt32, UInt64)])
  func `a derivation out of bounds is refused before any work`(passes: UInt32, memory: UInt64) throws {
    var writer = CanonicalWriter()
    writer.u32(passes)
    writer.u64(memory)
    var body = Array(try sealed().file.bytes.dropLast(32))
    body.replaceSubrange(11..<23, with: writer.bytes)
    #expect(try outcome(checked(body)) == .derivationOutOfBounds)
  }

  @Test func `other salt, keys or box with a checksum that fits do not open`() throws {
    let body = Array(try sealed().file.bytes.dropLast(32))
    for offset in [23, 39, 47, 79, 111 + 4, 111 + 4 + 60, body.count - 1] {
      var changed = body
      changed[offset] ^= 1
      let error = try outcome(checked(changed))
      #expect(error == .wrongPassphrase || error == .damaged(.identity), "byte \(offset)")
    }
  }

  @Test func `a file beyond any identity's size is refused`() throws {
    let home = Home()
    try Files.makePrivateDirectory(home.folders.config)
    try Files.writeAtomically(IdentityFile.path(home.folders), [UInt8](repeating: 0x41, count: 5000))
    #expect(refusal { () throws(VaultError) in try IdentityFile.load(home.folders) } == .damaged(.identity))
  }

  @Test func `one takes the place of another only if nobody else was first`() throws {
    let home = Home()
    let (first, second, third) = (try sealed().file, try sealed().file, try sealed().file)
    func replaced(_ old: IdentityFile, by new: IdentityFile) -> VaultError? {
      refusal { () throws(VaultError) in _ = try new.replace(old.bytes, home.folders) }
    }
    #expect(replaced(first, by: second) == .noIdentity)
    #expect(Files.kind(of: IdentityFile.path(home.folders)) == nil)
    try first.save(home.folders)
    #expect(replaced(second, by: third) == .conflict)
    #expect(try IdentityFile.load(home.folders).bytes == first.bytes)
    #expect(replaced(first, by: second) == nil)
    #expect(replaced(first, by: third) == .conflict)
    #expect(try IdentityFile.load(home.folders).bytes == second.bytes)
    #expect(try Files.mode(IdentityFile.path(home.folders)) == 0o600)
  }

  @Test func `of many that take the place of one, one does`() async throws {
    for _ in 0..<20 {
      let home = Home()
      let folders = home.folders
      let first = try sealed().file
      try first.save(folders)
      let files = try (0..<4).map { _ in try sealed().file }
      let winners = await withTaskGroup(of: Int?.self) { group in
        for (index, file) in files.enumerated() {
          group.addTask {
            refusal { () throws(VaultError) in _ = try file.replace(first.bytes, folders) } == nil ? index : nil
          }
        }
        return await group.reduce(into: []) { $0 += $1.map { [$0] } ?? [] }
      }
      #expect(winners.count == 1)
      #expect(try IdentityFile.load(folders).bytes == files[#require(winners.first)].bytes)
    }
  }

  @Test func `what is set aside never replaces what was`() throws {
    let home = Home()
    let files = try (0..<3).map { _ in try sealed().file }
    try files[0].save(home.folders)
    let paths = try files.map { try IdentityFile.setAside($0.bytes, home.folders) }
    #expect(paths == ["", "-2", "-3"].map { IdentityFile.path(home.folders) + ".old" + $0 })
    for (path, file) in zip(paths, files) { #expect(try Files.readPrivate(path, limit: 4096) == file.bytes) }
  }
}
