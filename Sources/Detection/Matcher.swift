/// All detectors, ready to search: made once, shared by all threads.
package final class Matcher: Sendable {
  package let detectors: DetectorSet
  let engine: MatchEngine
  private let spans: [Int]

  /// How many bytes around the end of a hit a detector's judgement may depend on. Beyond them only a mark on the same
  /// line (`coffer:allow`) counts, within 1 KiB.
  package struct Reach: Sendable, Equatable {
    package let before: Int
    package let after: Int
  }

  /// - Parameter cacheFolder: where the compiled patterns are kept, private to the user and made when it is missing;
  ///   nil: nowhere.
  /// - Throws: `DetectionError`.
  package init(_ detectors: DetectorSet, cacheFolder: String? = nil) throws(DetectionError) {
    let compiled = try CompiledDetectors(detectors, cachedIn: cacheFolder)
    self.detectors = detectors
    engine = compiled.engine
    spans = compiled.spans
  }

  /// What a detector may need to see around the end of a hit.
  package func reach(of detector: Int) -> Reach {
    Reach(before: spans[detector] + Judge.context, after: spans[detector] + Judge.context)
  }

  /// For one thread.
  /// - Throws: `DetectionError.engine` without memory.
  package func makeWorker() throws(DetectionError) -> MatchWorker {
    MatchWorker(self, scratch: try engine.makeScratch(), judge: Judge(detectors, spans: spans))
  }
}
