import Testing

@testable import Platform
@testable import Sealing
@testable import Vault

/// A vault that is sealed to members.
struct VaultBundleTests {
  @Test func `a bundle opens for its members and nobody else`() throws {
    let ada = try Device()
    try ada.put("A", "one")
    let bob = try ada.invite("Bob")
    let stranger = try Identity()
    let all = try VaultBundle(bytes: ada.open().bundle())
    #expect(try all.open(bob.key.identity).bytes == VaultArchive(reading: ada.open()).bytes)
    #expect(throws: VaultError.notForYou) { try all.open(stranger) }
    let one = try VaultBundle(bytes: ada.open().bundle(for: bob.member))
    #expect(one.isFor(bob.member) && !one.isFor(ada.member))
    #expect(try one.open(bob.key.identity).newest == all.sequence)
    #expect(throws: VaultError.notForYou) { try one.open(ada.key.identity) }
    try ada.shutOut(bob)
    #expect(throws: VaultError.noMember("")) { try ada.open().bundle(for: bob.member) }
    #expect(try !VaultBundle(bytes: ada.open().bundle()).isFor(bob.member))
  }

  @Test func `no bit and no byte of a bundle can be changed`() throws {
    let ada = try Device(founding: [])
    let bytes = try ada.open().bundle()
    func outcome(_ bytes: [UInt8]) -> VaultError? {
      refusal { () throws(VaultError) in try VaultBundle(bytes: bytes).open(ada.key.identity) }
    }
    #expect(outcome(bytes) == nil)
    for bit in stride(from: 0, to: bytes.count * 8, by: 5) where outcome(flipped(bytes, bit: bit)) == nil {
      // One recipient cannot tell what became of another's key: which is bound by the header.
      Issue.record("bit \(bit) passes")
    }
    for count in stride(from: 0, to: bytes.count, by: 3) where outcome(Array(bytes[..<count])) == nil {
      Issue.record("\(count) bytes pass")
    }
    #expect(outcome(bytes + [0]) == .damaged(.bundle))
    var later = bytes
    later[8] = 2
    #expect(outcome(later) == .needsNewer)
  }

  @Test func `chunks cannot be swapped, doubled or left out`() throws {
    let ada = try Device(founding: ["development"])
    for number in 0..<4 { try ada.put("BIG\(number)", String(repeating: "x", count: 900_000)) }
    let bytes = try ada.open().bundle()
    let archive = try VaultArchive(reading: ada.open()).bytes.count
    let boxes = (archive + (1 << 20) - 1) / (1 << 20)
    #expect(boxes >= 4)
    let start = bytes.count - archive - boxes * SealedBox.overhead
    let size = (1 << 20) + SealedBox.overhead
    func box(_ number: Int) -> [UInt8] {
      Array(bytes[(start + number * size)..<min(start + (number + 1) * size, bytes.count)])
    }
    func outcome(_ numbers: [Int]) -> VaultError? {
      let made = Array(bytes[..<start]) + numbers.flatMap(box)
      return refusal { () throws(VaultError) in try VaultBundle(bytes: made).open(ada.key.identity) }
    }
    let all = Array(0..<boxes)
    #expect(outcome(all) == nil)
    #expect(outcome([1, 0] + all.dropFirst(2)) == .damaged(.bundle))
    #expect(outcome([0, 0] + all.dropFirst(2)) == .damaged(.bundle))
    #expect(outcome(Array(all.dropLast())) == .damaged(.bundle))
    #expect(outcome(Array(all.dropFirst())) == .damaged(.bundle))
  }

  @Test func `a bundle with a key that somebody swapped does not pass`() throws {
    let ada = try Device()
    let bob = try ada.invite("Bob")
    let mallory = try Identity().publicIdentity
    // Mallory's key in the place of Bob's, in the entry that lets Bob in, with all digests made right: what is left is the signature.
    let archive = try VaultArchive(reading: ada.open())
    let bytes = archive.bytes
    let keys = bob.key.identity.publicIdentity.encoded
    let place = try #require((0..<(bytes.count - 64)).first { Array(bytes[$0..<($0 + 64)]) == keys })
    var changed = Array(bytes.dropLast(32))
    changed.replaceSubrange(place..<(place + 64), with: mallory.encoded)
    changed += Hashing.digest("coffer/archive", changed).bytes
    let forged = try VaultArchive(bytes: changed)
    #expect(refusal { () throws(VaultError) in try forged.verify(ada.id) } == .damaged(.log))
    let sealed = try VaultBundle(
      bytes: VaultBundle.seal(
        forged, to: ada.open().read { (snapshot) throws(VaultError) in snapshot.control.bundleRecipients }))
    #expect(refusal { () throws(VaultError) in try sealed.open(ada.key.identity).verify(ada.id) } == .damaged(.log))
  }
}
