import Sealing

/// What is wrapped to a token: its environment's name, which it could not learn otherwise, and the environment's key or the keys of the
/// names that it is limited to. docs/FORMAT.md, "Wrap".
struct TokenWrap {
  let environmentName: String
  /// Nil for a token that is limited to names.
  let key: EnvironmentKey?
  let names: [(name: String, key: NameKey)]

  /// Wraps to `member`, who reads `environment` with a token.
  /// - Parameter scope: the names that it is limited to; nil for all.
  static func wrap(
    _ key: EnvironmentKey, named environmentName: String, scope: [String]?, to member: Member
  ) throws(VaultError) -> Operation.Wrap {
    let bytes = try sealing { () throws(SealingError) in
      var head = CanonicalWriter()
      head.fixed(WrapKind.token.header(key.vault, key.environment, key.epoch, member.id))
      head.text(environmentName)
      head.u8(scope == nil ? 1 : 0)
      let names = scope ?? []
      if scope != nil { head.u32(UInt32(names.count)) }
      let count = scope == nil ? SymmetricKey.count : names.reduce(0) { $0 + 4 + $1.utf8.count + SymmetricKey.count }
      var plain = try SecretBytes(count: head.bytes.count + count)
      plain.withMutableBytes { $0.store(head.bytes, at: 0) }
      var end = head.bytes.count
      if scope == nil {
        key.withBytes { key in plain.withMutableBytes { $0.store(key, at: end) } }
      }
      for name in names {
        var field = CanonicalWriter()
        field.text(name)
        plain.withMutableBytes { $0.store(field.bytes, at: end) }
        end += field.bytes.count
        try key.nameKey(name).withBytes { key in plain.withMutableBytes { $0.store(key, at: end) } }
        end += SymmetricKey.count
      }
      return try plain.withBytes { (bytes) throws(SealingError) in try member.keys.wrapping.wrap(bytes) }
    }
    return Operation.Wrap(environment: key.environment, epoch: key.epoch, member: member.id, bytes: bytes)
  }

  /// Opens what `wrap` made; an environment's key is held against the commitment that the log signs.
  /// - Parameter wrapped: as it stands in the body of a verified entry: nothing else vouches for keys of names.
  init(
    _ wrapped: [UInt8], identity: borrowing Identity, vault: VaultID, environment: EnvironmentID, epoch: UInt32,
    commitment: Bytes32
  ) throws(VaultError) {
    let header = WrapKind.token.header(vault, environment, epoch, identity.publicIdentity.id)
    let plain = try opening(.wrap) { () throws(SealingError) in try identity.wrapping.unwrap(wrapped) }
    var cursor = Cursor(count: plain.count)
    guard
      try plain.withBytes({ (bytes) throws(VaultError) in bytes.extracting(try cursor.take(header.count)).array })
        == header
    else { throw .damaged(.wrap) }
    environmentName = try cursor.text(in: plain)
    let isWhole = try plain.withBytes { (bytes) throws(VaultError) in bytes.byte(at: try cursor.take(1).lowerBound) }
    guard isWhole <= 1 else { throw .damaged(.wrap) }
    if isWhole == 1 {
      let range = try cursor.take(SymmetricKey.count)
      let bytes = try sealing { () throws(SealingError) in try plain.slice(range) }
      key = try EnvironmentKey.from(
        bytes, vault: vault, environment: environment, epoch: epoch, commitment: commitment)
      names = []
    } else {
      var found: [(name: String, key: NameKey)] = []
      let count = try cursor.count(in: plain)
      for _ in 0..<count {
        let name = try cursor.text(in: plain)
        let range = try cursor.take(SymmetricKey.count)
        let key = try sealing { () throws(SealingError) in try SymmetricKey(plain.slice(range)) }
        found.append((name, NameKey(vault: vault, environment: environment, key: key)))
      }
      key = nil
      names = found
    }
    guard cursor.isAtEnd else { throw .damaged(.wrap) }
  }

  /// Steps through secret bytes in the encoding of `CanonicalReader`.
  private struct Cursor {
    private var position = 0
    private let end: Int

    init(count: Int) { end = count }

    var isAtEnd: Bool { position == end }

    mutating func take(_ count: Int) throws(VaultError) -> Range<Int> {
      guard count <= end - position else { throw .damaged(.wrap) }
      defer { position += count }
      return position..<(position + count)
    }

    mutating func count(in bytes: borrowing SecretBytes) throws(VaultError) -> Int {
      let range = try take(4)
      var reader = CanonicalReader(bytes.withBytes { $0.extracting(range).array })
      let count = Int(try reading(.wrap) { () throws(MalformedBytes) in try reader.u32() })
      guard count <= end - position else { throw .damaged(.wrap) }
      return count
    }

    mutating func text(in bytes: borrowing SecretBytes) throws(VaultError) -> String {
      let range = try take(try count(in: bytes))
      guard let text = bytes.withBytes({ String(validating: $0.extracting(range).array, as: UTF8.self) }) else {
        throw .damaged(.wrap)
      }
      return text
    }
  }
}
