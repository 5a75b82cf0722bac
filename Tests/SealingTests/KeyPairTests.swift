import Testing

@testable import Sealing

struct KeyPairTests {
  private func seed(_ byte: UInt8) throws -> SecretBytes {
    try SecretBytes(copying: [UInt8](repeating: byte, count: 32))
  }

  // RFC 8032, section 7.1, TEST 2.
  @Test func `signatures are Ed25519's`() throws {
    let seed = try SecretBytes(
      copying: unhex("4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb"))
    let key = try SigningKey(seed: seed)
    #expect(
      key.publicKey.bytes.bytes.hex == "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c")
    let signature = key.sign([0x72])
    #expect(
      signature.hex
        == "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
        + "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00")
  }

  @Test func `a signature is its key's, over its message, and whole`() throws {
    let message = Array("entry 7".utf8)
    let key = try SigningKey(seed: seed(1))
    let other = try SigningKey(seed: seed(2)).publicKey
    let signature = key.sign(message)
    let verifier = key.publicKey
    func refusal(_ signature: [UInt8], _ message: [UInt8], _ key: VerifyingKey) -> SealingError? {
      failure { () throws(SealingError) in try key.verify(signature, of: message) }
    }
    #expect(refusal(signature, message, verifier) == nil)
    #expect(refusal(signature, message, other) == .badSignature)
    #expect(refusal(signature, message + [0], verifier) == .badSignature)
    #expect(refusal(signature, [], verifier) == .badSignature)
    #expect(refusal(signature, message, VerifyingKey(Bytes32())) == .badSignature)
    #expect(refusal([], message, verifier) == .badSignature)
    #expect(refusal(Array(signature.dropLast()), message, verifier) == .badSignature)
    #expect(refusal(signature + [0], message, verifier) == .badSignature)
    for bit in 0..<512 {
      #expect(refusal(flipped(signature, bit: bit), message, verifier) == .badSignature, "bit \(bit)")
    }
  }

  // RFC 8032, section 5.1.7: the second half of a signature is below the group's order, or another signature would also do.
  @Test func `a signature with the group's order added is refused`() throws {
    let key = try SigningKey(seed: seed(1))
    var signature = key.sign([1, 2, 3])
    let order = unhex("edd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010")
    var carry = 0
    for place in 0..<32 {
      let sum = Int(signature[32 + place]) + Int(order[place]) + carry
      signature[32 + place] = UInt8(sum & 0xFF)
      carry = sum >> 8
    }
    #expect(throws: SealingError.badSignature) { try key.publicKey.verify(signature, of: [1, 2, 3]) }
  }

  @Test(arguments: [0, 1, 32, 85, 1000])
  func `what was wrapped opens with the key it was wrapped to`(count: Int) throws {
    let key = try WrappingKey(seed: seed(3))
    let content = Randomness.bytes(count)
    let wrapped = try key.publicKey.wrap(content.span.bytes)
    #expect(wrapped.count == count + 48)
    let opened = try key.unwrap(wrapped)
    #expect(bytes(opened) == content)
    let other = try WrappingKey(seed: seed(4))
    let error = failure { () throws(SealingError) in _ = try other.unwrap(wrapped) }
    #expect(error == .wrongKeyOrContext)
  }

  @Test func `every changed bit and every cut of a wrap is refused`() throws {
    let key = try WrappingKey(seed: seed(3))
    let wrapped = try key.publicKey.wrap(Array("thirty-two bytes of a secret key".utf8).span.bytes)
    for bit in 0..<(wrapped.count * 8) {
      let error = failure { () throws(SealingError) in _ = try key.unwrap(flipped(wrapped, bit: bit)) }
      // X25519 ignores the top bit of a public key (RFC 7748, section 5), but the nonce is a hash over it.
      #expect(error == .wrongKeyOrContext, "bit \(bit)")
    }
    for count in 0..<wrapped.count {
      let error = failure { () throws(SealingError) in _ = try key.unwrap(Array(wrapped[..<count])) }
      #expect(error != nil, "\(count) bytes")
    }
  }

  @Test func `keys of low order are refused`() {
    for hex in [
      "0000000000000000000000000000000000000000000000000000000000000000",
      "0100000000000000000000000000000000000000000000000000000000000000",
      "e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800",
    ] {
      let key = WrappingPublicKey(Bytes32(unhex(hex)))
      #expect(throws: SealingError.badPublicKey) { try key.wrap([1, 2, 3].span.bytes) }
    }
  }

  @Test func `a seed of another length is refused`() throws {
    for count in [0, 31, 33, 64] {
      let seed = try SecretBytes(count: count)
      let signing = failure { () throws(SealingError) in _ = try SigningKey(seed: seed) }
      let wrapping = failure { () throws(SealingError) in _ = try WrappingKey(seed: seed) }
      #expect(signing == .damaged)
      #expect(wrapping == .damaged)
    }
  }
}
