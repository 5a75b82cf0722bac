import Testing

@testable import Leaks
@testable import Sealing
@testable import Vault

struct FingerprintMatchTests {
  /// Stands in for the scanner's: only that it is a function of the value matters here.
  private static func fingerprint(_ value: RawSpan) -> LeakFingerprint {
    LeakFingerprint(Bytes16(Array(Hashing.digest("test", value.array).bytes.prefix(16))))
  }

  private static func fingerprint(_ value: String) -> LeakFingerprint {
    Array(value.utf8).withUnsafeBytes { fingerprint(RawSpan(_unsafeBytes: $0)) }
  }

  private func find(_ value: String, _ shop: Shop) throws -> [String] {
    let found = try shop.open().read { (snapshot) throws(VaultError) in
      try FingerprintMatch.find(Self.fingerprint(value), in: snapshot, shop.session, compute: Self.fingerprint)
    }
    let names = try shop.open().read { (snapshot) throws(VaultError) in
      try snapshot.environments(shop.session.directory)
    }
    return found.map { match in
      let environment = names.first { $0.id == match.environment }?.name ?? ""
      return "\(environment) \(match.name) \(match.version)\(match.isCurrent ? " current" : "")"
    }
  }

  @Test func `every version with the value is found, current ones first`() throws {
    let shop = try Shop(["development", "production"])
    for value in ["leaked", "other"] { try shop.put("OLD", value) }
    try shop.put("TOKEN", "leaked")
    try shop.put("TOKEN", "leaked", "production")
    try shop.put("GONE", "leaked")
    let key = try shop.key()
    try shop.open().write(shop.session) { (transaction) throws(VaultError) in try transaction.remove(["GONE"], key) }
    #expect(
      try find("leaked", shop) == [
        "development TOKEN 1 current", "production TOKEN 1 current", "development GONE 1", "development OLD 1",
      ])
    #expect(try find("other", shop) == ["development OLD 2 current"])
    #expect(try find("nowhere", shop) == [])
  }

  @Test func `an environment without a key is passed over`() throws {
    let shop = try Shop(["development", "production"])
    try shop.put("TOKEN", "leaked")
    try shop.put("TOKEN", "leaked", "production")
    let key = try shop.key()
    let session = Session(directory: shop.session.directory, environments: [key.environment: key])
    let found = try shop.open().read { (snapshot) throws(VaultError) in
      try FingerprintMatch.find(Self.fingerprint("leaked"), in: snapshot, session, compute: Self.fingerprint)
    }
    #expect(found.map(\.environment) == [key.environment])
  }

  @Test func `what the fingerprint's making throws comes through`() throws {
    let shop = try Shop()
    try shop.put("TOKEN", "leaked")
    #expect(throws: VaultError.sealing(.outOfMemory)) {
      try shop.open().read { (snapshot) throws(VaultError) in
        try FingerprintMatch.find(Way.fingerprint, in: snapshot, shop.session) { (_) throws(VaultError) in
          throw .sealing(.outOfMemory)
        }
      }
    }
  }
}
