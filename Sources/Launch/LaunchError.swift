package import Platform

/// Why nothing was launched. No case carries bytes of a value.
package enum LaunchError: Error, Equatable, Sendable {
  /// A name that may not enter a program's environment.
  package struct Refusal: Equatable, Sendable {
    package let name: String
    /// For the person, as in "the dynamic loader takes code and search paths from it".
    package let reason: String
    /// Whether a project can allow the name.
    package let canBeAllowed: Bool
  }

  /// The launch policy cannot be read: what is wrong with it, and the line where the reader knows it.
  case badPolicy(String, line: Int?)
  /// All refused names of one launch.
  case refused([Refusal])
  /// A name outside `[A-Za-z_][A-Za-z0-9_]*`.
  case badName(String)
  /// The value holds a zero byte, which no environment can carry.
  case zeroByte(name: String)
  /// `NAME=value` with its end is `bytes` long; the kernel takes `limit` at most.
  case tooLong(name: String, bytes: Int, limit: Int)
  /// Arguments and environment are `bytes` in all; the kernel takes `limit`. `largest` names the variables that weigh most,
  /// heaviest first.
  case tooMuch(bytes: Int, limit: Int, largest: [String])
  /// Two values for one name.
  case duplicate(name: String)
  /// Locked memory ran out.
  case outOfMemory
  /// The memory file for a variable delivered as a file could not be made.
  case fileVariable(name: String, SystemError)
  /// There is no such command.
  case notFound(command: String)
  /// Found, and not executable.
  case notExecutable(command: String, SystemError)
  /// Found, and the interpreter on its first line, or its loader, is missing.
  case interpreterMissing(command: String)

  /// 127: no such command; 126: found but not executable; 125: Coffer failed before the launch.
  package var exitCode: Int32 {
    switch self {
    case .notFound: 127
    case .notExecutable, .interpreterMissing: 126
    default: 125
    }
  }
}
