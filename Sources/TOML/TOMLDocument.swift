/// A TOML text, read strictly by version 1.0.0 (https://toml.io/en/v1.0.0).
///
/// The text may be hostile: whatever it holds, it is read or refused in time proportional to its size.
package struct TOMLDocument: Sendable {
  /// In bytes.
  package static let maximumSize = 1 << 20
  /// Tables and arrays inside one another. The specification names no limit; recursion over the tree needs one.
  package static let maximumDepth = 32

  /// The whole document.
  package let root: TOMLTable

  /// Reads UTF-8. A byte order mark at the start is skipped.
  ///
  /// - Throws: `TOMLError`: the first fault.
  package init(bytes: [UInt8]) throws(TOMLError) {
    var parser = TOMLParser(bytes)
    root = try parser.parse()
  }

  /// Reads a text.
  ///
  /// - Throws: `TOMLError`: the first fault.
  package init(text: String) throws(TOMLError) {
    try self.init(bytes: Array(text.utf8))
  }
}
