import Findings

/// Two detectors that found the same thing: the one that knows more about it stays.
struct Overlaps {
  let set: DetectorSet

  /// The candidates without those that others cover, in the order of their places.
  func settled(_ candidates: [Candidate]) -> [Candidate] {
    guard candidates.count > 1 else { return candidates }
    let sorted = candidates.sorted {
      ($0.secret.lowerBound, $0.secret.upperBound, $0.detector) < (
        $1.secret.lowerBound, $1.secret.upperBound, $1.detector
      )
    }
    var kept: [Candidate] = []
    for candidate in sorted {
      // Those kept do not overlap, so only the last of them can reach this far.
      guard let last = kept.last, last.secret.upperBound > candidate.secret.lowerBound else {
        kept.append(candidate)
        continue
      }
      if knowsMore(candidate, than: last) { kept[kept.count - 1] = candidate }
    }
    return kept
  }

  private func knowsMore(_ one: Candidate, than other: Candidate) -> Bool {
    let (left, right) = (set.detectors[one.detector], set.detectors[other.detector])
    let marks: [(Int, Int)] = [
      (rank(left.kind), rank(right.kind)),
      // A longer token may begin like a shorter one of another provider.
      (one.secret.count, other.secret.count),
      (one.checksum == .valid ? 1 : 0, other.checksum == .valid ? 1 : 0),
      (left.provider.isEmpty ? 0 : 1, right.provider.isEmpty ? 0 : 1),
      (Int(one.confidence.rawValue), Int(other.confidence.rawValue)),
      (left.prefix.utf8.count, right.prefix.utf8.count),
    ]
    for (ours, theirs) in marks where ours != theirs { return ours > theirs }
    return one.detector < other.detector
  }

  private func rank(_ kind: Detector.Kind) -> Int {
    switch kind {
    case .token, .privateKey: 3
    case .jwt: 2
    case .urlPassword: 1
    case .generic: 0
    }
  }
}
