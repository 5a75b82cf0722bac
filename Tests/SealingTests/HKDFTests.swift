import Testing

@testable import Sealing

struct HKDFTests {
  /// The first 32 bytes of each output of RFC 5869, appendix A: no more is ever taken.
  @Test(arguments: [
    (
      String(repeating: "0b", count: 22), "000102030405060708090a0b0c", "f0f1f2f3f4f5f6f7f8f9",
      "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf"
    ),
    (
      (0x00...0x4F).map { UInt8($0) }.hex, (0x60...0xAF).map { UInt8($0) }.hex, (0xB0...0xFF).map { UInt8($0) }.hex,
      "b11e398dc80327a1c8e7f78c596a49344f012eda2d4efad8a050cc4c19afa97c"
    ),
    (
      String(repeating: "0b", count: 22), "", "",
      "8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d"
    ),
  ])
  func `keys are derived as RFC 5869 does`(material: String, salt: String, info: String, output: String) throws {
    let derived = try HKDF.sha256(SecretBytes(copying: unhex(material)), salt: unhex(salt), info: unhex(info))
    #expect(bytes(derived).hex == output)
  }

  // RFC 4231, test cases 2 and 6: a short key, and one longer than the hash's block.
  @Test(arguments: [
    (
      Array("Jefe".utf8), "what do ya want for nothing?",
      "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
    ),
    (
      [UInt8](repeating: 0xAA, count: 131), "Test Using Larger Than Block-Size Key - Hash Key First",
      "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"
    ),
  ])
  func `messages are authenticated as RFC 4231 does`(key: [UInt8], message: String, tag: String) throws {
    let message = try SecretBytes(copying: Array(message.utf8))
    let key = try SecretBytes(copying: key)
    let made = try message.withBytes { (message) throws(SealingError) in try HKDF.authenticate(message, key: key) }
    #expect(bytes(made).hex == tag)
  }
}
