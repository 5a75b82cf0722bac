import Testing

@testable import Platform
@testable import Sealing
@testable import Vault

/// All sessions of an identity, ended at once. Each test has identities of its own.
@Suite(.enabled(if: UnlockCache.isAvailable, "this machine has no keyring that only this user reaches"))
struct UnlockedSessionTests {
  /// A vault with development and production unlocked.
  private func unlocked() throws -> Founded {
    let founded = try Founded(["development", "production"])
    for environment in ["development", "production"] {
      let key = try founded.open().read { (snapshot) throws(VaultError) in
        try snapshot.key(environment, in: founded.session)
      }
      _ = try UnlockCache.keep(
        key, directory: founded.session.directory, signingSeed: founded.identity.signingSeed(),
        lifetime: UnlockCache.Lifetime(seconds: 60))
    }
    return founded
  }

  /// What the keyring has of a vault.
  private func keys(_ founded: Founded) throws -> [String] {
    try KernelKeyring.descriptions(startingWith: "coffer:\(founded.id.hex):")
      .filter { KernelKeyring.contains($0) }
  }

  private func ended(_ environments: Int, _ vaults: Int) -> UnlockCache.Ended {
    var ended = UnlockCache.Ended()
    (ended.environments, ended.vaults) = (environments, vaults)
    return ended
  }

  @Test func `what an identity unlocked ends, wherever its vault is`() throws {
    let founded = try unlocked()
    defer { _ = try? UnlockCache.end(vault: founded.id) }
    #expect(try keys(founded).count == 5)
    // Folders that have neither the vault nor a pin of it.
    let elsewhere = Home()
    #expect(UnlockCache.endAll(of: founded.identity.publicIdentity, elsewhere.folders) == ended(2, 1))
    #expect(try keys(founded) == [])
    #expect(UnlockCache.endAll(of: founded.identity.publicIdentity, elsewhere.folders) == ended(0, 0))
  }

  @Test func `what another identity unlocked in other folders stays`() throws {
    let founded = try unlocked()
    defer { _ = try? UnlockCache.end(vault: founded.id) }
    let elsewhere = Home()
    #expect(try UnlockCache.endAll(of: Identity().publicIdentity, elsewhere.folders) == ended(0, 0))
    #expect(UnlockCache.endAll(of: nil, elsewhere.folders) == ended(0, 0))
    #expect(try keys(founded).count == 5)
  }

  @Test func `what is unlocked of a vault of these folders ends, whoever unlocked it`() throws {
    let founded = try unlocked()
    defer { _ = try? UnlockCache.end(vault: founded.id) }
    #expect(UnlockCache.endAll(of: nil, founded.home.folders) == ended(2, 1))
    #expect(try keys(founded) == [])
  }

  @Test(arguments: ["signing", "kept"])
  func `what a killed unlock left behind ends as well`(missing: String) throws {
    let founded = try unlocked()
    defer { _ = try? UnlockCache.end(vault: founded.id) }
    #expect(try KernelKeyring.remove("coffer:\(founded.id.hex):\(missing)"))
    #expect(UnlockCache.endAll(of: founded.identity.publicIdentity, founded.home.folders) == ended(2, 1))
    #expect(try keys(founded) == [])
  }

  @Test func `a damaged note does not keep a session`() throws {
    let founded = try unlocked()
    defer { _ = try? UnlockCache.end(vault: founded.id) }
    try SecretBytes(copying: [UInt8](repeating: 9, count: 8 + 16 * 256)).withBytes { (bytes) throws(KeyringError) in
      try KernelKeyring.store(description: "coffer:\(founded.id.hex):kept", payload: bytes, timeout: 60)
    }
    #expect(UnlockCache.endAll(of: founded.identity.publicIdentity, Home().folders) == ended(2, 1))
    #expect(try keys(founded) == [])
  }
}
