import Project
import Testing

private func exported(_ pairs: [(String, [UInt8])], _ form: ExportForm) throws -> String {
  var total = form.prologue.utf8.count + form.epilogue.utf8.count
  for (index, pair) in pairs.enumerated() {
    total += try ExportWriter.size(of: pair.0, pair.1.span.bytes, as: form, isFirst: index == 0)
  }
  var result = form.prologue
  for (index, pair) in pairs.enumerated() {
    let size = try ExportWriter.size(of: pair.0, pair.1.span.bytes, as: form, isFirst: index == 0)
    var output = [UInt8](repeating: 0, count: size)
    var span = output.mutableSpan
    var bytes = span.mutableBytes
    let end = try ExportWriter.write(
      pair.0, pair.1.span.bytes, as: form, isFirst: index == 0, into: &bytes, at: 0)
    #expect(end == size)
    result += String(decoding: output, as: UTF8.self)
  }
  result += form.epilogue
  #expect(result.utf8.count == total)
  return result
}

@Suite struct ExportTests {
  static let values = [
    "", "plain", "a b", " lead", "trail ", "a#b", "a # b", "it's", "\"q\"", "`b`", "it's \"so\"",
    "'\"`", "'\"`\\$\r\n",
    "$HOME", "${X}", "a\\nb", "back\\", "'\\", "two\nlines", "crlf\r\nline", "\r", "\n", "\t", "=",
    "a=b", "grüße ☃",
    "{\"k\": \"it's $5\"}", "-----BEGIN X-----\nAA==\n-----END X-----\n", "~user", "a;b&c|d>e", "*",
    "!bang",
    "\u{1}\u{1F}\u{7F}", "\\\"", "\\'", "'$x'", "\"'\n",
  ]

  @Test(arguments: values)
  func `dotenv reads back the same`(_ value: String) throws {
    let text = try exported([("A", Array(value.utf8)), ("B", Array("next".utf8))], .dotenv)
    let read = try ParsedDotenv(text).read
    #expect(read.map(\.value) == [value, "next"])
    #expect(read.map(\.name) == ["A", "B"])
  }

  @Test func `dotenv reads back any mix of the bytes that matter`() throws {
    let alphabet = Array("a'\"`\\$#\n\r\t =".utf8)
    // Every text of up to three of them, and longer ones that a counter picks.
    for length in 0...5 {
      let step = length < 4 ? 1 : length == 4 ? 7 : 101
      let count = (0..<length).reduce(1) { product, _ in product * alphabet.count }
      for number in stride(from: 0, to: count, by: step) {
        var rest = number
        let value = (0..<length).map { _ in
          defer { rest /= alphabet.count }
          return alphabet[rest % alphabet.count]
        }
        let size = try ExportWriter.size(of: "A", value.span.bytes, as: .dotenv, isFirst: true)
        var output = [UInt8](repeating: 0, count: size)
        var span = output.mutableSpan
        var bytes = span.mutableBytes
        _ = try ExportWriter.write(
          "A", value.span.bytes, as: .dotenv, isFirst: true, into: &bytes, at: 0)
        let parsed = try ParsedDotenv(output)
        #expect(parsed.assignments.count == 1)
        #expect(parsed.bytes(of: parsed.assignments[0]) == value)
      }
    }
  }

  @Test func `dotenv keeps bytes that are not UTF-8`() throws {
    let value: [UInt8] = [0xFF, 0x27, 0xC0]
    let size = try ExportWriter.size(of: "A", value.span.bytes, as: .dotenv, isFirst: true)
    var output = [UInt8](repeating: 0, count: size)
    var span = output.mutableSpan
    var bytes = span.mutableBytes
    _ = try ExportWriter.write(
      "A", value.span.bytes, as: .dotenv, isFirst: true, into: &bytes, at: 0)
    let parsed = try ParsedDotenv(output)
    #expect(parsed.bytes(of: parsed.assignments[0]) == value)
  }

  @Test(arguments: [
    ("plain-1.2:/x", "A=plain-1.2:/x\n"), ("", "A=''\n"), ("a b", "A='a b'\n"),
    ("it's", "A=\"it's\"\n"),
    ("it's $5", "A=`it's $5`\n"), ("a\r", "A=\"a\\r\"\n"), ("'`$", "A=\"'`\\$\"\n"),
  ])
  func `dotenv quotes no more than it must`(_ value: String, _ expected: String) throws {
    #expect(try exported([("A", Array(value.utf8))], .dotenv) == expected)
  }

  @Test func `json is one object`() throws {
    let pairs = [("A", Array("a\"\\\n\r\t\u{1}☃".utf8)), ("B", [])]
    #expect(
      try exported(pairs, .json)
        == "{\n  \"A\": \"a\\\"\\\\\\n\\r\\t\\u0001☃\",\n  \"B\": \"\"\n}\n")
    #expect(try exported([], .json) == "{\n}\n")
    #expect(problem(.json, try exported(pairs, .json)) == nil)
  }

  @Test func `shell needs no rule but the quote`() throws {
    #expect(
      try exported([("A", Array("it's $x `y`".utf8))], .shell) == "export A='it'\\''s $x `y`'\n")
  }

  @Test(
    arguments: [
      [0xFF], [0xC3], [0xED, 0xA0, 0x80], [0xC0, 0x80], [0xF4, 0x90, 0x80, 0x80], [0xE2, 0x98],
    ] as [[UInt8]])
  func `json refuses what is not UTF-8`(_ value: [UInt8]) {
    #expect(throws: ExportError.notUTF8) { try exported([("A", value)], .json) }
  }

  @Test(arguments: ExportForm.allCases)
  func `NUL and bad names are refused`(_ form: ExportForm) {
    #expect(throws: ExportError.nul) { try exported([("A", [0x61, 0])], form) }
    #expect(throws: ExportError.invalidName) { try exported([("A-B", [])], form) }
    #expect(throws: ExportError.invalidName) { try exported([("A=B\nC", [])], form) }
  }

  @Test func `too little room is refused and nothing is written past it`() {
    let value = Array("value".utf8)
    var output = [UInt8](repeating: 0, count: 4)
    #expect(throws: ExportError.outputTooSmall) {
      var span = output.mutableSpan
      var bytes = span.mutableBytes
      _ = try ExportWriter.write(
        "A", value.span.bytes, as: .dotenv, isFirst: true, into: &bytes, at: 0)
    }
  }
}
