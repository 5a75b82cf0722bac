/// Searches blocks of bytes, one after the other; one for each thread.
package final class MatchWorker {
  private let matcher: Matcher
  private let scratch: MatchScratch
  private let judge: Judge
  private let overlaps: Overlaps

  init(_ matcher: Matcher, scratch: consuming MatchScratch, judge: Judge) {
    self.matcher = matcher
    self.scratch = scratch
    self.judge = judge
    overlaps = Overlaps(set: matcher.detectors)
  }

  /// Finds the secrets in a whole file or message. UTF-16 text is searched as text too; offsets are always those in
  /// `bytes`.
  /// - Parameter found: gets each, in the order of their places; where two detectors see the same one, the one that
  ///   knows more of it.
  /// - Returns: what was done, and what was left: see `SearchTally.overflow`.
  /// - Throws: `DetectionError.engine`: the bytes were not searched to their end, and nothing was reported.
  @discardableResult
  package func search(_ bytes: RawSpan, found: (Candidate) -> Void) throws(DetectionError) -> SearchTally {
    var candidates: [Candidate] = []
    var tally = try search(bytes, into: &candidates)
    if let wide = WideText(bytes) {
      var inside: [Candidate] = []
      tally += try unsafe search(wide.narrow.span.bytes, into: &inside)
      candidates += inside.map { candidate in
        Candidate(
          detector: candidate.detector, secret: wide.original(candidate.secret),
          value: wide.text(candidate.secret, in: bytes), confidence: candidate.confidence, checksum: candidate.checksum,
          isAllowedInline: candidate.isAllowedInline)
      }
    }
    for candidate in overlaps.settled(candidates) { found(candidate) }
    return tally
  }

  func search(_ bytes: RawSpan, into candidates: inout [Candidate]) throws(DetectionError) -> SearchTally {
    judge.begin()
    try matcher.engine.search(bytes, scratch) { detector, end in
      judge.hit(detector, end: end, in: bytes) { candidates.append($0) }
    }
    return judge.tally
  }
}
