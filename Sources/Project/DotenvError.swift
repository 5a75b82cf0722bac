/// What can be wrong with a dotenv file: a line number, never a byte of what stands there.
package enum DotenvError: Error, Equatable, Sendable {
  /// The file starts with a UTF-16 byte order mark.
  case utf16
  /// A NUL byte, which no environment variable can carry.
  case nul(line: Int)
  /// A quote opened on this line is never closed.
  case unterminatedQuote(line: Int)
  /// Something other than a comment follows a closing quote.
  case textAfterQuote(line: Int)
  /// The line is not `NAME=value`.
  case notAnAssignment(line: Int)
  /// The name has other characters than `A-Z a-z 0-9 _`, or starts with a digit.
  case invalidName(line: Int)
  /// A carriage return that ends no line, outside quotes.
  case strayCarriageReturn(line: Int)
  /// The caller lent fewer bytes for the output than the input has.
  case outputTooSmall

  /// The line, counted from 1.
  package var line: Int? {
    switch self {
    case .nul(let line), .unterminatedQuote(let line), .textAfterQuote(let line),
      .notAnAssignment(let line),
      .invalidName(let line), .strayCarriageReturn(let line):
      return line
    case .utf16, .outputTooSmall:
      return nil
    }
  }

  /// Lowercase, without a final period and without the place: `line` gives that.
  package var message: String {
    switch self {
    case .utf16: return "the file is UTF-16: save it as UTF-8"
    case .nul: return "holds a NUL byte"
    case .unterminatedQuote: return "a quote is opened here and never closed"
    case .textAfterQuote: return "text follows the closing quote"
    case .notAnAssignment: return "is not NAME=value"
    case .invalidName:
      return "the name may hold only letters, digits and _, and not start with a digit"
    case .strayCarriageReturn: return "holds a carriage return that ends no line"
    case .outputTooSmall: return "no room for the values"
    }
  }
}
