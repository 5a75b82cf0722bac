package import Sealing

/// A whole vault on its way to members: an archive, sealed to each of them. docs/FORMAT.md, "Bundle".
///
/// What it says of itself is readable without a key, and only a claim until it is opened and its archive verified.
package struct VaultBundle: Sendable {
  package let vault: VaultID
  /// The sequence of the archive's last entry.
  package let sequence: UInt64
  /// That entry's hash.
  let hash: Bytes32
  private let recipients: [Recipient]
  /// Length of the archive in bytes.
  private let length: Int
  private let bytes: [UInt8]

  /// A member, and the key that opens the archive, wrapped to the member.
  private struct Recipient {
    let member: MemberID
    let box: [UInt8]
  }

  private static let magic = Array("COFFERBN".utf8)
  /// Bytes of the archive in one box; the last may have fewer.
  private static let chunk = 1 << 20
  private static let maximumRecipients = 4096
  /// What is read of a file: an archive, and the boxes around it.
  package static let limit = VaultArchive.limit + (VaultArchive.limit / chunk + 1) * SealedBox.overhead + (1 << 20)

  // MARK: Making

  /// The bytes of a bundle that `members` can open.
  /// - Throws: `sealing`; `damaged` for an archive that is none.
  package static func seal(_ archive: VaultArchive, to members: [Member]) throws(VaultError) -> [UInt8] {
    guard let hash = archive.hash(of: archive.newest) else { throw .damaged(.archive) }
    let key = try sealing { () throws(SealingError) in try SymmetricKey() }
    var recipients: [Recipient] = []
    for member in members.sorted(by: { $0.id.bytes < $1.id.bytes }) {
      recipients.append(Recipient(member: member.id, box: try wrap(key, archive.vault, to: member)))
    }
    let header = header(archive.vault, archive.newest, hash, recipients, archive.bytes.count)
    let digest = Hashing.digest("coffer/bundle", header)
    var bytes = header
    let count = boxCount(archive.bytes.count)
    bytes.reserveCapacity(header.count + archive.bytes.count + count * SealedBox.overhead)
    for number in 0..<count {
      let start = number * chunk
      let end = min(start + chunk, archive.bytes.count)
      bytes += try sealing { () throws(SealingError) in
        try unsafe SealedBox.seal(
          archive.bytes.span.bytes.extracting(start..<end), key: key,
          context: context(digest, number, isLast: number == count - 1))
      }
    }
    return bytes
  }

  private static func wrap(
    _ key: borrowing SymmetricKey, _ vault: VaultID, to member: Member
  ) throws(VaultError) -> [UInt8] {
    try sealing { () throws(SealingError) in
      let before = keyHeader(vault, member.id)
      var plain = try SecretBytes(count: before.count + SymmetricKey.count)
      key.withBytes { key in
        plain.withMutableBytes { output in
          output.store(before, at: 0)
          output.store(key, at: before.count)
        }
      }
      return try plain.withBytes { (bytes) throws(SealingError) in try member.keys.wrapping.wrap(bytes) }
    }
  }

  // MARK: Reading

  /// Parses a file; opens nothing.
  /// - Throws: `damaged(.bundle)` also for one that was cut or added to; `needsNewer`.
  package init(bytes: [UInt8]) throws(VaultError) {
    guard bytes.starts(with: Self.magic) else { throw .damaged(.bundle) }
    var reader = CanonicalReader(bytes)
    try reader.versioned(Self.magic, part: .bundle)
    let suite = try reading(.bundle) { () throws(MalformedBytes) in try reader.u8() }
    guard suite == Format.suite else { throw .needsNewer }
    let parsed = try reading(.bundle) { () throws(MalformedBytes) in
      let vault = VaultID(try reader.bytes16())
      let sequence = try reader.u64()
      let hash = try reader.bytes32()
      var recipients: [Recipient] = []
      let count = try reader.count(minimum: 20)
      guard sequence > 0, count <= Self.maximumRecipients else { throw MalformedBytes() }
      for _ in 0..<count {
        let member = MemberID(try reader.bytes16())
        guard recipients.last.map({ $0.member.bytes < member.bytes }) ?? true else { throw MalformedBytes() }
        recipients.append(Recipient(member: member, box: try reader.prefixed()))
      }
      let length = try reader.u64()
      guard length > 0, length <= UInt64(VaultArchive.limit) else { throw MalformedBytes() }
      return (vault: vault, sequence: sequence, hash: hash, recipients: recipients, length: Int(length))
    }
    self.bytes = bytes
    (vault, sequence, hash, recipients, length) =
      (parsed.vault, parsed.sequence, parsed.hash, parsed.recipients, parsed.length)
    guard bytes.count == header.count + length + Self.boxCount(length) * SealedBox.overhead else {
      throw .damaged(.bundle)
    }
  }

  /// Whether it was sealed to this member.
  package func isFor(_ member: MemberID) -> Bool { recipients.contains { $0.member == member } }

  /// Recognises the file, whatever it is called: of all its bytes.
  package var fileDigest: Bytes32 { Hashing.digest("coffer/bundle-file", bytes) }

  /// The archive, which is not verified yet.
  /// - Throws: `notForYou`, `damaged(.bundle)`, `damaged(.archive)`, `needsNewer`, `sealing`.
  package func open(_ identity: borrowing Identity) throws(VaultError) -> VaultArchive {
    let id = identity.publicIdentity.id
    guard let recipient = recipients.first(where: { $0.member == id }) else { throw .notForYou }
    let before = Self.keyHeader(vault, id)
    let plain = try opening(.bundle) { () throws(SealingError) in try identity.wrapping.unwrap(recipient.box) }
    guard plain.count == before.count + SymmetricKey.count,
      plain.withBytes({ $0.extracting(0..<before.count).array }) == before
    else { throw .damaged(.bundle) }
    let key = try sealing { () throws(SealingError) in
      try SymmetricKey(plain.slice(before.count..<plain.count))
    }
    let header = header
    let digest = Hashing.digest("coffer/bundle", header)
    var archive: [UInt8] = []
    archive.reserveCapacity(length)
    var start = header.count
    let count = Self.boxCount(length)
    for number in 0..<count {
      let end = start + SealedBox.overhead + min(Self.chunk, length - number * Self.chunk)
      let box = Array(bytes[start..<end])
      let chunk = try opening(.bundle) { () throws(SealingError) in
        try SealedBox.open(box, key: key, context: Self.context(digest, number, isLast: number == count - 1))
      }
      archive += chunk.withBytes { $0.array }
      start = end
    }
    let opened = try VaultArchive(bytes: archive)
    guard opened.vault == vault, opened.newest == sequence, opened.hash(of: sequence) == hash else {
      throw .damaged(.bundle)
    }
    return opened
  }

  // MARK: Layout

  private var header: [UInt8] { Self.header(vault, sequence, hash, recipients, length) }

  private static func header(
    _ vault: VaultID, _ sequence: UInt64, _ hash: Bytes32, _ recipients: [Recipient], _ length: Int
  ) -> [UInt8] {
    var writer = CanonicalWriter()
    writer.fixed(magic)
    writer.u8(Format.version)
    writer.u8(Format.suite)
    writer.fixed(vault.bytes)
    writer.u64(sequence)
    writer.fixed(hash)
    writer.list(recipients) {
      $0.fixed($1.member.bytes)
      $0.prefixed($1.box)
    }
    writer.u64(UInt64(length))
    return writer.bytes
  }

  /// What stands before the key, so that no wrap passes for another's.
  private static func keyHeader(_ vault: VaultID, _ member: MemberID) -> [UInt8] {
    var writer = CanonicalWriter()
    writer.text("coffer/bundle-key")
    writer.fixed(vault.bytes)
    writer.fixed(member.bytes)
    return writer.bytes
  }

  private static func context(_ header: Bytes32, _ number: Int, isLast: Bool) -> [UInt8] {
    var writer = CanonicalWriter()
    writer.text("coffer/bundle-chunk")
    writer.fixed(header)
    writer.u64(UInt64(number))
    writer.u8(isLast ? 1 : 0)
    return writer.bytes
  }

  private static func boxCount(_ length: Int) -> Int { (length + chunk - 1) / chunk }
}

extension Control {
  /// Whom a bundle is sealed to: the people, and the recovery phrase. Tokens read one environment, and not the vault.
  package var bundleRecipients: [Member] { members.filter { $0.isActive && $0.kind != .machine } }
}
