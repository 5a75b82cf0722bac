import TOML

/// What can be wrong with coffer.toml, or with a question asked about it.
///
/// coffer.toml is safe to commit, so its own words may be quoted. A line of 0 means that no line is to blame.
package enum ProjectError: Error, Equatable, Sendable {
  /// The text is not TOML.
  case syntax(line: Int, column: Int, reason: String)
  /// A key that Coffer does not know, which must not be silently ignored: it may be a misspelt `required`.
  case unknownKey(line: Int, key: String, suggestion: String?)
  /// A key's value has the wrong TOML type or does not make sense.
  case invalid(line: Int, key: String, reason: String)
  /// A variable was asked for by a name that nothing declares.
  case unknownVariable(name: String, suggestion: String?)
  /// An edit would not have read back as what was meant; nothing was changed.
  case editRefused(reason: String)

  /// The line of coffer.toml, counted from 1.
  package var line: Int? {
    switch self {
    case .syntax(let line, _, _), .unknownKey(let line, _, _), .invalid(let line, _, _):
      return line > 0 ? line : nil
    case .unknownVariable, .editRefused:
      return nil
    }
  }

  /// Lowercase, without a final period and without the place: `line` gives that.
  package var message: String {
    switch self {
    case .syntax(_, _, let reason):
      return "not valid TOML: \(reason)"
    case .unknownKey(_, let key, let suggestion):
      return "unknown key \(key)" + (suggestion.map { "; did you mean \($0)?" } ?? "")
    case .invalid(_, let key, let reason):
      return "\(key) \(reason)"
    case .unknownVariable(let name, let suggestion):
      return "no variable is called \(name)" + (suggestion.map { "; did you mean \($0)?" } ?? "")
    case .editRefused(let reason):
      return "coffer.toml cannot be edited here: \(reason)"
    }
  }
}

extension ProjectError {
  init(_ error: TOMLError) {
    self = .syntax(line: error.line, column: error.column, reason: error.reason)
  }
}
