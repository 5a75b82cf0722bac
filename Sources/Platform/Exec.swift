import CPlatform

/// Why a command did not start.
package struct ExecFailure: Error, Equatable, Sendable {
  package enum Kind: Equatable, Sendable {
    /// No such command: exit code 127.
    case notFound
    /// Found, and not executable by this user, or not a program: exit code 126.
    case notExecutable
    /// Found, and the interpreter of its first line, or its loader, is missing: exit code 126.
    case interpreterMissing
    /// Arguments and environment are more than the kernel takes (E2BIG).
    case tooLarge
  }

  package let kind: Kind
  /// The errno.
  package let code: Int32
}

/// Replacing this process by another program.
package enum Exec {
  package typealias Strings = UnsafePointer<UnsafeMutablePointer<CChar>?>

  /// Runs `arguments[0]`, searched in this process's own PATH unless it holds a slash, in place of this process; a file that
  /// the kernel does not take for a program goes to /bin/sh, as execvp(3) does.
  /// - Parameters:
  ///   - arguments: null-terminated; at least one.
  ///   - environment: null-terminated.
  /// - Returns: only on failure.
  package static func replace(arguments: Strings, environment: Strings) -> ExecFailure {
    guard let file = arguments.pointee else { return ExecFailure(kind: .notFound, code: ENOENT) }
    let code = -cp_execvpe(file, arguments, environment)
    return ExecFailure(kind: kind(of: code, file: String(cString: file)), code: code)
  }

  static func kind(of code: Int32, file: String) -> ExecFailure.Kind {
    switch code {
    case E2BIG: .tooLarge
    // execve(2): ENOENT also means that the script's interpreter or the ELF loader does not exist.
    case ENOENT: find(file) == nil ? .notFound : .interpreterMissing
    case ENOTDIR: .notFound
    default: .notExecutable
    }
  }

  /// The path that `replace` would run; nil when there is none.
  package static func find(_ file: String) -> String? {
    guard !file.isEmpty else { return nil }
    guard !file.utf8.contains(UInt8(ascii: "/")) else { return isProgram(file) ? file : nil }
    let search = AmbientEnvironment.value(of: "PATH") ?? "/bin:/usr/bin"
    for folder in search.split(separator: ":", omittingEmptySubsequences: false) {
      let path = folder.isEmpty ? file : folder + "/" + file
      if isProgram(path) { return path }
    }
    return nil
  }

  private static func isProgram(_ path: String) -> Bool {
    var found = emptyStatus
    return cp_status(path, true, &found) == 0 && Files.Kind(mode: found.mode) == .regular
      && cp_access_execute(path) == 0
  }
}
