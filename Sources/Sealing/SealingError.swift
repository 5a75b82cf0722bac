/// What can go wrong while sealing, opening, signing or deriving. No case carries bytes of a secret.
package enum SealingError: Error, Equatable, Sendable {
  /// libsodium could not start, or the machine has no usable source of randomness.
  case unavailable
  /// The locked arena could not get memory.
  case outOfMemory
  /// The commitment does not match: another key, or another context, than the one that sealed.
  case wrongKeyOrContext
  /// The commitment matched and the ciphertext did not authenticate, or its shape is impossible.
  case damaged
  /// A signature does not verify.
  case badSignature
  /// Key-derivation parameters below the floor or above the cap; refused before any work.
  case derivationOutOfBounds
  /// A public key that no honest member could have (low order, or not on the curve).
  case badPublicKey
  /// A text that is no recipient of age files.
  case badRecipient(AgeRecipient.Fault)
}
