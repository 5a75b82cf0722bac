import CHarness
import Glibc

/// A program at a terminal of its own, driven as a person would: wait for a text, type an answer.
final class PseudoTerminal {
  let command: [String]
  let child: Child
  private var stream: Stream
  private var searchedUpTo = 0

  /// Starts a program whose input, output, errors and controlling terminal are a new PTY.
  init(
    _ command: [String], environment: [String: String], folder: String, rows: UInt16 = 24,
    columns: UInt16 = 80
  ) throws {
    var name = [CChar](repeating: 0, count: 128)
    let descriptor = harness_terminal(&name, name.count, rows, columns)
    guard descriptor >= 0 else { throw HarnessError(system: "open a pseudo-terminal", -descriptor) }
    let path = string(in: name)
    // Held open until the child is there: a PTY without any user answers EIO.
    let held = open(path, O_RDWR | O_NOCTTY | O_CLOEXEC)
    guard held >= 0 else { throw HarnessError(system: "open \(path)") }
    defer { close(held) }
    _ = fchmod(held, 0o666)
    self.command = command
    child = try Child(command, environment: environment, folder: folder, terminal: path)
    stream = Stream(descriptor)
  }

  deinit {
    if child.ending == nil { child.kill() }
    close(stream.descriptor)
  }

  /// All that the program showed so far, with the terminal's line ends as they come (CR LF).
  var transcript: String { String(decoding: stream.bytes, as: UTF8.self) }

  /// Waits until the program shows a text, after what earlier calls found.
  ///
  /// - Returns: what was shown from the end of the last find to the end of this one.
  /// - Throws: ``HarnessError`` with the transcript, when it does not come in time or the program ends first.
  @discardableResult
  func expect(_ text: String, seconds: Double = 60) throws -> String {
    let wanted = Array(text.utf8)
    let deadline = Deadline(seconds: seconds)
    while true {
      let hasEnded = child.poll() != nil
      stream.drain()
      if let end = find(wanted) {
        defer { searchedUpTo = end }
        return String(decoding: stream.bytes[searchedUpTo..<end], as: UTF8.self)
      }
      if hasEnded || !stream.isOpen || deadline.hasPassed {
        let reason = child.poll().map { "it ended (\($0))" } ?? "\(seconds) s passed"
        throw HarnessError("no '\(text)' at the terminal: \(reason)\n\(description)")
      }
      wait(for: POLLIN, until: deadline)
    }
  }

  /// Types a text; Enter is "\r", as the key sends it.
  func send(_ text: String) throws {
    try send(Array(text.utf8))
  }

  /// Types bytes, without waiting for an answer, however slowly they are taken.
  func send(_ bytes: [UInt8], seconds: Double = 60) throws {
    let deadline = Deadline(seconds: seconds)
    var sent = 0
    while sent < bytes.count {
      let count = bytes[sent...].withUnsafeBytes { write(stream.descriptor, $0.baseAddress, $0.count) }
      if count > 0 {
        sent += count
      } else if errno != EAGAIN && errno != EINTR || deadline.hasPassed {
        throw HarnessError(system: "type at the terminal")
      } else {
        stream.drain()
        wait(for: POLLOUT, until: deadline)
      }
    }
  }

  /// Waits for the end of the program, reading what it still shows; kills it after the given time.
  func finish(seconds: Double = 60) -> Ending {
    let deadline = Deadline(seconds: seconds)
    while child.poll() == nil, !deadline.hasPassed {
      stream.drain()
      if stream.isOpen { wait(for: POLLIN, until: deadline) } else { usleep(1000) }
    }
    let ending = child.wait(until: deadline)
    stream.drain()
    return ending
  }

  /// Whether the terminal echoes what is typed: false while a secret is asked for.
  var echoes: Bool {
    var settings = termios()
    return tcgetattr(stream.descriptor, &settings) == 0 && settings.c_lflag & tcflag_t(ECHO) != 0
  }

  /// Waits until the terminal echoes, or does not: a prompt is shown a moment before or after the echo goes off.
  func waitForEcho(_ wanted: Bool, seconds: Double = 60) throws {
    let deadline = Deadline(seconds: seconds)
    while echoes != wanted {
      guard !deadline.hasPassed else {
        throw HarnessError("the echo stayed \(wanted ? "off" : "on")\n\(description)")
      }
      usleep(1000)
    }
  }

  private func find(_ wanted: [UInt8]) -> Int? {
    guard stream.bytes.count - searchedUpTo >= wanted.count else { return nil }
    for start in searchedUpTo...(stream.bytes.count - wanted.count)
    where stream.bytes[start..<(start + wanted.count)].elementsEqual(wanted) {
      return start + wanted.count
    }
    return nil
  }

  private func wait(for events: Int32, until deadline: Deadline) {
    var polled = pollfd(fd: stream.descriptor, events: Int16(events), revents: 0)
    _ = poll(&polled, 1, deadline.milliseconds(atMost: 20))
  }
}

extension PseudoTerminal: CustomStringConvertible {
  var description: String {
    "$ \(command.joined(separator: " "))\n--- terminal\n\(transcript)"
  }
}
