import CPlatform

/// One showing of a hidden prompt: the terminal's mode and the signals before, during and after.
enum HiddenPrompt {
  enum Ending: Equatable {
    case entered(Int)
    case signal(Int32)
    case endOfInput
    case tooLong
    case unmarkedPaste
    case failed(SystemError)
  }

  private static let pasteMarksOn = "\u{1B}[?2004h"
  private static let pasteMarksOff = "\u{1B}[?2004l"

  static func run(
    on number: Int32, prompt: String, into buffer: inout MutableRawSpan
  ) throws(TerminalError) -> Ending {
    do throws(SystemError) {
      return try shown(on: number, prompt, &buffer)
    } catch {
      throw .system(error)
    }
  }

  private static func shown(
    on number: Int32, _ prompt: String, _ buffer: inout MutableRawSpan
  ) throws(SystemError) -> Ending {
    var before = termios()
    _ = try checked("tcgetattr", Terminal.device, cp_terminal_get(number, &before))
    // The signals first: a handler must stand before there is a mode to restore.
    let signals = try checked("pipe2", nil, cp_signals_catch())
    var concealed = cp_terminal_concealed(before)
    let marks = AmbientEnvironment.value(of: "TERM") ?? "dumb" != "dumb"
    let ending: Ending
    do throws(SystemError) {
      _ = try checked("tcsetattr", Terminal.device, cp_terminal_set(number, &concealed, true))
      try Terminal.show((marks ? pasteMarksOn : "") + prompt, on: number)
      ending = try read(number, signals, &buffer)
    } catch {
      ending = .failed(error)
    }
    // Whatever is left unread goes, so that the tail of a paste never reaches a shell.
    try? Terminal.show((marks ? pasteMarksOff : "") + "\n", on: number)
    _ = cp_terminal_set(number, &before, true)
    cp_signals_release()
    return ending
  }

  private static func read(
    _ number: Int32, _ signals: Int32, _ buffer: inout MutableRawSpan
  ) throws(SystemError) -> Ending {
    var input = HiddenInput()
    while true {
      let ready = try checked("poll", Terminal.device, cp_wait_readable(number, signals, -1))
      var byte: UInt8 = 0
      if ready == 2 {
        _ = try checked("read", nil, cp_read(signals, &byte, 1))
        return .signal(Int32(byte))
      }
      let count = cp_read(number, &byte, 1)
      // A terminal that went away says either.
      if count == 0 || count == -Int64(EIO) { return .endOfInput }
      _ = try checked("read", Terminal.device, count)
      defer { byte = 0 }
      switch input.take(byte, into: &buffer) {
      case .more: continue
      case .endOfInput: return .endOfInput
      case .finished:
        // A person's next key is not there yet; the next line of an unmarked paste is.
        if try checked("poll", Terminal.device, cp_wait_readable(number, signals, 0)) == 1 {
          return .unmarkedPaste
        }
        return input.overflowed ? .tooLong : .entered(input.count)
      }
    }
  }
}
