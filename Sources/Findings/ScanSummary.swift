/// What a scan ends with: how much was found, and in how much of what was there.
package struct ScanSummary: Sendable {
  /// Open findings: one a secret.
  package var secrets = 0
  package var places = 0
  /// Open findings by confidence.
  package var high = 0
  package var medium = 0
  package var low = 0
  /// Open findings that are values of the vault.
  package var known = 0
  package var coverage: Coverage
  package var elapsed: Duration
  /// Findings of values that were replaced and are refused: they are told, and not open.
  package var dead = 0
  /// Findings that .cofferignore and its like name.
  package var ignored: Int
  /// Places with `coffer:allow` or `gitleaks:allow` on their line.
  package var allowedInline: Int
  /// Entries of an ignore file that name nothing any more, or have expired, as people would look for them.
  package var staleIgnores: [String]
  /// Of the program.
  package var version: String

  /// Counts `findings`.
  package init(
    _ findings: [Finding], coverage: Coverage, elapsed: Duration, ignored: Int = 0, allowedInline: Int = 0,
    staleIgnores: [String] = [], version: String
  ) {
    for finding in findings {
      guard !finding.isDead else {
        dead += 1
        continue
      }
      secrets += 1
      places += finding.places.count
      if !finding.knownAs.isEmpty { known += 1 }
      switch finding.confidence {
      case .high: high += 1
      case .medium: medium += 1
      case .low: low += 1
      }
    }
    self.coverage = coverage
    self.elapsed = elapsed
    self.ignored = ignored
    self.allowedInline = allowedInline
    self.staleIgnores = staleIgnores
    self.version = version
  }

  /// Whether everything that should be there was read: no gap, and nothing short of what was expected.
  package var isComplete: Bool { coverage.isComplete && counts.allSatisfy { $0.count.read >= $0.count.expected } }

  /// The counts with their names, singular and plural.
  var counts: [(one: String, many: String, count: Coverage.Count)] {
    [
      ("blob", "blobs", coverage.blobs), ("commit", "commits", coverage.commits), ("tree", "trees", coverage.trees),
      ("tag", "tags", coverage.tags), ("file", "files", coverage.files),
    ]
  }

  /// Milliseconds of `elapsed`.
  var milliseconds: Int64 {
    elapsed.components.seconds * 1000 + elapsed.components.attoseconds / 1_000_000_000_000_000
  }
}
