package import Findings

/// A secret that a detector found in some bytes, as far as the bytes around it tell; `PathJudge` has the last word.
package struct Candidate: Sendable, Equatable {
  /// The detector's number in its set.
  package let detector: Int
  /// Where the secret stands in the searched bytes.
  package let secret: Range<Int>
  /// The secret's bytes; of UTF-16 text, as UTF-8.
  package let value: [UInt8]
  package let confidence: Confidence
  /// Nil where the format has no checksum, or one that proves nothing.
  package let checksum: ChecksumVerdict?
  /// `coffer:allow` or `gitleaks:allow` stands on its line.
  package let isAllowedInline: Bool

  package init(
    detector: Int, secret: Range<Int>, value: [UInt8], confidence: Confidence, checksum: ChecksumVerdict?,
    isAllowedInline: Bool
  ) {
    self.detector = detector
    self.secret = secret
    self.value = value
    self.confidence = confidence
    self.checksum = checksum
    self.isAllowedInline = isAllowedInline
  }
}

/// What a search did, and what it left.
package struct SearchTally: Sendable, Equatable {
  /// Reports of the pattern engine.
  package var hits = 0
  /// Matches that were looked at.
  package var judged = 0
  /// Matches or hits that were left, because their detector had had its share of the bytes: `Judge.maximumCandidates`
  /// and `.maximumMatches`.
  package var overflow = 0
  /// Hits at which a pattern ran into its limits.
  package var unjudged = 0

  package init() {}

  package static func += (left: inout Self, right: Self) {
    left.hits += right.hits
    left.judged += right.judged
    left.overflow += right.overflow
    left.unjudged += right.unjudged
  }
}
