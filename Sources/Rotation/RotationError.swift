package import Vault

/// Why a rotation could not go on. No case carries a value.
package enum RotationError: Error, Equatable, Sendable {
  /// The name has a rotation that has not come to an end.
  case alreadyOpen(RotationRecord)
  /// Another process moved this rotation since it was read: it is at this step now.
  case movedOn(to: RotationStep)
  /// The step does not allow this.
  case notPossible(RotationEvent, at: RotationStep)
  /// The ledger has no such rotation.
  case unknown
  /// The vault refused; `VaultError.moved` when `set`, `rollback` or `rm` moved the name's versions meanwhile.
  case vault(VaultError)
}
