import Sealing

/// The ciphertext of one environment for one token, signed: how a secret reaches a server, a container or CI without a shared
/// store. The vault's own structures in one file; whoever lacks the token learns what the vault's file tells, and no more.
/// docs/FORMAT.md, "Snapshot".
package struct SnapshotFile: Sendable {
  /// What it says of itself. Only a claim before `verified`.
  package struct Header: Equatable, Sendable {
    package let vault: VaultID
    package let environment: EnvironmentID
    /// The member that the token is.
    package let token: MemberID
    /// Of the vault's newest entry when it was made.
    package let sequence: UInt64
    /// Of that entry.
    let hash: Bytes32
    /// Milliseconds since 1970 by the author's clock.
    package let created: UInt64
    /// Milliseconds after `created` from which it is refused; 0 for never.
    package let maxAge: UInt64
    /// Who made and signed it.
    package let author: MemberID

    /// Milliseconds since 1970 from which it is refused; nil for never.
    package var expires: UInt64? {
      guard maxAge > 0 else { return nil }
      let (sum, overflow) = created.addingReportingOverflow(maxAge)
      return overflow ? .max : sum
    }
  }

  /// An entry that changed members or environments.
  struct Link: Sendable {
    let entry: LogEntry
    let body: [UInt8]
    /// The root of the map that the entry ends; zero where it ends none. The control block that it states proves it.
    let ended: Bytes32
  }

  package let header: Header
  /// Every entry that changed the control block, from the first on.
  let chain: [Link]
  /// The entry that states the roots and the control block.
  let head: LogEntry
  /// By path.
  let nodes: [(path: NameMap.Path, bytes: [UInt8])]
  /// The current versions, by number.
  let records: [(number: UInt64, bytes: [UInt8])]
  let signature: [UInt8]
  /// Of everything before the signature.
  private let digest: Bytes32

  /// How many names have a value in it.
  package var count: Int { records.count }

  /// What a reader takes, in bytes.
  package static let limit = 64 << 20

  private static let magic = Array("COFFERSN".utf8)

  /// Whether a file that begins so is meant as one.
  package static func isStart(_ bytes: [UInt8]) -> Bool { bytes == magic }

  /// Reads a file's layout; nothing of it is to be used before `verified`.
  /// - Throws: `damaged(.snapshot)`, `damaged(.log)`; `needsNewer`.
  package init(decoding bytes: [UInt8]) throws(VaultError) {
    guard bytes.count <= Self.limit, bytes.count > Self.magic.count + 64, bytes.starts(with: Self.magic) else {
      throw .damaged(.snapshot)
    }
    let signed = Array(bytes.dropLast(64))
    var reader = CanonicalReader(signed)
    try reader.versioned(Self.magic, part: .snapshot)
    guard try reading(.snapshot, { () throws(MalformedBytes) in try reader.u8() }) == Format.suite else {
      throw .needsNewer
    }
    header = try reading(.snapshot) { () throws(MalformedBytes) in
      Header(
        vault: VaultID(try reader.bytes16()), environment: EnvironmentID(try reader.bytes16()),
        token: MemberID(try reader.bytes16()), sequence: try reader.u64(), hash: try reader.bytes32(),
        created: try reader.u64(), maxAge: try reader.u64(), author: MemberID(try reader.bytes16()))
    }
    let parts = try reading(.snapshot) { () throws(MalformedBytes) in
      var links: [(entry: [UInt8], body: [UInt8], ended: Bytes32)] = []
      for _ in 0..<(try reader.count(minimum: 40)) {
        links.append((try reader.prefixed(), try reader.prefixed(), try reader.bytes32()))
      }
      return (links: links, head: try reader.prefixed(), nodes: try reader.nodes(), records: try reader.records())
    }
    try reading(.snapshot) { () throws(MalformedBytes) in try reader.end() }
    chain = try parts.links.map { (link) throws(VaultError) in
      Link(entry: try LogEntry(bytes: link.entry), body: link.body, ended: link.ended)
    }
    head = try LogEntry(bytes: parts.head)
    nodes = parts.nodes
    records = parts.records
    signature = Array(bytes.suffix(64))
    digest = Hashing.digest("coffer/snapshot", signed)
  }

  /// A new one, signed.
  /// - Parameters:
  ///   - nodes: by path.
  ///   - records: by number.
  init(
    _ header: Header, chain: [Link], head: LogEntry, nodes: [(path: NameMap.Path, bytes: [UInt8])],
    records: [(number: UInt64, bytes: [UInt8])], signer: borrowing SigningKey
  ) {
    self.header = header
    self.chain = chain
    self.head = head
    self.nodes = nodes
    self.records = records
    digest = Hashing.digest("coffer/snapshot", Self.signed(header, chain, head, nodes, records))
    signature = signer.sign(Self.labelled(digest))
  }

  /// The bytes of the file.
  package var bytes: [UInt8] { Self.signed(header, chain, head, nodes, records) + signature }

  /// - Throws: `snapshot(.badSignature)` unless `key` signed it.
  func verify(_ key: VerifyingKey) throws(VaultError) {
    do { try key.verify(signature, of: Self.labelled(digest)) } catch { throw .snapshot(.badSignature) }
  }

  /// A label first, so that no other signature of the same key passes for a snapshot's.
  private static func labelled(_ digest: Bytes32) -> [UInt8] {
    var writer = CanonicalWriter()
    writer.text("coffer/snapshot-signature")
    writer.fixed(digest)
    return writer.bytes
  }

  private static func signed(
    _ header: Header, _ chain: [Link], _ head: LogEntry, _ nodes: [(path: NameMap.Path, bytes: [UInt8])],
    _ records: [(number: UInt64, bytes: [UInt8])]
  ) -> [UInt8] {
    var writer = CanonicalWriter()
    writer.fixed(magic)
    writer.u8(Format.version)
    writer.u8(Format.suite)
    writer.fixed(header.vault.bytes)
    writer.fixed(header.environment.bytes)
    writer.fixed(header.token.bytes)
    writer.u64(header.sequence)
    writer.fixed(header.hash)
    writer.u64(header.created)
    writer.u64(header.maxAge)
    writer.fixed(header.author.bytes)
    writer.list(chain) { writer, link in
      writer.prefixed(link.entry.bytes)
      writer.prefixed(link.body)
      writer.fixed(link.ended)
    }
    writer.prefixed(head.bytes)
    writer.list(nodes) { writer, node in
      writer.prefixed(node.path)
      writer.prefixed(node.bytes)
    }
    writer.list(records) { writer, record in
      writer.u64(record.number)
      writer.prefixed(record.bytes)
    }
    return writer.bytes
  }
}

extension CanonicalReader {
  /// Each path once, in order, so that one content has one encoding.
  fileprivate mutating func nodes() throws(MalformedBytes) -> [(path: NameMap.Path, bytes: [UInt8])] {
    var nodes: [(path: NameMap.Path, bytes: [UInt8])] = []
    for _ in 0..<(try count(minimum: 8)) {
      let path = try prefixed()
      guard path.count < 64, path.allSatisfy({ $0 < 16 }),
        nodes.last.map({ $0.path.lexicographicallyPrecedes(path) }) ?? true
      else { throw MalformedBytes() }
      nodes.append((path, try prefixed()))
    }
    return nodes
  }

  fileprivate mutating func records() throws(MalformedBytes) -> [(number: UInt64, bytes: [UInt8])] {
    var records: [(number: UInt64, bytes: [UInt8])] = []
    for _ in 0..<(try count(minimum: 12)) {
      let number = try u64()
      guard records.last.map({ $0.number < number }) ?? true else { throw MalformedBytes() }
      records.append((number, try prefixed()))
    }
    return records
  }
}
