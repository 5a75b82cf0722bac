import Foundation
import Sealing
import Testing

@testable import KnownValues

struct ValueFormTests {
  private func encoded(_ form: ValueForm, _ value: [UInt8]) throws -> [UInt8]? { try Samples.encoded(form, value) }

  private func text(_ form: ValueForm, _ value: String) throws -> String? {
    try encoded(form, Array(value.utf8)).map { String(decoding: $0, as: UTF8.self) }
  }

  @Test(arguments: [
    (ValueForm.raw, "pa ss/\n", "pa ss/"),
    (.hex(upper: false), "J/z\r\n", "4a2f7a"),
    (.hex(upper: true), "J/z", "4A2F7A"),
    (.percent(.javaScript, upper: true), "a b/é'(!)~*", "a%20b%2F%C3%A9'(!)~*"),
    (.percent(.unreserved, upper: false), "a b/é'(!)~*", "a%20b%2f%c3%a9%27%28%21%29~%2a"),
    (.json(escapesSlash: false), "a\"b\\c/d\n\té\u{01}", "a\\\"b\\\\c/d\\n\\té\\u0001"),
    (.json(escapesSlash: true), "a/b", "a\\/b"),
    (.lines(.carriageReturnLineFeed), "a\nb\r\nc\n", "a\r\nb\r\nc"),
    (.lines(.lineFeed), "a\r\nb", "a\nb"),
    (.lines(.escapedLineFeed), "a\nb\n", "a\\nb"),
    (.lines(.escapedCarriageReturnLineFeed), "a\nb\n", "a\\r\\nb"),
    (.base64(.standard, offset: 0), "abcdef", "YWJjZGVm"),
    (.base64(.standard, offset: 0), "abcd", "YWJjZ"),
    (.base64(.standard, offset: 0), "~~~???", "fn5+Pz8/"),
    (.base64(.url, offset: 0), "~~~???", "fn5-Pz8_"),
  ])
  func `a form is written as its users write it`(form: ValueForm, value: String, expected: String) throws {
    #expect(try text(form, value) == expected)
  }

  @Test func `a form that a value has not is none`() throws {
    #expect(try text(.lines(.lineFeed), "one line\n") == nil)
    #expect(try text(.brokenBase64(width: 64), "short") == nil)
    #expect(try encoded(.utf16(bigEndian: false), [0x61, 0xFF]) == nil)
    #expect(try encoded(.utf16(bigEndian: false), [0xED, 0xA0, 0x80]) == nil)
  }

  @Test(arguments: 0..<3, 2..<20)
  func `base64 is what any neighbours leave of it`(offset: Int, count: Int) throws {
    let value = Samples.bytes(count, seed: UInt64(count))
      // A line end at the end is not looked for.
      .map { $0 == 10 || $0 == 13 ? 1 : $0 }
    let form = try #require(try encoded(.base64(.standard, offset: offset), value))
    for seed in UInt64(0)..<20 {
      let neighbours = Samples.bytes(offset + 5, seed: seed)
      let whole = Data(neighbours[..<offset] + value + neighbours[offset...]).base64EncodedString()
      #expect(whole.contains(String(decoding: form, as: UTF8.self)))
    }
    // And not a character less than that: one more on either side depends on a neighbour.
    #expect(form.count == (8 * (offset + count)) / 6 - (8 * offset + 5) / 6)
  }

  @Test func `broken base64 is Foundation's`() throws {
    let value = Samples.bytes(300, seed: 5).map { $0 | 0x80 }
    for (width, option) in [(64, Data.Base64EncodingOptions.lineLength64Characters), (76, .lineLength76Characters)] {
      let whole = Data(value).base64EncodedString(options: [option, .endLineWithLineFeed])
      #expect(try encoded(.brokenBase64(width: width), value).map { String(decoding: $0, as: UTF8.self) } == whole)
    }
  }

  @Test(arguments: ["plain ascii", "é at the start", "end é", "𝄞 clef 𝄞", "中文"])
  func `UTF-16 is Foundation's, without a zero at an end`(value: String) throws {
    let little = value.utf16.flatMap { [UInt8($0 & 0xFF), UInt8($0 >> 8)] }
    let big = value.utf16.flatMap { [UInt8($0 >> 8), UInt8($0 & 0xFF)] }
    #expect(
      try encoded(.utf16(bigEndian: false), Array(value.utf8))
        == (little.last == 0 ? little.dropLast() : little[...]).map { $0 })
    #expect(
      try encoded(.utf16(bigEndian: true), Array(value.utf8))
        == (big.first == 0 ? big.dropFirst() : big[...]).map { $0 })
  }

  @Test func `the anchor of a form depends on nothing before its source`() throws {
    let value = Array("key/\"é\n\u{1}: wörd+more 中 and_the_end".utf8)
    for form in ValueForm.all {
      for source in 0..<value.count {
        guard let made = try form.encode(value.span.bytes, anchorAt: source) else { continue }
        // Other bytes before the source change nothing from the anchor on, counted from the end. (They stay UTF-8.)
        guard String(validating: value[source...], as: UTF8.self) != nil else { continue }
        let changed = value[..<source].map { $0 == 0x0A ? $0 : 0x7A } + value[source...]
        guard let other = try form.encode(changed.span.bytes, anchorAt: source) else {
          Issue.record("\(form) is gone")
          continue
        }
        let (left, right) = (made.bytes.withBytes { $0.array }, other.bytes.withBytes { $0.array })
        if case .brokenBase64 = form { continue }
        #expect(left[made.anchor...] == right[other.anchor...], "\(form) from \(source)")
      }
    }
  }
}
