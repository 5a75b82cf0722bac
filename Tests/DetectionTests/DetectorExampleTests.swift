import Policies
import Testing

@testable import Detection

struct DetectorExampleTests {
  @Test(arguments: try Policies.detectors().map(\.name))
  func `every example is found with exactly its secret, and every counterexample is not`(file: String) throws {
    let matcher = try Shared.matcher.get()
    let worker = try matcher.makeWorker()
    for (number, detector) in matcher.detectors.detectors.enumerated() where matcher.detectors.files[number] == file {
      func found(_ example: ExampleTemplate) throws -> [Candidate] {
        var candidates: [Candidate] = []
        _ = try worker.search(example.text.span.bytes, into: &candidates)
        return candidates.filter { $0.detector == number }
      }
      for (index, text) in detector.matches.enumerated() {
        let example = ExampleTemplate(text, seed: "\(detector.id)/matches/\(index)")
        let candidates = try found(example)
        // Another detector may know more about it, but one of them tells of it.
        #expect(try !Shared.search(example.text).isEmpty, "\(detector.id) match \(index)")
        #expect(
          candidates.map(\.value).contains(example.secret),
          "\(detector.id) match \(index): \(told(example, candidates))"
        )
      }
      for (index, text) in detector.misses.enumerated() {
        let example = ExampleTemplate(text, seed: "\(detector.id)/misses/\(index)")
        let candidates = try found(example)
        #expect(
          candidates.isEmpty,
          "\(detector.id) miss \(index): \(told(example, candidates))"
        )
      }
    }
  }

  private func told(_ example: ExampleTemplate, _ candidates: [Candidate]) -> String {
    let values = candidates.map { String(decoding: $0.value, as: UTF8.self) }
    return "\(String(decoding: example.text, as: UTF8.self)) gives \(values)"
  }

  @Test func `a prefix that is told is the beginning of every secret`() throws {
    let set = try Shared.matcher.get().detectors
    for detector in set.detectors where !detector.prefix.isEmpty {
      for (index, text) in detector.matches.enumerated() {
        let example = ExampleTemplate(text, seed: "\(detector.id)/matches/\(index)")
        #expect(example.secret.starts(with: detector.prefix.utf8), "\(detector.id) match \(index)")
      }
    }
  }
}
