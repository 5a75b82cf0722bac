import Testing

@testable import Platform
@testable import Sealing
@testable import Vault

/// A ledger, and versions that wait, after the keys they are sealed with have changed.
@Suite struct RenewedLedgerTests {
  private let scratch: ScratchFolder
  private let vault: Vault
  private let session: Session
  private let key: EnvironmentKey

  init() throws {
    scratch = try ScratchFolder()
    var phrase = try SecretBytes(count: 0)
    (vault, session) = try Vault.create(
      Vault.Founding(name: "shop", founder: "Ada", environments: ["development"]), identity: try Identity(),
      scratch.folders, phrase: &phrase)
    let session = session
    key = try vault.read { (snapshot) throws(VaultError) in try snapshot.key("development", in: session) }
  }

  private func record(_ content: [UInt8], _ directory: EnvironmentKey) throws {
    try vault.write(session) { (transaction) throws(VaultError) in
      try transaction.record(.rotation, name: "a", content: content, directory)
    }
  }

  @Test func `a ledger outlives a new key of the directory`() throws {
    for content: [UInt8] in [[1, 1], [1, 2]] { try record(content, session.directory) }
    let renewed = try HandMade(vault: vault, session: session).renew(session.directory)
    #expect(renewed.epoch == 2)
    try record([1, 3], renewed)
    let (records, history) = try vault.read { (snapshot) throws(VaultError) in
      (try snapshot.ledger(.rotation, renewed), try snapshot.ledgerHistory(.rotation, name: "a", renewed))
    }
    #expect(records.map(\.content) == [[1, 3]] && records.map(\.version) == [3])
    #expect(history.map(\.content) == [[1, 3], [1, 2], [1, 1]])
    #expect(try vault.verifyWhole().names == 2)
  }

  @Test func `what was sealed again is believed before anything else is recorded`() throws {
    try record([1, 1], session.directory)
    let renewed = try HandMade(vault: vault, session: session).renew(session.directory)
    let records = try vault.read { (snapshot) throws(VaultError) in try snapshot.ledger(.rotation, renewed) }
    #expect(records.map(\.content) == [[1, 1]] && records.map(\.version) == [1])
  }

  @Test func `a version that waits is promoted under a new key`() throws {
    for (value, isPending) in [("old", false), ("new", true)] {
      let new = Transaction.NewValue(name: "TOKEN", value: try GoldenVault.secret(value))
      _ = try vault.write(session) { (transaction) throws(VaultError) in
        isPending ? try transaction.pend(new, key) : try transaction.put([new], key)[0]
      }
    }
    let renewed = try HandMade(vault: vault, session: session).renew(key)
    try vault.write(session) { (transaction) throws(VaultError) in
      try transaction.promote("TOKEN", pending: 2, over: 1, renewed)
    }
    let (versions, value) = try vault.read { (snapshot) throws(VaultError) in
      (try snapshot.versions(of: "TOKEN", renewed), try snapshot.values(["TOKEN"], renewed)[0])
    }
    #expect(versions.current == 2 && versions.pending == nil && versions.previous == 1)
    #expect(value?.bytes.withBytes { $0.array } == Array("new".utf8))
    // And back, to what was sealed again while a higher version existed.
    try vault.write(session) { (transaction) throws(VaultError) in
      try transaction.point("TOKEN", to: 1, renewed, in: transaction.snapshot())
    }
    let old = try vault.read { (snapshot) throws(VaultError) in try snapshot.values(["TOKEN"], renewed)[0] }
    #expect(old?.bytes.withBytes { $0.array } == Array("old".utf8))
    #expect(try vault.verifyWhole().names == 2)
  }
}
