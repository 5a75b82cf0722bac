import CPlatform
import Synchronization

/// Asking a person, on /dev/tty: standard input and output stay free for data.
package enum Terminal {
  package static func isTerminal(_ descriptor: Int32) -> Bool { cp_is_terminal(descriptor) }

  /// Whether there is a terminal to ask on.
  package static var hasControllingTerminal: Bool {
    (try? Descriptor(opening: device, O_RDWR | O_NOCTTY)) != nil
  }

  /// Asks for a secret: nothing typed is shown, a paste of any length arrives whole (see `HiddenInput`), and on every way out,
  /// signals included, the terminal and the signal dispositions are as before. Ctrl-Z stops; the prompt returns with `fg`.
  /// - Parameter buffer: lent memory; wiped when an error is thrown.
  /// - Returns: the length in bytes of what was entered.
  package static func promptHidden(
    prompt: String, into buffer: inout MutableRawSpan
  ) throws(TerminalError) -> Int {
    // The dispositions and the terminal's mode belong to the process.
    guard !asking.exchange(true, ordering: .acquiring) else {
      throw .system(SystemError(operation: "prompt", path: device, code: EBUSY))
    }
    defer { asking.store(false, ordering: .releasing) }
    let terminal = try open()
    while true {
      let ending = try HiddenPrompt.run(on: terminal.number, prompt: prompt, into: &buffer)
      if case .entered(let count) = ending { return count }
      wipe(&buffer)
      switch ending {
      case .entered: continue
      case .signal(SIGTSTP): Signals.stop()
      case .signal(let signal): throw .interrupted(signal)
      case .endOfInput: throw .endOfInput
      case .tooLong: throw .tooLong(limit: buffer.byteCount)
      case .unmarkedPaste: throw .unmarkedPaste
      case .failed(let error): throw .system(error)
      }
    }
  }

  /// Asks for a visible line, without its newline. Not for secrets.
  /// - Throws: `TerminalError.endOfInput`, `.notText`.
  package static func promptLine(_ prompt: String) throws(TerminalError) -> String {
    let terminal = try open()
    do throws(SystemError) {
      try show(prompt, on: terminal.number)
      var line: [UInt8] = []
      while true {
        var byte: UInt8 = 0
        let count = try checked("read", device, cp_read(terminal.number, &byte, 1))
        if count == 0, line.isEmpty { throw SystemError(operation: "read", path: device, code: 0) }
        if count == 0 || byte == 0x0A { break }
        line.append(byte)
      }
      if let text = String(validating: line, as: UTF8.self) { return text }
    } catch {
      if error.code == 0 { throw .endOfInput }
      throw .system(error)
    }
    throw .notText
  }

  /// Asks a yes-or-no question until the answer is one; Enter takes `standard`.
  package static func confirm(_ question: String, default standard: Bool) throws(TerminalError) -> Bool {
    while true {
      let answer = try promptLine(question + (standard ? " [Y/n] " : " [y/N] ")).lowercased()
      switch answer.split(separator: " ").first ?? "" {
      case "": return standard
      case "y", "yes": return true
      case "n", "no": return false
      default: continue
      }
    }
  }

  static let device = "/dev/tty"
  private static let asking = Atomic(false)

  private static func open() throws(TerminalError) -> Descriptor {
    do throws(SystemError) {
      return try Descriptor(opening: device, O_RDWR | O_NOCTTY)
    } catch {
      // tty(4): ENXIO without a controlling terminal; ENOENT or EACCES where /dev is bare.
      if [ENXIO, ENOENT, EACCES, ENODEV].contains(error.code) { throw .noTerminal }
      throw .system(error)
    }
  }

  static func show(_ text: String, on number: Int32) throws(SystemError) {
    let bytes = Array(text.utf8)
    try Descriptor.writeFully(number, path: device, bytes.span.bytes)
  }

  private static func wipe(_ buffer: inout MutableRawSpan) {
    buffer.withUnsafeMutableBytes { lent in
      if let base = lent.baseAddress { cp_wipe(base, lent.count) }
    }
  }
}
