import CHarness
import Glibc

@testable import Platform

/// What became of a process.
enum Outcome: Equatable {
  /// The errno of what failed, or 0.
  case ended(Int32)
  /// The signal.
  case killed(Int32)
}

/// Does `act` in a child of this process that has one thread. Only for exit tests: a lock that another thread holds here at this
/// moment is never released there.
/// - Parameter act: its answer is 0 or more, or a failure: a negative errno, or -1 with errno (without one, 255 is the outcome).
func inChild(_ act: () -> Int32) -> Outcome {
  let child = harness_fork()
  guard child != 0 else {
    errno = 0
    let answer = act()
    _exit(answer >= 0 ? 0 : answer < -1 ? -answer : errno == 0 ? 255 : errno)
  }
  guard child > 0 else { return .ended(-child) }
  var status: Int32 = 0
  while waitpid(child, &status, 0) < 0, errno == EINTR {}
  return status & 0x7F == 0 ? .ended((status >> 8) & 0xFF) : .killed(status & 0x7F)
}

/// Throws what a failed call left in errno.
func checked(_ answer: Int32) throws(SystemError) {
  guard answer < 0 else { return }
  throw SystemError(operation: "call", code: errno)
}
