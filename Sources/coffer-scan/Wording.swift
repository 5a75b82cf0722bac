import Findings
import Platform

/// Words for people, on standard errors.
enum Wording {
  /// Text from a repository or an argument, without what could steer a terminal.
  static func line(_ text: String) -> String { TerminalText.escaped(text) }

  /// Whether standard errors, or another descriptor, takes colours.
  static func usesColour(_ refused: Bool, descriptor: Int32 = 2) -> Bool {
    let ambient = AmbientEnvironment.value(of: "NO_COLOR").map { !$0.isEmpty } ?? false
    return !refused && !ambient && Terminal.isTerminal(descriptor)
  }

  static func report(_ failure: Failure, colour: Bool) {
    write(mark("coffer: error: ", "31", colour) + failure.message)
    for hint in failure.hints { write(mark("coffer: hint: ", "36", colour) + hint) }
  }

  static func warn(_ text: String, colour: Bool) { write(mark("coffer: warning: ", "33", colour) + text) }

  private static func mark(_ text: String, _ code: String, _ colour: Bool) -> String {
    colour ? "\u{1B}[\(code)m\(text)\u{1B}[0m" : text
  }

  private static func write(_ text: String) {
    let bytes = Array((text + "\n").utf8)
    try? Files.write(bytes.span.bytes, descriptor: 2)
  }
}
