import TOMLKit

/// policies/launch.toml: names that are refused with a reason, taken out of the child, or kept by `--pristine`.
package struct LaunchPolicy: Sendable {
  private struct Rule: Sendable {
    let names: NamePatterns
    let reason: String
    let final: Bool
  }

  private let rules: [Rule]
  private let stripped: NamePatterns
  private let pristine: NamePatterns

  /// - Throws: `LaunchError.badPolicy`. A key it does not know is an error too: a misspelt list would refuse nothing.
  package init(toml: String) throws(LaunchError) {
    let table: TOMLTable
    do {
      table = try TOMLTable(string: toml)
    } catch let error as TOMLParseError {
      throw .badPolicy(error.description, line: error.source.begin.line)
    } catch {
      throw .badPolicy("not TOML", line: nil)
    }
    try Self.check(table.keys, known: ["strip", "pristine", "refuse"])
    stripped = try Self.patterns(table["strip"], "strip")
    pristine = try Self.patterns(table["pristine"], "pristine")
    guard let list = table["refuse"]?.array, !list.isEmpty else {
      throw .badPolicy("no [[refuse]] list", line: nil)
    }
    var rules: [Rule] = []
    for index in 0..<list.count {
      guard let entry = list[index].table else { throw .badPolicy("refuse must hold tables", line: nil) }
      try Self.check(entry.keys, known: ["names", "reason", "final"])
      guard let reason = entry["reason"]?.string, !reason.isEmpty else {
        throw .badPolicy("a [[refuse]] list without a reason", line: nil)
      }
      rules.append(
        Rule(
          names: try Self.patterns(entry["names"], "names"), reason: reason,
          final: entry["final"]?.bool ?? false))
    }
    self.rules = rules
  }

  /// Why `name` may not be injected; nil when it may.
  /// - Parameter allowed: names that the project allows, each in full.
  package func refusal(of name: String, allowing allowed: Set<String> = []) -> String? {
    refused(name, allowed)?.reason
  }

  /// Checks all names of a launch at once, so that the person sees the whole list.
  /// - Throws: `LaunchError.refused`, in the order of `names`.
  package func check(_ names: [String], allowing allowed: Set<String> = []) throws(LaunchError) {
    let refusals = names.compactMap { refused($0, allowed) }
    guard refusals.isEmpty else { throw .refused(refusals) }
  }

  /// Whether the launched program never gets the variable, whatever was asked for.
  package func strips(_ name: String) -> Bool { stripped.contains(name) }

  /// Whether `--pristine` keeps the ambient variable.
  package func keepsWhenPristine(_ name: String) -> Bool { pristine.contains(name) }

  private func refused(_ name: String, _ allowed: Set<String>) -> LaunchError.Refusal? {
    // A stripped name would be injected only to be taken out again.
    if strips(name) {
      return LaunchError.Refusal(name: name, reason: "it is never handed to a program", canBeAllowed: false)
    }
    guard let rule = rules.first(where: { $0.names.contains(name) }) else { return nil }
    if allowed.contains(name), !rule.final { return nil }
    return LaunchError.Refusal(name: name, reason: rule.reason, canBeAllowed: !rule.final)
  }

  private static func check(_ keys: [String], known: Set<String>) throws(LaunchError) {
    if let strange = keys.first(where: { !known.contains($0) }) {
      throw .badPolicy("unknown key \(strange)", line: nil)
    }
  }

  private static func patterns(
    _ value: (any TOMLValueConvertible)?, _ key: String
  ) throws(LaunchError) -> NamePatterns {
    guard let list = value?.array, !list.isEmpty else { throw .badPolicy("\(key) is not a list", line: nil) }
    var patterns = NamePatterns()
    for index in 0..<list.count {
      guard let text = list[index].string, let pattern = NamePattern(text) else {
        throw .badPolicy("\(key) holds something that is no name", line: nil)
      }
      patterns.insert(pattern)
    }
    return patterns
  }
}
