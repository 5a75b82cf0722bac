import Findings

/// The second stage: at each hit of the engine, finds the secret and says what the bytes around it tell. One for each
/// thread.
///
/// Its work is linear in the bytes, whatever they are: no stretch is searched for one detector again once a search went
/// past it, and of each detector only so many matches are looked at in one block.
final class Judge {
  /// Of one detector in one block of bytes; more are only counted.
  static let maximumCandidates = 10_000
  /// Of one detector in one block of bytes; further hits are only counted.
  static let maximumMatches = 250_000
  /// Of one detector in one block: bytes that may be searched in vain, at least; in large blocks, four times their
  /// size. Further hits are only counted.
  private static let minimumAllowance = 64 << 20
  /// In bytes.
  private static let longSpan = 4096
  /// Bytes around a match that lookarounds, boundaries, names, quotes and hosts may need.
  static let context = 256

  private struct Progress {
    /// Everything before was searched: a match that starts there was looked at.
    var searched = 0
    var matches = 0
    var candidates = 0
    /// Bytes of windows in which nothing was found.
    var wasted = 0
  }

  private let set: DetectorSet
  private let spans: [Int]
  private let limits = MatchLimits()
  /// Made at a detector's first hit: most have none.
  private var expressions: [Expression?]
  private var progress: [Progress]
  private(set) var tally = SearchTally()

  init(_ set: DetectorSet, spans: [Int]) {
    self.set = set
    self.spans = spans
    expressions = Array(repeating: nil, count: set.detectors.count)
    progress = Array(repeating: Progress(), count: set.detectors.count)
  }

  /// Starts another block of bytes.
  func begin() {
    for number in progress.indices { progress[number] = Progress() }
    tally = SearchTally()
  }

  /// Looks at a hit.
  /// - Parameter end: behind the match's last byte, as the engine told it.
  func hit(_ number: Int, end: Int, in bytes: RawSpan, found: (Candidate) -> Void) {
    tally.hits += 1
    guard end > progress[number].searched else { return }
    guard progress[number].matches < Self.maximumMatches, progress[number].candidates < Self.maximumCandidates,
      progress[number].wasted < max(Self.minimumAllowance, 4 * bytes.byteCount)
    else {
      tally.overflow += 1
      return
    }
    guard let expression = expression(number) else {
      tally.unjudged += 1
      return
    }
    let span = spans[number]
    var start = max(progress[number].searched, end - span, 0)
    // Further than this hit needs, so that one search that finds nothing serves many hits; but each start of a long
    // match may cost its whole length.
    let last = span > Self.longSpan ? end : end + 2 * span
    let limit = min(bytes.byteCount, last + span + Self.context)
    let first = max(0, start - Self.context)
    let window = bytes.extracting(first..<limit)
    while true {
      switch expression.first(
        in: window, startingIn: (start - first)...(max(start, min(last, bytes.byteCount)) - first), limits)
      {
      case .limit:
        tally.unjudged += 1
        progress[number].searched = end
        progress[number].wasted += limit - first
        return
      case .match(let match):
        tally.judged += 1
        progress[number].matches += 1
        // A match may be empty, with its secret in a lookahead.
        start = first + max(match.whole.upperBound, match.whole.lowerBound + 1)
        progress[number].searched = start
        if let candidate = candidate(number, match, offset: first, in: bytes) {
          progress[number].candidates += 1
          found(candidate)
        }
        guard start < end, progress[number].candidates < Self.maximumCandidates else { return }
      case .noMatch:
        progress[number].searched = min(last, bytes.byteCount)
        progress[number].wasted += limit - first
        return
      }
    }
  }

  private func expression(_ number: Int) -> Expression? {
    if let expression = expressions[number] { return expression }
    // The pattern was compiled once before the set was taken; only memory can lack.
    let expression = try? Expression(set.detectors[number])
    expressions[number] = expression
    return expression
  }

  private func candidate(_ number: Int, _ match: Expression.Match, offset: Int, in bytes: RawSpan) -> Candidate? {
    let detector = set.detectors[number]
    let secret = (offset + match.secret.lowerBound)..<(offset + match.secret.upperBound)
    if detector.boundary == .word, secret.upperBound < bytes.byteCount, bytes.byte(secret.upperBound).isWordByte {
      return nil
    }
    let value = bytes.array(secret)
    let checksum = detector.checksum?.verdict(on: value)
    guard var confidence = checksum == .valid ? .high : plausible(detector, match, value, secret, offset, bytes) else {
      return nil
    }
    if checksum == .invalid { confidence = confidence.lowered }
    if detector.isPublic { confidence = .low }
    return Candidate(
      detector: number, secret: secret, value: value, confidence: confidence, checksum: checksum,
      isAllowedInline: InlineAllow.stands(beside: secret, in: bytes))
  }

  /// How sure it is without a checksum's word; nil: no secret.
  private func plausible(
    _ detector: Detector, _ match: Expression.Match, _ value: [UInt8], _ secret: Range<Int>, _ offset: Int,
    _ bytes: RawSpan
  ) -> Confidence? {
    if let floor = detector.entropy, Entropy.bitsPerByte(value) < floor { return nil }
    switch detector.kind {
    case .token, .jwt:
      let body = value.dropFirst(value.starts(with: detector.prefix.utf8) ? detector.prefix.utf8.count : 0)
      return Placeholder.isOne(body) || PublicExample.isOne(value) ? nil : detector.confidence
    case .privateKey:
      return Placeholder.isTemplate(value[...]) ? nil : detector.confidence
    case .generic:
      let name = match.name.map { (offset + $0.lowerBound)..<(offset + $0.upperBound) }
      let surroundings = AssignmentPlace(secret, name: name, in: bytes)
      let judged = AssignedValue.confidence(
        of: value, named: surroundings.name.map(AssignmentName.meaning) ?? .password, isQuoted: surroundings.isQuoted)
      return judged.map { min($0, detector.confidence) }
    case .urlPassword:
      return URLPassword.confidence(
        of: value, before: bytes.array(max(0, secret.lowerBound - Self.context)..<secret.lowerBound),
        after: bytes.array(secret.upperBound..<min(bytes.byteCount, secret.upperBound + Self.context)),
        base: detector.confidence)
    }
  }
}

extension Confidence {
  /// One step less sure; low stays.
  var lowered: Confidence { self == .high ? .medium : .low }
  /// One step surer; high stays.
  var raised: Confidence { self == .low ? .medium : .high }
}
