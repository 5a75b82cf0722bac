import Testing

@testable import Sealing

/// The files themselves are opened by the standard `age` in CommandTests; here, byte for byte, what an independent program writes from the
/// same randomness: Tests/Vectors/age.py.
struct AgeFileTests {
  /// From the specification: the key is 32 times 0x42.
  private static let recipient = "age1zvkyg2lqzraa2lnjvqej32nkuu0ues2s82hzrye869xeexvn73equnujwj"

  private func secret(_ byte: UInt8, _ count: Int) throws -> SecretBytes {
    try SecretBytes(copying: [UInt8](repeating: byte, count: count))
  }

  @Test func `the specification's recipient is its key's public half`() throws {
    let recipient = try AgeRecipient(Self.recipient)
    #expect(try recipient.key == AgeRecipient.share(of: secret(0x42, 32)))
  }

  @Test(arguments: [
    (0, "ad7ef704d925d071dc74de55f0ecc70ad9164bdcfa4cc82b6a342e0870171f18"),
    (11, "7127b1c6273a7d71a0e4137b33ab6a4709afec3cf1157968d75335fe3c31c79c"),
    (65535, "076d59b01800b8afbf737f420d145b903514b262e6a76eb6fd9a5b2f72d6c094"),
    (65536, "4cf5c3eef012c3e4bb7f2c4ab1add2478e3e5af76df284d94e6ea02e9c77c575"),
    (65537, "f58256598f4e61a081c2a6fb977a3aa4e947f1804b894a7e80f3989c0195d638"),
    (131073, "fe44d29757805e20d926542f704cb4611bd70e49cdb8097cb081821a7487ce3b"),
  ])
  func `a file is what the independent writer makes of the same`(count: Int, digest: String) throws {
    let plaintext = try SecretBytes(copying: (0..<count).map { UInt8($0 % 251) })
    let fileKey = try secret(1, 16)
    let stanza = try AgeRecipient(Self.recipient).stanza(fileKey, ephemeral: secret(2, 32))
    let file = try plaintext.withBytes { (bytes) throws(SealingError) in
      try AgeFile.seal(bytes, fileKey: fileKey, stanzas: stanza, nonce: [UInt8](repeating: 3, count: 16))
    }
    #expect(Hashing.sha256(file).hex == digest)
  }

  @Test func `nothing random is used twice`() throws {
    let recipient = try AgeRecipient(Self.recipient)
    let plaintext = try secret(7, 100)
    let files = try (0..<50).map { _ in
      try plaintext.withBytes { (bytes) throws(SealingError) in
        try AgeFile.seal(bytes, to: [recipient, recipient])
      }
    }
    let lines = files.flatMap { $0.split(separator: 0x0A, maxSplits: 6, omittingEmptySubsequences: false)[1...5] }
    #expect(Set(lines).count == lines.count, "a share, a wrapped key or a tag came twice")
    #expect(Set(files.map { $0.suffix(132).prefix(16) }).count == files.count, "a nonce came twice")
  }

  @Test func `armor is strict PEM`() {
    let begin = "-----BEGIN AGE ENCRYPTED FILE-----\n"
    let end = "-----END AGE ENCRYPTED FILE-----\n"
    for (count, lines) in [
      (1, ["AA=="]), (48, [String(repeating: "A", count: 64)]), (49, [String(repeating: "A", count: 64), "AA=="]),
    ] {
      let text = String(decoding: AgeFile.armored([UInt8](repeating: 0, count: count)), as: UTF8.self)
      #expect(text == begin + lines.map { $0 + "\n" }.joined() + end)
    }
  }

  @Test(arguments: [
    ("", AgeRecipient.Fault.prefix), ("bob", .prefix), ("age", .prefix), (" \(recipient)", .prefix),
    ("age1", .mistyped), (recipient + "q", .mistyped), (recipient + " ", .mistyped),
    (String(recipient.dropLast()), .mistyped),
    (recipient.replacing("zv", with: "vz"), .mistyped), (recipient.uppercased(), .prefix),
    ("age1QQQQ" + recipient.dropFirst(8), .mistyped),
    ("AGE-SECRET-KEY-1GFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPQ4EGAEX", .secretKey),
    ("age-secret-key-1x", .secretKey), ("ssh-ed25519 AAAAC3NzaC1lZDI1NTE5", .sshKey), ("ssh-rsa AAAA", .sshKey),
    ("ecdsa-sha2-nistp256 AAAA", .sshKey), ("sk-ssh-ed25519@openssh.com AAAA", .sshKey),
    ("age1yubikey1qqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqjrljxx", .otherKind),
    // 31 and 33 bytes; points of low order: zero, one, and one of order eight.
    ("age1qqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqar9jk6", .key),
    ("age1qqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqzhlqeg", .key),
    ("age1qqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqq5cu47z", .key),
    ("age1qyqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqj7vrya", .key),
    ("age1ur4h5lpmgxu2u9jku0a0r87ydtdqnr0tnsetrlvxvgz3vh6fhqqqzyt4v9", .key),
  ])
  func `a text that is no recipient is refused with the reason`(text: String, fault: AgeRecipient.Fault) {
    #expect(failure { () throws(SealingError) in _ = try AgeRecipient(text) } == .badRecipient(fault))
  }
}
