import CHarness
import Glibc

/// A call to the system that the harness itself needed and did not get.
struct HarnessError: Error, CustomStringConvertible {
  let description: String

  init(_ description: String) {
    self.description = description
  }

  init(system operation: String, _ code: Int32 = errno) {
    self.init("\(operation): \(String(cString: strerror(code)))")
  }
}

/// How a process ended.
enum Ending: Equatable, CustomStringConvertible {
  case exit(Int32)
  case signal(Int32)
  /// It was killed by the harness because its time was up.
  case timeout

  init(waitStatus: Int32) {
    let signal = waitStatus & 0x7f
    self = signal == 0 ? .exit((waitStatus >> 8) & 0xff) : .signal(signal)
  }

  var description: String {
    switch self {
    case .exit(let code): "exit \(code)"
    case .signal(let number): "signal \(number)"
    case .timeout: "killed by the harness: it took too long"
    }
  }
}

/// One child in a session of its own: no controlling terminal unless it is given one, and a process group that can be
/// killed as a whole. The exit status is collected once.
final class Child {
  let pid: pid_t
  private(set) var ending: Ending?

  /// Starts a program.
  ///
  /// - Parameters:
  ///   - command: the program, looked up in the test's own PATH, and its arguments.
  ///   - environment: all of the child's environment.
  ///   - folder: its working folder.
  ///   - descriptors: descriptors of the child, each with the descriptor of this process that it gets. All others are closed.
  ///   - terminal: a terminal that becomes descriptors 0, 1 and 2, and the controlling one.
  init(
    _ command: [String], environment: [String: String], folder: String, descriptors: [Int32: Int32] = [:],
    terminal: String? = nil
  ) throws {
    ignoreBrokenPipes
    let arguments = command.map { strdup($0) } + [nil]
    let variables = environment.sorted { $0.key < $1.key }.map { strdup("\($0.key)=\($0.value)") } + [nil]
    defer { (arguments + variables).forEach { free($0) } }
    let pairs = descriptors.sorted { $0.key < $1.key }
    var pid: pid_t = 0
    let code = harness_spawn(
      &pid, arguments, variables, folder, terminal, pairs.map(\.key), pairs.map(\.value), pairs.count)
    guard code == 0 else { throw HarnessError(system: "start \(command[0]) in \(folder)", -code) }
    self.pid = pid
  }

  deinit {
    if ending == nil { kill() }
  }

  /// The ending, if it has ended; never waits.
  func poll() -> Ending? {
    if ending == nil {
      var status: Int32 = 0
      if waitpid(pid, &status, WNOHANG) == pid { ending = Ending(waitStatus: status) }
    }
    return ending
  }

  /// Waits for the end until the deadline; then kills the whole group.
  func wait(until deadline: Deadline) -> Ending {
    while true {
      if let ending = poll() { return ending }
      if deadline.hasPassed {
        kill()
        ending = .timeout
        return .timeout
      }
      usleep(1000)
    }
  }

  /// Kills the child and all of its group, and collects it.
  func kill() {
    _ = Glibc.kill(-pid, SIGKILL)
    _ = Glibc.kill(pid, SIGKILL)
    var status: Int32 = 0
    while ending == nil, waitpid(pid, &status, 0) == -1, errno == EINTR {}
    ending = ending ?? Ending(waitStatus: status)
  }

  func signal(_ number: Int32) {
    _ = Glibc.kill(pid, number)
  }
}

/// A point of the monotonic clock.
struct Deadline {
  private let end: ContinuousClock.Instant

  init(seconds: Double) {
    end = .now + .seconds(seconds)
  }

  var hasPassed: Bool { ContinuousClock.now >= end }

  /// What is left for poll(2), between 0 and `limit`.
  func milliseconds(atMost limit: Int32) -> Int32 {
    let left = ContinuousClock.now.duration(to: end)
    return max(0, min(limit, Int32(clamping: Int64(left / .milliseconds(1)))))
  }
}

/// A child that stops reading its input must not end the test run.
private let ignoreBrokenPipes: Void = { _ = Glibc.signal(SIGPIPE, SIG_IGN) }()
