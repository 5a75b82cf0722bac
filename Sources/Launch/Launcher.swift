import Platform

/// Replaces this process by the command: signals, terminal, process group and exit code are right because nothing stands between.
package enum Launcher {
  /// - Parameter arguments: the command and its arguments, null-terminated; the command is searched in this process's PATH.
  /// - Returns: only when nothing was launched: why, with its exit code.
  package static func exec(
    arguments: UnsafePointer<UnsafeMutablePointer<CChar>?>, environment: borrowing ChildEnvironment
  ) -> LaunchError {
    guard let first = unsafe arguments.pointee else { return .notFound(command: "") }
    let command = unsafe String(cString: first)
    do throws(LaunchError) {
      try environment.checkTotal(arguments: unsafe counts(arguments))
    } catch {
      return error
    }
    let failure = unsafe environment.withPointers { pointers in
      unsafe Exec.replace(arguments: arguments, environment: pointers)
    }
    switch failure.kind {
    case .notFound: return .notFound(command: command)
    case .interpreterMissing: return .interpreterMissing(command: command)
    case .notExecutable:
      return .notExecutable(
        command: command, SystemError(operation: "execve", path: command, code: failure.code))
    case .tooLarge:
      // A single argument may be over the limit of one string, which the sum does not show.
      return .tooMuch(
        bytes: unsafe counts(arguments).max() ?? 0, limit: LaunchLimits.stringLimit, largest: [])
    }
  }

  private static func counts(_ arguments: UnsafePointer<UnsafeMutablePointer<CChar>?>) -> [Int] {
    var counts: [Int] = []
    var place = unsafe arguments
    while let argument = unsafe place.pointee {
      counts.append(unsafe AmbientEnvironment.bytesCount(argument))
      unsafe place += 1
    }
    return counts
  }
}
