import Sealing

extension Snapshot {
  /// Makes the snapshot of an environment for a token: what that token opens, signed.
  /// - Parameters:
  ///   - key: of the environment that the token reads.
  ///   - created: milliseconds since 1970; `maxAge` milliseconds after it the file is refused, 0 for never.
  /// - Throws: `locked` without a signer; `noAccess` for who may not write in the environment; `noMember` for what is no active token;
  ///   `snapshot(.otherEnvironment)` for a token of another; `damaged`, `sealing`; `storage` when it would be larger than a reader takes.
  package func file(
    for token: MemberID, _ key: EnvironmentKey, created: UInt64, maxAge: UInt64, session: Session
  ) throws(VaultError) -> SnapshotFile {
    guard let signer = session.signer else { throw .locked(environment: "") }
    let publicKey = signer.key.publicKey
    guard let author = control.members.first(where: { $0.keys.signing == publicKey }),
      author.may(.write, in: key.environment)
    else { throw .noAccess(environment: "") }
    guard let member = control.member(token), member.kind == .machine, member.isActive else { throw .noMember("") }
    guard member.may(.read, in: key.environment) else { throw .snapshot(.otherEnvironment) }

    let scope = try member.sealedScope.map { (label) throws(VaultError) in
      TokenScope.names(try label.open(at: .scope(token), directory: session.directory))
    }
    let (nodes, leaves) = try part(of: key, scope)
    var records: [(number: UInt64, bytes: [UInt8])] = []
    for case let pointer? in leaves.map(\.current) {
      _ = try record(pointer)
      guard let bytes = try store.record(pointer.record) else { throw .damaged(.record) }
      records.append((pointer.record, bytes))
    }

    let header = SnapshotFile.Header(
      vault: vault, environment: key.environment, token: token, sequence: head.sequence, hash: head.hash,
      created: created, maxAge: maxAge, author: author.id)
    let file = SnapshotFile(
      header, chain: try links(), head: head, nodes: nodes,
      records: records.sorted { $0.number < $1.number }, signer: signer.key)
    let bytes = file.bytes
    guard bytes.count <= SnapshotFile.limit else {
      throw .storage(code: 0, message: "the snapshot would have \(bytes.count) bytes, more than a reader takes")
    }
    // As every reader will: nothing is handed out that would be refused where it is needed.
    _ = try SnapshotFile(decoding: bytes).verified()
    return file
  }

  /// The nodes that lead to the names that a token opens, or show that there is no such name, and those names' leaves.
  private func part(
    of key: EnvironmentKey, _ scope: [String]?
  ) throws(VaultError) -> (nodes: [(path: NameMap.Path, bytes: [UInt8])], leaves: [Leaf]) {
    guard let root = head.roots[key.environment] else { throw .damaged(.control) }
    let read = ReadNodes()
    var map = NameMap(root: root) { [store] (path) throws(VaultError) in
      let bytes = try store.node(key.environment, epoch: key.epoch, path: path)
      read.nodes[path] = bytes
      return bytes
    }
    var leaves: [Leaf] = []
    if let scope {
      for name in Set(scope) {
        if let leaf = try map.leaf(try index(of: name, key)) { leaves.append(leaf) }
      }
    } else {
      leaves = try map.leaves()
    }
    let nodes = read.nodes.map { (path: $0.key, bytes: $0.value) }
    return (nodes.sorted { $0.path.lexicographicallyPrecedes($1.path) }, leaves)
  }

  /// The entries that changed members or environments.
  private func links() throws(VaultError) -> [SnapshotFile.Link] {
    var links: [SnapshotFile.Link] = []
    var roots: [EnvironmentID: Bytes32] = [:]
    for sequence in 1...head.sequence {
      guard let bytes = try store.entryAlone(sequence) else { throw .damaged(.log) }
      let entry = try LogEntry(bytes: bytes)
      if [.found, .member, .token, .epoch, .remove].contains(entry.kind) {
        let body = try Self.stored(sequence, in: store).body
        let operation = try reading(.log) { () throws(MalformedBytes) in try Operation(entry.kind, decoding: body) }
        if operation.changesControl {
          let ended = operation.endsMap ? roots[operation.environment] ?? Bytes32() : Bytes32()
          links.append(SnapshotFile.Link(entry: entry, body: body, ended: ended))
        }
      }
      roots = entry.roots
    }
    return links
  }

  /// What a map's lookups read.
  private final class ReadNodes {
    var nodes: [NameMap.Path: [UInt8]] = [:]
  }
}
