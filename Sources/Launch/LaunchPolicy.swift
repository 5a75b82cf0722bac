import TOML

/// policies/launch.toml: names that are refused with a reason, taken out of the child, or kept by `--pristine`. A file only adds
/// to what stands here.
package struct LaunchPolicy: Sendable {
  private struct Rule: Sendable {
    let names: NamePatterns
    let reason: String
    let final: Bool
  }

  // Whoever sets COFFER_POLICIES must not get at what unlocked Coffer, nor at the loader of the launched program.
  private static let unlocking: Set<String> = [
    "COFFER_TOKEN", "COFFER_TOKEN_FILE", "COFFER_TOKEN_FD",
    "COFFER_PASSPHRASE", "COFFER_PASSPHRASE_FILE", "COFFER_PASSPHRASE_FD",
    "COFFER_RECOVERY_PHRASE", "COFFER_RECOVERY_PHRASE_FILE", "COFFER_SNAPSHOT", "COFFER_MIN_SEQUENCE",
  ]
  private static let leastRules = [
    Rule(names: NamePatterns(["COFFER_*"]), reason: "Coffer reads its own settings there", final: true),
    Rule(
      names: NamePatterns(["LD_*", "GLIBC_TUNABLES"]), reason: "the dynamic loader takes code and settings from it",
      final: false),
  ]

  private let rules: [Rule]
  private let stripped: NamePatterns
  private let pristine: NamePatterns

  /// - Throws: `LaunchError.badPolicy`. A key it does not know is an error too: a misspelt list would refuse nothing.
  package init(toml: String) throws(LaunchError) {
    let table: TOMLTable
    do {
      table = try TOMLDocument(text: toml).root
    } catch {
      throw .badPolicy(error.reason, line: error.line)
    }
    try Self.check(table, known: ["strip", "pristine", "refuse"])
    stripped = try Self.patterns(table, "strip")
    pristine = try Self.patterns(table, "pristine")
    guard let list = table["refuse"]?.value.array, !list.isEmpty else {
      throw .badPolicy("no [[refuse]] list", line: nil)
    }
    var rules: [Rule] = []
    for item in list {
      let line = item.position.line
      guard let entry = item.value.table else { throw .badPolicy("refuse must hold tables", line: line) }
      try Self.check(entry, known: ["names", "reason", "final"])
      guard let reason = entry["reason"]?.value.string, !reason.isEmpty else {
        throw .badPolicy("a [[refuse]] list without a reason", line: line)
      }
      let final = entry["final"]
      if let final, final.value.boolean == nil {
        throw .badPolicy("final must be true or false", line: final.position.line)
      }
      rules.append(
        Rule(
          names: try Self.patterns(entry, "names"), reason: reason,
          final: final?.value.boolean ?? false))
    }
    self.rules = rules + Self.leastRules
  }

  /// Checks all names of a launch at once, so that the person sees the whole list.
  /// - Parameter allowed: names that the project allows, each in full.
  /// - Throws: `LaunchError.refused`, in the order of `names`.
  package func check(_ names: [String], allowing allowed: Set<String> = []) throws(LaunchError) {
    let refusals = names.compactMap { refused($0, allowed) }
    guard refusals.isEmpty else { throw .refused(refusals) }
  }

  /// Whether the launched program never gets the variable, whatever was asked for.
  package func strips(_ name: String) -> Bool { Self.unlocking.contains(name) || stripped.contains(name) }

  /// Whether `--pristine` keeps the ambient variable.
  package func keepsWhenPristine(_ name: String) -> Bool { pristine.contains(name) }

  private func refused(_ name: String, _ allowed: Set<String>) -> LaunchError.Refusal? {
    // A stripped name would be injected only to be taken out again.
    if strips(name) {
      return LaunchError.Refusal(name: name, reason: "it is never handed to a program", canBeAllowed: false)
    }
    let matching = rules.filter { $0.names.contains(name) }
    guard let rule = matching.first(where: \.final) ?? matching.first else { return nil }
    if allowed.contains(name), !rule.final { return nil }
    return LaunchError.Refusal(name: name, reason: rule.reason, canBeAllowed: !rule.final)
  }

  private static func check(_ table: TOMLTable, known: Set<String>) throws(LaunchError) {
    if let strange = table.entries.first(where: { !known.contains($0.key) }) {
      throw .badPolicy("unknown key \(strange.key)", line: strange.position.line)
    }
  }

  private static func patterns(_ table: TOMLTable, _ key: String) throws(LaunchError) -> NamePatterns {
    let entry = table[key]
    guard let list = entry?.value.array, !list.isEmpty else {
      throw .badPolicy("\(key) is not a list", line: entry?.position.line)
    }
    var patterns = NamePatterns()
    for item in list {
      guard let text = item.value.string, let pattern = NamePattern(text) else {
        throw .badPolicy("\(key) holds something that is no name", line: item.position.line)
      }
      patterns.insert(pattern)
    }
    return patterns
  }
}
