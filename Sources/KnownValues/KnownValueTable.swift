package import Sealing

/// What `coffer-scan` gets in place of the vault's values: keyed hashes by which it finds them, and the names to
/// report.
///
/// `coffer` makes its bytes (`KnownValueTableBuilder`) and sends them through a descriptor; see `AnchorHash` for what
/// they tell. Layout, in the encoding of `CanonicalWriter`: `"coffer known values 1"`; the run's key (32); the run's
/// fingerprint salt (prefixed; empty with a coffer.toml's); values left out (u32); labels (u32), each: fingerprint
/// (16), length (u32), names (u32), each: name, environment (text), version (u32), use (u8); forms (u32), by rising
/// hash, each: anchor's hash, its offset, the form's length, the label's index (u32 each), digest (32). Last the keyed
/// digest of all that (32).
package struct KnownValueTable: Sendable {
  /// One value of the vault, under all its names.
  package struct Label: Sendable, Hashable {
    /// The fingerprint of findings of this value.
    package let fingerprint: Bytes16
    /// Length in bytes, without line ends at its end.
    package let byteCount: Int
    /// Never empty.
    package internal(set) var names: [Name]
  }

  /// One version of one name.
  package struct Name: Sendable, Hashable {
    package let name: String
    package let environment: String
    package let version: UInt32
    package let use: Use

    /// What became of a version.
    package enum Use: UInt8, Sendable {
      case retired
      /// A launch gets it today.
      case current
      /// A rotation replaced it, and showed that it is refused.
      case dead
    }

    package init(name: String, environment: String, version: UInt32, use: Use) {
      self.name = name
      self.environment = environment
      self.version = version
      self.use = use
    }
  }

  /// One form of one value.
  struct Form: Sendable {
    let anchorHash: UInt32
    /// Of the anchor, from the form's start.
    let anchorOffset: UInt32
    let byteCount: UInt32
    let label: UInt32
    let digest: Bytes32
  }

  /// A table from whoever started the scan is trusted to this size in bytes; 10,000 values take about 6 MiB.
  package static let maximumSize = 256 << 20
  static let header = "coffer known values 1"
  private static let digestCount = 32

  package let labels: [Label]
  /// Versions that are looked for: a value under two names counts twice.
  package let valueCount: Int
  /// Versions that are too short or too common to look for.
  package let leftOutCount: Int
  /// The salt that `coffer` drew for this run's fingerprints; nil when they are keyed by the salt of a coffer.toml.
  package let runSalt: [UInt8]?
  let keys: KnownValueKeys
  /// By rising hash.
  let forms: [Form]

  /// Reads a table.
  /// - Throws: `KnownValueTableError`.
  package init(_ bytes: [UInt8]) throws(KnownValueTableError) {
    guard bytes.count <= Self.maximumSize, bytes.count > Self.digestCount else { throw .malformed }
    let body = bytes.count - Self.digestCount
    var reader = CanonicalReader(Array(bytes[..<body]))
    keys = try Self.readKeys(&reader)
    let digest = unsafe Hashing.tag(keys.table, bytes.span.bytes.extracting(0..<body))
    guard digest.bytes == Array(bytes[body...]) else { throw .malformed }
    do throws(MalformedBytes) {
      let salt = try reader.prefixed()
      runSalt = salt.isEmpty ? nil : salt
      leftOutCount = Int(try reader.u32())
      labels = try Self.readLabels(&reader)
      valueCount = labels.reduce(0) { $0 + $1.names.count }
      forms = try Self.readForms(&reader, labels: labels.count)
      try reader.end()
    } catch {
      throw .malformed
    }
  }

  private static func readKeys(_ reader: inout CanonicalReader) throws(KnownValueTableError) -> KnownValueKeys {
    guard let header = try? reader.text(), header == Self.header, let key = try? reader.fixed(SymmetricKey.count)
    else { throw .malformed }
    do throws(SealingError) {
      return try KnownValueKeys(SymmetricKey(SecretBytes(copying: key)))
    } catch {
      throw .sealing(error)
    }
  }

  private static func readLabels(_ reader: inout CanonicalReader) throws(MalformedBytes) -> [Label] {
    var labels: [Label] = []
    for _ in 0..<(try reader.count(minimum: 24)) {
      let fingerprint = try reader.bytes16()
      let byteCount = Int(try reader.u32())
      var names: [Name] = []
      for _ in 0..<(try reader.count(minimum: 13)) {
        let (name, environment) = (try reader.text(), try reader.text())
        let (version, use) = (try reader.u32(), try reader.u8())
        guard let use = Name.Use(rawValue: use) else { throw MalformedBytes() }
        names.append(Name(name: name, environment: environment, version: version, use: use))
      }
      guard !names.isEmpty else { throw MalformedBytes() }
      labels.append(Label(fingerprint: fingerprint, byteCount: byteCount, names: names))
    }
    return labels
  }

  private static func readForms(
    _ reader: inout CanonicalReader, labels: Int
  ) throws(MalformedBytes) -> [Form] {
    var forms: [Form] = []
    let count = try reader.count(minimum: 48)
    forms.reserveCapacity(count)
    for _ in 0..<count {
      let form = Form(
        anchorHash: try reader.u32(), anchorOffset: try reader.u32(), byteCount: try reader.u32(),
        label: try reader.u32(), digest: try reader.bytes32())
      guard form.byteCount >= AnchorHash.window, form.byteCount < 1 << 30,
        form.anchorOffset <= form.byteCount - UInt32(AnchorHash.window), form.label < labels,
        (forms.last?.anchorHash ?? 0) <= form.anchorHash
      else { throw MalformedBytes() }
      forms.append(form)
    }
    return forms
  }
}

extension KnownValueTable: CustomReflectable {
  /// Empty, so that `dump` shows nothing.
  package var customMirror: Mirror { Mirror(self, children: []) }
}

/// Why a table cannot be used.
package enum KnownValueTableError: Error, Equatable, Sendable {
  /// Cut short, changed, or of another version.
  case malformed
  /// No locked memory for its keys.
  case sealing(SealingError)
}
