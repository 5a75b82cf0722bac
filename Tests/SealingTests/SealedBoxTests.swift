import Testing

@testable import Sealing

struct SealedBoxTests {
  private let context = Array("vault, environment, name, version".utf8)

  private func seal(_ text: String, _ number: UInt8 = 1) throws -> [UInt8] {
    try SealedBox.seal(Array(text.utf8).span.bytes, key: key(number), context: context)
  }

  private func refusal(_ box: [UInt8], _ number: UInt8 = 1, _ context: [UInt8]? = nil) -> SealingError? {
    do {
      _ = try SealedBox.open(box, key: key(number), context: context ?? self.context)
      return nil
    } catch { return error as? SealingError }
  }

  @Test(arguments: [0, 1, 15, 16, 17, 64, 1000, 100 * 1024])
  func `what was sealed opens`(count: Int) throws {
    let content = Randomness.bytes(count)
    let box = try SealedBox.seal(content.span.bytes, key: key(1), context: context)
    #expect(box.count == count + SealedBox.overhead)
    let opened = try SealedBox.open(box, key: key(1), context: context)
    #expect(bytes(opened) == content)
  }

  @Test func `another key and another context are refused by the commitment`() throws {
    let box = try seal("value")
    #expect(refusal(box) == nil)
    #expect(refusal(box, 2) == .wrongKeyOrContext)
    #expect(refusal(box, 1, []) == .wrongKeyOrContext)
    #expect(refusal(box, 1, context + [0]) == .wrongKeyOrContext)
    #expect(refusal(box, 1, context.dropLast()) == .wrongKeyOrContext)
    for bit in 0..<(context.count * 8) {
      #expect(refusal(box, 1, flipped(context, bit: bit)) == .wrongKeyOrContext)
    }
  }

  @Test func `every flipped bit is refused`() throws {
    let box = try seal("a value of some length")
    for bit in 0..<(box.count * 8) {
      // The commitment covers key, nonce and context; the tag covers the ciphertext.
      let expected: SealingError = bit < 56 * 8 ? .wrongKeyOrContext : .damaged
      #expect(refusal(flipped(box, bit: bit)) == expected, "bit \(bit)")
    }
  }

  @Test func `every truncation and extension is refused`() throws {
    let box = try seal("a value of some length")
    for count in 0..<box.count { #expect(refusal(Array(box[..<count])) != nil, "\(count) bytes") }
    for extra in 1...20 { #expect(refusal(box + [UInt8](repeating: 0, count: extra)) == .damaged) }
  }

  @Test func `the same value never gives the same box`() throws {
    #expect(Set(try (0..<100).map { _ in try seal("same") }).count == 100)
  }

  @Test func `a box with a chosen nonce stays as the format has it`() throws {
    let box = try SealedBox.seal(
      Array("attack at dawn".utf8).span.bytes, key: key(7), context: context, nonce: Array(0..<24))
    #expect(Array(box[32..<56]) == Array(0..<24))
    let again = try SealedBox.seal(
      Array("attack at dawn".utf8).span.bytes, key: key(7), context: context, nonce: Array(0..<24))
    #expect(box == again)
    #expect(
      Array(box[..<32]) == Hashing.keyed(try key(7), "coffer/seal/commit", [Array(0..<24), context]).bytes)
  }
}
