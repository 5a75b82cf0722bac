import FoundationEssentials
import Glibc
import Testing

@testable import Leaks
@testable import Platform
@testable import Rotation
@testable import Sealing
@testable import Vault

/// Tests/Vectors/decode.py, which shares no code with Coffer, reads what rotations left in a vault.
struct DecoderTests {
  private static let decoder = Files.parent(of: Files.parent(of: #filePath)) + "/Vectors/decode.py"

  private static var hasSodium: Bool { system("/usr/bin/python3 -c 'import nacl' >/dev/null 2>&1 </dev/null") == 0 }

  private struct Decoded: Decodable {
    struct Record: Decodable {
      struct Mark: Decodable {
        let step: UInt8?
        let state: UInt8?
      }
      let name: String?
      let from: UInt32?
      let to: UInt32?
      let leak: String?
      let marks: [Mark]
    }
    struct Name: Decodable {
      let current: UInt32?
      let pending: UInt32?
      let previous: UInt32?
    }
    let environments: [String: [String: Name]]
    let ledger: [String: Record]
  }

  /// Runs the decoder on the shop's vault.
  private func decode(_ shop: Shop) throws -> (status: Int32, output: [UInt8]) {
    if Files.kind(of: shop.root + "/passphrase") == nil {
      let passphrase = try SecretBytes(copying: Array(Shop.passphrase.utf8))
      try IdentityFile(sealing: shop.identity, passphrase: passphrase, derivation: .cheapestForTests(), created: 1)
        .save(shop.device())
      try Files.writeAtomically(shop.root + "/passphrase", Array(Shop.passphrase.utf8), mode: 0o600)
    }
    let status = system(
      "/usr/bin/python3 '\(Self.decoder)' --home '\(shop.root)' --vault \(shop.id.short) "
        + "--passphrase-file '\(shop.root)/passphrase' >'\(shop.root)/output' 2>/dev/null </dev/null")
    return (status >> 8, try Files.read(shop.root + "/output", limit: 1 << 20))
  }

  @Test(
    .enabled(if: hasSodium, "needs Debian's python3-nacl, which `make test` installs"),
    arguments: [RotationStep.planned] + Way.steps.map(\.step))
  func `an independent reader finds what the rotation came to`(_ step: RotationStep) throws {
    let (shop, record) = try Way.shop(at: step, leak: true)
    // One that was given up, and one in between.
    try shop.put("OTHER", "old")
    let rotator = try shop.rotator()
    var other = try rotator.savePending(try rotator.plan("OTHER", playbook: ""), secret("new"))
    other = try rotator.abort(other).record
    let (status, output) = try decode(shop)
    try #require(status == 0)
    let found = try JSONDecoder().decode(Decoded.self, from: Data(output))
    let versions = try shop.versions()
    let token = try #require(found.environments["development"]?["TOKEN"])
    #expect(token.current == versions.current && token.pending == versions.pending)
    #expect(token.previous == versions.previous)
    let rotation = try #require(found.ledger["rotation/\(record.id)"])
    #expect(rotation.name == "TOKEN" && rotation.from == 1 && rotation.to == record.to ?? 0)
    #expect(rotation.leak == Way.fingerprint.description)
    #expect(rotation.marks.map(\.step) == record.marks.map(\.step.rawValue))
    #expect(found.ledger["rotation/\(other.id)"]?.marks.map(\.step) == [1, 2, 10])
    let leak = try #require(try shop.leaks().first)
    #expect(found.ledger["leak/\(Way.fingerprint)"]?.marks.map(\.state) == leak.marks.map(\.state.number))
    #expect(found.ledger.count == 3)
  }

  @Test(.enabled(if: hasSodium, "needs Debian's python3-nacl, which `make test` installs"))
  func `and refuses a record that does not follow, or that another kind of entry made`() throws {
    let cases: [(content: [UInt8], isOwnKind: Bool, status: Int32)] = [
      ([1, 2, 3], true, 3), ([2], true, 8), ([1], false, 4),
    ]
    for (content, isOwnKind, status) in cases {
      let (shop, record) = try Way.shop(at: .set)
      #expect(try decode(shop).status == 0)
      let new = Transaction.NewValue(
        name: "rotation/\(record.id)", value: Secret(try SecretBytes(copying: isOwnKind ? content : record.encoded)))
      _ = try shop.open().write(shop.session) { (transaction) throws(VaultError) in
        try transaction.store([new], shop.session.directory) { isOwnKind ? .rotation($0) : .leak($0) }
      }
      let decoded = try decode(shop)
      #expect(decoded.status == status && decoded.output.isEmpty)
      // The library agrees.
      let expected: VaultError? =
        switch status {
        case 3: .damaged(.record)
        case 8: .needsNewer
        default: nil
        }
      let error = #expect(throws: VaultError.self) { try shop.rotations() }
      if let expected { #expect(error == expected) }
      if expected == nil, case .unauthorised? = error { continue }
      #expect(expected != nil, "\(String(describing: error))")
    }
  }
}
