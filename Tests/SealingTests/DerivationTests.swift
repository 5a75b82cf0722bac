import Testing

@testable import Sealing

struct DerivationTests {
  private static let salt = [UInt8](repeating: 7, count: 16)

  struct Parameters: Sendable, CustomTestStringConvertible {
    let passes: UInt32
    let memory: UInt64
    var salt = DerivationTests.salt
    var testDescription: String { "t=\(passes) m=\(memory) salt=\(salt.count)" }
  }

  @Test(arguments: [
    Parameters(passes: 1, memory: 8 << 10),
    Parameters(passes: 3, memory: 1 << 40),
    Parameters(passes: 0, memory: 0),
    Parameters(passes: 1, memory: 256 << 20),
    Parameters(passes: 2, memory: 64 << 20 - 1),
    Parameters(passes: 5, memory: 256 << 20),
    Parameters(passes: .max, memory: 64 << 20),
    Parameters(passes: 4, memory: 1 << 30 + 1),
    Parameters(passes: 3, memory: .max),
    Parameters(passes: 3, memory: 256 << 20, salt: []),
    Parameters(passes: 3, memory: 256 << 20, salt: [UInt8](repeating: 7, count: 15)),
    Parameters(passes: 3, memory: 256 << 20, salt: [UInt8](repeating: 7, count: 17)),
  ])
  func `parameters out of bounds are refused before any work`(_ parameters: Parameters) throws {
    let derivation = PassphraseDerivation(
      passes: parameters.passes, memory: parameters.memory, salt: parameters.salt)
    let passphrase = try SecretBytes(copying: Array("correct horse".utf8))
    let start = ContinuousClock.now
    let error = failure { () throws(SealingError) in _ = try derivation.key(from: passphrase) }
    #expect(error == .derivationOutOfBounds)
    // The cheapest derivation takes some 50 ms; a refusal takes microseconds, and shares two cores with other tests.
    #expect(ContinuousClock.now - start < .milliseconds(500))
  }

  @Test func `what new identities get is within bounds`() throws {
    try PassphraseDerivation.moderate().checkBounds()
    try PassphraseDerivation.cheapestForTests().checkBounds()
    #expect(PassphraseDerivation.moderate().salt != PassphraseDerivation.moderate().salt)
    #expect(PassphraseDerivation.moderate().memory == 256 << 20)
    #expect(PassphraseDerivation.moderate().passes == 3)
  }

  @Test func `a key depends on passphrase and salt, and on nothing else`() throws {
    func derived(_ text: String, salt: [UInt8] = Self.salt) throws -> [UInt8] {
      let derivation = PassphraseDerivation(passes: 2, memory: 64 << 20, salt: salt)
      return try derivation.key(from: SecretBytes(copying: Array(text.utf8))).withBytes { $0.array }
    }
    let first = try derived("correct horse")
    #expect(try derived("correct horse") == first)
    #expect(try derived("correct horsf") != first)
    #expect(try derived("correct horse", salt: [UInt8](repeating: 8, count: 16)) != first)
    #expect(try derived("") != first)
  }

  @Test func `subkeys of different labels and parts differ`() throws {
    let root = try key(1)
    let variants: [(String, [[UInt8]])] = [
      ("a", []), ("b", []), ("a", [[]]), ("a", [[1]]), ("a", [[1, 2]]), ("a", [[1], [2]]), ("ab", []),
      ("", []),
    ]
    var seen: Set<[UInt8]> = []
    for (label, parts) in variants { seen.insert(try root.subkey(label, parts).withBytes { $0.array }) }
    #expect(seen.count == variants.count)
    seen.insert(try key(2).subkey("a").withBytes { $0.array })
    #expect(seen.count == variants.count + 1)
  }

  @Test func `a digest of one purpose is not another's`() {
    #expect(Hashing.digest("a", [1]) != Hashing.digest("b", [1]))
    #expect(Hashing.digest("a", [0x62]) != Hashing.digest("ab", []))
  }
}
