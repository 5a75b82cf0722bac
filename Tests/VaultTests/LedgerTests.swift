import Testing

@testable import Platform
@testable import Sealing
@testable import Vault

/// Records that the directory keeps of leaks, rotations and settings.
struct LedgerTests {
  private func record(
    _ kind: LedgerKind, _ name: String, _ content: [UInt8], in founded: Founded, by session: Session? = nil
  ) throws(VaultError) {
    try founded.open().write(session ?? founded.session) { (transaction) throws(VaultError) in
      try transaction.record(kind, name: name, content: content, founded.session.directory)
    }
  }

  private func ledger(_ kind: LedgerKind, _ founded: Founded, as device: String = "first") throws(VaultError)
    -> [LedgerRecord]
  {
    try founded.open(as: device).read { (snapshot) throws(VaultError) in
      try snapshot.ledger(kind, founded.session.directory)
    }
  }

  @Test func `records come back, each kind for itself, in the order of their last change`() throws {
    let founded = try Founded()
    try record(.rotation, "b", [1, 2, 3], in: founded)
    try record(.leak, "b", [4], in: founded)
    try record(.rotation, "a", [], in: founded)
    try record(.rotation, "b", [5, 6], in: founded)
    for device in ["first", Founded.stranger()] {
      let rotations = try ledger(.rotation, founded, as: device)
      #expect(rotations.map(\.name) == ["a", "b"])
      #expect(rotations.map(\.content) == [[], [5, 6]])
      #expect(rotations.map(\.version) == [1, 2])
      #expect(rotations.map(\.sequence) == [5, 6])
      #expect(rotations.allSatisfy { $0.author == founded.identity.publicIdentity.id && $0.time > 1_700_000_000_000 })
      #expect(try ledger(.leak, founded, as: device).map(\.content) == [[4]])
    }
    let (one, none, history, nothing) = try founded.open().read { (snapshot) throws(VaultError) in
      let directory = founded.session.directory
      return (
        try snapshot.ledgerRecord(.rotation, name: "b", directory),
        try snapshot.ledgerRecord(.leak, name: "a", directory),
        try snapshot.ledgerHistory(.rotation, name: "b", directory),
        try snapshot.ledgerHistory(.rotation, name: "c", directory)
      )
    }
    #expect(one?.content == [5, 6] && none == nil && nothing == [])
    #expect(history.map(\.content) == [[5, 6], [1, 2, 3]] && history.map(\.version) == [2, 1])
    #expect(try founded.open().verifyWhole().records == 4)
    // What the environments hold is not touched by it.
    #expect(try founded.contents().environments["development"] == [])
  }

  @Test func `what stands in a ledger becomes true with the rest of its transaction`() throws {
    let founded = try Founded()
    try founded.put([("A", "1")])
    let before = try founded.state().head
    let error = refusal { () throws(VaultError) in
      try founded.open().write(founded.session) { (transaction) throws(VaultError) in
        let key = try transaction.snapshot().key("development", in: founded.session)
        _ = try transaction.pend(Transaction.NewValue(name: "A", value: secret([0x32])), key)
        try transaction.record(.rotation, name: "a", content: [1], founded.session.directory)
        throw VaultError.abandoned
      }
    }
    #expect(error == .abandoned)
    #expect(try founded.state().head == before)
    #expect(try ledger(.rotation, founded).isEmpty)
    let sequences = try founded.open().write(founded.session) { (transaction) throws(VaultError) in
      let key = try transaction.snapshot().key("development", in: founded.session)
      _ = try transaction.pend(Transaction.NewValue(name: "A", value: secret([0x32])), key)
      try transaction.record(.rotation, name: "a", content: [1], founded.session.directory)
      try transaction.record(.leak, name: "a", content: [1], founded.session.directory)
      try transaction.record(.rotation, name: "a", content: [2], founded.session.directory)
      return [transaction.base, transaction.head.sequence]
    }
    #expect(sequences == [before.sequence, before.sequence + 4])
    #expect(try ledger(.rotation, founded).map(\.content) == [[2]])
    #expect(try ledger(.rotation, founded).map(\.version) == [2])
  }

  @Test func `content has a limit`() throws {
    let founded = try Founded()
    let most = [UInt8](repeating: 7, count: LedgerRecord.limit)
    try record(.leak, "a", most, in: founded)
    #expect(try ledger(.leak, founded).map(\.content) == [most])
    let error = refusal { () throws(VaultError) in try record(.leak, "b", most + [7], in: founded) }
    #expect(error == .storage(code: 0, message: "a record of more than 65536 bytes"))
  }

  @Test func `neither names nor content stand in the files`() throws {
    let founded = try Founded()
    let canary = "canary-\(Randomness.bytes(12).hex)"
    let vault = try founded.open()
    try record(.rotation, canary, Array(canary.utf8), in: founded)
    let needle = Array(canary.utf8)
    for suffix in ["", "-wal"] {
      let bytes = try Files.read(founded.path + suffix, limit: .max)
      let hits = bytes.indices.dropLast(needle.count).count {
        bytes[$0] == needle[0] && Array(bytes[$0..<($0 + needle.count)]) == needle
      }
      #expect(hits == 0, "\(suffix)")
    }
    _ = vault
  }

  @Test(arguments: LedgerKind.allCases)
  func `who may only read the directory records nothing`(_ kind: LedgerKind) throws {
    let founded = try Founded()
    let eve = try Identity()
    try founded.enrol(eve.publicIdentity, [.directory: .read])
    let session = Session(directory: founded.session.directory, signer: try Signer(seed: eve.signingSeed()))
    let refused = refusal { () throws(VaultError) in try record(kind, "a", [1], in: founded, by: session) }
    #expect(refused == .noAccess(environment: ""))
    try founded.enrol(eve.publicIdentity, [.directory: .write])
    if kind == .setting {
      #expect(refusal { () throws(VaultError) in try record(kind, "a", [1], in: founded, by: session) } == refused)
      try founded.enrol(eve.publicIdentity, [.directory: .admin])
    }
    try record(kind, "a", [1], in: founded, by: session)
    #expect(try ledger(kind, founded).map(\.author) == [eve.publicIdentity.id])
  }

  /// A writer of the directory, who is no admin, under the other kind's names.
  @Test func `a record that an entry of another kind made is refused`() throws {
    for kind in LedgerKind.allCases {
      let founded = try Founded()
      try record(kind, "a", [1], in: founded)
      let directory = founded.session.directory
      let sequence = try founded.open().write(founded.session) { (transaction) throws(VaultError) in
        let new = Transaction.NewValue(name: kind.prefix + "a", value: try secret([2]))
        _ = try transaction.store([new], directory) { kind == .leak ? .rotation($0) : .leak($0) }
        return transaction.head.sequence
      }
      #expect(refusal { () throws(VaultError) in try ledger(kind, founded) } == .unauthorised(sequence: sequence))
      let one = refusal { () throws(VaultError) in
        try founded.open().read { (snapshot) throws(VaultError) in
          try snapshot.ledgerRecord(kind, name: "a", directory)
        }
      }
      #expect(one == .unauthorised(sequence: sequence))
    }
  }

  @Test func `an admin's put under a ledger's name is no record of it`() throws {
    let founded = try Founded()
    let sequence = try founded.open().write(founded.session) { (transaction) throws(VaultError) in
      _ = try transaction.put([Transaction.NewValue(name: "rotation/a", value: secret([1]))], founded.session.directory)
      return transaction.head.sequence
    }
    #expect(refusal { () throws(VaultError) in try ledger(.rotation, founded) } == .unauthorised(sequence: sequence))
    #expect(try ledger(.leak, founded).isEmpty)
  }

  @Test func `swapped, deleted and older records are refused`() throws {
    let founded = try Founded()
    try record(.rotation, "a", [1], in: founded)
    try record(.rotation, "b", [2], in: founded)
    try record(.rotation, "a", [3], in: founded)
    let file = try founded.file()
    let changes = [
      "DELETE FROM record WHERE number = (SELECT max(number) FROM record)",
      "UPDATE record SET bytes = (SELECT bytes FROM record ORDER BY number LIMIT 1)",
      """
      UPDATE record SET bytes = (SELECT bytes FROM record ORDER BY number LIMIT 1 OFFSET 1)
        WHERE number = (SELECT max(number) FROM record)
      """,
    ]
    for change in changes {
      try founded.replaceFile(file)
      try founded.rows().run(change)
      #expect(refusal { () throws(VaultError) in try ledger(.rotation, founded) } == .damaged(.record), "\(change)")
      #expect(refusal { () throws(VaultError) in try founded.open().verifyWhole() } == .damaged(.record), "\(change)")
    }
  }
}

extension Founded {
  /// Takes a member in with `roles`, or changes those it has.
  func enrol(_ keys: PublicIdentity, _ roles: [EnvironmentID: Role]) throws {
    let member = Member(
      kind: .person, keys: keys, roles: roles,
      sealedName: try SealedLabel("Eve", at: .member(keys.id), directory: session.directory))
    let operation = Operation.member(Operation.MemberChange(members: [member], wraps: []))
    let (head, control) = try state()
    let next = try control.applying(operation, roots: head.roots)
    let entry = LogEntry(
      after: head, vault: id, time: Clock.now(), author: identity.publicIdentity.id, operation: operation,
      body: operation.encoded, controlDigest: next.digest, roots: head.roots, signer: identity.signing)
    try rows().append(entry, body: operation.encoded, control: next)
  }
}
