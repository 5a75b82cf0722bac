import TOML
import Testing

/// Whatever the bytes are, they are read or refused, without a trap and without delay.
@Suite struct HostileTextTests {
  static let rich = """
    # é
    title = "TOML \\u00E9\\n" # c
    'a'."b".c = [ 1, 0x1F, -1_0, 1.5e-3, inf, [ true, {} ], ]
    when = 1979-05-27 07:32:00.5-07:00
    day = 1979-05-27
    [x . y]
    s = \"\"\"
    a \\
      "b\"\"\"\"
    l = '''it's'''
    i = { p.q = 1, r = ['x'] }
    [[z.w]]
    n = 07:32:00
    [[z.w]]
    [x]
    k = false

    """

  /// Reads, and sees that a fault stands in the text.
  private func read(_ bytes: [UInt8]) -> Bool {
    do {
      _ = try TOMLDocument(bytes: bytes)
      return true
    } catch {
      let lines = bytes.count { $0 == 0x0A } + 1
      #expect((1...lines).contains(error.line) && (1...bytes.count + 1).contains(error.column))
      return false
    }
  }

  @Test func `every prefix and suffix is read or refused`() {
    let bytes = Array(Self.rich.utf8)
    #expect(read(bytes))
    for length in bytes.indices {
      _ = read(Array(bytes[..<length]))
      _ = read(Array(bytes[length...]))
    }
  }

  @Test func `one byte changed, added or gone is read or refused`() {
    let bytes = Array(Self.rich.utf8)
    let hostile = Array("\"'[]{}.,=\\#\n\r 0-:_+eTZux".utf8) + [0x00, 0x7F, 0x80, 0xC3, 0xED, 0xFF]
    for position in bytes.indices {
      for byte in hostile {
        var changed = bytes
        changed[position] = byte
        _ = read(changed)
      }
      var longer = bytes
      longer.insert(hostile[position % hostile.count], at: position)
      _ = read(longer)
      var shorter = bytes
      shorter.remove(at: position)
      _ = read(shorter)
    }
  }

  @Test func `random tokens are read or refused`() {
    let tokens = [
      "a", "b", "a.b", "\"a\"", "'b'", "=", " = ", ".", ",", "[", "]", "[[", "]]", "{", "}", "\n", "\n",
      "\r\n", " ", "#",
      "1", "-1", "0x1F", "1_0", "_", "1.5", "1e3", "inf", "nan", "true", "\"x\"", "'y'", "\"\"\"", "'''",
      "\\", "\\\n",
      "\\u00e9", "1979-05-27", "07:32:00", "T", "Z", "+01:00", "é", "\t", "\r", "\u{0}", "a=1\n", "[a]\n",
      "[a.b]\n",
      "[[a]]\n", "[[a.b]]\n", "a.b=1\n", "a={b=1}\n", "a=[1,2]\n", "\"\"\"\"\"", "\\U0001F600",
    ].map { Array($0.utf8) }
    var random = Linear(state: 2024)
    var accepted = 0
    for _ in 0..<12_000 {
      var bytes: [UInt8] = []
      for _ in 0..<Int.random(in: 1...12, using: &random) {
        bytes += tokens[Int.random(in: tokens.indices, using: &random)]
      }
      if read(bytes) { accepted += 1 }
    }
    // Some get through, so the faults of others lie deeper than in the first token.
    #expect(accepted > 100)
  }

  private func time(_ head: String, _ middle: String, _ tail: String, size: Int) -> Duration {
    let count = (size - head.utf8.count - tail.utf8.count) / middle.utf8.count
    let bytes = Array((head + String(repeating: middle, count: count) + tail).utf8)
    return ContinuousClock().measure { _ = read(bytes) }
  }

  @Test(arguments: [
    ("a=", "[", ""), ("a=", "{a=", ""), ("a=", "[{a=", ""), ("", "a.", "a=1"), ("[", "a.", "a]"),
    ("a={", "b.", "b=1}"), ("", "k", "=1"), ("'", "é", "'=1"), ("a=", "1", ""),
  ])
  func `a mebibyte of depth, dots or one long word is quick`(_ head: String, _ middle: String, _ tail: String) {
    #expect(time(head, middle, tail, size: TOMLDocument.maximumSize) < .seconds(10))
  }

  @Test(arguments: [
    ("", "[[a]]\n", ""), ("", "[a]\n", ""), ("a=1.", "1", ""), ("a=1e", "1", ""), ("a=0x", "1_", "1"),
    ("a=\"", "\\\\", "\""), ("a=\"", "\\u00e9", ""), ("a=\"\"\"", "\"\" ", "\"\"\""), ("a=\"\"\"", "\"", ""),
    ("a='''", "''\n", ""), ("a=\"\"\"", "\\ ", "\"\"\""), ("a=\"\"\"", "\\ \n", "\"\"\""), ("", " ", ""),
    ("", "\r\n", ""),
    ("", "#\n", ""), ("a=[", "1,", "]"), ("a=[", "[],", "]"), ("a=[", "\n", ""), ("", "\u{0}", ""),
    ("a=1979-05-27 0", "0", ""),
  ])
  func `a long run of the same is quick`(_ head: String, _ middle: String, _ tail: String) {
    // A tenth of a second in a debug build; quadratic work would take minutes.
    #expect(time(head, middle, tail, size: TOMLDocument.maximumSize / 8) < .seconds(10))
  }

  @Test(arguments: ["k#=1\n", "[k#]\n", "[a.k#]\n", "a.k#=1\n", "[[k#]]\n"])
  func `many different keys are quick`(_ form: String) throws {
    let parts = form.split(separator: "#", omittingEmptySubsequences: false)
    var text = ""
    var count = 0
    while text.utf8.count < TOMLDocument.maximumSize / 8 {
      text += "\(parts[0])\(count)\(parts[1])"
      count += 1
    }
    let bytes = Array(text.utf8)
    let time = ContinuousClock().measure { #expect(read(bytes)) }
    #expect(time < .seconds(10))
  }

  @Test func `keys that Swift holds for equal do not slow it down`() {
    var text = ""
    for number in 0..<8192 {
      let letters = (0..<13).map { number >> $0 & 1 == 1 ? "\u{E9}" : "e\u{301}" }
      text += "\"\(letters.joined())\" = 1\n"
    }
    let time = ContinuousClock().measure { #expect(read(Array(text.utf8))) }
    #expect(time < .seconds(10))
  }

  @Test func `depth and size end where they are said to`() {
    let depth = TOMLDocument.maximumDepth
    func nested(_ count: Int) -> String {
      "a=" + String(repeating: "[", count: count) + String(repeating: "]", count: count)
    }
    #expect(reading(nested(depth)).hasPrefix("{"))
    #expect(reading(nested(depth + 1)) == "line 1, column \(depth + 3): too deeply nested")
    #expect(read(Array(("[" + String(repeating: "a.", count: depth - 1) + "a]").utf8)))
    #expect(reading("[" + String(repeating: "a.", count: depth) + "a]").hasSuffix("too deeply nested"))
    let inline = "a=" + String(repeating: "{a=", count: depth)
    #expect(read(Array((inline + "1" + String(repeating: "}", count: depth)).utf8)))
    #expect(reading(inline + "{}" + String(repeating: "}", count: depth)).hasSuffix("too deeply nested"))
    let size = TOMLDocument.maximumSize
    #expect(read([UInt8](repeating: 0x0A, count: size)))
    #expect(!read([UInt8](repeating: 0x0A, count: size + 1)))
  }
}

/// Knuth's generator: the same numbers in every run.
struct Linear: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return state ^ (state >> 29)
  }
}
