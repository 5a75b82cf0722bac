import Testing

@testable import Platform
@testable import Sealing
@testable import Vault

/// The text and the words were worked out by a few lines of Python from docs/FORMAT.md, with the seeds 1, 1 … and 2, 2 ….
struct PublicIdentityTextTests {
  private static let text =
    "cofferpub_013jMT74ik86YKXsiuWmRP4CAXRrY1VBNxHWhn31tHmNkDdeQOtU0qRACU3pKszoNoLneb9XXDfxBKK050T8KSMG1FUQMB"
  /// The same keys in a version 2, with a checksum that fits.
  private static let later =
    "cofferpub_021AW8HqaNT1kcqGbklWkyWs6HckgnUxqPjze1IFtNhNqRpCUFz7mfR4eRrkjY59dErwNpbf7dBCBAU5qOWUqaeK3WQAOs"

  private func identity() throws -> PublicIdentity {
    let seeds = [UInt8](repeating: 1, count: 32) + [UInt8](repeating: 2, count: 32)
    return try Identity(seeds: SecretBytes(copying: seeds)).publicIdentity
  }

  private func refused(_ text: String) -> VaultError? {
    refusal { () throws(VaultError) in _ = try PublicIdentity(text: text) }
  }

  @Test func `text and words are those of the format`() throws {
    let identity = try identity()
    #expect(try identity.text == Self.text)
    #expect(try PublicIdentity(text: Self.text) == identity)
    #expect(identity.words == ["cruise", "rack", "what", "forward", "plug", "when"])
  }

  @Test func `every key has a text of one length that reads back, and words of its own`() throws {
    var seen: Set<[String]> = []
    for _ in 0..<100 {
      let identity = try Identity().publicIdentity
      let text = try identity.text
      #expect(text.utf8.count == Self.text.utf8.count)
      #expect(try PublicIdentity(text: text) == identity)
      #expect(identity.words.count == 6 && seen.insert(identity.words).inserted)
    }
    let zero = PublicIdentity(wrapping: WrappingPublicKey(Bytes32()), signing: VerifyingKey(Bytes32()))
    #expect(try PublicIdentity(text: zero.text) == zero)
    let ones = Bytes32([UInt8](repeating: 0xFF, count: 32))
    let most = PublicIdentity(wrapping: WrappingPublicKey(ones), signing: VerifyingKey(ones))
    #expect(try PublicIdentity(text: most.text) == most && most.text.utf8.count == Self.text.utf8.count)
  }

  @Test func `any letter changed, left out, doubled or swapped is noticed`() {
    let letters = Array(Self.text)
    for place in letters.indices {
      for letter in "0Zaz_l" where letter != letters[place] {
        #expect(refused(String(letters[..<place] + [letter] + letters[(place + 1)...])) == .badPublicKey)
      }
      #expect(refused(String(letters[..<place] + letters[(place + 1)...])) == .badPublicKey)
      #expect(refused(String(letters[...place] + letters[place...])) == .badPublicKey)
      if place > 0, letters[place] != letters[place - 1] {
        var swapped = letters
        swapped.swapAt(place - 1, place)
        #expect(refused(String(swapped)) == .badPublicKey)
      }
    }
  }

  @Test(arguments: [
    "", "cofferpub_", " " + text, text + "\n", text + "0", text.uppercased(), "coffer_" + text.dropFirst(10),
  ])
  func `what is none is refused`(text: String) { #expect(refused(text) == .badPublicKey) }

  @Test func `a later version is told apart from a slip`() { #expect(refused(Self.later) == .needsNewer) }
}
