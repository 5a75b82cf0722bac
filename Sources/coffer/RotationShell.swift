import Glibc
import Launch
import Platform
import Sealing

/// Runs the commands of `--test`, `--rollout` and `--dead`.
struct RotationShell {
  /// The variable that brings the value.
  let variable: String
  let policy: LaunchPolicy

  /// Runs `command` to its end with the user's environment, less what unlocks Coffer.
  /// - Parameter value: what it finds in the variable; nil: it gets none.
  /// - Throws: `TerminalError.interrupted` when Ctrl-C ended it; `LaunchError` for a value that no environment can carry.
  func run(_ command: String, _ value: Secret?) throws -> Subprocess.Ending {
    let variables = value.map { [LaunchVariable(name: variable, value: $0)] } ?? []
    let child = try ChildEnvironment(variables: variables, choice: AmbientChoice(), policy: policy)
    try child.checkTotal(arguments: ["/bin/sh", "-c", command].map(\.utf8.count))
    let ended = child.withPointers { (environment) -> Result<Subprocess.Ending, SystemError> in
      do throws(SystemError) { return .success(try Subprocess.shell(command, environment: environment)) } catch {
        return .failure(error)
      }
    }
    let ending = try ended.get()
    // A shell tells of a command that an interrupt ended by 128 and the signal.
    if ending == .killed(signal: SIGINT) || ending == .exited(128 + SIGINT) { throw TerminalError.interrupted(SIGINT) }
    return ending
  }

  /// An ending in words.
  static func text(_ ending: Subprocess.Ending) -> String {
    switch ending {
    case .exited(127): "exit code 127, command not found"
    case .exited(126): "exit code 126, not executable"
    case .exited(let code): "exit code \(code)"
    case .killed(let signal): "killed by signal \(signal)"
    }
  }
}

extension Subprocess.Ending {
  /// Whether the shell says that there was no such command.
  var isNoCommand: Bool { self == .exited(126) || self == .exited(127) }

  /// Whether a command said no: it ran, and failed on its own account. 128 and a signal's number is how a shell tells of a
  /// command that a signal ended.
  var isRefusal: Bool {
    guard case .exited(let code) = self else { return false }
    return code != 0 && !isNoCommand && !(129...192).contains(code)
  }
}
