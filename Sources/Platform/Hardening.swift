import CPlatform

/// What a process that holds keys does to itself before anything else.
package enum Hardening {
  /// Takes this process out of reach of other processes of the same user: no ptrace, no /proc/PID/mem, environ or maps, no
  /// core dump. A program launched by exec gets the system's default back, so it inherits nothing.
  ///
  /// Swift's own crash report goes too: it copies the memory of the crashed process to a helper that shows registers and, at a
  /// terminal, any address one asks for. Source: docs/Backtracing.rst in the Swift repository.
  ///
  /// Source: prctl(2), PR_SET_DUMPABLE; proc(5).
  /// - Returns: false when the kernel refused.
  @discardableResult
  package static func protectProcess() -> Bool {
    cp_crash_silently()
    return cp_set_dumpable(0) == 0
  }
}
