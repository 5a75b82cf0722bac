import Glibc
import Testing

@testable import Platform

/// A pseudo-terminal: what is written to `master` is typed.
private final class Pseudoterminal {
  let master: Int32
  let slave: Int32

  init() {
    // posix_openpt(3) and its friends hide behind a feature macro; these are their ioctls: TIOCSPTLCK and TIOCGPTN.
    master = open("/dev/ptmx", O_RDWR | O_NOCTTY | O_CLOEXEC)
    var number: Int32 = 0
    guard master >= 0, ioctl(master, 0x4004_5431, &number) == 0, ioctl(master, 0x8004_5430, &number) == 0
    else {
      fatalError("/dev/ptmx")
    }
    slave = open("/dev/pts/\(number)", O_RDWR | O_NOCTTY | O_CLOEXEC)
  }

  deinit {
    close(master)
    close(slave)
  }

  var mode: [UInt32] {
    var mode = termios()
    tcgetattr(slave, &mode)
    return [mode.c_iflag, mode.c_oflag, mode.c_lflag]
  }

  /// Reads what the terminal shows until it holds `wanted`.
  func wait(for wanted: String) -> String {
    var seen = ""
    var chunk = [UInt8](repeating: 0, count: 4096)
    while !seen.contains(wanted) {
      let count = read(master, &chunk, chunk.count)
      if count <= 0 { break }
      seen += text(Array(chunk[..<count]))
    }
    return seen
  }

  func type(_ bytes: [UInt8]) {
    var done = 0
    while done < bytes.count {
      let count = bytes.withUnsafeBytes {
        write(master, $0.baseAddress! + done, min(512, bytes.count - done))
      }
      if count < 0 { return }
      done += count
    }
  }
}

/// Types once the prompt is shown, on a thread of its own: while the prompt blocks one of the few threads that run tests, a task
/// might never get another.
private final class Typist: @unchecked Sendable {
  private let terminal: Pseudoterminal
  private let act: @Sendable (_ type: ([UInt8]) -> Void) -> Void
  private var thread = pthread_t()
  // Written by the thread, read after it was joined.
  private var shown = ""

  init(_ terminal: Pseudoterminal, _ act: @escaping @Sendable (_ type: ([UInt8]) -> Void) -> Void) {
    self.terminal = terminal
    self.act = act
    let code = pthread_create(
      &thread, nil,
      { context in
        let typist = Unmanaged<Typist>.fromOpaque(context!).takeRetainedValue()
        typist.shown = typist.terminal.wait(for: "value: ")
        typist.act { typist.terminal.type($0) }
        return nil
      }, Unmanaged.passRetained(self).toOpaque())
    precondition(code == 0)
  }

  /// What the terminal showed before anything was typed.
  func finish() -> String {
    pthread_join(thread, nil)
    return shown
  }
}

/// One at a time: signal dispositions belong to the process.
@Suite(.serialized) struct HiddenPromptTests {
  /// Shows the prompt on a terminal; once it is there, a thread types or signals.
  private func ask(
    capacity: Int = 300_000, _ act: @escaping @Sendable (_ type: ([UInt8]) -> Void) -> Void
  ) throws -> (ending: HiddenPrompt.Ending, entered: [UInt8], shown: String) {
    let terminal = Pseudoterminal()
    let before = terminal.mode
    let master = terminal.master
    let typist = Typist(terminal, act)
    let (ending, bytes) = try lend(capacity) {
      try HiddenPrompt.run(on: terminal.slave, prompt: "value: ", into: &$0)
    }
    var shown = typist.finish()
    _ = fcntl(master, F_SETFL, O_NONBLOCK)
    shown += terminal.wait(for: "never shown")
    #expect(terminal.mode == before)
    guard case .entered(let count) = ending else { return (ending, [], shown) }
    return (ending, Array(bytes[..<count]), shown)
  }

  @Test func `what is typed is returned and never shown`() throws {
    let answer = try ask { type in type(Array("hunter2\r".utf8)) }
    #expect(text(answer.entered) == "hunter2")
    #expect(!answer.shown.contains("hunter2"))
    #expect(answer.shown.contains("value: "))
  }

  @Test func `a paste far beyond the kernel's line limit arrives whole`() throws {
    let pasted = (0..<200_000).map { UInt8(0x21 + $0 % 90) }
    let answer = try ask { type in
      type(Array("\u{1B}[200~".utf8) + pasted + Array("\u{1B}[201~\r".utf8))
    }
    #expect(answer.entered == pasted)
  }

  @Test func `a paste of several lines in a terminal that does not mark it is refused`() throws {
    let answer = try ask { type in type(Array("one\rrm -rf everything\r".utf8)) }
    #expect(answer.ending == .unmarkedPaste)
  }

  @Test func `more than fits is refused after all of it was taken`() throws {
    let answer = try ask(capacity: 10) { type in type(Array("12345678901\r".utf8)) }
    #expect(answer.ending == .tooLong)
  }

  @Test(arguments: [SIGINT, SIGTERM, SIGHUP, SIGQUIT])
  func `a signal ends the prompt and the terminal and the dispositions are as before`(
    signal: Int32
  ) throws {
    var before = sigaction()
    sigaction(signal, nil, &before)
    let answer = try ask { type in
      type(Array("half a sec".utf8))
      kill(getpid(), signal)
    }
    #expect(answer.ending == .signal(signal))
    var after = sigaction()
    sigaction(signal, nil, &after)
    #expect(
      unsafeBitCast(after.__sigaction_handler.sa_handler, to: Int.self)
        == unsafeBitCast(before.__sigaction_handler.sa_handler, to: Int.self))
  }

  @Test func `Ctrl-D on an empty line is the end of input`() throws {
    let answer = try ask { type in type([4]) }
    #expect(answer.ending == .endOfInput)
  }
}
