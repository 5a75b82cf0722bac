import Findings
import Testing

@testable import Detection

struct PathJudgeTests {
  private func detector(_ kind: Detector.Kind) -> Detector {
    Detector(
      id: "x", title: "x", provider: "", documentation: "https://x", grants: "x", pattern: "x", capture: nil,
      prefix: "",
      confidence: .medium, checksum: nil, entropy: nil, reach: 0, isInsensitive: false, boundary: .word, kind: kind,
      isPublic: false,
      playbook: nil, matches: [], misses: [])
  }

  private func judged(
    _ kind: Detector.Kind, _ path: String?, _ confidence: Confidence = .medium, checksum: ChecksumVerdict? = nil,
    head: String = "a\nb\n"
  ) -> Confidence? {
    let candidate = Candidate(
      detector: 0, secret: 0..<8, value: [], confidence: confidence, checksum: checksum, isAllowedInline: false)
    return PathJudge.confidence(
      of: candidate, by: detector(kind), path: path.map { Array($0.utf8) }, head: Array(head.utf8))
  }

  @Test(arguments: [
    ("src/app.py", Confidence?.some(.medium)), (".env", .high), ("config/.env.production", .high),
    ("infra/prod.tfvars", .high),
    (".env.example", .low), ("tests/test_login.py", .low), ("docs/setup.md", .low), ("README", .low),
    ("node_modules/a/b.js", .low),
    ("package-lock.json", nil), ("go.sum", nil), ("Cargo.lock", nil), ("static/app.min.js", nil), ("logo.svg", nil),
    ("locales/de.json", nil), ("po/fr.po", nil), ("", .medium), ("a/contest.py", .medium), ("latest/app.py", .medium),
  ])
  func `an assignment is judged by its path`(path: String, expected: Confidence?) {
    #expect(judged(.generic, path) == expected)
  }

  @Test func `a doubtful assignment in a test is dropped, a token's is not`() {
    #expect(judged(.generic, "tests/a.py", .low) == nil)
    #expect(judged(.token, "tests/a.py", .low) == .low)
    #expect(judged(.token, "tests/a.py", .high) == .medium)
    #expect(judged(.token, "package-lock.json", .high) == .high)
    #expect(judged(.urlPassword, "docs/a.md", .low) == nil)
  }

  @Test func `a proven token is never lowered`() {
    #expect(judged(.token, "tests/fixtures/example.md", .high, checksum: .valid) == .high)
  }

  @Test func `without a path nothing changes`() { #expect(judged(.generic, nil) == .medium) }

  @Test func `minified code and binary files hold no assignments`() {
    let long = String(repeating: "var a=1;", count: 400)
    #expect(judged(.generic, "static/app.js", head: long) == nil)
    #expect(judged(.generic, "src/app.py", head: long) == .medium)
    #expect(judged(.generic, "src/app", head: "ab\0c") == nil)
    #expect(judged(.token, "static/app.js", head: long) == .medium)
  }

  @Test func `a path of a megabyte is judged`() {
    #expect(judged(.generic, String(repeating: "a/", count: 500_000) + "x.py") == .medium)
  }
}
