import Synchronization

/// How far a scan is, for whoever shows it; written by the threads that read, without locks.
package final class ScanCounter: Sendable {
  /// What is being done.
  package enum Stage: Int, Sendable, CustomStringConvertible {
    case preparing, listing, reading, tracing

    package var description: String {
      switch self {
      case .preparing: "preparing"
      case .listing: "listing objects"
      case .reading: "reading"
      case .tracing: "tracing to commits"
      }
    }
  }

  private let stageNumber = Atomic(0)
  private let done = Atomic(0)
  private let expected = Atomic(0)
  private let bytes = Atomic(0)

  /// Nothing yet.
  package init() {}

  /// What is being done now.
  package var stage: Stage { Stage(rawValue: stageNumber.load(ordering: .relaxed)) ?? .preparing }

  /// Objects or files done, how many there will be (0: not known), and bytes read.
  package var now: (done: Int, expected: Int, bytes: Int) {
    (done.load(ordering: .relaxed), expected.load(ordering: .relaxed), bytes.load(ordering: .relaxed))
  }

  func begin(_ stage: Stage, expected count: Int) {
    stageNumber.store(stage.rawValue, ordering: .relaxed)
    done.store(0, ordering: .relaxed)
    expected.store(count, ordering: .relaxed)
  }

  func add(_ count: Int, bytes read: Int) {
    done.wrappingAdd(count, ordering: .relaxed)
    bytes.wrappingAdd(read, ordering: .relaxed)
  }
}
