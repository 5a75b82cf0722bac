import Sealing

/// A short text that every member may read and nobody else: a name of the vault, an environment or a member.
package struct SealedLabel: Hashable, Sendable {
  /// The directory's epoch whose key opens it.
  let epoch: UInt32
  let box: [UInt8]

  /// Where a label stands, so that one cannot be moved to another place.
  enum Place: Hashable, Sendable {
    case vault
    case environment(EnvironmentID)
    case member(MemberID)
    case scope(MemberID)

    var encoded: [UInt8] {
      switch self {
      case .vault: [1]
      case .environment(let id): [2] + id.bytes.bytes
      case .member(let id): [3] + id.bytes.bytes
      case .scope(let id): [4] + id.bytes.bytes
      }
    }

    init(decoding bytes: [UInt8]) throws(MalformedBytes) {
      var reader = CanonicalReader(bytes)
      let kind = try reader.u8()
      switch kind {
      case 1: self = .vault
      case 2: self = .environment(EnvironmentID(try reader.bytes16()))
      case 3: self = .member(MemberID(try reader.bytes16()))
      case 4: self = .scope(MemberID(try reader.bytes16()))
      default: throw MalformedBytes()
      }
      try reader.end()
    }
  }

  init(_ text: String, at place: Place, directory: EnvironmentKey) throws(VaultError) {
    epoch = directory.epoch
    let context = Self.context(place, directory)
    do {
      let key = try directory.labelsKey()
      let plain = try SecretBytes(copying: Array(text.utf8))
      let padded = try plain.withBytes { (bytes) throws(SealingError) in try Padding.pad(bytes) }
      box = try padded.withBytes { (bytes) throws(SealingError) in
        try SealedBox.seal(bytes, key: key, context: context)
      }
    } catch { throw .sealing(error) }
  }

  /// The text.
  /// - Throws: `damaged(.control)`; `locked` when the directory's key is of another epoch.
  func open(at place: Place, directory: EnvironmentKey) throws(VaultError) -> String {
    guard directory.epoch == epoch else { throw .locked(environment: "") }
    let context = Self.context(place, directory)
    let text = try opening(.control) { () throws(SealingError) -> String? in
      let key = try directory.labelsKey()
      let padded = try SealedBox.open(box, key: key, context: context)
      return try padded.withBytes { (bytes) throws(SealingError) in
        let count = try Padding.unpaddedCount(bytes)
        return String(validating: bytes.extracting(0..<count).array, as: UTF8.self)
      }
    }
    guard let text else { throw .damaged(.control) }
    return text
  }

  func encode(to writer: inout CanonicalWriter) {
    writer.u32(epoch)
    writer.prefixed(box)
  }

  init(from reader: inout CanonicalReader) throws(MalformedBytes) {
    epoch = try reader.u32()
    box = try reader.prefixed()
  }

  private static func context(_ place: Place, _ directory: EnvironmentKey) -> [UInt8] {
    var writer = CanonicalWriter()
    writer.text("coffer/label")
    writer.u8(Format.version)
    writer.u8(Format.suite)
    writer.fixed(directory.vault.bytes)
    writer.u32(directory.epoch)
    writer.prefixed(place.encoded)
    return writer.bytes
  }
}
