import Foundation
import Testing

/// A real repository made by git, and scans of it.
final class ScannedRepository {
  let sandbox: Sandbox
  /// Seconds since 1970 of the next commit; each is a minute later.
  private var time = 1_700_000_000

  init(_ arguments: String...) throws {
    sandbox = try Sandbox()
    sandbox.environment.merge(Self.environment) { $1 }
    try git(["init", "--quiet", "--initial-branch=main"] + arguments + ["."])
  }

  /// Nothing of the machine's git configuration.
  static let environment = [
    "GIT_CONFIG_NOSYSTEM": "1", "GIT_CONFIG_GLOBAL": "/dev/null", "GIT_AUTHOR_NAME": "Ann Author",
    "GIT_AUTHOR_EMAIL": "ann@example.com", "GIT_COMMITTER_NAME": "Cem Committer",
    "GIT_COMMITTER_EMAIL": "cem@example.com",
  ]

  /// Runs git in the repository, or in a folder relative to it.
  @discardableResult
  func git(_ arguments: [String], input: Input = .none, in folder: String = ".") throws -> String {
    let dates = ["GIT_AUTHOR_DATE": "\(time) +0130", "GIT_COMMITTER_DATE": "\(time) +0130"]
    let result = try sandbox.run(["git"] + arguments, input: input, setting: dates, in: folder)
    try #require(result.succeeded, "git \(arguments.joined(separator: " ")): \(result)")
    return result.stdout.trimmingCharacters(in: .newlines)
  }

  @discardableResult
  func git(_ arguments: String...) throws -> String { try git(arguments) }

  /// Writes a file and commits everything.
  /// - Returns: the commit.
  @discardableResult
  func commit(_ text: String, to file: String, message: String = "change") throws -> String {
    try sandbox.write(text, to: file)
    return try commit(message)
  }

  /// Commits everything there is.
  @discardableResult
  func commit(_ message: String) throws -> String {
    time += 60
    try git("add", "--all")
    try git("commit", "--quiet", "--allow-empty", "-m", message)
    return try git("rev-parse", "HEAD")
  }

  /// Scans it by the built program.
  func scan(_ arguments: String..., input: Input = .none, in folder: String = ".") throws -> Scanned {
    try Scanned(sandbox.run(["coffer", "scan", "--format", "jsonl"] + arguments, input: input, in: folder))
  }
}

/// The findings and the summary of one scan.
struct Scanned {
  let result: RunResult
  let findings: [[String: Any]]
  let summary: [String: Any]

  init(_ result: RunResult) throws {
    self.result = result
    var findings: [[String: Any]] = []
    var summary: [String: Any] = [:]
    for line in result.stdout.split(separator: "\n") {
      let object = try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
      if let found = object["summary"] as? [String: Any] { summary = found } else { findings.append(object) }
    }
    self.findings = findings
    self.summary = summary
  }

  var status: Int32? { result.code }

  /// All places of all findings.
  var places: [[String: Any]] { findings.flatMap { $0["places"] as? [[String: Any]] ?? [] } }

  /// What was not read, by kind.
  var gaps: [String] {
    let coverage = summary["coverage"] as? [String: Any]
    return (coverage?["gaps"] as? [[String: Any]] ?? []).compactMap { $0["kind"] as? String }
  }
}

/// Invented tokens that no scanner can take for placeholders, with right checksums.
enum InventedToken {
  /// A GitHub token: 30 characters and their CRC-32 in base 62.
  static func github(_ prefix: String = "ghp") -> String {
    let body = characters(30)
    return prefix + "_" + body + base62(crc32(Array(body.utf8)))
  }

  static func characters(_ count: Int) -> String {
    String((0..<count).map { _ in digits.randomElement()! })
  }

  private static let digits = Array("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz")

  private static func base62(_ number: UInt32) -> String {
    var (number, text) = (number, "")
    for _ in 0..<6 {
      text = String(digits[Int(number % 62)]) + text
      number /= 62
    }
    return text
  }

  private static func crc32(_ bytes: [UInt8]) -> UInt32 {
    ~bytes.reduce(UInt32.max) { sum, byte in
      (0..<8).reduce(sum ^ UInt32(byte)) { sum, _ in sum & 1 == 1 ? sum >> 1 ^ 0xEDB8_8320 : sum >> 1 }
    }
  }
}
