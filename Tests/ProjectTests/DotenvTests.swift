import Project
import Testing

/// One odd text and what it must be read as.
struct DotenvCase: CustomTestStringConvertible, Sendable {
  var input: String
  var expected: [(String, String, Int)]
  var testDescription: String { String(reflecting: input) }

  init(_ input: String, _ expected: (String, String, Int)...) {
    self.input = input
    self.expected = expected
  }
}

@Suite struct DotenvTests {
  static let corpus: [DotenvCase] = [
    // Lines.
    DotenvCase(""),
    DotenvCase("\n\n\n"),
    DotenvCase("   \n\t\n"),
    DotenvCase("# only a comment"),
    DotenvCase("#A=1\nB=2", ("B", "2", 2)),
    DotenvCase("  # indented\nA=1", ("A", "1", 2)),
    DotenvCase("A=1", ("A", "1", 1)),
    DotenvCase("A=1\n", ("A", "1", 1)),
    DotenvCase("A=1\nB=2\n", ("A", "1", 1), ("B", "2", 2)),
    DotenvCase("A=1\n\n\nB=2", ("A", "1", 1), ("B", "2", 4)),
    DotenvCase("\u{FEFF}A=1", ("A", "1", 1)),
    DotenvCase("A=1\r\nB=2\r\n", ("A", "1", 1), ("B", "2", 2)),
    DotenvCase("\r\nA=1\r\n", ("A", "1", 2)),
    DotenvCase("A=1\r", ("A", "1", 1)),
    DotenvCase("A=\r\nB=2", ("A", "", 1), ("B", "2", 2)),
    DotenvCase("# c\r\nA='x'\r\n", ("A", "x", 2)),
    // Names and the equals sign.
    DotenvCase("export A=1", ("A", "1", 1)),
    DotenvCase("export   A=1", ("A", "1", 1)),
    DotenvCase("\texport\tA = 1", ("A", "1", 1)),
    DotenvCase("export=1", ("export", "1", 1)),
    DotenvCase("export = 1", ("export", "1", 1)),
    DotenvCase("exported=1", ("exported", "1", 1)),
    DotenvCase("  A=1", ("A", "1", 1)),
    DotenvCase("A =1", ("A", "1", 1)),
    DotenvCase("A= 1", ("A", "1", 1)),
    DotenvCase("A\t=\t1", ("A", "1", 1)),
    DotenvCase("_a9_=1", ("_a9_", "1", 1)),
    DotenvCase("lower=1", ("lower", "1", 1)),
    // Unquoted values.
    DotenvCase("A=", ("A", "", 1)),
    DotenvCase("A=   ", ("A", "", 1)),
    DotenvCase("A=\nB=1", ("A", "", 1), ("B", "1", 2)),
    DotenvCase("A=a b  c ", ("A", "a b  c", 1)),
    DotenvCase("A=a=b==", ("A", "a=b==", 1)),
    DotenvCase("A==", ("A", "=", 1)),
    DotenvCase("A=1 # comment", ("A", "1", 1)),
    DotenvCase("A=1\t#comment", ("A", "1", 1)),
    DotenvCase("A=1 #", ("A", "1", 1)),
    DotenvCase("A= # comment", ("A", "", 1)),
    DotenvCase("A=#fff", ("A", "#fff", 1)),
    DotenvCase("A=a#b", ("A", "a#b", 1)),
    DotenvCase("A=a#b # c#d", ("A", "a#b", 1)),
    DotenvCase("A=don't", ("A", "don't", 1)),
    DotenvCase("A=5\" disk", ("A", "5\" disk", 1)),
    DotenvCase("A=a\\nb", ("A", "a\\nb", 1)),
    DotenvCase("A=C:\\temp\\", ("A", "C:\\temp\\", 1)),
    DotenvCase("A=a\\\nB=1", ("A", "a\\", 1), ("B", "1", 2)),
    DotenvCase("A=$HOME/x", ("A", "$HOME/x", 1)),
    DotenvCase("A=${B:-c}", ("A", "${B:-c}", 1)),
    DotenvCase("A=$(rm -rf x)", ("A", "$(rm -rf x)", 1)),
    DotenvCase("A={\"k\": \"v\"}", ("A", "{\"k\": \"v\"}", 1)),
    DotenvCase("A=grüße ☃", ("A", "grüße ☃", 1)),
    DotenvCase("A=https://u:p@h/?a=1&b=2", ("A", "https://u:p@h/?a=1&b=2", 1)),
    // Single quotes and backticks.
    DotenvCase("A=''", ("A", "", 1)),
    DotenvCase("A=' a '", ("A", " a ", 1)),
    DotenvCase("A='a\\nb'", ("A", "a\\nb", 1)),
    DotenvCase("A='\"'", ("A", "\"", 1)),
    DotenvCase("A='a # b'", ("A", "a # b", 1)),
    DotenvCase("A='a\\'", ("A", "a\\", 1)),
    DotenvCase("A='$B'", ("A", "$B", 1)),
    DotenvCase("A='a\nb'\nB=1", ("A", "a\nb", 1), ("B", "1", 3)),
    DotenvCase("A=`it's \"so\"`", ("A", "it's \"so\"", 1)),
    DotenvCase("A=`a\n\nb`", ("A", "a\n\nb", 1)),
    DotenvCase("A=`\\n`", ("A", "\\n", 1)),
    DotenvCase("A='x' # c", ("A", "x", 1)),
    DotenvCase("A='x'# c", ("A", "x", 1)),
    DotenvCase("A = 'x'  ", ("A", "x", 1)),
    // Double quotes.
    DotenvCase("A=\"\"", ("A", "", 1)),
    DotenvCase("A=\"a\\nb\"", ("A", "a\nb", 1)),
    DotenvCase("A=\"\\r\\t\\\\\\\"\\$\"", ("A", "\r\t\\\"$", 1)),
    DotenvCase("A=\"\\\\n\"", ("A", "\\n", 1)),
    DotenvCase("A=\"\\a\\'\\ \"", ("A", "\\a\\'\\ ", 1)),
    DotenvCase("A=\"it's\"", ("A", "it's", 1)),
    DotenvCase("A=\"a#b # c\" # d", ("A", "a#b # c", 1)),
    DotenvCase("A=\"\na\n\"\nB=2", ("A", "\na\n", 1), ("B", "2", 4)),
    DotenvCase("A=\"a\r\nb\"\r\nB=2", ("A", "a\nb", 1), ("B", "2", 3)),
    DotenvCase("A=\"a\rb\"", ("A", "a\rb", 1)),
    DotenvCase("A=\"a\\\nb\"", ("A", "a\\\nb", 1)),
    DotenvCase("A=\"$B\"", ("A", "$B", 1)),
    DotenvCase("A=\"x\"\n# c\nB='y'", ("A", "x", 1), ("B", "y", 3)),
    DotenvCase(
      "K=\"-----BEGIN X-----\nAA==\n-----END X-----\"\nB=1",
      ("K", "-----BEGIN X-----\nAA==\n-----END X-----", 1), ("B", "1", 4)),
    // The same name twice.
    DotenvCase("A=1\nA=2", ("A", "1", 1), ("A", "2", 2)),
  ]

  @Test(arguments: corpus)
  func `a text is read as expected`(_ example: DotenvCase) throws {
    let parsed = try ParsedDotenv(example.input)
    #expect(parsed.read == example.expected.map { Read($0.0, $0.1, $0.2) })
  }

  @Test(arguments: [
    ("garbage", DotenvError.notAnAssignment(line: 1)),
    ("A", .notAnAssignment(line: 1)),
    ("A=1\n\nexport B", .notAnAssignment(line: 3)),
    ("A: 1", .notAnAssignment(line: 1)),
    ("my var=1", .notAnAssignment(line: 1)),
    ("export A B=1", .notAnAssignment(line: 1)),
    ("=1", .invalidName(line: 1)),
    ("\n1A=1", .invalidName(line: 2)),
    ("a.b=1", .invalidName(line: 1)),
    ("a-b=1", .invalidName(line: 1)),
    ("ä=1", .invalidName(line: 1)),
    ("\"A\"=1", .invalidName(line: 1)),
    ("A='x", .unterminatedQuote(line: 1)),
    ("B=1\nA=\"x\ny\nz", .unterminatedQuote(line: 2)),
    ("A=`", .unterminatedQuote(line: 1)),
    ("A=\"x\\\"", .unterminatedQuote(line: 1)),
    ("A=\"x\\", .unterminatedQuote(line: 1)),
    ("A='x'y", .textAfterQuote(line: 1)),
    ("A='it\\'s'", .textAfterQuote(line: 1)),
    ("A=\"x\" y", .textAfterQuote(line: 1)),
    ("A=\"x\ny\"z", .textAfterQuote(line: 2)),
    ("A=''''", .textAfterQuote(line: 1)),
    ("A=1\nB=a\0b", .nul(line: 2)),
    ("A=\"a\n\0\"", .nul(line: 2)),
    ("A\0=1", .nul(line: 1)),
    ("# \0", .nul(line: 1)),
    ("A='x'\0", .nul(line: 1)),
    ("A=1 # \0", .nul(line: 1)),
    ("A=1\rB=2", .strayCarriageReturn(line: 1)),
    ("A='x'\rB=2", .strayCarriageReturn(line: 1)),
    ("\rA=1", .strayCarriageReturn(line: 1)),
  ])
  func `a fault is refused with its line`(_ text: String, _ error: DotenvError) {
    #expect(throws: error) { try ParsedDotenv(text) }
    #expect(error.line != nil)
  }

  @Test(arguments: [[0xFF, 0xFE, 0x41, 0], [0xFE, 0xFF, 0, 0x41]] as [[UInt8]])
  func `UTF-16 is named as such`(_ bytes: [UInt8]) {
    #expect(throws: DotenvError.utf16) { try ParsedDotenv(bytes) }
  }

  @Test func `bytes that are not UTF-8 arrive as they are`() throws {
    let parsed = try ParsedDotenv([0x41, 0x3D, 0xFF, 0x80, 0xC0])
    #expect(parsed.bytes(of: parsed.assignments[0]) == [0xFF, 0x80, 0xC0])
  }

  @Test func `the output must have room`() {
    let input = Array("A=1".utf8)
    var output = [UInt8](repeating: 0, count: 2)
    #expect(throws: DotenvError.outputTooSmall) {
      var span = output.mutableSpan
      var bytes = span.mutableBytes
      _ = try Dotenv.parse(input.span.bytes, into: &bytes)
    }
  }

  @Test(arguments: [
    ("A=$B", true, false), ("A=\"$B\"", true, false), ("A='$B'", false, false),
    ("A=`$B`", false, false),
    ("A=\"\\$B\"", false, false), ("A=x", false, false), ("A=a#b", false, true),
    ("A=a #$b", false, false),
    ("A=\"a#b\"", false, false),
  ])
  func `what other readers would change is marked`(_ text: String, _ dollar: Bool, _ hash: Bool)
    throws
  {
    let first = try #require(try ParsedDotenv(text).assignments.first)
    #expect(first.mentionsDollar == dollar)
    #expect(first.mentionsHash == hash)
  }

  @Test func `a duplicate tells where its name stood before`() throws {
    let assignments = try ParsedDotenv("A=1\nB=1\nA=2\nA=3").assignments
    #expect(assignments.map(\.duplicateOfLine) == [nil, nil, 1, 3])
  }

  @Test func `quoting is told`() throws {
    let assignments = try ParsedDotenv("A=1\nB='1'\nC=\"1\"\nD=`1`").assignments
    #expect(assignments.map(\.quoting) == [.none, .single, .double, .backtick])
  }

  @Test func `a comment belongs to the assignment directly below it`() throws {
    let parsed = try ParsedDotenv("# far\n\n# one\n#  two \nA=1\nB=2\n# b\n\nC=3")
    let comments = parsed.assignments.map { assignment in
      assignment.comment.map { String(decoding: parsed.input[$0], as: UTF8.self) }
    }
    #expect(comments == ["one\n#  two", nil, nil])
  }

  @Test func `every prefix of a file ends or is refused`() throws {
    let text = Array("\u{FEFF}export A='x\ny' # c\r\nB=\"\\n$\\\"\"\nC=`q`\n# d\nD=e # f\n".utf8)
    for length in 0...text.count {
      do {
        let parsed = try ParsedDotenv(Array(text[..<length]))
        #expect(parsed.assignments.count <= 4)
      } catch {
        #expect(error.line != nil)
      }
    }
  }
}
