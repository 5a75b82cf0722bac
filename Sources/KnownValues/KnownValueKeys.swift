import Sealing

/// The keys of one run's table, in locked memory, all from 32 random bytes.
final class KnownValueKeys: Sendable {
  /// The random bytes.
  let run: SymmetricKey
  let anchor: AnchorHash
  /// Of the digests of forms.
  let form: SymmetricKey
  /// Of the digest over the whole table.
  let table: SymmetricKey

  init(_ run: consuming SymmetricKey) throws(SealingError) {
    anchor = AnchorHash(try run.subkey("known values: anchors"))
    form = try run.subkey("known values: forms")
    table = try run.subkey("known values: table")
    self.run = run
  }
}

extension KnownValueKeys: CustomReflectable {
  /// Empty, so that `dump` shows nothing.
  var customMirror: Mirror { Mirror(self, children: []) }
}
