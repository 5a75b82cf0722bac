import Foundation
import Testing

@testable import Findings

struct RedactionTests {
  @Test(arguments: [(9, "tok_live_…"), (0, "…"), (-1, "…"), (25, "…"), (.max, "…")])
  func `no byte more than the public part is shown`(prefix: Int, shown: String) {
    var finding = Samples.finding()
    finding.publicPrefix = prefix
    #expect(String(decoding: Redaction([finding], showsSecrets: false).shown(finding), as: UTF8.self) == shown)
    #expect(Redaction([finding], showsSecrets: true).shown(finding) == Samples.secret)
  }

  @Test func `a secret in a file's name or an author is in no report`() throws {
    let token = String(decoding: Samples.secret, as: UTF8.self)
    let short = Array("pa55-9".utf8)
    let commit = Samples.commit(author: "Ann \(token) <a@b>")
    let findings = [
      Samples.finding(places: [Samples.place("x/\(token)/y", source: .path, commit: commit)]),
      Samples.finding(
        secret: short, fingerprint: 2, places: [Samples.place("\(token)\(token).pa55-9", commit: commit)]),
      Samples.finding(
        secret: short + Array("-longer".utf8), fingerprint: 3,
        places: [Samples.place("pa55-9-longer", source: .path), Samples.place("pa55-9-long/pa55-9", source: .path)]),
    ]
    let gap = Coverage.Gap(kind: .missing, detail: "x/\(token)/y", remedy: "")
    let summary = Samples.summary(findings, gaps: [gap])
    let text = Samples.text(findings, summary)
    let lines = String(decoding: Samples.bytes(of: JSONLReport(), findings, summary), as: UTF8.self)
    for report in [text, lines] {
      #expect(!report.contains("Zk3v") && !report.contains("longer"))
      #expect(report.contains("x/tok_live_…/y"))
      // A short secret that was found in no name is no reason to spoil one.
      #expect(report.contains("tok_live_…tok_live_….pa55-9"))
      #expect(report.contains("pa55-9-long/pa55-9"))
    }
    #expect(
      String(decoding: Samples.bytes(of: JSONLReport(showsSecrets: true), findings), as: UTF8.self).contains(token))
  }

  @Test func `many secrets in many names take no time to speak of`() {
    let findings = (0..<1000).map { index in
      let secret = Array("tok_live_AAAAAAAAAAAA\(String(index, radix: 36))x".utf8)
      return Samples.finding(
        secret: secret, fingerprint: UInt8(index % 256),
        places: (0..<4).map { Samples.place("tok_live_AAAAAAAAAAAA/tok_live_AAAAAAAAAAAA\($0)", source: .path) })
    }
    let took = ContinuousClock().measure { _ = Samples.bytes(of: JSONLReport(), findings) }
    #expect(took < .seconds(30))
  }
}
