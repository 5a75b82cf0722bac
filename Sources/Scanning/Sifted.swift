package import Findings

/// What a report tells of an outcome: without what was judged to be no leak, and what is less sure than asked for.
package struct Sifted: Sendable {
  package let findings: [Finding]
  /// Left out since `.cofferignore` lists them.
  package let ignoredCount: Int
  /// Lines of `.cofferignore` whose finding is not there any more, or whose time has ended.
  package let staleLines: [Int]
  package let allowedInline: Int

  /// - Parameters:
  ///   - today: as `2027-06-30`.
  ///   - isWhole: whether a finding that is not among these is nowhere: only then a line can be stale.
  package init(
    _ outcome: ScanOutcome, _ ignored: IgnoreList, today: String, minimum: Confidence, isWhole: Bool
  ) {
    let present = Set(outcome.findings.map(\.fingerprint))
    findings = outcome.findings.filter {
      $0.confidence >= minimum && ignored.entry(for: $0.fingerprint, today: today) == nil
    }
    ignoredCount = outcome.findings.count { ignored.entry(for: $0.fingerprint, today: today) != nil }
    staleLines = isWhole && outcome.coverage.isComplete ? ignored.staleLines(present: present, today: today) : []
    allowedInline = outcome.allowedInline
  }
}
