import CPlatform

/// The wall clock. It may jump: only expiry and display may depend on it.
package enum Clock {
  /// Milliseconds since 1970-01-01T00:00:00Z.
  package static func now() -> UInt64 { cp_milliseconds() }

  /// Waits.
  package static func sleep(milliseconds: UInt32) { cp_sleep(milliseconds) }
}
