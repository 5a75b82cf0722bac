import Findings
import Testing

@testable import Detection

struct JudgeTests {
  private func githubValues(_ text: String) throws -> [String] {
    try Shared.search(text).filter { $0.id == "github-personal-access-token" }
      .map { String(decoding: $0.candidate.value, as: UTF8.self) }
  }

  @Test(arguments: ["", " ", "\"", "=", "/", ":", "%3A", "%3d", #"\n"#, #"\t"#, #"\u003d"#, "-", "é"])
  func `a token is found after what is no part of a word`(before: String) throws {
    #expect(try githubValues(before + githubToken) == [githubToken])
  }

  @Test(arguments: ["a", "Z", "0", "_", "%3", #"\q"#])
  func `a token is not found inside a longer word`(before: String) throws {
    #expect(try githubValues(before + githubToken) == [])
  }

  @Test(arguments: ["a", "Z", "0", "_"])
  func `a token is not the beginning of a longer word`(after: String) throws {
    #expect(try githubValues(githubToken + after) == [])
  }

  @Test func `a token is found at every place of a buffer, the very ends included`() throws {
    let worker = try Shared.matcher.get().makeWorker()
    for before in 0..<70 {
      for after in [0, 1, 69 - before] where after >= 0 {
        let text =
          Array(String(repeating: ".", count: before).utf8) + Array(githubToken.utf8)
          + Array(repeating: 0x2E, count: after)
        var places: [Range<Int>] = []
        try worker.search(text.span.bytes) { places.append($0.secret) }
        #expect(places == [before..<(before + githubToken.utf8.count)])
      }
    }
  }

  @Test func `a token cut off by the buffer's end is not found, at any length`() throws {
    for count in 0..<githubToken.utf8.count {
      #expect(try githubValues(String(githubToken.prefix(count))) == [])
    }
  }

  @Test func `many tokens side by side are each found once`() throws {
    let tokens = (0..<300).map { number in
      let body = String(githubBody.dropLast(3)) + String(100 + number)
      return "ghp_" + body + base62CRC(body)
    }
    #expect(try githubValues(tokens.joined(separator: ",")) == tokens)
    #expect(try githubValues(tokens.joined(separator: "\n" + String(repeating: ".", count: 3000))) == tokens)
  }

  @Test func `a checksum decides how sure a token is`() throws {
    let wrong = String(githubToken.dropLast()) + (githubToken.hasSuffix("0") ? "1" : "0")
    let right = try #require(try Shared.search(githubToken).first)
    #expect((right.candidate.confidence, right.candidate.checksum) == (.high, .valid))
    let changed = try #require(try Shared.search(wrong).first)
    #expect((changed.candidate.confidence, changed.candidate.checksum) == (.medium, .invalid))
  }

  @Test(arguments: [
    ("let t = \"%\" // coffer:allow", true), ("t = %  # gitleaks:allow", true), ("// coffer:allow\nt = %", false),
    ("t = %\n# coffer:allow", false), ("COFFER:ALLOW t = %", true), ("t = %", false),
  ])
  func `a mark on the line allows it and does not hide it`(text: String, isAllowed: Bool) throws {
    let found = try Shared.search(text.replacing("%", with: githubToken))
    #expect(found.map(\.candidate.isAllowedInline) == [isAllowed])
  }

  @Test(arguments: [
    "ghp_xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", "ghp_000000000000000000000000000000000000",
    "ghp_abcdefghijklmnopqrstuvwxyz0123456789",
    "ghp_1234567890123456789012345678901234AB", "ghp_EXAMPLEq8Zk2LmX0vRt7YwP4sBn6HdJ9cFg1", "AKIA" + "IOSFODNN7EXAMPLE",
  ])
  func `a placeholder is no token`(text: String) throws {
    #expect(try Shared.search(text).isEmpty)
  }

  @Test func `what two detectors see is reported once, by the one that knows more`() throws {
    #expect(try Shared.search("GITHUB_TOKEN=\"\(githubToken)\"").map(\.id) == ["github-personal-access-token"])
    #expect(try Shared.search("https://me:\(githubToken)@github.com/a/b").map(\.id) == ["github-personal-access-token"])
    // A token is what it is, also inside a longer text that only its name makes suspect.
    let longer = "password=\"\(githubToken);k7Rq2mXv\""
    #expect(try Shared.search(longer).map(\.id) == ["github-personal-access-token"])
  }

  @Test(arguments: [true, false], [true, false])
  func `UTF-16 text is searched, and offsets are the original's`(isBigEndian: Bool, hasMark: Bool) throws {
    let filler = String(repeating: "filler text here\r\n", count: 40)
    let text = "setting: größe 日本\r\ntoken=\(githubToken)\r\n" + filler
    var bytes: [UInt8] = hasMark ? (isBigEndian ? [0xFE, 0xFF] : [0xFF, 0xFE]) : []
    for unit in text.utf16 {
      let (high, low) = (UInt8(unit >> 8), UInt8(unit & 0xFF))
      bytes += isBigEndian ? [high, low] : [low, high]
    }
    let found = try Shared.search(bytes)
    #expect(found.map(\.candidate.value) == [Array(githubToken.utf8)])
    let range = try #require(found.first).candidate.secret
    #expect(range.count == githubToken.utf8.count * 2)
    #expect(bytes[range].filter { $0 != 0 } == Array(githubToken.utf8))
    #expect(bytes[range.lowerBound + (isBigEndian ? 1 : 0)] == UInt8(ascii: "g"))
  }

  @Test func `a password with letters beyond ASCII is told in UTF-8`() throws {
    let text = "\u{FEFF}DB_PASSWORD=\"grün7Kq!zW9-Lö2x\"\n" + String(repeating: "nothing\n", count: 20)
    let bytes = text.utf16.flatMap { [UInt8($0 & 0xFF), UInt8($0 >> 8)] }
    for found in try Shared.search(bytes) {
      #expect(String(decoding: found.candidate.value, as: UTF8.self) == "grün7Kq!zW9-Lö2x")
    }
  }

  @Test func `a detector says how much it needs around a hit`() throws {
    let matcher = try Shared.matcher.get()
    for number in matcher.detectors.detectors.indices {
      let reach = matcher.reach(of: number)
      #expect(reach.before >= Judge.context && reach.before <= Detector.maximumReach + Judge.context)
      #expect(reach.before >= matcher.detectors.detectors[number].reach)
    }
  }
}
