/// One `NAME=value` of a dotenv file: where its value stands, never the value itself.
package struct DotenvAssignment: Equatable, Sendable {
  /// How the value was written.
  package enum Quoting: Equatable, Sendable {
    case none, single, double, backtick
  }

  /// A valid variable name.
  package let name: String
  /// The value's bytes in the output that the caller lent.
  package let value: Range<Int>
  /// The line on which the name stands, counted from 1.
  package let line: Int
  /// How the value was written.
  package let quoting: Quoting
  /// An unescaped `$` stands in an unquoted or double-quoted value. It is kept as it is; a shell, docker compose or
  /// dotenv-expand would have put another variable there, so the person should know.
  package let mentionsDollar: Bool
  /// An unquoted value holds a `#` with no blank before it. It is kept; Node and the dotenv package cut the value there.
  package let mentionsHash: Bool
  /// The line of the previous assignment to the same name. As everywhere, the last one counts.
  package let duplicateOfLine: Int?
  /// The comment lines directly above, as bytes of the input without the first `#` and outer blanks.
  package let comment: Range<Int>?
}
