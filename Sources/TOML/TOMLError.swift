/// Why a text is not TOML, and where. It quotes nothing of the text.
package struct TOMLError: Error, Equatable, Sendable {
  /// Counted from 1.
  package let line: Int
  /// In bytes of UTF-8, counted from 1.
  package let column: Int
  /// Lowercase, without a final period.
  package let reason: String

  init(_ reason: String, at position: TOMLPosition) {
    line = position.line
    column = position.column
    self.reason = reason
  }
}
