import Synchronization

/// A table of numbers that threads read and write at the same time. Writing one says nothing of any other: what threads
/// must know of each other beyond the number itself they learn when they have ended.
@safe
final class SharedNumbers: @unchecked Sendable {
  private let start: UnsafeMutablePointer<Atomic<Int32>>
  let count: Int

  init(repeating value: Int32, count: Int) {
    unsafe start = .allocate(capacity: count)
    self.count = count
    for index in 0..<count { unsafe (start + index).initialize(to: Atomic(value)) }
  }

  deinit {
    unsafe start.deinitialize(count: count)
    unsafe start.deallocate()
  }

  /// - Precondition: `index` is in `0..<count`.
  @inline(__always)
  subscript(_ index: Int32) -> Int32 {
    precondition(index >= 0 && index < count)
    return unsafe start[Int(index)].load(ordering: .relaxed)
  }

  /// Writes `new` where `old` still stands.
  /// - Returns: whether it did.
  func replace(_ index: Int32, _ old: Int32, by new: Int32) -> Bool {
    precondition(index >= 0 && index < count)
    return unsafe start[Int(index)].compareExchange(expected: old, desired: new, ordering: .relaxed).exchanged
  }
}
