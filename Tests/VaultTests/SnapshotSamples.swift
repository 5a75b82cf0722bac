@testable import Platform
@testable import Sealing
@testable import Vault

extension Founded {
  func token(_ scope: [String]? = nil, _ environment: String = "production", name: String = "web") throws -> Token {
    try open().write(session) { (transaction) throws(VaultError) in
      try transaction.addToken(
        name: name, environment: try transaction.snapshot().key(environment, in: session), scope: scope, expires: 0,
        session: session)
    }
  }

  func removeMember(_ id: MemberID, session: Session? = nil) throws -> Session {
    let session = session ?? self.session
    return try open().write(session) { (transaction) throws(VaultError) in
      try transaction.removeMember(id, session: session)
    }
  }

  /// The snapshot that `coffer snapshot` would write, with what it is made of.
  func snapshot(
    for token: Token, _ environment: String = "production", created: UInt64 = Clock.now(), maxAge: UInt64 = 0,
    session: Session? = nil
  ) throws -> SnapshotFile {
    let id = try token.identity().publicIdentity.id
    let session = session ?? self.session
    return try open().read { (snapshot) throws(VaultError) in
      try snapshot.file(
        for: id, try snapshot.key(environment, in: session), created: created, maxAge: maxAge, session: session)
    }
  }
}

extension SnapshotFile {
  /// Another file of the same parts, signed by whoever likes.
  func with(
    header: Header? = nil, chain: [Link]? = nil, head: LogEntry? = nil,
    nodes: [(path: NameMap.Path, bytes: [UInt8])]? = nil, records: [(number: UInt64, bytes: [UInt8])]? = nil,
    signer: borrowing SigningKey
  ) -> SnapshotFile {
    SnapshotFile(
      header ?? self.header, chain: chain ?? self.chain, head: head ?? self.head, nodes: nodes ?? self.nodes,
      records: records ?? self.records, signer: signer)
  }

  /// What a machine that has only the file and the token makes of it.
  func values(_ names: [String], _ token: Token, now: UInt64 = Clock.now()) throws(VaultError) -> [String?] {
    let snapshot = try SnapshotFile(decoding: bytes).verified(for: token)
    let keys = try snapshot.unlock(token, now: now).keys
    return try snapshot.values(names, keys).map { value in
      value.map { $0.bytes.withBytes { String(decoding: $0.array, as: UTF8.self) } }
    }
  }

  func names(_ token: Token) throws(VaultError) -> [String] {
    let snapshot = try SnapshotFile(decoding: bytes).verified(for: token)
    return try snapshot.names(try snapshot.unlock(token, now: Clock.now()).keys)
  }
}

extension SnapshotFile.Header {
  func with(
    environment: EnvironmentID? = nil, token: MemberID? = nil, sequence: UInt64? = nil, hash: Bytes32? = nil,
    author: MemberID? = nil
  ) -> Self {
    Self(
      vault: vault, environment: environment ?? self.environment, token: token ?? self.token,
      sequence: sequence ?? self.sequence, hash: hash ?? self.hash, created: created, maxAge: maxAge,
      author: author ?? self.author)
  }
}
