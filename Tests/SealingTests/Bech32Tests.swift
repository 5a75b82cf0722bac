import Testing

@testable import Sealing

/// The test vectors of BIP-173, but for its limit of 90 characters.
struct Bech32Tests {
  @Test(arguments: [
    ("A12UEL5L", "A", ""), ("a12uel5l", "a", ""), ("?1ezyfcl", "?", ""),
    (
      "an83characterlonghumanreadablepartthatcontainsthenumber1andtheexcludedcharactersbio1tt5tgs",
      "an83characterlonghumanreadablepartthatcontainsthenumber1andtheexcludedcharactersbio", ""
    ),
    ("abcdef1qpzry9x8gf2tvdw0s3jn54khce6mua7lmqqqxw", "abcdef", "00443214c74254b635cf84653a56d7c675be77df"),
    ("11" + String(repeating: "q", count: 82) + "c8247j", "1", String(repeating: "00", count: 51)),
    (
      "split1checkupstagehandshakeupstreamerranterredcaperred2y9e3w", "split",
      "c5f38b70305f519bf66d85fb6cf03058f3dde463ecd7918f2dc743918f2d"
    ),
    // The first that is too long for BIP-173; age takes it.
    (
      "an84characterslonghumanreadablepartthatcontainsthenumber1andtheexcludedcharactersbio1569pvx",
      "an84characterslonghumanreadablepartthatcontainsthenumber1andtheexcludedcharactersbio", ""
    ),
  ])
  func `what is right is read`(text: String, prefix: String, data: String) throws {
    let decoded = try Bech32.decode(text)
    #expect(decoded.prefix == prefix && decoded.bytes.hex == data)
  }

  @Test(arguments: [
    ("\u{20}1nwldj5", Bech32.Fault.letter), ("\u{7F}1axkwrx", .letter), ("\u{80}1eym55h", .letter),
    ("pzry9x0s0muk", .shape), ("1pzry9x0s0muk", .shape), ("x1b4n0q5v", .letter), ("li1dgmt3", .shape),
    ("de1lg7wt\u{FF}", .letter), ("A1G7SGD8", .checksum), ("10a06t8", .shape), ("1qzzfhee", .shape),
    ("A12uEL5L", .mixedCase), ("a12uel5m", .checksum), ("", .shape), ("1", .shape), ("a1", .shape),
    ("a1" + String(repeating: "q", count: 8192), .shape),
  ])
  func `what is wrong is refused`(text: String, fault: Bech32.Fault) {
    #expect(failure { () throws(Bech32.Fault) in _ = try Bech32.decode(text) } == fault)
  }

  @Test func `any one letter changed or taken away is noticed`() {
    let text = Array("age1zvkyg2lqzraa2lnjvqej32nkuu0ues2s82hzrye869xeexvn73equnujwj")
    func isRefused(_ letters: [Character]) -> Bool {
      failure { () throws(Bech32.Fault) in _ = try Bech32.decode(String(letters)) } != nil
    }
    for place in text.indices {
      for letter in "qpzry9x8gf2tvdw0s3jn54khce6mua7l" where letter != text[place] {
        #expect(isRefused(text[..<place] + [letter] + text[(place + 1)...]))
      }
      #expect(isRefused(Array(text[..<place] + text[(place + 1)...])))
    }
  }

  @Test func `bits that no encoder leaves are refused`() {
    // Made with a right checksum: one letter for no byte, and a byte whose last two bits are set.
    for text in ["a1q3g6mn3", "a1qrw7jgkl"] {
      #expect(failure { () throws(Bech32.Fault) in _ = try Bech32.decode(text) } == .leftover, "\(text)")
    }
  }
}
