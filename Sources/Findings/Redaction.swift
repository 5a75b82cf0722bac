/// What reports show of secrets, and of text that may hold one.
package struct Redaction: Sendable {
  private let showsSecrets: Bool
  /// Secrets that stand in names, so that they are blotted out in every file name and author; by rising bytes.
  private let inNames: [Finding]
  /// A secret of this length does not stand in a name by accident.
  private static let tellingLength = 16
  private static let ellipsis = Array("…".utf8)

  /// For a report on `findings`.
  package init(_ findings: [Finding], showsSecrets: Bool) {
    self.showsSecrets = showsSecrets
    inNames = findings.filter { $0.places.contains { [.path, .commitMessage, .tagMessage].contains($0.source) } }
      .sorted { $0.secret.lexicographicallyPrecedes($1.secret) }
  }

  /// The part of a secret that is the same in all of its kind, and `…`; the whole under `--show-secrets`.
  package func shown(_ finding: Finding) -> [UInt8] { showsSecrets ? finding.secret : Self.redacted(finding) }

  /// `name`, a file's or an author's in a place of `finding`, without the secrets that stand in names.
  ///
  /// Others are left: a password `postgres` is found in a file, and the folder `postgres/` tells nothing of it.
  package func name(_ name: [UInt8], in finding: Finding) -> [UInt8] {
    let own = finding.secret.count >= Self.tellingLength ? [finding] : []
    return showsSecrets ? name : blotted(blotted(name, own), inNames)
  }

  /// Text about the scan, as a gap's, without the secrets that stand in names.
  package func text(_ text: String) -> [UInt8] {
    showsSecrets ? Array(text.utf8) : blotted(Array(text.utf8), inNames)
  }

  /// A public part that is all of the secret is not one: then only `…`.
  private static func redacted(_ finding: Finding) -> [UInt8] {
    let shown = finding.publicPrefix < finding.secret.count ? max(0, finding.publicPrefix) : 0
    return finding.secret[..<shown] + ellipsis
  }

  private func blotted(_ name: [UInt8], _ findings: [Finding]) -> [UInt8] {
    guard !findings.isEmpty else { return name }
    var result: [UInt8] = []
    var rest = name[...]
    while let first = rest.first {
      if let finding = Self.longest(of: findings, startingIn: rest) {
        result += Self.redacted(finding)
        rest = rest.dropFirst(finding.secret.count)
      } else {
        result.append(first)
        rest = rest.dropFirst()
      }
    }
    return result
  }

  /// The finding with the longest secret that `text` starts with. `findings` are sorted by their secrets: so the
  /// greatest that is not above `text` either is it or shares its start with it, and a repository with many such
  /// secrets and names costs no more than their logarithm.
  private static func longest(of findings: [Finding], startingIn text: ArraySlice<UInt8>) -> Finding? {
    var text = text
    while !text.isEmpty {
      var (low, high) = (0, findings.count)
      while low < high {
        let middle = (low + high) / 2
        if text.lexicographicallyPrecedes(findings[middle].secret) { high = middle } else { low = middle + 1 }
      }
      guard low > 0 else { return nil }
      let secret = findings[low - 1].secret
      let common = zip(text, secret).prefix { $0 == $1 }.count
      if common == secret.count { return secret.isEmpty ? nil : findings[low - 1] }
      text = text.prefix(common)
    }
    return nil
  }
}
