import Testing

@testable import Platform
@testable import Sealing
@testable import Vault

struct RecoveryPhraseTests {
  private func parsed(_ words: String) throws(VaultError) -> String {
    let typed = try secret(Array(words.utf8))
    let phrase = try RecoveryPhrase(parsing: typed.bytes)
    return String(decoding: try phrase.text().withBytes { $0.array }, as: UTF8.self)
  }

  private func refused(_ words: String) -> VaultError? {
    refusal { () throws(VaultError) in try parsed(words) }
  }

  // BIP-39's own vectors: https://github.com/trezor/python-mnemonic/blob/master/vectors.json
  static let vectors = [
    "abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon about",
    "legal winner thank year wave sausage worth useful legal winner thank yellow",
    "letter advice cage absurd amount doctor acoustic avoid letter advice cage above",
    "zoo zoo zoo zoo zoo zoo zoo zoo zoo zoo zoo wrong",
  ]

  @Test(arguments: zip(vectors, [0x00, 0x7F, 0x80, 0xFF] as [UInt8]))
  func `the words are BIP-39's for their entropy`(words: String, byte: UInt8) throws {
    #expect(try parsed(words) == words)
    // The keys are those of the entropy: derived here once more from the raw bytes.
    let vault = VaultID(Bytes16(Randomness.bytes(16)))
    let typed = try secret(Array(words.utf8))
    let identity = try RecoveryPhrase(parsing: typed.bytes).identity(vault: vault)
    let entropy = [UInt8](repeating: byte, count: 16) + [UInt8](repeating: 0, count: 16)
    let root = try SymmetricKey(SecretBytes(copying: entropy))
    let seed = try root.subkey("coffer/recovery/signing", [vault.bytes.bytes]).withBytes { $0.array }
    #expect(
      try SigningKey(seed: SecretBytes(copying: seed)).publicKey == identity.publicIdentity.signing)
  }

  @Test(arguments: [
    "LEGAL Winner thank year wave sausage worth useful legal winner thank yellow",
    "  legal\twinner\nthank year  wave sausage worth useful legal winner thank yellow\r\n",
    "lega winn than year wave saus wort usef lega winn than yell",
  ])
  func `case, white space and cut words do not matter`(words: String) throws {
    #expect(try parsed(words) == Self.vectors[1])
  }

  @Test func `a mistyped phrase is refused, with the word where one is unknown`() {
    let right = Self.vectors[1].split(separator: " ").map(String.init)
    for place in right.indices {
      var words = right
      words[place] = "winnner"
      #expect(refused(words.joined(separator: " ")) == .badPhrase(word: place + 1))
    }
    #expect(refused("") == .badPhrase(word: nil))
    #expect(refused(right.dropLast().joined(separator: " ")) == .badPhrase(word: nil))
    #expect(refused((right + ["legal"]).joined(separator: " ")) == .badPhrase(word: nil))
    #expect(refused(right.dropLast().joined(separator: " ") + " zoo") == .badPhrase(word: nil))
    #expect(refused(Self.vectors[1].replacing("legal", with: "lé")) == .badPhrase(word: 1))
    // Three letters are not enough, unless they are a word.
    #expect(refused(Self.vectors[1].replacing("winner", with: "win")) == .badPhrase(word: nil))
    #expect(refused(Self.vectors[1].replacing("thank", with: "tha")) == .badPhrase(word: 3))
    #expect(refused("legal-winner") == .badPhrase(word: 2))
    #expect(refused(String(repeating: "zoo ", count: 1000)) == .badPhrase(word: nil))
  }

  @Test func `the checksum finds fifteen of sixteen wrong last words`() {
    let first = Self.vectors[0].split(separator: " ").dropLast().joined(separator: " ")
    let accepted = (0..<WordList.count).count { place in
      refused(first + " " + String(decoding: WordList.word(place), as: UTF8.self)) == nil
    }
    #expect(accepted == 128)
  }

  @Test func `fresh phrases are twelve words, parse and differ`() throws {
    var seen: Set<String> = []
    for _ in 0..<50 {
      let words = String(decoding: try RecoveryPhrase().text().withBytes { $0.array }, as: UTF8.self)
      #expect(words.split(separator: " ").count == 12)
      #expect(try parsed(words) == words)
      seen.insert(words)
    }
    #expect(seen.count == 50)
  }

  @Test func `the phrase alone opens everything of its vault and nothing of another`() throws {
    let founded = try Founded(["development", "production"])
    try founded.put([("A", "1")], "production")
    let contents = try founded.contents()
    let phrase = try RecoveryPhrase(parsing: founded.phrase)
    #expect(try founded.contents(as: "elsewhere", by: phrase.identity(vault: founded.id)) == contents)
    let other = try Founded()
    let error = try refusedBy(other, phrase.identity(vault: other.id))
    #expect(error == .noAccess(environment: ""))
    let wrong = try refusedBy(founded, phrase.identity(vault: other.id))
    #expect(wrong == .noAccess(environment: ""))
  }

  private func refusedBy(_ founded: Founded, _ identity: borrowing Identity) throws -> VaultError? {
    do throws(VaultError) {
      _ = try founded.contents(as: "elsewhere", by: identity)
      return nil
    } catch { return error }
  }
}
