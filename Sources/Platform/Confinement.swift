import CPlatform

/// A process that is about to read hostile input gives up, for good, all that reading does not need.
///
/// Whatever the input makes of it then, it opens no file but those named, reaches no network, starts no program, touches no
/// other process, and leaves no core dump. Descriptors that are open already stay as they are: what is not named, such as a
/// report, is opened before.
///
/// Source: https://docs.kernel.org/userspace-api/landlock.html, seccomp(2), setrlimit(2).
package enum Confinement {
  /// What the kernel granted. An old kernel, or one that a container hides, may lack a part; a caller says so once.
  package struct Applied: Equatable, Sendable {
    /// Version of the kernel's Landlock, from 1; nil without it: then every file of the user stays in reach. Below 4, TCP is
    /// refused by `refusesCalls` only; below 6, signals as well.
    package let landlock: Int?
    /// Whether the system calls that reach outside of the process are refused (seccomp).
    package let refusesCalls: Bool
    /// Named paths that do not exist, in the order given; they stay out of reach even if they appear.
    package let missing: [String]
  }

  /// Confines this process and every thread that it makes from now on. Call it in a synchronous `main`, before anything else
  /// runs: other threads would stay free.
  ///
  /// System configuration, time zones and /proc are out of reach as well unless named.
  /// - Parameters:
  ///   - readable: files, and folders with all below, that may be read and not executed; symbolic links are followed.
  ///   - writable: folders in which files may be made, read, written, renamed and removed; folders cannot be made. A file
  ///     named here may be read and written.
  ///   - memoryLimit: bytes of memory of its own, at most; count 8 MiB for each of the `Workers`. Mapped files are not counted.
  /// - Throws: EBUSY when there is another thread, and what the system refused otherwise, such as a named path that may not be
  ///   searched. The process may then be confined in part.
  package static func apply(
    readable: [String], writable: [String], memoryLimit: UInt64?
  ) throws(SystemError) -> Applied {
    guard cp_is_single_threaded() else { throw SystemError(operation: "confine", code: EBUSY) }
    // Kept from now on: the files that tell are about to be out of reach.
    _ = Workers.available
    _ = try checked("prctl", nil, cp_forbid_new_privileges())
    _ = try checked("setrlimit", nil, cp_forbid_core_dumps())
    if let memoryLimit { _ = try checked("setrlimit", nil, cp_limit_data(memoryLimit)) }
    var missing: [String] = []
    let landlock = try confineFiles(readable: readable, writable: writable, missing: &missing)
    return Applied(landlock: landlock, refusesCalls: try refuseCalls(), missing: missing)
  }

  /// - Returns: the version that holds; nil when the kernel has no Landlock.
  private static func confineFiles(
    readable: [String], writable: [String], missing: inout [String]
  ) throws(SystemError) -> Int? {
    let version = cp_landlock_version()
    guard !isLacking(version) else { return nil }
    _ = try checked("landlock", nil, version)
    let ruleset = try checked("landlock", nil, cp_landlock_create(version))
    defer { _ = cp_close(ruleset) }
    for (paths, writing) in [(readable, false), (writable, true)] {
      for path in paths {
        let answer = cp_landlock_allow(ruleset, version, path, writing)
        if answer == -ENOENT || answer == -ENOTDIR {
          missing.append(path)
        } else {
          _ = try checked("landlock", path, answer)
        }
      }
    }
    _ = try checked("landlock", nil, cp_landlock_enforce(ruleset))
    return Int(version)
  }

  private static func refuseCalls() throws(SystemError) -> Bool {
    let answer = cp_refuse_calls()
    // EINVAL: a kernel that was built without filters, seccomp(2).
    guard !isLacking(answer), answer != -EINVAL else { return false }
    _ = try checked("seccomp", nil, answer)
    return true
  }

  // EOPNOTSUPP: switched off when the machine started. EPERM: an outer sandbox does not pass the call on.
  private static func isLacking(_ answer: Int32) -> Bool {
    answer == -ENOSYS || answer == -EOPNOTSUPP || answer == -EPERM
  }
}
