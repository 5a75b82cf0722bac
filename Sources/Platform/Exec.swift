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
    return failure(code, file: String(cString: file))
  }

  static func failure(_ code: Int32, file: String) -> ExecFailure {
    switch code {
    case E2BIG: ExecFailure(kind: .tooLarge, code: code)
    // execve(2): ENOENT also means that the script's interpreter or the ELF loader does not exist.
    case ENOENT: ExecFailure(kind: find(file) == nil ? .notFound : .interpreterMissing, code: code)
    case ENOTDIR: ExecFailure(kind: .notFound, code: code)
    // execvp(3) says EACCES for a folder of PATH that may not be searched, even when no other has the command.
    case EACCES where candidates(file).allSatisfy { Files.kind(of: $0) == nil }:
      ExecFailure(kind: .notFound, code: ENOENT)
    default: ExecFailure(kind: .notExecutable, code: code)
    }
  }

  /// The path that `replace` would run; nil when there is none.
  package static func find(_ file: String) -> String? {
    candidates(file).first(where: isProgram)
  }

  private static func candidates(_ file: String) -> [String] {
    guard !file.isEmpty else { return [] }
    guard !file.utf8.contains(UInt8(ascii: "/")) else { return [file] }
    let search = AmbientEnvironment.value(of: "PATH") ?? "/bin:/usr/bin"
    return search.split(separator: ":", omittingEmptySubsequences: false).map {
      $0.isEmpty ? file : $0 + "/" + file
    }
  }

  private static func isProgram(_ path: String) -> Bool {
    var found = emptyStatus
    return cp_status(path, true, &found) == 0 && Files.Kind(mode: found.mode) == .regular
      && cp_access_execute(path) == 0
  }
}
