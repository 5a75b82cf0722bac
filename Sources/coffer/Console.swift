import Glibc
import Platform
import Sealing

/// Where words go: data to standard output, everything else to standard error, colours and questions only on a terminal.
struct Console {
  private let quiet: Bool
  private let colour: Bool

  init(quiet: Bool = false, noColor: Bool = false) {
    self.quiet = quiet
    let refused = AmbientEnvironment.value(of: "NO_COLOR").map { !$0.isEmpty } ?? false
    colour = !noColor && !refused && Terminal.isTerminal(2)
  }

  /// Whether somebody reads standard output on a terminal.
  var dataIsSeen: Bool { Terminal.isTerminal(1) }

  /// Whether questions can be asked: somebody is there, and standard error shows them what it is about.
  var canAsk: Bool { Terminal.isTerminal(2) && Terminal.hasControllingTerminal }

  /// Standard output. A closed pipe ends the writing, as for any filter; a full disk is a failure.
  func data(text: String) throws {
    let bytes = Array(text.utf8)
    try data(bytes.span.bytes)
  }

  /// Standard output, for a value.
  func data(_ bytes: RawSpan) throws {
    do throws(SystemError) { try Files.write(bytes, descriptor: 1) } catch {
      guard error.code != EPIPE else { return }
      throw Failure("standard output: \(error.message)")
    }
  }

  /// Standard output, for what must arrive: a closed pipe is a failure too.
  func deliver(_ bytes: RawSpan) throws {
    do throws(SystemError) { try Files.write(bytes, descriptor: 1) } catch {
      throw Failure("standard output: \(error.message)")
    }
  }

  func deliver(text: String) throws {
    let bytes = Array(text.utf8)
    try deliver(bytes.span.bytes)
  }

  /// What was done.
  func note(_ text: String) { if !quiet { write(text) } }

  /// Something to know, not an error.
  func warn(_ text: String) { write(text, mark: marked("coffer: warning: ", "33")) }

  func hint(_ text: String) { if !quiet { write(text, mark: marked("coffer: hint: ", "36")) } }

  /// What a question is about: nobody shall answer without having seen it, however quiet it was to be.
  func present(_ text: String) { write(text) }

  func report(_ failure: Failure) {
    if !failure.message.isEmpty { write(failure.message, mark: marked("coffer: error: ", "31")) }
    for hint in failure.hints { write(hint, mark: marked("coffer: hint: ", "36")) }
  }

  /// Asks, unless `assumed`: then the answer is yes. Without a terminal the answer is `otherwise`.
  func confirm(_ question: String, assumed: Bool, default standard: Bool = false, otherwise: Bool = false) throws
    -> Bool
  {
    if assumed { return true }
    guard canAsk else { return otherwise }
    return try Terminal.confirm(Wording.line(question), default: standard)
  }

  private func marked(_ text: String, _ code: String) -> String {
    colour ? "\u{1B}[\(code)m\(text)\u{1B}[0m" : text
  }

  private func write(_ text: String, mark: String = "") {
    let bytes = Array((mark + Wording.printable(text) + "\n").utf8)
    try? Files.write(bytes.span.bytes, descriptor: 2)
  }
}

/// Why a command ends without having done its work.
struct Failure: Error {
  let message: String
  let hints: [String]
  let code: Int32
  /// The exit code when nothing was launched: 126 and 127 say what was wrong with the command itself.
  let launchCode: Int32

  init(_ message: String, hints: [String] = [], code: Int32 = 2, launchCode: Int32 = 125) {
    self.message = message
    self.hints = hints
    self.code = code
    self.launchCode = launchCode
  }
}
