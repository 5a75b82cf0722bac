import Findings
import TOML

/// Reads one file of detectors. Every field is checked, and a key it does not know is an error: a misspelt one would be
/// left out in silence.
struct DetectorFile {
  private static let known: Set<String> = [
    "id", "title", "provider", "documentation", "grants", "pattern", "capture", "prefix", "confidence", "checksum",
    "entropy", "reach",
    "insensitive", "boundary", "kind", "public", "playbook", "matches", "misses",
  ]

  private let name: String
  private let table: TOMLTable
  private let line: Int
  private var id: String? { table["id"]?.value.string }

  /// - Throws: `DetectionError.badDetector`.
  static func detectors(name: String, text: String) throws(DetectionError) -> [Detector] {
    let root: TOMLTable
    do {
      root = try TOMLDocument(text: text).root
    } catch {
      throw .badDetector(file: name, line: error.line, detector: nil, field: nil, reason: error.reason)
    }
    if let strange = root.entries.first(where: { $0.key != "detector" }) {
      throw .badDetector(
        file: name, line: strange.position.line, detector: nil, field: strange.key, reason: "unknown key")
    }
    var detectors: [Detector] = []
    for item in root["detector"]?.value.array ?? [] {
      guard let table = item.value.table else {
        throw .badDetector(
          file: name, line: item.position.line, detector: nil, field: "detector", reason: "not an array of tables")
      }
      detectors.append(try DetectorFile(name: name, table: table, line: item.position.line).detector())
    }
    return detectors
  }

  private func detector() throws(DetectionError) -> Detector {
    if let strange = table.entries.first(where: { !Self.known.contains($0.key) }) {
      throw fault(strange.key, "unknown key")
    }
    let id = try text("id")
    guard Self.isKebab(id) else { throw fault("id", "not lower-case words joined by -") }
    let provider = try text("provider")
    guard provider.isEmpty || Self.isKebab(provider) else {
      throw fault("provider", "not lower-case words joined by -")
    }
    let documentation = try text("documentation")
    // Of coffer itself, the page is in this project.
    guard documentation.hasPrefix("https://") || documentation.hasPrefix("docs/") else {
      throw fault("documentation", "not an https address")
    }
    let capture = try optionalText("capture")
    if let capture, capture.firstRange(of: "(?<secret>") == nil { throw fault("capture", "no group named secret") }
    let kind = try choice("kind", Detector.Kind.self) ?? .token
    let confidence = try choice("confidence", ConfidenceWord.self)?.confidence
    guard let confidence else { throw fault("confidence", "missing") }
    let isPublic = try flag("public")
    if isPublic, confidence != .low { throw fault("confidence", "what is public is low") }
    return Detector(
      id: id, title: try text("title", isFilled: true), provider: provider, documentation: documentation,
      grants: try text("grants", isFilled: true), pattern: try text("pattern", isFilled: true), capture: capture,
      prefix: try optionalText("prefix") ?? "", confidence: confidence,
      checksum: try choice("checksum", ChecksumKind.self), entropy: try entropy(), reach: try reach(),
      isInsensitive: try flag("insensitive"), boundary: try choice("boundary", Detector.Boundary.self) ?? .word,
      kind: kind, isPublic: isPublic, playbook: try optionalText("playbook"), matches: try texts("matches"),
      misses: try texts("misses"))
  }

  private func text(_ key: String, isFilled: Bool = false) throws(DetectionError) -> String {
    guard let text = try optionalText(key) else { throw fault(key, "missing") }
    if isFilled, text.isEmpty { throw fault(key, "empty") }
    return text
  }

  private func optionalText(_ key: String) throws(DetectionError) -> String? {
    guard let entry = table[key] else { return nil }
    guard let text = entry.value.string else { throw fault(key, "not a string") }
    // C's strings end there.
    guard !text.utf8.contains(0) else { throw fault(key, "holds a NUL") }
    return text
  }

  private func flag(_ key: String) throws(DetectionError) -> Bool {
    guard let entry = table[key] else { return false }
    guard let flag = entry.value.boolean else { throw fault(key, "not true or false") }
    return flag
  }

  private func choice<Choice: RawRepresentable & CaseIterable>(
    _ key: String, _: Choice.Type
  ) throws(DetectionError) -> Choice? where Choice.RawValue == String {
    guard let text = try optionalText(key) else { return nil }
    guard let choice = Choice(rawValue: text) else {
      throw fault(key, "none of " + Choice.allCases.map(\.rawValue).joined(separator: ", "))
    }
    return choice
  }

  private func entropy() throws(DetectionError) -> Double? {
    switch table["entropy"]?.value {
    case nil: return nil
    case .float(let bits) where bits >= 0 && bits <= 8: return bits
    case .integer(let bits) where bits >= 0 && bits <= 8: return Double(bits)
    default: throw fault("entropy", "not a number from 0 to 8")
    }
  }

  private func reach() throws(DetectionError) -> Int {
    guard let entry = table["reach"] else { return 0 }
    guard let bytes = entry.value.integer, bytes >= 0, bytes <= Detector.maximumReach else {
      throw fault("reach", "not a number from 0 to \(Detector.maximumReach)")
    }
    return Int(bytes)
  }

  private func texts(_ key: String) throws(DetectionError) -> [String] {
    let texts = table[key]?.value.array?.compactMap(\.value.string) ?? []
    guard texts.count >= 2, texts.count == table[key]?.value.array?.count else {
      throw fault(key, "not a list of two strings or more")
    }
    return texts
  }

  private func fault(_ field: String, _ reason: String) -> DetectionError {
    .badDetector(
      file: name, line: table[field]?.position.line ?? line, detector: id, field: field, reason: reason)
  }

  private static func isKebab(_ text: String) -> Bool {
    let bytes = Array(text.utf8)
    return !bytes.isEmpty && bytes.allSatisfy { $0.isLowercase || $0.isDigit || $0 == UInt8(ascii: "-") }
      && bytes.first != UInt8(ascii: "-") && bytes.last != UInt8(ascii: "-")
  }
}

/// `Confidence` as the files write it.
private enum ConfidenceWord: String, CaseIterable {
  case low
  case medium
  case high

  var confidence: Confidence {
    switch self {
    case .low: .low
    case .medium: .medium
    case .high: .high
    }
  }
}
