import Synchronization

/// Numbers from 0 that threads take in turn, each number once.
package struct Turns: ~Copyable, Sendable {
  private let count: Int
  private let next = Atomic(0)

  /// `count` turns.
  package init(_ count: Int) { self.count = count }

  /// The next number; nil when all are taken.
  package func take() -> Int? {
    let place = next.wrappingAdd(1, ordering: .relaxed).oldValue
    return place < count ? place : nil
  }
}
