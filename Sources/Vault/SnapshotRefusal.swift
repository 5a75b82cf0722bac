/// Why a snapshot file was refused, where the reason is the file's own. docs/FORMAT.md, "Snapshot".
package enum SnapshotRefusal: Equatable, Sendable {
  /// It was made for another token.
  case otherToken
  /// It is of an environment that its token does not read.
  case otherEnvironment
  /// It is not signed by the member that it names.
  case badSignature
  /// It is signed by somebody who may not write in its environment.
  case unauthorised
  /// It was to be used until then, in milliseconds since 1970.
  case expired(at: UInt64)
  /// It is of an earlier entry than the lowest that was asked for.
  case belowMinimum(UInt64, found: UInt64)
  /// This device launched from a newer one.
  case older(seen: UInt64, found: UInt64)
  /// Its history differs, at this entry, from that of one that this device launched from.
  case forked(sequence: UInt64)
}
