/// The end of the text report: what was found, and in how much of what was there.
struct SummaryText {
  let style: TextStyle

  func lines(_ summary: ScanSummary, _ redaction: Redaction) -> [String] {
    var lines: [String] = []
    if summary.secrets > 0 { lines.append(found(summary)) }
    lines.append(read(summary))
    if let known = summary.coverage.knownValues { lines.append(values(known)) }
    if summary.dead > 0 {
      lines.append("proven dead: \(Quantity.count(summary.dead, "secret", "secrets")), not counted as open")
    }
    if summary.ignored > 0 { lines.append("ignored: \(Quantity.count(summary.ignored, "finding", "findings"))") }
    if summary.allowedInline > 0 {
      lines.append("allowed on their line: \(Quantity.count(summary.allowedInline, "place", "places"))")
    }
    lines += summary.staleIgnores.map { "ignored without need: " + TerminalText.escaped(redaction.text($0)) }
    lines += summary.coverage.gaps.map { gap($0, redaction) }
    lines.append(verdict(summary))
    return lines
  }

  private func found(_ summary: ScanSummary) -> String {
    let secrets = Quantity.count(summary.secrets, "secret", "secrets")
    let places = Quantity.count(summary.places, "place", "places")
    let parts = [
      "\(Quantity.grouped(summary.high)) high", "\(Quantity.grouped(summary.medium)) medium",
      "\(Quantity.grouped(summary.low)) low",
    ]
    let known = summary.known == 0 ? [] : ["\(Quantity.grouped(summary.known)) of the vault"]
    return "\(secrets) in \(places): " + (parts + known).joined(separator: ", ")
  }

  private func read(_ summary: ScanSummary) -> String {
    let counts = summary.counts.filter { $0.count != .init() }.map { one, many, count in
      count.read < count.expected
        ? "\(Quantity.grouped(count.read)) of \(Quantity.count(count.expected, one, many))"
        : Quantity.count(count.read, one, many)
    }
    return "read: " + (counts + [Quantity.bytes(summary.coverage.bytes)]).joined(separator: ", ")
      + " in \(Quantity.seconds(summary.milliseconds)) s"
  }

  private func values(_ known: Coverage.KnownValues) -> String {
    switch known {
    case .searched(let values, let leftOut):
      let rest = leftOut == 0 ? "" : " (\(Quantity.grouped(leftOut)) more are too short or too common to look for)"
      return "the vault's values: \(Quantity.grouped(values)) looked for\(rest)"
    case .notSearched(let reason): return style.doubtful("known values not checked: \(TerminalText.escaped(reason))")
    }
  }

  private func gap(_ gap: Coverage.Gap, _ redaction: Redaction) -> String {
    let remedy = gap.remedy.isEmpty ? "" : "; " + TerminalText.escaped(gap.remedy)
    let detail = TerminalText.escaped(redaction.text(gap.detail))
    return style.doubtful("not read: \(gap.kind.rawValue) (\(Quantity.grouped(gap.count))): \(detail)\(remedy)")
  }

  /// The word "clean" stands nowhere but here, and only when all was read.
  private func verdict(_ summary: ScanSummary) -> String {
    guard summary.secrets == 0 else {
      let found = Quantity.count(summary.secrets, "secret", "secrets") + " found"
      return style.bad(summary.isComplete ? found : found + "; NOT everything was read")
    }
    guard summary.isComplete else {
      return style.doubtful("nothing found in what was read; NOT everything was read")
    }
    let read = summary.counts.reduce(0) { $0 + $1.count.read }
    let apart = (summary.dead == 0 ? [] : ["proven dead"]) + (summary.ignored == 0 ? [] : ["ignored"])
    let except = apart.isEmpty ? "" : ", apart from what is " + apart.joined(separator: " or ")
    return style.good("clean: nothing found in \(Quantity.count(read, "object", "objects"))\(except)")
  }
}
