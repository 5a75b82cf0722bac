import CPlatform
import Synchronization

/// Threads for work that keeps processors busy: a plain one each, with a stack deep enough for C libraries.
package enum Workers {
  /// Bytes of stack that each has; untouched parts cost no memory, and count against `Confinement`'s limit.
  package static let stackSize = 8 << 20

  /// Calls `body` once with each index below `count`, all at the same time, and returns when all have returned.
  ///
  /// Signals go to other threads, the caller's among them, but for those that a thread raises by its own fault. Where the
  /// system gives fewer threads than asked for, the caller's own runs what is left, so no call may wait for another.
  /// - Throws: what `body` threw, at the lowest index if it threw at several. The others are not stopped by it.
  package static func run<Failure: Error>(
    count: Int, _ body: @Sendable (Int) throws(Failure) -> Void
  ) throws(Failure) {
    guard count > 0 else { return }
    let first = Mutex<(index: Int, error: Failure)?>(nil)
    withoutActuallyEscaping(
      { @Sendable (index: Int) in
        do throws(Failure) { try body(index) } catch {
          first.withLock { if index < $0?.index ?? .max { $0 = (index, error) } }
        }
      }
    ) { escaping in
      let job = Job(escaping)
      cp_run_threads(
        count, stackSize,
        { context, index in Unmanaged<Job>.fromOpaque(context!).takeUnretainedValue().body(index) },
        Unmanaged.passUnretained(job).toOpaque())
      withExtendedLifetime(job) {}
    }
    if let failure = first.withLock({ $0?.error }) { throw failure }
  }

  private final class Job {
    let body: @Sendable (Int) -> Void
    init(_ body: @escaping @Sendable (Int) -> Void) { self.body = body }
  }
}
