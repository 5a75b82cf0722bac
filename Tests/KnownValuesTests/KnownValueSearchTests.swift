import Foundation
import Sealing
import Testing

@testable import KnownValues

struct KnownValueSearchTests {
  private static let values: [[UInt8]] = [
    Samples.letters(8, seed: 1), Samples.letters(40, seed: 2), Array("pä\"ss/w\\örd 𝄞 k9".utf8),
    Samples.bytes(32, seed: 3), Array("a1b2\nXYZ==\nq9w8e7\n".utf8), Samples.letters(200, seed: 4),
  ]

  private static func forms(_ value: [UInt8]) throws -> [[UInt8]] {
    try ValueForm.all.compactMap { try Samples.encoded($0, value) }
  }

  @Test(arguments: values.indices)
  func `every form is found at every alignment, and at both ends`(index: Int) throws {
    let search = try Samples.search(Self.values)
    for form in try Self.forms(Self.values[index]) {
      for before in 0..<18 {
        for after in [0, 1, 7, 8, 30] {
          // Neighbours that no form is made of.
          let bytes = [UInt8](repeating: 0x01, count: before) + form + [UInt8](repeating: 0x02, count: after)
          #expect(search.hits(in: bytes) == [.init(range: before..<(before + form.count), label: index)])
        }
      }
      #expect(search.hits(in: Array(form.dropLast())).isEmpty)
      #expect(search.hits(in: Array(form.dropFirst())).isEmpty)
    }
  }

  @Test func `a changed byte anywhere is another value`() throws {
    let search = try Samples.search(Self.values)
    for index in Self.values[1].indices {
      var bytes = Self.values[1]
      bytes[index] ^= 1
      #expect(search.hits(in: bytes).isEmpty)
    }
  }

  @Test(arguments: 0..<9)
  func `a value inside a longer base64 text is found`(before: Int) throws {
    let value = Samples.letters(30, seed: 7)
    let search = try Samples.search([value])
    let neighbours = Samples.bytes(40, seed: UInt64(before))
    let text = Data(neighbours[..<before] + value + neighbours[before...]).base64EncodedString()
    for written in [text, text.replacing("+", with: "-").replacing("/", with: "_")] {
      let hits = search.hits(in: Array(written.utf8))
      #expect(hits.map(\.label) == [0])
      #expect(
        hits.first.map { 8 * before <= 6 * $0.range.lowerBound && 6 * $0.range.upperBound <= 8 * (before + 30) } == true
      )
    }
  }

  @Test func `in UTF-16 of either order a value is found once`() throws {
    let value = Samples.letters(20, seed: 8)
    let search = try Samples.search([value])
    let text = String(decoding: Array("before ".utf8) + value + Array(" after".utf8), as: UTF8.self)
    for encoding in [String.Encoding.utf16LittleEndian, .utf16BigEndian] {
      #expect(search.hits(in: try [UInt8](#require(text.data(using: encoding)))).map(\.label) == [0])
    }
  }

  @Test func `values side by side, twice, and one within another are all found`() throws {
    let first = Samples.letters(24, seed: 9)
    let second = Samples.letters(24, seed: 10)
    let around = Array("://".utf8) + first + Array("@h".utf8)
    let search = try Samples.search([first, second, around])
    let bytes = first + second + first + first + around
    let expected: Set<Samples.Hit> = [
      .init(range: 0..<24, label: 0), .init(range: 24..<48, label: 1), .init(range: 48..<72, label: 0),
      .init(range: 72..<96, label: 0), .init(range: 99..<123, label: 0), .init(range: 96..<125, label: 2),
    ]
    let hits = search.hits(in: bytes)
    #expect(Set(hits) == expected)
    #expect(hits.count == expected.count)
  }

  @Test func `a value of one repeated part is found where the whole of it stands`() throws {
    let part = Samples.letters(16, seed: 11)
    let value = part + part + part
    let search = try Samples.search([value])
    #expect(search.hits(in: part + value + part).map(\.range.lowerBound) == [0, 16, 32])
  }

  @Test func `nothing is found in 100 MB of other data`() throws {
    let values = (0..<1000).map { Samples.letters(16 + $0 % 40, seed: UInt64(1000 + $0)) }
    let search = try Samples.search(values)
    var hits = 0
    let count = { (_: Range<Int>, _: Int) in hits += 1 }
    let random = try SecretBytes(randomCount: 40 << 20)
    random.withBytes { search.search($0, found: count) }
    let text = [UInt8](
      String(repeating: "let value = environment[\"DATABASE_URL\"] ?? \"0123456789abcdef\"\n", count: 1 << 20).utf8)
    #expect(random.count + text.count > 100_000_000)
    search.search(text.span.bytes, found: count)
    #expect(hits == 0)
    // And that search does find.
    #expect(search.hits(in: Array(text[..<100]) + values[999] + Array(text[..<100])).map(\.label) == [999])
  }

  @Test func `threads share one search`() async throws {
    let search = try Samples.search(Self.values)
    let bytes = Self.values.reduce([]) { $0 + $1 + [1] }
    let alone = search.hits(in: bytes)
    #expect(Set(alone.map(\.label)) == Set(Self.values.indices))
    await withTaskGroup(of: Bool.self) { group in
      for _ in 0..<16 { group.addTask { (0..<200).allSatisfy { _ in search.hits(in: bytes) == alone } } }
      for await same in group { #expect(same) }
    }
  }

  @Test(arguments: 0..<8)
  func `fewer bytes than an anchor hold nothing`(count: Int) throws {
    #expect(try Samples.search(Self.values).hits(in: Array(Self.values[0][..<count])).isEmpty)
  }

  @Test func `without values there is nothing to do`() throws {
    let search = try Samples.search([])
    #expect(search.isEmpty)
    #expect(search.hits(in: Samples.bytes(1000, seed: 1)).isEmpty)
  }
}
