package import Findings
package import Git
package import Platform

/// What a scan found, before anything is left out of it.
package struct ScanOutcome: Sendable {
  /// Sorted by fingerprint.
  package var findings: [Finding]
  package var coverage: Coverage
  /// Passed over because their line says so.
  package var allowedInline: Int

  package init(findings: [Finding], coverage: Coverage, allowedInline: Int) {
    self.findings = findings
    self.coverage = coverage
    self.allowedInline = allowedInline
  }
}

/// Why there is no result at all.
package enum ScanError: Error, Sendable {
  /// The repository cannot be read, not even in part.
  case repository(GitError)
  /// The revision is not one of this repository.
  case noRevision(String)
  /// What was to be scanned cannot be opened.
  case unreadable(path: String, SystemError)
  /// A file or stream is larger than is read, in bytes.
  case tooLarge(limit: Int)
  case outOfMemory
  /// The detectors cannot be used.
  case detectors(String)
}

/// Runs what reads a repository, for callers whose errors are those of a scan.
func reading<Result>(_ body: () throws(GitError) -> Result) throws(ScanError) -> Result {
  do throws(GitError) { return try body() } catch { throw .repository(error) }
}
