/// A shared owner of one secret, for collections: `Array` and `Dictionary` refuse noncopyable elements.
/// The bytes are still held once, and wiped when the last owner lets go.
package final class Secret: Sendable {
  /// The bytes.
  package let bytes: SecretBytes

  package init(_ bytes: consuming SecretBytes) { self.bytes = bytes }
}

extension Secret: CustomStringConvertible, CustomReflectable {
  /// Says the length only.
  package var description: String { "secret of \(bytes.count) bytes" }

  /// Empty, so that `dump` shows nothing.
  package var customMirror: Mirror { Mirror(self, children: []) }
}
