@testable import Platform
@testable import Sealing
@testable import Vault

extension VectorWriter {
  static func snapshots() throws -> VectorFile {
    var writer = VectorWriter("docs/FORMAT.md, Snapshot. The files were made once, from vaults with random keys.")
    let made = try SnapshotMaker()
    let (whole, limited) = (try made.token(nil), try made.token(["B", "NONE"]))
    let first = try made.file(whole)
    let good = try made.input(first, whole)
    try writer.add("snapshot: every name", "snapshot", good)
    try writer.add("snapshot: a token limited to names", "snapshot", try made.input(made.file(limited), limited))
    try addAges(to: &writer, made, whole)
    try writer.add("snapshot: another token's", "snapshot", try made.input(first, limited), "damaged")
    let stranger = try SnapshotMaker()
    let foreign = try stranger.token(nil)
    try writer.add(
      "snapshot: another vault's", "snapshot", try made.input(stranger.file(foreign), whole), "damaged")
    try addFaults(to: &writer, made, first, whole)

    // A new key of the environment, and of the directory; another environment that ended.
    try made.newEpochs()
    try made.put("B", "second")
    let later = try made.file(limited)
    try writer.add("snapshot: after new epochs", "snapshot", try made.input(later, limited))
    try writer.add("snapshot: after new epochs, every name", "snapshot", try made.input(made.file(whole), whole))
    guard let ended = later.chain.firstIndex(where: { $0.ended != Bytes32() }) else { throw BadCase(field: "ended") }
    for (name, root) in [("none", Bytes32()), ("another", Bytes32(fixed(1, 32)))] {
      var chain = later.chain
      chain[ended] = SnapshotFile.Link(entry: chain[ended].entry, body: chain[ended].body, ended: root)
      try writer.add(
        "snapshot: the root that an epoch ended, \(name)", "snapshot",
        try made.input(made.signed(later, chain: chain), limited), "damaged")
    }
    // Whoever was let in and is out again leaves the same control block without the entry that let him in.
    let replaced = later.chain.firstIndex { $0.entry.kind == .member }
    for place in 1..<later.chain.count {
      var chain = later.chain
      chain.remove(at: place)
      try writer.add(
        "snapshot: without link \(place)", "snapshot", try made.input(made.signed(later, chain: chain), limited),
        place == replaced ? "ok" : "damaged")
    }
    return writer.file
  }

  private static func addAges(to writer: inout VectorWriter, _ made: SnapshotMaker, _ token: Token) throws {
    let aged = try made.input(made.file(token, maxAge: 1000), token)
    try writer.add("snapshot: its last millisecond", "snapshot", aged.with("now", .integer(made.created + 999)))
    try writer.add("snapshot: too old", "snapshot", aged.with("now", .integer(made.created + 1000)), "rollback")
    let plain = try made.input(made.file(token), token)
    try writer.add("snapshot: below the minimum", "snapshot", plain.with("minimum", .integer(1000)), "rollback")
  }

  private static func addFaults(
    to writer: inout VectorWriter, _ made: SnapshotMaker, _ file: SnapshotFile, _ token: Token
  ) throws {
    func add(_ name: String, _ bytes: [UInt8], _ outcome: String) throws {
      try writer.add("snapshot: \(name)", "snapshot", try made.input(file, token).with("bytes", bytes.json), outcome)
    }
    func flipped(_ offset: Int) -> [UInt8] {
      var bytes = file.bytes
      bytes[offset] ^= 1
      return bytes
    }
    let bytes = file.bytes
    try add("empty", [], "damaged")
    try add("another magic", flipped(0), "damaged")
    try add("another version", flipped(8), "newer")
    try add("another suite", flipped(9), "newer")
    try add("another vault in the header", flipped(10), "damaged")
    try add("another environment in the header", flipped(26), "forged")
    try add("another token in the header", flipped(42), "damaged")
    try add("another sequence", flipped(58), "damaged")
    try add("another hash", flipped(66), "damaged")
    try add("another time", flipped(98), "forged")
    try add("another maximum age", flipped(106), "forged")
    try add("another author", flipped(114), "forged")
    try add("another signature", flipped(bytes.count - 1), "forged")
    try add("the last record changed", flipped(bytes.count - 65), "forged")
    try add("a byte less", Array(bytes.dropLast()), "damaged")
    try add("a byte more", bytes + [0], "damaged")
    try add("a byte before the signature", Array(bytes.dropLast(64)) + [0] + bytes.suffix(64), "damaged")
    let stranger = try Identity()
    try add("signed by a stranger", try made.signed(file, by: stranger).bytes, "forged")
    try add("no chain", try made.signed(file, chain: []).bytes, "damaged")
    try add("without its nodes", try made.signed(file, nodes: []).bytes, "damaged")
    try add("without a record", try made.signed(file, records: Array(file.records.dropLast())).bytes, "damaged")
    try add("records out of order", try made.signed(file, records: file.records.reversed()).bytes, "damaged")
    try add("a record twice", try made.signed(file, records: file.records + [file.records[1]]).bytes, "damaged")
    let stray: [(path: NameMap.Path, bytes: [UInt8])] = file.nodes + [([16], [0])]
    try add("a step of 16", try made.signed(file, nodes: stray).bytes, "damaged")
  }
}

/// A vault in a scratch folder, and snapshots of its production.
private final class SnapshotMaker {
  let created: UInt64 = 4_102_444_800_000
  private let scratch = try? ScratchFolder()
  private let identity: Identity
  private let vault: Vault
  private var session: Session

  init() throws {
    guard let scratch else { throw BadCase(field: "scratch") }
    identity = try Identity()
    var phrase = try SecretBytes(count: 0)
    (vault, session) = try Vault.create(
      Vault.Founding(name: "vectors", founder: "Ada", environments: ["production", "scratch"]), identity: identity,
      scratch.folders, phrase: &phrase)
    try put("A", "one")
    try put("B", "first")
  }

  func put(_ name: String, _ value: String) throws {
    let secret = try GoldenVault.secret(value)
    _ = try vault.write(session) { [session] (transaction) throws(VaultError) in
      try transaction.put(
        [Transaction.NewValue(name: name, value: secret)], transaction.snapshot().key("production", in: session))
    }
  }

  func token(_ scope: [String]?) throws -> Token {
    try vault.write(session) { [session] (transaction) throws(VaultError) in
      try transaction.addToken(
        name: "token \(scope?.count ?? 0)", environment: transaction.snapshot().key("production", in: session),
        scope: scope, expires: 0, session: session)
    }
  }

  /// Somebody who read everything comes and goes, and an environment ends.
  func newEpochs() throws {
    let bob = try Identity().publicIdentity
    let production = try vault.read { [session] (snapshot) throws(VaultError) in
      try snapshot.key("production", in: session).environment
    }
    try vault.write(session) { [session] (transaction) throws(VaultError) in
      try transaction.addMember(
        bob, name: "Bob", roles: [.directory: .write, production: .read], session: session)
    }
    session = try vault.write(session) { [session] (transaction) throws(VaultError) in
      try transaction.removeMember(bob.id, session: session)
    }
    try vault.write(session) { [session] (transaction) throws(VaultError) in
      try transaction.removeEnvironment(transaction.snapshot().key("scratch", in: session))
    }
  }

  func file(_ token: Token, maxAge: UInt64 = 0) throws -> SnapshotFile {
    let id = try token.identity().publicIdentity.id
    return try vault.read { [session, created] (snapshot) throws(VaultError) in
      try snapshot.file(
        for: id, snapshot.key("production", in: session), created: created, maxAge: maxAge, session: session)
    }
  }

  /// The same with other parts, signed again.
  func signed(
    _ file: SnapshotFile, chain: [SnapshotFile.Link]? = nil, nodes: [(path: NameMap.Path, bytes: [UInt8])]? = nil,
    records: [(number: UInt64, bytes: [UInt8])]? = nil
  ) throws -> SnapshotFile { try signed(file, by: identity, chain: chain, nodes: nodes, records: records) }

  func signed(
    _ file: SnapshotFile, by signer: borrowing Identity, chain: [SnapshotFile.Link]? = nil,
    nodes: [(path: NameMap.Path, bytes: [UInt8])]? = nil, records: [(number: UInt64, bytes: [UInt8])]? = nil
  ) throws -> SnapshotFile {
    SnapshotFile(
      file.header, chain: chain ?? file.chain, head: file.head, nodes: nodes ?? file.nodes,
      records: records ?? file.records, signer: signer.signing)
  }

  func input(_ file: SnapshotFile, _ token: Token) throws -> Fields {
    let text = try token.text().withBytes { String(decoding: $0.array, as: UTF8.self) }
    return ["token": .text(text), "bytes": file.bytes.json, "now": .integer(created), "minimum": 1]
  }
}
