import Detection
import Findings
import KnownValues
import Platform
import Sealing
import Synchronization

/// From sightings and their places to findings: one for each secret, with all its places.
struct FindingAssembly: Sendable {
  private let detectors: [Detector]
  private let labels: [KnownValueTable.Label]
  private let maker: FindingFingerprintMaker

  init(_ tools: ScanTools) {
    detectors = tools.matcher.detectors.detectors
    labels = tools.known?.labels ?? []
    maker = tools.fingerprints
  }

  /// A sighting at one place that a report will name.
  struct Placed: Sendable {
    let sighting: Sighting
    let place: Place
  }

  /// - Parameters:
  ///   - sightings: all of the scan, for the secrets that their numbers are of.
  ///   - shown: with every place; their order does not matter.
  func findings(of sightings: Sightings, _ shown: [Placed], threads: Int) throws(ScanError) -> [Finding] {
    let secrets = sightings.secrets
    let used = Set(shown.map(\.sighting.secret)).sorted()
    let fingerprints = try fingerprints(of: used.map { secrets[Int($0)] }, threads: threads)
    let byNumber = Dictionary(uniqueKeysWithValues: zip(used, fingerprints))
    var groups: [FindingFingerprint: [Placed]] = [:]
    for placed in shown {
      guard let fingerprint = byNumber[placed.sighting.secret] else { continue }
      groups[fingerprint, default: []].append(placed)
    }
    return groups.map { finding($0, $1, sightings) }.sorted { $0.fingerprint < $1.fingerprint }
  }

  private func finding(
    _ fingerprint: FindingFingerprint, _ group: [Placed], _ sightings: Sightings
  ) -> Finding {
    let best = group.map(\.sighting).min(by: isBetter) ?? group[0].sighting
    let detector = best.detector.map { detectors[Int($0)] }
    var names: Set<KnownName> = []
    var bytes: [UInt8] = []
    for number in Set(group.map(\.sighting.secret)).sorted() {
      switch sightings.secrets[Int(number)] {
      case .bytes(let value): bytes = bytes.isEmpty ? value : bytes
      case .known(let label):
        names.formUnion(self.names(of: label))
        bytes = sightings.forms[label] ?? bytes
      }
    }
    let places = Set(group.map(\.place))
    let prefix = Array((detector?.prefix ?? "").utf8)
    return Finding(
      rule: detector?.id ?? "known-value", title: detector?.title ?? "a value of the vault",
      provider: detector?.provider ?? "", secret: bytes, publicPrefix: bytes.starts(with: prefix) ? prefix.count : 0,
      fingerprint: fingerprint, confidence: group.map(\.sighting.confidence).max() ?? .low,
      checksum: group.lazy.compactMap(\.sighting.checksum).first, knownAs: names.sorted(),
      places: ReportOrder.sorted(Array(places)), playbook: detector?.playbook)
  }

  private func names(of label: Int) -> [KnownName] {
    labels[label].names.map {
      KnownName(name: $0.name, environment: $0.environment, version: $0.version, use: KnownName.Use($0.use))
    }
  }

  /// The sighting that names the finding: deterministic whatever the order in which workers saw them.
  private func isBetter(_ one: Sighting, _ other: Sighting) -> Bool {
    let (left, right) = (one.detector.map { detectors[Int($0)] }, other.detector.map { detectors[Int($0)] })
    if (left == nil) != (right == nil) { return left != nil }
    if one.confidence != other.confidence { return one.confidence > other.confidence }
    return (left?.id ?? "") < (right?.id ?? "")
  }

  /// Stretching a weak secret takes tens of milliseconds: all threads share it.
  private func fingerprints(of secrets: [Sighting.Secret], threads: Int) throws(ScanError) -> [FindingFingerprint] {
    let made = Mutex([FindingFingerprint?](repeating: nil, count: secrets.count))
    let turns = Turns(secrets.count)
    try Workers.run(count: threads) { (_) throws(ScanError) in
      while let place = turns.take() {
        let fingerprint = try fingerprint(of: secrets[place])
        made.withLock { $0[place] = fingerprint }
      }
    }
    return made.withLock { $0.compactMap(\.self) }
  }

  private func fingerprint(of secret: Sighting.Secret) throws(ScanError) -> FindingFingerprint {
    switch secret {
    case .known(let label): return FindingFingerprint(labels[label].fingerprint.bytes)
    case .bytes(let bytes):
      do throws(SealingError) {
        return unsafe FindingFingerprint(try maker.fingerprint(bytes.span.bytes).bytes)
      } catch {
        throw .outOfMemory
      }
    }
  }
}

extension KnownName.Use {
  fileprivate init(_ use: KnownValueTable.Name.Use) {
    switch use {
    case .retired: self = .retired
    case .current: self = .current
    case .dead: self = .dead
    }
  }
}
