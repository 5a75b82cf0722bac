@testable import Platform
@testable import Sealing
@testable import Vault

/// A vault in a scratch folder, and archives and bundles of it, written here as docs/FORMAT.md has them: so that they can say what
/// Coffer never would.
final class BundleMaker {
  private let scratch: ScratchFolder
  let founder: Identity
  let bob: Identity
  let vault: Vault
  let archive: Archive

  /// The parts of an archive.
  struct Archive {
    var version: UInt8 = 1
    var vault: [UInt8]
    var newest: UInt64
    var entries: [StoredEntry]
    var records: [(number: UInt64, bytes: [UInt8])]

    var bytes: [UInt8] {
      var writer = CanonicalWriter()
      writer.fixed(Array("COFFERAR".utf8))
      writer.u8(version)
      writer.fixed(vault)
      writer.u64(newest)
      for entry in entries {
        writer.prefixed(entry.entry)
        writer.prefixed(entry.body)
      }
      writer.list(records) {
        $0.u64($1.number)
        $0.prefixed($1.bytes)
      }
      return writer.bytes + Hashing.digest("coffer/archive", writer.bytes).bytes
    }
  }

  /// What a bundle's header says, and to whom it is sealed.
  struct Header {
    var vault: [UInt8]
    var sequence: UInt64
    var hash: Bytes32
    /// In the order of the file: the id that is named, and whom the box is for.
    var recipients: [(named: MemberID, keys: PublicIdentity)]
    /// In the boxes, instead of the recipients' own.
    var stated: MemberID?
    /// Instead of the archive's.
    var length: UInt64?
  }

  init() throws {
    scratch = try ScratchFolder()
    founder = try Identity()
    bob = try Identity()
    var phrase = try SecretBytes(count: 0)
    let session: Session
    (vault, session) = try Vault.create(
      Vault.Founding(name: "vectors", founder: "Ada", environments: ["production"]), identity: founder,
      scratch.folders, phrase: &phrase)
    let production = try vault.read { (snapshot) throws(VaultError) in try snapshot.key("production", in: session) }
    let keys = bob.publicIdentity
    try vault.write(session) { (transaction) throws(VaultError) in
      try transaction.addMember(
        keys, name: "Bob", roles: [.directory: .read, production.environment: .read], session: session)
    }
    for value in ["one", "two"] {
      let new = Transaction.NewValue(name: "A", value: try GoldenVault.secret(value))
      _ = try vault.write(session) { (transaction) throws(VaultError) in try transaction.put([new], production) }
    }
    let whole = try VaultArchive(reading: vault)
    archive = Archive(
      vault: whole.vault.bytes.bytes, newest: whole.newest, entries: (1...whole.newest).compactMap(whole.entry),
      records: whole.records(from: 0, count: whole.recordCount))
  }

  /// What is true of the archive, sealed to the two of them.
  func header() throws -> Header {
    Header(
      vault: archive.vault, sequence: archive.newest, hash: try LogEntry(bytes: archive.entries.last?.entry ?? []).hash,
      recipients: [founder.publicIdentity, bob.publicIdentity].map { ($0.id, $0) }
        .sorted { $0.named.bytes < $1.named.bytes })
  }

  /// A bundle; of less than one chunk.
  func bundle(_ header: Header, _ archive: [UInt8], isLast: Bool = true) throws -> [UInt8] {
    let key = Randomness.bytes(32)
    var writer = CanonicalWriter()
    writer.fixed(Array("COFFERBN".utf8))
    writer.u8(1)
    writer.u8(1)
    writer.fixed(header.vault)
    writer.u64(header.sequence)
    writer.fixed(header.hash)
    writer.u32(UInt32(header.recipients.count))
    for recipient in header.recipients {
      writer.fixed(recipient.named.bytes)
      var plain = CanonicalWriter()
      plain.text("coffer/bundle-key")
      plain.fixed(header.vault)
      plain.fixed((header.stated ?? recipient.keys.id).bytes)
      plain.fixed(key)
      writer.prefixed(try recipient.keys.wrapping.wrap(plain.bytes.span.bytes))
    }
    writer.u64(header.length ?? UInt64(archive.count))
    var context = CanonicalWriter()
    context.text("coffer/bundle-chunk")
    context.fixed(Hashing.digest("coffer/bundle", writer.bytes))
    context.u64(0)
    context.u8(isLast ? 1 : 0)
    return try writer.bytes
      + SealedBox.seal(
        archive.span.bytes, key: SymmetricKey(SecretBytes(copying: key)), context: context.bytes)
  }

  func input(_ bytes: [UInt8], _ identity: borrowing Identity) -> Fields {
    input(bytes).with("seeds", identity.seeds.withBytes { $0.array }.json)
  }

  /// Of an archive.
  func input(_ bytes: [UInt8]) -> Fields { ["bytes": bytes.json, "vault": vault.id.bytes.bytes.json] }
}
