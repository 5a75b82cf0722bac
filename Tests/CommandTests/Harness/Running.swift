import CHarness
import Glibc

/// What a program did. Its description is what a failed expectation shows.
struct RunResult: CustomStringConvertible {
  let command: [String]
  let folder: String
  let ending: Ending
  let output: [UInt8]
  let errorOutput: [UInt8]

  var stdout: String { String(decoding: output, as: UTF8.self) }
  var stderr: String { String(decoding: errorOutput, as: UTF8.self) }
  var succeeded: Bool { ending == .exit(0) }

  /// The exit code; nil when a signal or the harness ended it.
  var code: Int32? {
    if case .exit(let code) = ending { code } else { nil }
  }

  var description: String {
    """

    $ \(command.joined(separator: " "))
    in \(folder): \(ending)
    --- stdout
    \(stdout)
    --- stderr
    \(stderr)
    """
  }
}

/// What a program reads from descriptor 0.
enum Input {
  /// /dev/null, as under a service manager.
  case none
  case bytes([UInt8])
  /// A pipe that stays open and empty until the program ends.
  case silent

  static func text(_ text: String) -> Input { .bytes(Array(text.utf8)) }
}

/// A pipe whose ends no other child inherits.
struct Pipe {
  let reading: Int32
  let writing: Int32

  init() throws {
    var ends: [Int32] = [-1, -1]
    let code = harness_pipe(&ends)
    guard code == 0 else { throw HarnessError(system: "make a pipe", -code) }
    (reading, writing) = (ends[0], ends[1])
  }

  /// A pipe that already holds all that will ever be read from it; at most what a pipe takes at once, 64 KiB.
  init(holding bytes: [UInt8]) throws {
    try self.init()
    guard bytes.isEmpty || write(writing, bytes, bytes.count) == bytes.count else {
      throw HarnessError(system: "write to a pipe")
    }
    close(writing)
  }
}

/// Runs a program to its end: feeds it, reads both streams, and kills it when its time is up.
///
/// - Parameter descriptors: for each further descriptor of the child, the bytes to be read from it (64 KiB at most).
func runProgram(
  _ command: [String], environment: [String: String], folder: String, input: Input = .none,
  descriptors: [Int32: [UInt8]] = [:], seconds: Double = 60
) throws -> RunResult {
  let output = try Pipe()
  let errors = try Pipe()
  var given: [Int32: Int32] = [1: output.writing, 2: errors.writing]
  var toFeed: Int32 = -1
  var pending: [UInt8] = []
  switch input {
  case .none:
    given[0] = open("/dev/null", O_RDONLY | O_CLOEXEC)
  case .bytes(let bytes):
    let pipe = try Pipe()
    (given[0], toFeed, pending) = (pipe.reading, pipe.writing, bytes)
  case .silent:
    let pipe = try Pipe()
    (given[0], toFeed) = (pipe.reading, pipe.writing)
  }
  for (number, bytes) in descriptors { given[number] = try Pipe(holding: bytes).reading }

  var readers: [Stream] = [Stream(output.reading), Stream(errors.reading)]
  defer { (readers.map(\.descriptor) + [toFeed]).filter { $0 >= 0 }.forEach { close($0) } }
  let child: Child
  do {
    defer { given.values.forEach { close($0) } }
    child = try Child(command, environment: environment, folder: folder, descriptors: given)
  }
  if toFeed >= 0 { _ = fcntl(toFeed, F_SETFL, O_NONBLOCK) }

  let deadline = Deadline(seconds: seconds)
  var written = 0
  while readers.contains(where: \.isOpen), !deadline.hasPassed {
    // Asked before reading: what the child wrote before it ended is then in the pipe, and a
    // grandchild that keeps the pipe open does not hold the test up.
    let hasEnded = child.poll() != nil
    if toFeed >= 0, case .bytes = input {
      while written < pending.count {
        let count = pending[written...].withUnsafeBytes { write(toFeed, $0.baseAddress, $0.count) }
        if count > 0 { written += count } else if errno != EINTR { break }
      }
      if written == pending.count || errno == EPIPE {
        close(toFeed)
        toFeed = -1
      }
    }
    for index in readers.indices { readers[index].drain() }
    if hasEnded { break }
    var polled = readers.filter(\.isOpen).map { pollfd(fd: $0.descriptor, events: Int16(POLLIN), revents: 0) }
    if written < pending.count { polled.append(pollfd(fd: toFeed, events: Int16(POLLOUT), revents: 0)) }
    _ = poll(&polled, nfds_t(polled.count), deadline.milliseconds(atMost: 20))
  }
  let ending = child.wait(until: deadline)
  return RunResult(
    command: command, folder: folder, ending: ending, output: readers[0].bytes, errorOutput: readers[1].bytes)
}

/// A descriptor that is read without waiting, and all that came out of it.
struct Stream {
  let descriptor: Int32
  private(set) var bytes: [UInt8] = []
  private(set) var isOpen = true

  init(_ descriptor: Int32) {
    self.descriptor = descriptor
    _ = fcntl(descriptor, F_SETFL, O_NONBLOCK)
  }

  /// Takes all that can be read now. A terminal whose last user is gone answers EIO: that is its end of file.
  mutating func drain() {
    var buffer = [UInt8](repeating: 0, count: 65536)
    while isOpen {
      let count = read(descriptor, &buffer, buffer.count)
      if count > 0 {
        bytes += buffer[..<count]
      } else if count == 0 || (errno != EAGAIN && errno != EINTR) {
        isOpen = false
      } else if errno == EAGAIN {
        return
      }
    }
  }
}
