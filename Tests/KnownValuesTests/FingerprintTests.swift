import Sealing
import Testing

@testable import KnownValues

struct FingerprintTests {
  private let strong = Array("Zk3vQ9xT7mB2rL5n".utf8)
  private let weak = Array("hunter22".utf8)

  private func text(_ secret: [UInt8], _ maker: FindingFingerprintMaker) throws -> String {
    try Samples.fingerprint(secret, maker).bytes.hex
  }

  @Test func `one salt gives everyone the same fingerprint, another salt another`() throws {
    let salt = Array("00112233445566778899aabbccddeeff".utf8)
    for secret in [strong, weak, []] {
      let first = try text(secret, FindingFingerprintMaker(salt: salt))
      #expect(try text(secret, FindingFingerprintMaker(salt: salt)) == first)
      #expect(try text(secret, FindingFingerprintMaker(salt: salt + [0])) != first)
      #expect(try text(secret, FindingFingerprintMaker(runSalt: salt)) != first || secret == strong)
      #expect(try text(secret + Array("\r\n".utf8), FindingFingerprintMaker(salt: salt)) == first)
    }
  }

  /// Made with Python's hashlib.blake2b, and libsodium's Argon2id through ctypes.
  @Test(arguments: [
    ("Zk3vQ9xT7mB2rL5n", "00112233445566778899aabbccddeeff", "5b153d9086674ceb86f95c1c35fce117"),
    ("hunter22", "00112233445566778899aabbccddeeff", "4da88df324d660ed504de0ef4d58ecb8"),
    ("", "s", "a9492039ec3a59ed3de8e7f68ca9499b"),
  ])
  func `the vectors hold`(secret: String, salt: String, fingerprint: String) throws {
    #expect(try text(Array(secret.utf8), FindingFingerprintMaker(salt: Array(salt.utf8))) == fingerprint)
  }

  @Test func `two runs without a salt have nothing in common`() throws {
    let first = try FindingFingerprintMaker(runSalt: FindingFingerprintMaker.drawnSalt())
    let second = try FindingFingerprintMaker(runSalt: FindingFingerprintMaker.drawnSalt())
    #expect(try text(strong, first) != text(strong, second))
  }

  @Test func `a guess at a weak secret costs a thousand times what a digest costs`() throws {
    let maker = try FindingFingerprintMaker(salt: [1])
    let clock = ContinuousClock()
    let slow = try clock.measure { _ = try text(weak, maker) }
    let fast = try clock.measure { for _ in 0..<10 { _ = try text(strong, maker) } }
    #expect(slow > fast)
    #expect(slow > .milliseconds(4))
  }
}
