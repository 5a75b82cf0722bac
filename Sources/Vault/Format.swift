/// Bytes that say which rules the rest follows.
enum Format {
  /// Version of every structure in docs/FORMAT.md.
  static let version: UInt8 = 1
  /// Suite 1: X25519, Ed25519, XChaCha20-Poly1305, BLAKE2b. Another number would be another set, such as X-Wing for X25519.
  static let suite: UInt8 = 1
  /// Argon2id version 1.3.
  static let argon2id: UInt8 = 1
}
