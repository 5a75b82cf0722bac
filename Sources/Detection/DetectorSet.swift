import Sealing

/// All detectors, in the order of the files' names and within a file as they stand: a detector's number is its index
/// here.
package struct DetectorSet: Sendable {
  package let detectors: [Detector]
  /// Where each comes from, for errors.
  let files: [String]

  /// - Parameter files: names and texts of policies/detectors/*.toml, in any order.
  /// - Throws: `DetectionError.badDetector`.
  package init(files: [(name: String, text: String)]) throws(DetectionError) {
    var detectors: [Detector] = []
    var sources: [String] = []
    var owners: [String: String] = [:]
    for file in files.sorted(by: { Array($0.name.utf8).lexicographicallyPrecedes(Array($1.name.utf8)) }) {
      for detector in try DetectorFile.detectors(name: file.name, text: file.text) {
        if let owner = owners.updateValue(file.name, forKey: detector.id) {
          throw .badDetector(
            file: file.name, line: nil, detector: detector.id, field: "id", reason: "already used in \(owner)")
        }
        detectors.append(detector)
        sources.append(file.name)
      }
    }
    guard !detectors.isEmpty else {
      throw .badDetector(file: "detectors", line: nil, detector: nil, field: nil, reason: "there are none")
    }
    self.detectors = detectors
    self.files = sources
  }

  /// Of everything that compiling depends on: 32 bytes.
  var digest: [UInt8] {
    var writer = CanonicalWriter()
    for detector in detectors {
      writer.text(detector.id)
      writer.text(detector.pattern)
      writer.text(detector.capture ?? "")
      writer.text("\(detector.isInsensitive) \(detector.reach) \(detector.boundary)")
    }
    return Hashing.digest("coffer detectors", writer.bytes).bytes
  }

  func fault(_ number: Int, _ field: String, _ reason: String) -> DetectionError {
    .badDetector(file: files[number], line: nil, detector: detectors[number].id, field: field, reason: reason)
  }
}
