import CPlatform

/// A command that runs beside this process and is waited for.
package enum Subprocess {
  /// How a command ended.
  package enum Ending: Equatable, Sendable {
    /// 126 and 127 are a shell's words for a command that could not be run, or was not found.
    case exited(Int32)
    case killed(signal: Int32)
  }

  /// Runs `line` in /bin/sh to its end: with standard input from /dev/null, its standard output on standard error and no other
  /// descriptor, in this process's group and terminal. An interrupt from the keyboard ends the command and not this process.
  /// - Parameter environment: null-terminated `NAME=value` strings.
  /// - Throws: `SystemError` when it could not be started.
  package static func shell(_ line: String, environment: Exec.Strings) throws(SystemError) -> Ending {
    var ended: Int32 = 0
    let code = withArguments(["sh", "-c", line]) { cp_run("/bin/sh", $0, environment, &ended) }
    _ = try checked("posix_spawn", "/bin/sh", code)
    return ended < 0 ? .killed(signal: -ended) : .exited(ended)
  }

  private static func withArguments<R>(_ words: [String], _ body: (Exec.Strings) -> R) -> R {
    var pointers: [UnsafeMutablePointer<CChar>?] = words.map { word in
      let bytes = Array(word.utf8CString)
      let copy = UnsafeMutablePointer<CChar>.allocate(capacity: bytes.count)
      copy.initialize(from: bytes, count: bytes.count)
      return copy
    }
    pointers.append(nil)
    defer { for pointer in pointers { pointer?.deallocate() } }
    return body(&pointers)
  }
}
