import Detection
import Findings

/// What a place makes of a sighting: a guess by name is worth less in a lock file than in a `.env`.
struct PlaceJudge {
  private let detectors: [Detector]

  init(_ matcher: Matcher) { detectors = matcher.detectors.detectors }

  /// - Parameter start: the first bytes of the file, read only when they matter.
  /// - Returns: nil when nothing at such a place is a secret.
  func placed(
    _ sighting: Sighting, _ secrets: [Sighting.Secret], _ place: Place, start: () -> [UInt8] = { [] }
  ) -> FindingAssembly.Placed? {
    guard let number = sighting.detector, case .bytes(let value) = secrets[Int(sighting.secret)], let path = place.file
    else { return FindingAssembly.Placed(sighting: sighting, place: place) }
    let detector = detectors[Int(number)]
    let candidate = Candidate(
      detector: Int(number), secret: sighting.offset..<sighting.offset, value: value, confidence: sighting.confidence,
      checksum: sighting.checksum, isAllowedInline: false)
    guard
      let confidence = PathJudge.confidence(
        of: candidate, by: detector, path: path, head: detector.kind == .generic ? start() : [])
    else { return nil }
    var judged = sighting
    judged.confidence = confidence
    return FindingAssembly.Placed(sighting: judged, place: place)
  }
}
