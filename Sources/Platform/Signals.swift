import CPlatform
import Glibc

/// Ending the way a signal would have ended this process, so that a calling shell sees it (130 for an interrupt).
package enum Signals {
  /// From now on a write beyond the limit on file sizes fails with EFBIG, which can be told; a launched program finds the
  /// default again. Source: setrlimit(2), RLIMIT_FSIZE; execve(2), "dispositions of any signals that are being caught".
  package static func surviveFileSizeLimit() { cp_survive(SIGXFSZ) }

  /// From now on a write to a pipe that nobody reads fails with EPIPE, which can be told; a launched program finds the default again.
  package static func surviveClosedPipe() { cp_survive(SIGPIPE) }

  /// Restores the default disposition and sends the signal to this process. Returns when that does not end it.
  package static func deliver(_ signal: Int32) { _ = cp_signal_self(signal) }

  /// Stops this process as Ctrl-Z would, with the disposition it has; returns when it is continued.
  static func stop() { _ = cp_signal_stop() }
}
