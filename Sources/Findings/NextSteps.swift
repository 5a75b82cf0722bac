/// What to do about a finding, in order.
enum NextSteps {
  /// Lines of plain text; whatever is not this project's own is escaped.
  static func lines(_ finding: Finding) -> [String] {
    if finding.isDead { return replacement(finding) }
    // A value of the vault is no false alarm.
    guard finding.knownAs.isEmpty else { return replacement(finding) + [exposure(finding)] }
    return replacement(finding) + [exposure(finding)] + [
      "a false alarm? add to .cofferignore: \(finding.fingerprint)  reason"
    ]
  }

  private static func replacement(_ finding: Finding) -> [String] {
    if finding.isDead { return ["nothing: it was replaced, and the old value is refused"] }
    let inUse = finding.knownAs.filter { $0.use == .current }
    guard !finding.knownAs.isEmpty else {
      if finding.provider == "coffer" {
        return ["coffer token list, coffer token revoke NAME; then coffer rotate --due lists what it could read"]
      }
      let issuer =
        finding.provider.isEmpty
        ? "revoke it where it was issued" : "revoke it at \(TerminalText.escaped(finding.provider))"
      return [issuer + ", then put the new one in the vault: coffer set NAME"]
    }
    var seen: Set<[String]> = []
    if inUse.isEmpty, let known = finding.knownAs.first {
      let (name, environment) = (TerminalText.escaped(known.name), TerminalText.escaped(known.environment))
      return [
        "it was replaced: see that it is revoked where it was issued; if its rotation ended without proof: "
          + "coffer rotate \(name) -e \(environment) --resume --dead CMD"
      ]
    }
    return inUse.compactMap { known in
      let (name, environment) = (TerminalText.escaped(known.name), TerminalText.escaped(known.environment))
      guard seen.insert([name, environment]).inserted else { return nil }
      return "coffer rotate \(name) -e \(environment) --leak \(finding.fingerprint)"
    }
  }

  private static func exposure(_ finding: Finding) -> String {
    switch Exposure(finding) {
    case .pushed: "it was pushed: take it as known to others; rewriting history does not help"
    case .unknown:
      "whether it was pushed is not known here: take it as known to others; rewriting history does not help"
    case .committed: "not pushed yet: rewriting the commits can still keep it in"
    case .uncommitted: "not committed yet: take it out of the file before you commit"
    }
  }
}
