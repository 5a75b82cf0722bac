/// The report for people: a paragraph a secret, and the summary.
package struct TextReport: Report {
  /// What is shown, and how.
  package struct Options: Sendable {
    /// Whole secrets instead of their public part.
    package var showsSecrets = false
    /// Not only the first five.
    package var showsAllPlaces = false
    /// Only for a terminal.
    package var isColoured = false

    package init() {}
  }

  private static let shownPlaces = 5
  private static let shownNames = 3
  private let options: Options
  private let style: TextStyle

  /// A report with `options`.
  package init(_ options: Options = Options()) {
    self.options = options
    style = TextStyle(isColoured: options.isColoured)
  }

  /// Gives one finding at a time.
  package func write<E: Error>(
    _ findings: [Finding], _ summary: ScanSummary, to sink: ([UInt8]) throws(E) -> Void
  ) throws(E) {
    let redaction = Redaction(findings, showsSecrets: options.showsSecrets)
    for finding in ReportOrder.sorted(findings) {
      let lines = paragraph(finding, redaction) + [""]
      try sink(Array((lines.joined(separator: "\n") + "\n").utf8))
    }
    let lines = SummaryText(style: style).lines(summary, redaction)
    try sink(Array((lines.joined(separator: "\n") + "\n").utf8))
  }

  private func paragraph(_ finding: Finding, _ redaction: Redaction) -> [String] {
    var lines = [headline(finding, redaction)]
    if !finding.knownAs.isEmpty { lines.append("  " + style.bad("the vault's " + names(finding.knownAs))) }
    let shown = options.showsAllPlaces ? finding.places[...] : finding.places.prefix(Self.shownPlaces)
    lines += shown.map { "  " + PlaceText(style: style).line($0, finding, redaction) }
    let rest = finding.places.count - shown.count
    if rest > 0 { lines.append("  " + style.faint("and \(Quantity.grouped(rest)) more (--all-places shows them)")) }
    lines.append("  fingerprint: \(finding.fingerprint)")
    for (index, step) in NextSteps.lines(finding).enumerated() {
      lines.append((index == 0 ? "  next: " : "        ") + step)
    }
    return lines
  }

  private func headline(_ finding: Finding, _ redaction: Redaction) -> String {
    let confidence = "\(finding.confidence) confidence"
    var facts = [finding.confidence == .high ? style.bad(confidence) : style.doubtful(confidence)]
    if !finding.provider.isEmpty { facts.insert(TerminalText.escaped(finding.provider), at: 0) }
    if let checksum = finding.checksum { facts.append("checksum \(checksum.rawValue)") }
    let secret = TerminalText.escaped(redaction.shown(finding), limit: .max)
    return style.strong(TerminalText.escaped(finding.title)) + " (" + facts.joined(separator: ", ") + "): " + secret
  }

  private func names(_ known: [KnownName]) -> String {
    let shown = known.prefix(Self.shownNames).map { name in
      let use =
        switch name.use {
        case .current: "in use"
        case .retired: "no longer in use"
        case .dead: "proven dead"
        }
      return
        TerminalText.escaped(name.name)
        + " (\(TerminalText.escaped(name.environment)), version \(name.version), \(use))"
    }
    let rest = known.count - shown.count
    return shown.joined(separator: ", ") + (rest > 0 ? " and \(Quantity.grouped(rest)) more" : "")
  }
}
