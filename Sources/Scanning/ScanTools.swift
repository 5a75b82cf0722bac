package import Detection
package import KnownValues

/// What every scan is made with: the same whatever is scanned.
package struct ScanTools: Sendable {
  package let matcher: Matcher
  /// The vault's values, as fingerprints; nil without a vault.
  package let known: KnownValueSearch?
  /// How many values are looked for, and how many are too short or too common for that.
  package let knownCounts: (values: Int, leftOut: Int)?
  package let fingerprints: FindingFingerprintMaker
  /// How many threads read.
  package let threads: Int
  package let counter: ScanCounter

  package init(
    matcher: Matcher, known: KnownValueSearch?, knownCounts: (values: Int, leftOut: Int)?,
    fingerprints: FindingFingerprintMaker, threads: Int, counter: ScanCounter
  ) {
    self.matcher = matcher
    self.known = known
    self.knownCounts = knownCounts
    self.fingerprints = fingerprints
    self.threads = threads
    self.counter = counter
  }
}
