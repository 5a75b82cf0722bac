import Testing

@testable import Platform
@testable import Sealing
@testable import Vault

/// Keys in the kernel's keyring. Each test has a vault, and so names of keys, of its own.
@Suite(.enabled(if: UnlockCache.isAvailable, "this machine has no keyring that only this user reaches"))
struct UnlockCacheTests {
  /// Keeps the key of an environment and returns what the cache then gives.
  private func keep(
    _ founded: Founded, _ environment: String = "development", _ lifetime: UnlockCache.Lifetime
  ) throws {
    let key = try founded.open().read { (snapshot) throws(VaultError) in
      try snapshot.key(environment, in: founded.session)
    }
    let kept = try UnlockCache.keep(
      key, directory: founded.session.directory, signingSeed: founded.identity.signingSeed(),
      lifetime: lifetime)
    #expect(kept)
  }

  private func session(
    _ founded: Founded, _ environment: String = "development", signing: Bool = true
  ) throws -> Session? {
    try founded.open().read { (snapshot) throws(VaultError) in
      try snapshot.cachedSession(environment: environment, signing: signing)
    }
  }

  private func end(_ founded: Founded) { _ = try? UnlockCache.end(vault: founded.id) }

  @Test func `what was unlocked reads and writes until it is locked`() throws {
    let founded = try Founded(["development", "production"])
    defer { end(founded) }
    try founded.put([("A", "1")])
    #expect(try session(founded) == nil)
    try keep(founded, "development", UnlockCache.Lifetime(seconds: 60))
    let session = try #require(try session(founded))
    let found = try founded.open().read { (snapshot) throws(VaultError) in
      try snapshot.values(["A"], snapshot.key("development", in: session))
    }
    #expect(found.map { $0.map(bytes) } == [[0x31]])
    try founded.open().write(session) { (transaction) throws(VaultError) in
      let key = try transaction.snapshot().key("development", in: session)
      _ = try transaction.put([Transaction.NewValue(name: "A", value: secret([0x32]))], key)
    }
    #expect(try founded.values(["A"]) == [[0x32]])
    #expect(try self.session(founded, "production") == nil)
    #expect(try UnlockCache.end(vault: founded.id) == 1)
    #expect(try self.session(founded) == nil)
    #expect(try UnlockCache.end(vault: founded.id) == 0)
  }

  @Test func `ending one environment leaves the other`() throws {
    let founded = try Founded(["development", "production"])
    defer { end(founded) }
    try keep(founded, "development", UnlockCache.Lifetime(seconds: 60))
    try keep(founded, "production", UnlockCache.Lifetime(seconds: 60))
    let production = try founded.open().read { (snapshot) throws(VaultError) in
      try snapshot.environment(named: "production", directory: founded.session.directory).id
    }
    #expect(try UnlockCache.end(vault: founded.id, only: [production]) == 1)
    #expect(try session(founded, "production") == nil)
    #expect(try session(founded, "development") != nil)
  }

  @Test func `a key for once is gone after its use`() throws {
    let founded = try Founded()
    defer { end(founded) }
    try keep(founded, "development", UnlockCache.Lifetime(seconds: 60, once: true))
    #expect(try session(founded) != nil)
    #expect(try session(founded) == nil)
  }

  /// The parts of what is kept that all environments share, as the keyring names them.
  private func shared(_ founded: Founded) -> [Bool] {
    [EnvironmentID.directory.bytes.bytes.hex, "signing", "kept"].map {
      KernelKeyring.contains("coffer:\(founded.id.hex):\($0)")
    }
  }

  @Test(arguments: [true, false]) func `nothing is left after a key for once`(signing: Bool) throws {
    let founded = try Founded()
    defer { end(founded) }
    try keep(founded, "development", UnlockCache.Lifetime(seconds: 60, once: true))
    #expect(shared(founded) == [true, true, true])
    let session = try #require(try session(founded, signing: signing))
    #expect((session.signer != nil) == signing)
    #expect(shared(founded) == [false, false, false])
  }

  @Test func `a key for once leaves what another environment needs`() throws {
    let founded = try Founded(["development", "production"])
    defer { end(founded) }
    try keep(founded, "development", UnlockCache.Lifetime(seconds: 60))
    try keep(founded, "production", UnlockCache.Lifetime(seconds: 60, once: true))
    #expect(try session(founded, "production") != nil)
    #expect(try session(founded, "production") == nil)
    #expect(try session(founded, "development") != nil)
    #expect(shared(founded) == [true, true, true])
  }

  @Test func `unlocking another environment does not cut what was unlocked for longer`() throws {
    let founded = try Founded(["development", "production"])
    defer { end(founded) }
    let longest = UnlockCache.Lifetime.longest
    try keep(founded, "development", UnlockCache.Lifetime(seconds: longest))
    try keep(founded, "production", UnlockCache.Lifetime(seconds: 60))
    let left = try UnlockCache.kept(founded.id).secondsLeft()
    #expect(left > longest - 60 && left <= longest)
  }

  @Test func `a key ends by itself`() async throws {
    let founded = try Founded()
    defer { end(founded) }
    try keep(founded, "development", UnlockCache.Lifetime(seconds: 1))
    #expect(try session(founded) != nil)
    try await Task.sleep(for: .milliseconds(2200))
    #expect(try session(founded) == nil)
  }

  @Test func `a key that the vault's log does not state is not used`() throws {
    let founded = try Founded()
    defer { end(founded) }
    try keep(founded, "development", UnlockCache.Lifetime(seconds: 60))
    let control = try founded.state().control
    let environment = try #require(founded.session.environments.keys.first)
    let fake = try EnvironmentKey.fresh(vault: founded.id, environment: environment, epoch: 1)
    let kept = try UnlockCache.keep(
      fake, directory: founded.session.directory, signingSeed: founded.identity.signingSeed(),
      lifetime: UnlockCache.Lifetime(seconds: 60))
    #expect(kept)
    #expect(try UnlockCache.key(environment, in: control) == nil)
  }

  @Test func `standard lifetimes are a day's work for development and a quarter of an hour elsewhere`() {
    #expect(UnlockCache.Lifetime.standard(environment: "development").seconds == 8 * 3600)
    for other in ["staging", "production", "Development", ""] {
      #expect(UnlockCache.Lifetime.standard(environment: other).seconds == 15 * 60)
    }
  }
}
