import CPlatform

/// A command that runs beside this process and is waited for, in this process's group and terminal: an interrupt from the keyboard
/// ends the command and not this process. It finds no descriptor but the first three.
package enum Subprocess {
  /// How a command ended.
  package enum Ending: Equatable, Sendable {
    /// 126 and 127 are a shell's words for a command that could not be run, or was not found.
    case exited(Int32)
    case killed(signal: Int32)
  }

  /// Runs `line` in /bin/sh to its end: with standard input from /dev/null and its standard output on standard error.
  /// - Parameter environment: null-terminated `NAME=value` strings.
  /// - Throws: `SystemError` when it could not be started.
  package static func shell(_ line: String, environment: Exec.Strings) throws(SystemError) -> Ending {
    try run(
      "/bin/sh", ["sh", "-c", line], environment, cp_streams(input: -1, output: -1, meanwhile: nil, context: nil))
  }

  /// Runs a program to its end with `input` on its standard input, through a pipe that is full and closed before it starts: a
  /// program that reads nothing neither blocks this process nor ends it.
  /// - Parameters:
  ///   - path: of the program; no shell is in between.
  ///   - arguments: the program's name first.
  ///   - environment: null-terminated `NAME=value` strings.
  ///   - isQuiet: whether its standard output goes nowhere; else it goes to standard error.
  /// - Returns: how it ended, and how many bytes of the input nobody had read by then.
  /// - Throws: `SystemError` when it could not be started; EPERM or ENOBUFS of `pipe` when the input is more than a pipe holds.
  package static func feed(
    _ path: String, _ arguments: [String], environment: Exec.Strings, input: RawSpan, isQuiet: Bool
  ) throws(SystemError) -> (ending: Ending, unread: Int) {
    let held = try checked("pipe", nil, input.withUnsafeBytes { cp_pipe_holding($0.baseAddress, $0.count) })
    defer { _ = cp_close(held) }
    var output: Int32 = -1
    if isQuiet { output = try checked("open", "/dev/null", cp_open("/dev/null", O_WRONLY, 0)) }
    defer { if output >= 0 { _ = cp_close(output) } }
    let ending = try run(
      path, arguments, environment, cp_streams(input: held, output: output, meanwhile: nil, context: nil))
    return (ending, Int(try checked("ioctl", nil, cp_unread(held))))
  }

  /// Runs a program to its end with standard input from /dev/null, and keeps what it writes to standard output. One that writes more
  /// than there is memory for is killed.
  /// - Parameter output: lent memory for that.
  /// - Returns: how it ended, and how many bytes came.
  /// - Throws: `SystemError` when it could not be started; EFBIG when more came than fits.
  package static func capture(
    _ path: String, _ arguments: [String], environment: Exec.Strings, into output: inout MutableRawSpan
  ) throws(SystemError) -> (ending: Ending, count: Int) {
    var ends: [Int32] = [-1, -1]
    _ = try checked("pipe", nil, cp_pipe(&ends))
    var result: Result<(Ending, Int), SystemError> = .failure(SystemError(operation: "read", code: EIO))
    output.withUnsafeMutableBytes { buffer in
      var reading = Reading(reader: ends[0], writer: ends[1], buffer: buffer)
      do throws(SystemError) {
        let ending = try withUnsafeMutablePointer(to: &reading) { (context) throws(SystemError) in
          try run(
            path, arguments, environment,
            cp_streams(input: -1, output: ends[1], meanwhile: { Reading.perform($0) }, context: context))
        }
        result = reading.code == 0 ? .success((ending, reading.count)) : .failure(reading.error)
      } catch {
        reading.close()
        result = .failure(error)
      }
    }
    let (ending, count) = try result.get()
    return (ending, count)
  }

  /// What is read from a program while it runs.
  private struct Reading {
    let reader: Int32
    let writer: Int32
    let buffer: UnsafeMutableRawBufferPointer
    var count = 0
    var code: Int32 = 0
    private var isOpen = true

    init(reader: Int32, writer: Int32, buffer: UnsafeMutableRawBufferPointer) {
      self.reader = reader
      self.writer = writer
      self.buffer = buffer
    }

    var error: SystemError { SystemError(operation: "read", code: code) }

    /// - Returns: 0, or 1 when nobody reads on.
    static func perform(_ context: UnsafeMutableRawPointer?) -> Int32 {
      guard let reading = context?.assumingMemoryBound(to: Reading.self) else { return 0 }
      reading.pointee.perform()
      return reading.pointee.code == 0 ? 0 : 1
    }

    /// Reads to the end. The end comes only when this process holds no writing end itself.
    private mutating func perform() {
      _ = cp_close(writer)
      var beyond: UInt8 = 0
      while code == 0 {
        let isFull = count == buffer.count
        let got =
          isFull ? cp_read(reader, &beyond, 1) : cp_read(reader, buffer.baseAddress! + count, buffer.count - count)
        if got == 0 { break }
        if got < 0 { code = Int32(-got) } else if isFull { code = EFBIG } else { count += Int(got) }
      }
      _ = cp_close(reader)
      isOpen = false
    }

    /// For a program that never started.
    mutating func close() {
      guard isOpen else { return }
      _ = cp_close(reader)
      _ = cp_close(writer)
      isOpen = false
    }
  }

  private static func run(
    _ path: String, _ arguments: [String], _ environment: Exec.Strings, _ streams: cp_streams
  ) throws(SystemError) -> Ending {
    var ended: Int32 = 0
    var streams = streams
    let code = withArguments(arguments) { cp_run(path, $0, environment, &streams, &ended) }
    _ = try checked("posix_spawn", path, code)
    return ended < 0 ? .killed(signal: -ended) : .exited(ended)
  }

  /// The words as C has them, for the length of a call.
  static func withArguments<R>(_ words: [String], _ body: (Exec.Strings) -> R) -> R {
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
