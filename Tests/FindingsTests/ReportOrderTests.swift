import Testing

@testable import Findings

struct ReportOrderTests {
  private static let known = KnownName(name: "A", environment: "e", version: 1, use: .current)
  private static let findings = [
    Samples.finding(fingerprint: 1, confidence: .low, knownAs: [known]),
    Samples.finding(fingerprint: 9, places: [Samples.place("a")]),
    Samples.finding(fingerprint: 8, places: [Samples.place("b", line: 1)]),
    Samples.finding(fingerprint: 2, places: [Samples.place("b", line: 2)]),
    Samples.finding(fingerprint: 3, places: [Samples.place("b", line: 2)]),
    Samples.finding(fingerprint: 4, places: [Samples.place(nil)]),
    Samples.finding(fingerprint: 0, confidence: .medium),
  ]
  private static let places = [
    Samples.place("z", commit: Samples.commit(date: 1)),
    Samples.place("a", commit: Samples.commit(date: 2)), Samples.place("b", line: 1, commit: Samples.commit(date: 2)),
    Samples.place("b", line: 2, commit: Samples.commit("a", date: 2)),
    Samples.place("b", line: 2, commit: Samples.commit("c", date: 2)),
    Samples.place("z", commit: Samples.commit(date: 9), isInHead: true), Samples.place("a", commit: nil),
    Samples.place("a", reach: .stash), Samples.place("a", reach: .unreachable),
  ]

  @Test(arguments: 0..<20)
  func `findings and places come in one order, however they were found`(_: Int) {
    #expect(ReportOrder.sorted(Self.findings.shuffled()).map(\.fingerprint) == Self.findings.map(\.fingerprint))
    #expect(ReportOrder.sorted(Self.places.shuffled()) == Self.places)
    let shuffled = Self.findings.shuffled().map { finding in
      var finding = finding
      finding.places = (finding.places + Self.places).shuffled()
      return finding
    }
    #expect(Samples.bytes(of: JSONLReport(), shuffled) == Samples.bytes(of: JSONLReport(), shuffled.reversed()))
    #expect(Samples.text(shuffled) == Samples.text(shuffled.reversed()))
  }

  @Test func `what a sink throws ends the report`() {
    struct Full: Error {}
    var lines = 0
    #expect(throws: Full.self) {
      try JSONLReport().write(Self.findings, Samples.summary(Self.findings)) { (_: [UInt8]) throws(Full) in
        lines += 1
        if lines == 3 { throw Full() }
      }
    }
    #expect(lines == 3)
  }
}
