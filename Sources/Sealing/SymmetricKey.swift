import CSodium

/// A 32-byte symmetric key in locked memory.
package struct SymmetricKey: ~Copyable, Sendable {
  let bytes: SecretBytes

  /// Length in bytes.
  package static let count = 32

  /// Fresh from the operating system's generator.
  package init() throws(SealingError) { bytes = try SecretBytes(randomCount: Self.count) }

  /// Takes over `bytes`.
  /// - Throws: `SealingError.damaged` unless there are 32.
  package init(_ bytes: consuming SecretBytes) throws(SealingError) {
    guard bytes.count == Self.count else { throw .damaged }
    self.bytes = bytes
  }

  /// Lends the raw key, to wrap it for someone or to hand it to the kernel's keyring.
  package borrowing func withBytes<R: ~Copyable, E: Error>(
    _ body: (RawSpan) throws(E) -> R
  ) throws(E) -> R {
    try bytes.withBytes(body)
  }

  /// A second owner of the same key.
  package borrowing func copy() throws(SealingError) -> SymmetricKey {
    try SymmetricKey(bytes.slice(0..<Self.count))
  }

  /// The key for one purpose: BLAKE2b-256 keyed with this one over length-prefixed `label` and `parts`.
  package borrowing func subkey(_ label: String, _ parts: [[UInt8]] = []) throws(SealingError) -> SymmetricKey {
    let input = Hashing.framed(label, parts)
    var output = try SecretBytes(count: Self.count)
    bytes.withBytes { key in
      output.withMutableBytes { output in
        unsafe output.withUnsafeMutableBytes { output in
          unsafe key.withUnsafeBytes { key in
            _ = unsafe crypto_generichash(
              output.baseAddress!.assumingMemoryBound(to: UInt8.self), output.count, input,
              UInt64(input.count), key.baseAddress!.assumingMemoryBound(to: UInt8.self), key.count)
          }
        }
      }
    }
    return try SymmetricKey(output)
  }
}
