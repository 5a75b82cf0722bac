import Foundation

@testable import Findings

/// Invented findings.
enum Samples {
  static let secret = Array("tok_live_Zk3vQ9xT7mB2rL5n".utf8)

  static func fingerprint(_ byte: UInt8) -> FindingFingerprint {
    FindingFingerprint([UInt8](repeating: byte, count: 16))
  }

  static func commit(_ id: Character = "a", author: String = "Ann <ann@example.com>", date: Int64 = 1_709_251_199)
    -> CommitMark
  {
    CommitMark(id: String(repeating: id, count: 40), author: Array(author.utf8), date: date, offset: 60)
  }

  static func place(
    _ file: String? = ".env", source: Place.Source = .blob, line: Int = 3, commit: CommitMark? = commit(),
    isInHead: Bool = false, wasPushed: Bool? = false, reach: Place.Reach = .reference
  ) -> Place {
    Place(
      source: source, file: file.map { Array($0.utf8) }, line: line, column: 7, commit: commit, isInHead: isInHead,
      wasPushed: wasPushed, reach: reach, object: String(repeating: "b", count: 40), offset: 41)
  }

  static func finding(
    secret: [UInt8] = secret, fingerprint: UInt8 = 0xAB, confidence: Confidence = .high, knownAs: [KnownName] = [],
    places: [Place] = [place()]
  ) -> Finding {
    Finding(
      rule: "acme-key", title: "Acme key", provider: "acme", secret: secret, publicPrefix: 9,
      fingerprint: Self.fingerprint(fingerprint), confidence: confidence, checksum: .valid, knownAs: knownAs,
      places: places)
  }

  static func summary(_ findings: [Finding], gaps: [Coverage.Gap] = []) -> ScanSummary {
    var coverage = Coverage()
    coverage.blobs = .init(expected: 1234, read: 1234)
    coverage.commits = .init(expected: 1, read: 1)
    coverage.bytes = 12_345_678
    coverage.gaps = gaps
    return ScanSummary(findings, coverage: coverage, elapsed: .milliseconds(420), version: "1.2.3")
  }

  static func bytes(of report: some Report, _ findings: [Finding], _ summary: ScanSummary? = nil) -> [UInt8] {
    var bytes: [UInt8] = []
    report.write(findings, summary ?? Self.summary(findings)) { bytes += $0 }
    return bytes
  }

  static func text(_ findings: [Finding], _ summary: ScanSummary? = nil, _ options: TextReport.Options = .init())
    -> String
  {
    String(decoding: bytes(of: TextReport(options), findings, summary), as: UTF8.self)
  }

  /// The lines as Foundation reads them.
  static func objects(_ bytes: [UInt8]) throws -> [[String: Any]] {
    try bytes.split(separator: 0x0A).map { line in
      try JSONSerialization.jsonObject(with: Data(line)) as? [String: Any] ?? [:]
    }
  }
}
