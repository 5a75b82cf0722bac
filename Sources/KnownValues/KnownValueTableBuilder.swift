package import Sealing

/// Makes the bytes of a `KnownValueTable`, in the program that holds the vault's keys. It keeps no value: each is
/// hashed as it is added.
package struct KnownValueTableBuilder {
  private let keys: KnownValueKeys
  private let fingerprints: FindingFingerprintMaker
  private let runSalt: [UInt8]
  private var labels: [KnownValueTable.Label] = []
  private var forms: [KnownValueTable.Form] = []
  /// The label of a value by the digest of its raw form.
  private var known: [Bytes32: Int] = [:]
  private var leftOut: UInt32 = 0

  /// An empty table.
  /// - Parameter salt: `[scan] salt` of coffer.toml as it stands there; nil when there is none: then a salt is drawn
  ///   and sent along.
  /// - Throws: `SealingError.unavailable`, `.outOfMemory`.
  package init(salt: [UInt8]?) throws(SealingError) {
    try Sodium.start()
    try self.init(salt: salt, key: SymmetricKey())
  }

  init(salt: [UInt8]?, key: consuming SymmetricKey) throws(SealingError) {
    if let salt {
      runSalt = []
      fingerprints = try FindingFingerprintMaker(salt: salt)
    } else {
      runSalt = FindingFingerprintMaker.drawnSalt()
      fingerprints = try FindingFingerprintMaker(runSalt: runSalt)
    }
    keys = try KnownValueKeys(key)
  }

  /// Adds one version of one name, or counts it as left out when its value is ordinary.
  /// - Throws: `SealingError.outOfMemory`.
  package mutating func add(_ value: RawSpan, _ name: KnownValueTable.Name) throws(SealingError) {
    guard !OrdinaryValue.isOrdinary(value) else {
      leftOut += 1
      return
    }
    let value = value.extracting(0..<value.countWithoutLastLineEnds)
    let digest = Hashing.tag(keys.form, value)
    if let label = known[digest] {
      if !labels[label].names.contains(name) { labels[label].names.append(name) }
      return
    }
    known[digest] = labels.count
    try addForms(of: value)
    let fingerprint = try fingerprints.fingerprint(value)
    labels.append(.init(fingerprint: fingerprint, byteCount: value.byteCount, names: [name]))
  }

  /// The table, ready to be sent.
  package func finish() -> [UInt8] {
    var writer = CanonicalWriter()
    writer.text(KnownValueTable.header)
    keys.run.withBytes { writer.fixed($0.array) }
    writer.prefixed(runSalt)
    writer.u32(leftOut)
    writer.u32(UInt32(labels.count))
    for label in labels {
      writer.fixed(label.fingerprint)
      writer.u32(UInt32(label.byteCount))
      writer.u32(UInt32(label.names.count))
      for name in label.names {
        writer.text(name.name)
        writer.text(name.environment)
        writer.u32(name.version)
        writer.u8(name.use.rawValue)
      }
    }
    writer.u32(UInt32(forms.count))
    for form in forms.sorted(by: { $0.anchorHash < $1.anchorHash }) {
      writer.u32(form.anchorHash)
      writer.u32(form.anchorOffset)
      writer.u32(form.byteCount)
      writer.u32(form.label)
      writer.fixed(form.digest)
    }
    writer.fixed(unsafe Hashing.tag(keys.table, writer.bytes.span.bytes))
    return writer.bytes
  }

  private mutating func addForms(of value: RawSpan) throws(SealingError) {
    let source = Self.strongestWindow(value)
    var seen: Set<Bytes32> = []
    for form in ValueForm.all {
      guard let encoded = try form.encode(value, anchorAt: source) else { continue }
      let made = encoded.bytes.withBytes { bytes in
        let anchor = min(encoded.anchor, bytes.byteCount - AnchorHash.window)
        return KnownValueTable.Form(
          anchorHash: keys.anchor.hash(bytes.window(at: anchor)), anchorOffset: UInt32(anchor),
          byteCount: UInt32(bytes.byteCount), label: UInt32(labels.count), digest: Hashing.tag(keys.form, bytes))
      }
      if seen.insert(made.digest).inserted { forms.append(made) }
    }
  }

  /// The offset of the eight bytes that are the hardest to guess; of equals the last, since the start of a key is often
  /// the same in all of its kind. The anchors of all forms lie here, so that together they tell of eight bytes and no
  /// more (where a line end lies within, a few).
  private static func strongestWindow(_ value: RawSpan) -> Int {
    var best = (offset: 0, bits: -1)
    for offset in 0...(value.byteCount - AnchorHash.window) {
      let bits = ValueStrength.bits(value.extracting(offset..<(offset + AnchorHash.window)))
      if bits >= best.bits { best = (offset, bits) }
    }
    return best.offset
  }
}

extension KnownValueTableBuilder: CustomReflectable {
  /// Empty, so that `dump` shows nothing.
  package var customMirror: Mirror { Mirror(self, children: []) }
}
