import Testing

@testable import Leaks
@testable import Platform
@testable import Rotation
@testable import Sealing
@testable import Vault

struct CanaryTests {
  /// How often `needle` stands in `bytes`.
  private func count(_ needle: [UInt8], in bytes: [UInt8]) -> Int {
    bytes.indices.dropLast(needle.count - 1).count {
      bytes[$0] == needle[0] && bytes[$0..<($0 + needle.count)].elementsEqual(needle)
    }
  }

  /// The value, and what else it could be written as.
  private func forms(_ text: String) -> [[UInt8]] {
    let raw = Array(text.utf8)
    return [raw, Array(raw.hex.utf8), raw.flatMap { [$0, 0] }]
  }

  @Test func `no value stands in the ledger, nor anything of it in the files`() throws {
    let shop = try Shop()
    let old = "old-canary-\(Randomness.bytes(12).hex)"
    let new = "new-canary-\(Randomness.bytes(12).hex)"
    let name = "NAME_\(Randomness.bytes(8).hex)"
    try shop.put(name, old)
    let vault = try shop.open()
    let rotator = Rotator(vault, shop.session, try shop.key())
    let home = LeakRecord.Home(environment: try shop.key().environment, name: name)
    let leak = LeakLedger.NewLeak(Way.fingerprint, rule: "rule-canary", title: "title-canary", home: home)
    var record = try rotator.plan(name, playbook: "playbook-canary", leak: leak)
    for (event, _) in Way.steps { record = try Way.take(event, record, rotator, value: new) }
    #expect(try shop.value(name) == new)

    // The opened content of every version of every record.
    let directory = shop.session.directory
    let contents = try vault.read { (snapshot) throws(VaultError) in
      try snapshot.ledgerHistory(.rotation, name: record.id.description, directory)
        + snapshot.ledgerHistory(.leak, name: Way.fingerprint.description, directory)
    }.map(\.content)
    #expect(contents.count == 8 + 4)
    for content in contents {
      for needle in forms(old) + forms(new) { #expect(count(needle, in: content) == 0) }
    }
    #expect(contents.contains { count(Array(name.utf8), in: $0) == 1 })

    // And the files, in which not even names and titles can be read.
    for suffix in ["", "-wal"] {
      let file = try Files.read(shop.path + suffix, limit: .max)
      for text in [old, new, name, "rule-canary", "title-canary", "playbook-canary", Way.fingerprint.description] {
        for needle in forms(text) { #expect(count(needle, in: file) == 0, "\(suffix)") }
      }
      #expect(count(Way.fingerprint.bytes.bytes, in: file) == 0)
      #expect(count(record.id.bytes.bytes, in: file) == 0)
    }
  }

  @Test func `nothing that is printed of a rotation holds a value`() throws {
    let (shop, record) = try Way.shop(at: .promoted, leak: true)
    var text = ""
    dump(record, to: &text)
    dump(try shop.leaks(), to: &text)
    dump(RotationError.alreadyOpen(record), to: &text)
    #expect(text.contains("TOKEN") && !text.contains("\"new\"") && !text.contains("\"old\""))
  }
}
