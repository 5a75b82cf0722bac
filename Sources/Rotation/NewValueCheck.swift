package import Sealing

/// Catches a wrong paste before it becomes a version.
package enum NewValueCheck {
  /// A version that the name has or had.
  package struct Known: Sendable {
    package let version: UInt32
    package let value: Secret

    package init(version: UInt32, value: Secret) {
      self.version = version
      self.value = value
    }
  }

  /// What is odd about `new`, the errors first.
  /// - Parameters:
  ///   - name: the variable's name, to find a whole line of an env file.
  ///   - current: the value in use.
  ///   - older: the other versions.
  ///   - prefixes: what the playbook expects a value to start with, one of them; empty for anything.
  package static func findings(
    _ new: borrowing SecretBytes, name: String, current: Secret, older: [Known] = [], prefixes: [String] = []
  ) -> [NewValueFinding] {
    let same = repeated(new, current, older)
    let findings = new.withBytes { new in
      current.bytes.withBytes { old in
        shape(new, old, name) + (new.byteCount == 0 ? [] : kind(new, old, prefixes))
      }
    }
    let all = (same.map { [NewValueFinding(problem: $0, isError: true)] } ?? []) + findings
    return all.filter(\.isError) + all.filter { !$0.isError }
  }

  private static func repeated(
    _ new: borrowing SecretBytes, _ current: Secret, _ older: [Known]
  ) -> NewValueFinding.Problem? {
    if current.bytes.withBytes({ new.matches($0) }) { return .sameAsCurrent }
    for known in older where known.value.bytes.withBytes({ new.matches($0) }) {
      return .sameAsVersion(known.version)
    }
    return nil
  }

  /// What the bytes look like, whatever they are for. What the old value has too is meant so.
  private static func shape(_ new: RawSpan, _ old: RawSpan, _ name: String) -> [NewValueFinding] {
    guard new.byteCount > 0 else { return [NewValueFinding(problem: .empty, isError: true)] }
    var findings: [NewValueFinding] = []
    if hasSurroundingSpace(new) {
      findings.append(NewValueFinding(problem: .surroundingSpace, isError: !hasSurroundingSpace(old)))
    }
    if hasSurroundingQuotes(new) {
      findings.append(NewValueFinding(problem: .surroundingQuotes, isError: !hasSurroundingQuotes(old)))
    }
    if [name + "=", "export " + name + "=", name + " ="].contains(where: { new.has($0, at: firstVisible(new)) }) {
      findings.append(NewValueFinding(problem: .assignment, isError: true))
    }
    if isPlaceholder(new) { findings.append(NewValueFinding(problem: .placeholder, isError: true)) }
    if new.isSeveralLines, !new.has("-----BEGIN ", at: 0), !old.isSeveralLines {
      findings.append(NewValueFinding(problem: .severalLines, isError: false))
    }
    if new.byteCount < old.byteCount / 2 { findings.append(NewValueFinding(problem: .muchShorter, isError: false)) }
    if new.byteCount / 2 > old.byteCount, old.byteCount > 0 {
      findings.append(NewValueFinding(problem: .muchLonger, isError: false))
    }
    return findings
  }

  /// What the start says that the value is. A playbook that knows the start knows better than what the old value was.
  private static func kind(_ new: RawSpan, _ old: RawSpan, _ prefixes: [String]) -> [NewValueFinding] {
    if !prefixes.isEmpty, !prefixes.contains(where: { new.has($0, at: 0) }) {
      return [NewValueFinding(problem: .wrongPrefix(expected: prefixes), isError: true)]
    }
    guard let was = KnownPrefix(of: old) else { return [] }
    let found = KnownPrefix(of: new)
    if was.isForTests == false, found?.isForTests == true { return [NewValueFinding(problem: .testKey, isError: true)] }
    guard found != was else { return [] }
    let isOtherKind = found?.group != was.group
    return [NewValueFinding(problem: .otherPrefix(old: was.text), isError: prefixes.isEmpty && isOtherKind)]
  }

  /// The line end after a PEM block belongs to it.
  private static func hasSurroundingSpace(_ value: RawSpan) -> Bool {
    if firstVisible(value) > 0 { return true }
    return !value.has("-----BEGIN ", at: 0) && blanks.contains { value.ends(with: $0) }
  }

  /// Blanks, and what a copy from a web page brings: no-break space, zero-width space, byte order mark.
  private static let blanks = [" ", "\t", "\n", "\r", "\u{A0}", "\u{200B}", "\u{FEFF}"]

  private static func firstVisible(_ value: RawSpan) -> Int {
    var start = 0
    while let blank = blanks.first(where: { value.has($0, at: start) }) { start += blank.utf8.count }
    return start
  }

  private static func hasSurroundingQuotes(_ value: RawSpan) -> Bool {
    value.byteCount >= 2 && ["\"", "'", "`"].contains { value.has($0, at: 0) && value.ends(with: $0) }
  }

  private static func isPlaceholder(_ value: RawSpan) -> Bool {
    let starts = ["your-", "your_", "insert-", "insert_", "replace-with", "replace_with", "changeme", "change-me"]
    if starts.contains(where: { value.has($0, at: 0, ignoringCase: true) }) { return true }
    if value.has("<", at: 0), value.ends(with: ">") { return true }
    // Bullets and ellipses stand in no key.
    return ["\u{2022}\u{2022}", "***", "\u{2026}", "xxxx", "XXXX"].contains { value.holds($0) }
  }
}
