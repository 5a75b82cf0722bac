import Glibc
package import Platform
package import Sealing

/// The identity at rest, sealed under a key derived from the passphrase. docs/FORMAT.md, "Identity file".
package struct IdentityFile: Sendable {
  /// How the passphrase becomes the key.
  package let derivation: PassphraseDerivation
  /// Milliseconds since 1970.
  package let created: UInt64
  /// Readable without the passphrase.
  package let publicIdentity: PublicIdentity
  private let box: [UInt8]

  private static let magic = Array("COFFERID".utf8)
  private static let limit = 4096

  /// Seals `identity` under `passphrase`.
  package init(
    sealing identity: borrowing Identity, passphrase: borrowing SecretBytes,
    derivation: PassphraseDerivation = .moderate(), created: UInt64
  ) throws(VaultError) {
    self.derivation = derivation
    self.created = created
    self.publicIdentity = identity.publicIdentity
    let header = Self.header(derivation: derivation, created: created, publicIdentity: publicIdentity)
    do {
      let key = try derivation.key(from: passphrase)
      box = try identity.seeds.withBytes { (seeds) throws(SealingError) in
        try SealedBox.seal(seeds, key: key, context: header)
      }
    } catch { throw error == .derivationOutOfBounds ? .derivationOutOfBounds : .sealing(error) }
  }

  /// Parses and checks the checksum and the bounds of the derivation; does no slow work.
  package init(bytes: [UInt8]) throws(VaultError) {
    guard bytes.starts(with: Self.magic) else { throw .damaged(.identity) }
    guard bytes.count > 8 + 32 else { throw .damaged(.identity) }
    let body = Array(bytes.dropLast(32))
    guard Hashing.digest("coffer/identity-file", body).bytes == Array(bytes.suffix(32)) else {
      throw .damaged(.identity)
    }
    var reader = CanonicalReader(body)
    try reader.versioned(Self.magic, part: .identity)
    let suite = try reading(.identity) { () throws(MalformedBytes) in try (reader.u8(), reader.u8()) }
    guard suite == (Format.suite, Format.argon2id) else { throw .needsNewer }
    let parsed = try reading(.identity) { () throws(MalformedBytes) in
      let passes = try reader.u32()
      let memory = try reader.u64()
      let salt = try reader.fixed(PassphraseDerivation.saltCount)
      let created = try reader.u64()
      let wrapping = WrappingPublicKey(try reader.bytes32())
      let signing = VerifyingKey(try reader.bytes32())
      let box = try reader.prefixed()
      try reader.end()
      return (
        derivation: PassphraseDerivation(passes: passes, memory: memory, salt: salt),
        created: created, keys: PublicIdentity(wrapping: wrapping, signing: signing), box: box
      )
    }
    derivation = parsed.derivation
    created = parsed.created
    publicIdentity = parsed.keys
    box = parsed.box
    do { try derivation.checkBounds() } catch { throw .derivationOutOfBounds }
  }

  /// The file's bytes.
  package var bytes: [UInt8] {
    var writer = CanonicalWriter()
    writer.fixed(Self.header(derivation: derivation, created: created, publicIdentity: publicIdentity))
    writer.prefixed(box)
    return writer.bytes + Hashing.digest("coffer/identity-file", writer.bytes).bytes
  }

  /// Derives the key (slow on purpose) and opens the seeds.
  /// - Throws: `wrongPassphrase`, at full cost each time. The checksum has already told damage from it.
  package func open(passphrase: borrowing SecretBytes) throws(VaultError) -> Identity {
    let header = Self.header(derivation: derivation, created: created, publicIdentity: publicIdentity)
    let seeds: SecretBytes
    do {
      let key = try derivation.key(from: passphrase)
      seeds = try SealedBox.open(box, key: key, context: header)
    } catch {
      switch error {
      case .wrongKeyOrContext: throw .wrongPassphrase
      case .damaged: throw .damaged(.identity)
      case .derivationOutOfBounds: throw .derivationOutOfBounds
      default: throw .sealing(error)
      }
    }
    let identity = try Identity(seeds: seeds)
    guard identity.publicIdentity == publicIdentity else { throw .damaged(.identity) }
    return identity
  }

  /// Reads the identity of this device.
  /// - Throws: `noIdentity`, `refusedFile`, `damaged(.identity)`, `derivationOutOfBounds`.
  package static func load(_ folders: Folders) throws(VaultError) -> IdentityFile {
    try IdentityFile(bytes: stored(folders))
  }

  /// The bytes of this device's identity file, whatever they are.
  /// - Throws: `noIdentity`, `refusedFile`, `damaged(.identity)` for far too many.
  package static func stored(_ folders: Folders) throws(VaultError) -> [UInt8] {
    try DeviceFile.read(path(folders), limit: limit, part: .identity, missing: .noIdentity)
  }

  /// Reads an identity from a file that somebody brought, as careful as with this device's own.
  /// - Throws: as `load`, and `system` when there is no such file.
  package static func read(_ path: String) throws(VaultError) -> IdentityFile {
    try IdentityFile(
      bytes: DeviceFile.read(
        path, limit: limit, part: .identity, missing: .system(SystemError(operation: "open", path: path, code: ENOENT)))
    )
  }

  /// Writes it for the first time. Of two that are saved at once, one stays.
  /// - Throws: `identityExists`, `system`.
  package func save(_ folders: Folders) throws(VaultError) {
    let isSaved = try system { () throws(SystemError) in
      try Files.makePrivateDirectory(folders.config)
      return try Files.writeNew(Self.path(folders), bytes)
    }
    guard isSaved else { throw .identityExists }
  }

  /// Where this device's identity is.
  package static func path(_ folders: Folders) -> String { folders.config + "/identity" }

  private static func header(
    derivation: PassphraseDerivation, created: UInt64, publicIdentity: PublicIdentity
  ) -> [UInt8] {
    var writer = CanonicalWriter()
    writer.fixed(magic)
    writer.u8(Format.version)
    writer.u8(Format.suite)
    writer.u8(Format.argon2id)
    writer.u32(derivation.passes)
    writer.u64(derivation.memory)
    writer.fixed(derivation.salt)
    writer.u64(created)
    writer.fixed(publicIdentity.encoded)
    return writer.bytes
  }
}
