/// How values are written out again.
package enum ExportForm: String, CaseIterable, Sendable {
  /// Reads back the same through `Dotenv.parse`, and through Node's and the dotenv package's readers wherever they can say it.
  case dotenv
  /// One JSON object (RFC 8259), names to strings.
  case json
  /// `export NAME='…'` for a POSIX shell.
  case shell

  /// What stands before the first value.
  package var prologue: String { self == .json ? "{" : "" }
  /// What stands after the last value.
  package var epilogue: String { self == .json ? "\n}\n" : "" }
}

/// Why a value cannot be written out. It names nothing but the kind: the caller knows which variable it was.
package enum ExportError: Error, Equatable, Sendable {
  /// The name is not a variable's name.
  case invalidName
  /// No environment, shell or dotenv reader can carry a NUL byte.
  case nul
  /// JSON can hold only well-formed UTF-8.
  case notUTF8
  /// The caller lent too few bytes.
  case outputTooSmall

  /// Lowercase, without a final period.
  package var message: String {
    switch self {
    case .invalidName: return "is not a name that an environment can hold"
    case .nul: return "holds a NUL byte"
    case .notUTF8: return "is not UTF-8, which JSON needs"
    case .outputTooSmall: return "no room for the value"
    }
  }
}
