/// What can go wrong before anything is searched.
package enum DetectionError: Error, Equatable, Sendable {
  /// A file of detectors is not as it should be. `detector` is its id, `field` the key, where they are known; `line` is
  /// counted from 1.
  case badDetector(file: String, line: Int?, detector: String?, field: String?, reason: String)
  /// The pattern engine could not be built or got no memory.
  case engine(String)
}
