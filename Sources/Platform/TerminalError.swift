package enum TerminalError: Error, Equatable, Sendable {
  /// No controlling terminal to ask on: a service, a pipeline of CI.
  case noTerminal
  /// Ctrl-D on an empty line, or the terminal went away.
  case endOfInput
  /// Ended by this signal; the terminal is restored. `Signals.deliver` ends the process as the signal would have.
  case interrupted(Int32)
  /// More than the lent memory holds; nothing was kept.
  case tooLong(limit: Int)
  /// Several lines arrived at once in a terminal that does not mark pastes: the rest was thrown away, so that no shell runs it.
  case unmarkedPaste
  /// What was typed is not UTF-8 text.
  case notText
  case system(SystemError)
}
