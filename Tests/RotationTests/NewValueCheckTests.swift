import Testing

@testable import Rotation
@testable import Sealing

struct NewValueCheckTests {
  struct Example: Sendable, CustomTestStringConvertible {
    let new: String
    var old = "0123456789abcdef0123456789abcdef"
    var prefixes: [String] = []
    var errors: [NewValueFinding.Problem] = []
    var warnings: [NewValueFinding.Problem] = []
    var testDescription: String { "\(new.debugDescription) for \(old.debugDescription)" }
  }

  /// Invented, and assembled here, so that no scanner takes them for somebody's.
  private static func key(_ prefix: String, _ fill: Character = "7") -> String {
    prefix + String(repeating: fill, count: 24) + "QzB"
  }
  private static let hex = "fedcba9876543210fedcba9876543210"
  private static let pem = "-----BEGIN PRIVATE KEY-----\nMIIB\n-----END PRIVATE KEY-----\n"

  private static let examples: [Example] = [
    Example(new: hex),
    Example(new: "", errors: [.empty]),
    Example(new: "0123456789abcdef0123456789abcdef", errors: [.sameAsCurrent]),
    Example(new: "a version of before, 32 bytes ..", errors: [.sameAsVersion(3)]),
    // What a copy brings along.
    Example(new: hex + " ", errors: [.surroundingSpace]),
    Example(new: hex + "\n", errors: [.surroundingSpace]),
    Example(new: hex + "\r\n", errors: [.surroundingSpace]),
    Example(new: "\t" + hex, errors: [.surroundingSpace]),
    Example(new: "\u{FEFF}" + hex, errors: [.surroundingSpace]),
    Example(new: hex + "\u{A0}", errors: [.surroundingSpace]),
    Example(new: hex + "\u{200B}", errors: [.surroundingSpace]),
    Example(new: " " + hex, old: " 0123456789abcdef0123456789abcdef", warnings: [.surroundingSpace]),
    Example(new: "\"\(hex)\"", errors: [.surroundingQuotes]),
    Example(new: "'\(hex)'", errors: [.surroundingQuotes]),
    Example(new: "`\(hex)`", errors: [.surroundingQuotes]),
    Example(new: "\"\(hex)\"", old: "\"0123456789abcdef0123456789abcde\"", warnings: [.surroundingQuotes]),
    Example(new: "\"\(hex)"),
    Example(new: "TOKEN=\(hex)", errors: [.assignment]),
    Example(new: "export TOKEN=\(hex)", errors: [.assignment]),
    Example(new: "  TOKEN=\(hex)", errors: [.surroundingSpace, .assignment]),
    Example(new: "TOKENS=\(hex)"),
    // Texts that are no value.
    Example(new: "your-token-goes-here-please-12345", errors: [.placeholder]),
    Example(new: "YOUR_TOKEN_GOES_HERE_PLEASE_12345", errors: [.placeholder]),
    Example(new: "<the token of the other account>", errors: [.placeholder]),
    Example(new: "0123\u{2022}\u{2022}\u{2022}\u{2022}\u{2022}\u{2022}\u{2022}\u{2022}cdef", errors: [.placeholder]),
    Example(new: "0123456789****************abcdef", errors: [.placeholder]),
    Example(new: "0123456789xxxxxxxxxxxxxxxxabcdef", errors: [.placeholder]),
    Example(new: "0123456789abcdef01234567\u{2026}", errors: [.placeholder]),
    // Lengths.
    Example(new: "0123456789abcde", warnings: [.muchShorter]),
    Example(new: "0123456789abcdeX"),
    Example(new: String(repeating: "ab", count: 33), warnings: [.muchLonger]),
    Example(new: String(repeating: "ab", count: 32)),
    Example(new: "one\ntwo 0123456789abcdef", warnings: [.severalLines]),
    Example(new: "one\ntwo 0123456789abcdef", old: "three\nfour 0123456789abcdef"),
    Example(new: pem, old: pem + pem),
    // What the start says.
    Example(new: key("sk_live_"), old: key("sk_live_", "5")),
    Example(new: key("sk_live_"), old: key("sk_live_", "5"), prefixes: ["sk_live_", "rk_live_"]),
    Example(new: key("rk_live_"), old: key("sk_live_"), warnings: [.otherPrefix(old: "sk_live_")]),
    Example(new: key("sk_test_"), old: key("sk_live_"), errors: [.testKey]),
    Example(new: key("sk_test_"), old: key("sk_live_"), prefixes: ["sk_"], errors: [.testKey]),
    Example(new: key("rk_test_"), old: key("sk_live_"), errors: [.testKey]),
    Example(new: key("sk_test_"), old: key("sk_test_", "5")),
    Example(new: key("pk_live_"), old: key("sk_live_"), errors: [.otherPrefix(old: "sk_live_")]),
    Example(new: key("ghp_"), old: key("sk_live_"), errors: [.otherPrefix(old: "sk_live_")]),
    Example(new: hex, old: key("sk_live_"), errors: [.otherPrefix(old: "sk_live_")]),
    Example(new: hex, old: key("sk_live_"), prefixes: ["fe"], warnings: [.otherPrefix(old: "sk_live_")]),
    Example(new: hex, old: key("sk_live_"), prefixes: ["sk_live_"], errors: [.wrongPrefix(expected: ["sk_live_"])]),
    Example(new: hex, prefixes: ["sk_", "rk_"], errors: [.wrongPrefix(expected: ["sk_", "rk_"])]),
    Example(new: key("github_pat_"), old: key("ghp_"), warnings: [.otherPrefix(old: "ghp_")]),
    Example(new: key("sk_live_"), old: hex),
    Example(new: "sk_liv", old: key("sk_live_"), errors: [.otherPrefix(old: "sk_live_")], warnings: [.muchShorter]),
  ]

  @Test(arguments: examples)
  func `a wrong paste is caught, a right one is not`(_ example: Example) throws {
    let older = NewValueCheck.Known(version: 3, value: try secret("a version of before, 32 bytes .."))
    let found = NewValueCheck.findings(
      try secret(example.new).bytes, name: "TOKEN", current: try secret(example.old), older: [older],
      prefixes: example.prefixes)
    #expect(found.filter(\.isError).map(\.problem) == example.errors)
    #expect(found.filter { !$0.isError }.map(\.problem) == example.warnings)
    #expect(found == found.filter(\.isError) + found.filter { !$0.isError })
  }

  @Test func `no finding holds a value`() throws {
    for example in Self.examples where example.new.utf8.count > 8 {
      let found = NewValueCheck.findings(
        try secret(example.new).bytes, name: "TOKEN", current: try secret(example.old), prefixes: example.prefixes)
      var text = ""
      dump(found, to: &text)
      #expect(!text.contains(example.new) && !text.contains(example.old))
    }
  }

  @Test func `bytes of every kind are looked at without harm`() throws {
    for length in 0...40 {
      for fill in [UInt8(0), 0x0A, 0x20, 0x22, 0x3C, 0x3E, 0x80, 0xC2, 0xE2, 0xEF, 0xFF] {
        let bytes = [UInt8](repeating: fill, count: length)
        let value = try SecretBytes(copying: bytes)
        let old = Secret(try SecretBytes(copying: Array(bytes.dropLast())))
        _ = NewValueCheck.findings(value, name: "", current: old, prefixes: [""])
      }
    }
  }
}
