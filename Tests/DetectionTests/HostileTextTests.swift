import Synchronization
import Testing

@testable import Detection

struct HostileTextTests {
  private static let size = 2 << 20

  @Test(arguments: [
    "sk_live_", "password=", "password=\"", "ghp_", "eyJ", "eyJhbGciOi.", "-----BEGIN RSA PRIVATE KEY-----",
    "https://a:b", "postgres://a:",
    "token: ", "AKIA", "xoxb-", "\0", "\u{FF}", "a", "Bearer ", "://", "api_key=api_key", "secret_access_key\"",
    "curl -u a:",
    "PuTTY-User-Key-File-2: ", "datadog", "passwd=\\\"", "AccountKey=",
  ])
  func `one piece again and again is searched in time and reported within bounds`(piece: String) throws {
    let text = Array(String(repeating: piece, count: Self.size / piece.utf8.count).utf8)
    let worker = try Shared.matcher.get().makeWorker()
    var count = 0
    let clock = ContinuousClock()
    var tally = SearchTally()
    let time = try clock.measure { tally = try worker.search(text.span.bytes) { _ in count += 1 } }
    // Generous for a debug build on a busy machine; quadratic work would take hours.
    #expect(time < .seconds(30), "\(time) \(tally)")
    #expect(tally.judged <= Judge.maximumMatches * 20)
  }

  @Test func `candidates beyond the bound are counted, not lost in silence`() throws {
    let lines = (0..<(Judge.maximumCandidates + 500)).map { number in
      let body = String(githubBody.dropLast(5)) + String(10_000 + number)
      return "ghp_" + body + base62CRC(body)
    }
    var count = 0
    let text = Array(lines.joined(separator: "\n").utf8)
    let tally = try Shared.matcher.get().makeWorker().search(text.span.bytes) { _ in count += 1 }
    #expect(count == Judge.maximumCandidates)
    #expect(tally.overflow == 500)
  }

  @Test func `random bytes are searched`() throws {
    var generator = SystemRandomNumberGenerator()
    let worker = try Shared.matcher.get().makeWorker()
    for count in [0, 1, 2, 15, 16, 17, 1000, 1 << 20] {
      let bytes = (0..<count).map { _ in UInt8.random(in: 0...255, using: &generator) }
      try worker.search(bytes.span.bytes) { _ in }
    }
  }

  @Test func `threads with a worker each find the same`() async throws {
    let matcher = try Shared.matcher.get()
    let texts = (0..<64).map { number in
      Array(
        (String(repeating: "filler \(number)\n", count: number)
          + "t = \(githubToken)\npassword = \"uR7!kd92Lm\(number)\"\n").utf8)
    }
    func search() throws -> [Candidate] {
      let worker = try matcher.makeWorker()
      var found: [Candidate] = []
      for text in texts { try worker.search(text.span.bytes) { found.append($0) } }
      return found
    }
    let expected = try search()
    #expect(expected.count == 128)
    try await withThrowingTaskGroup(of: [Candidate].self) { group in
      for _ in 0..<8 { group.addTask { try search() } }
      for try await found in group { #expect(found == expected) }
    }
  }
}
