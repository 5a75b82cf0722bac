import CSodium

/// libsodium, started once. Every other file of this target goes through `Sodium.start()` before its first call.
package enum Sodium {
  private static let started: Bool = sodium_init() >= 0

  /// Starts libsodium (idempotent, thread-safe).
  /// - Throws: `SealingError.unavailable` when it cannot start.
  package static func start() throws(SealingError) {
    guard started else { throw .unavailable }
  }

  /// The version of the library in use, such as "1.0.18".
  package static var version: String { unsafe String(cString: sodium_version_string()) }
}
