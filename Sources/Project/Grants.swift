/// What a coffer.toml takes from the vault, or lets run: what a person approved when binding the folder, line by line.
///
/// A changed line must not slip in with a `git pull`. Literals count too: a new PGHOST sends the vault's PGPASSWORD elsewhere.
package enum Grants {
  /// The canonical lines, sorted and unique. No line holds a line break, whatever stands in coffer.toml.
  package static func lines(of manifest: Manifest) -> [String] {
    var lines = manifest.allowedNames.map { "allow \($0)" } + manifest.deploy.map { "deploy \($0)" }
    for variable in manifest.variables {
      let name = variable.name
      lines.append("inject \(name)" + (variable.from.map { " from \($0)" } ?? ""))
      if let text = variable.defaultValue {
        lines.append("literal \(name) default \(TOMLText.quoted(text))")
      }
      for (environment, text) in variable.values {
        lines.append("literal \(name) in \(environment) \(TOMLText.quoted(text))")
      }
      for (environment, needles) in variable.forbid {
        lines += needles.map { "forbid \(name) in \(environment) \(TOMLText.quoted($0))" }
      }
    }
    return Set(lines.map(plain)).sorted()
  }

  /// ASCII only: Swift takes texts for equal that Unicode calls canonically equivalent, and a terminal shows many alike; neither
  /// may let a changed line pass for the approved one.
  private static func plain(_ line: String) -> String {
    var plain = ""
    for scalar in line.unicodeScalars {
      if (0x20...0x7E).contains(scalar.value) {
        plain.unicodeScalars.append(scalar)
      } else {
        plain += "\\u{" + String(scalar.value, radix: 16) + "}"
      }
    }
    return plain
  }

  /// What `now` allows and `approved` did not, in words for people; empty when the approval still covers everything.
  ///
  /// Added grants widen, and so do removed `forbid` lines of a variable that is still injected.
  package static func widening(from approved: [String], to now: [String]) -> [String] {
    let before = Set(approved)
    let after = Set(now)
    let added = after.subtracting(before).filter { !$0.hasPrefix("forbid ") }.sorted().map(words)
    let injected = Set(now.compactMap { $0.hasPrefix("inject ") ? subject($0) : nil })
    let dropped = before.subtracting(after).filter {
      $0.hasPrefix("forbid ") && injected.contains(subject($0))
    }
    return added + dropped.sorted().map { "no longer forbids " + $0.dropFirst("forbid ".count) }
  }

  /// The line's second word.
  private static func subject(_ line: String) -> String {
    let words = line.split(separator: " ", maxSplits: 2)
    return words.count > 1 ? String(words[1]) : ""
  }

  private static func words(_ line: String) -> String {
    let parts = line.split(separator: " ", maxSplits: 1).map(String.init)
    guard parts.count == 2 else { return line }
    switch parts[0] {
    case "inject": return "gives the app " + parts[1]
    case "allow": return "allows \(parts[1]), which changes how programs load code"
    case "literal": return "sets " + parts[1]
    case "deploy": return "deploys with " + parts[1]
    default: return line
    }
  }
}
