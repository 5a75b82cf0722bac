import Testing

@testable import Platform
@testable import Sealing
@testable import Vault

/// Log entries made by hand: by members beyond their rights, by strangers, and by changing signed ones.
struct ForgeryTests {
  /// Appends an entry that follows from the newest, signed by `signer` in `author`'s name.
  private func append(
    _ operation: Operation, to founded: Founded, author: MemberID, signer: borrowing SigningKey,
    roots: [EnvironmentID: Bytes32]? = nil, claiming claimed: Control? = nil
  ) throws -> LogEntry {
    let (head, control) = try founded.state()
    // Where the operation cannot follow, whatever it claims is refused.
    let next = claimed ?? (try? control.applying(operation, roots: head.roots)) ?? control
    let entry = LogEntry(
      after: head, vault: founded.id, time: Clock.now(), author: author, operation: operation,
      body: operation.encoded, controlDigest: next.digest, roots: roots ?? head.roots, signer: signer)
    try founded.rows().append(entry, body: operation.encoded, control: next)
    return entry
  }

  private func outcome(_ founded: Founded) -> VaultError? {
    refusal { () throws(VaultError) in try founded.contents(as: Founded.stranger()) }
  }

  /// Lets the founder take `keys` in with `roles`.
  private func enrol(
    _ keys: PublicIdentity, _ roles: [EnvironmentID: Role], in founded: Founded
  ) throws {
    let member = Member(
      kind: .person, keys: keys, roles: roles,
      sealedName: try SealedLabel("Eve", at: .member(keys.id), directory: founded.session.directory))
    let change = Operation.MemberChange(members: [member], wraps: [])
    _ = try append(
      .member(change), to: founded, author: founded.identity.publicIdentity.id,
      signer: founded.identity.signing)
    #expect(outcome(founded) == nil)
  }

  private func development(_ founded: Founded) throws -> EnvironmentKey {
    try #require(founded.session.environments.values.first)
  }

  private func emptyPut(_ key: EnvironmentKey) -> Operation {
    .put(Operation.RecordsChange(environment: key.environment, epoch: key.epoch, items: []))
  }

  @Test func `a reader's forged write is refused`() throws {
    let founded = try Founded()
    try founded.put([("A", "1")])
    let key = try development(founded)
    let eve = try Identity()
    try enrol(eve.publicIdentity, [.directory: .read, key.environment: .read], in: founded)
    let before = try founded.open().read { (snapshot) throws(VaultError) in snapshot.head.sequence }
    let honest = refusal { () throws(VaultError) in
      let session = Session(
        directory: founded.session.directory, environments: [key.environment: key],
        signer: try Signer(seed: eve.signingSeed()))
      try founded.open().write(session) { (transaction) throws(VaultError) in
        _ = try transaction.put([Transaction.NewValue(name: "A", value: secret([2]))], key)
      }
    }
    #expect(honest == .noAccess(environment: ""))
    _ = try append(emptyPut(key), to: founded, author: eve.publicIdentity.id, signer: eve.signing)
    #expect(outcome(founded) == .unauthorised(sequence: before + 1))
    #expect(
      refusal { () throws(VaultError) in try founded.contents() } == .unauthorised(sequence: before + 1))
  }

  @Test func `a writer may write, and no more`() throws {
    let founded = try Founded(["development", "production"])
    let keys = Array(founded.session.environments.values)
    let (mine, other) = (keys[0], keys[1])
    let eve = try Identity()
    let id = eve.publicIdentity.id
    try enrol(eve.publicIdentity, [.directory: .read, mine.environment: .write], in: founded)
    let file = try founded.file()
    let label = try SealedLabel("Eve", at: .member(id), directory: founded.session.directory)
    let promoted = Member(
      kind: .person, keys: eve.publicIdentity, roles: [.directory: .admin, other.environment: .admin],
      sealedName: label)
    func epoch(_ environment: EnvironmentID, _ number: UInt32, _ members: [Member]) -> Operation {
      .epoch(
        Operation.EpochChange(
          environment: environment, epoch: number, commitment: Bytes32(), predecessor: [], sealedName: label,
          members: members, wraps: [], leaves: [], labels: []))
    }
    let beyond: [Operation] = [
      emptyPut(other),
      .member(Operation.MemberChange(members: [promoted], wraps: [])),
      .token(Operation.MemberChange(members: [promoted], wraps: [])),
      .setting(Operation.RecordsChange(environment: .directory, epoch: 1, items: [])),
      .leak(Operation.RecordsChange(environment: .directory, epoch: 1, items: [])),
      .remove(Operation.Removal(environment: other.environment, epoch: 1, names: [])),
      .remove(Operation.Removal(environment: mine.environment, epoch: 1, names: [])),
      epoch(mine.environment, 2, []),
      epoch(EnvironmentID.random(), 1, []),
      epoch(.directory, 2, [promoted]),
    ]
    for operation in beyond {
      try founded.replaceFile(file)
      let entry = try append(operation, to: founded, author: id, signer: eve.signing)
      #expect(outcome(founded) == .unauthorised(sequence: entry.sequence), "\(operation.kind)")
    }
    // Her own environment's map is hers to change, another's is not.
    try founded.replaceFile(file)
    var roots = try founded.state().head.roots
    roots[other.environment] = Bytes32(Randomness.bytes(32))
    _ = try append(emptyPut(mine), to: founded, author: id, signer: eve.signing, roots: roots)
    #expect(outcome(founded) == .damaged(.log))
    try founded.replaceFile(file)
    _ = try append(emptyPut(mine), to: founded, author: id, signer: eve.signing)
    #expect(outcome(founded) == nil)
  }

  // An admin of one environment, who rightly may start its next epoch, must not make members or admins by it.
  @Test func `an environment's admin cannot make an admin of the vault`() throws {
    let founded = try Founded()
    let key = try development(founded)
    let eve = try Identity()
    let id = eve.publicIdentity.id
    try enrol(eve.publicIdentity, [.directory: .read, key.environment: .admin], in: founded)
    let label = try SealedLabel("Eve", at: .member(id), directory: founded.session.directory)
    let promoted = Member(
      kind: .person, keys: eve.publicIdentity, roles: [.directory: .admin, key.environment: .admin],
      sealedName: label)
    let file = try founded.file()
    func change(members: [Member], labels: [Operation.Relabel]) -> Operation {
      .epoch(
        Operation.EpochChange(
          environment: key.environment, epoch: 2, commitment: Bytes32(), predecessor: [], sealedName: label,
          members: members, wraps: [], leaves: [], labels: labels))
    }
    for operation in [
      change(members: [promoted], labels: []),
      change(members: [], labels: [Operation.Relabel(place: .vault, label: label)]),
    ] {
      try founded.replaceFile(file)
      let entry = try append(operation, to: founded, author: id, signer: eve.signing)
      #expect(outcome(founded) == .unauthorised(sequence: entry.sequence))
    }
  }

  @Test func `a stranger's entry is refused, in her own name and in the founder's`() throws {
    let founded = try Founded()
    let file = try founded.file()
    let key = try development(founded)
    let eve = try Identity()
    let own = try append(emptyPut(key), to: founded, author: eve.publicIdentity.id, signer: eve.signing)
    #expect(outcome(founded) == .unauthorised(sequence: own.sequence))
    try founded.replaceFile(file)
    let borrowed = try append(
      emptyPut(key), to: founded, author: founded.identity.publicIdentity.id, signer: eve.signing)
    #expect(outcome(founded) == .badSignature(sequence: borrowed.sequence))
  }

  @Test func `a removed member's entry is refused`() throws {
    let founded = try Founded()
    let key = try development(founded)
    let eve = try Identity()
    try enrol(eve.publicIdentity, [.directory: .read, key.environment: .write], in: founded)
    var member = try #require(try founded.state().control.member(eve.publicIdentity.id))
    member.isActive = false
    _ = try append(
      .member(Operation.MemberChange(members: [member], wraps: [])), to: founded,
      author: founded.identity.publicIdentity.id, signer: founded.identity.signing)
    #expect(outcome(founded) == nil)
    let entry = try append(emptyPut(key), to: founded, author: eve.publicIdentity.id, signer: eve.signing)
    #expect(outcome(founded) == .unauthorised(sequence: entry.sequence))
  }

  @Test func `an operation about an epoch that is not the current one is refused`() throws {
    let founded = try Founded()
    let key = try development(founded)
    let file = try founded.file()
    for epoch in [0, 2, .max] as [UInt32] {
      for operation in [
        Operation.put(Operation.RecordsChange(environment: key.environment, epoch: epoch, items: [])),
        .remove(
          Operation.Removal(
            environment: key.environment, epoch: epoch, names: [NameIndex(Bytes32(Randomness.bytes(32)))])),
        .point(Operation.PointerChange(environment: key.environment, epoch: epoch, items: [])),
      ] {
        try founded.replaceFile(file)
        _ = try append(
          operation, to: founded, author: founded.identity.publicIdentity.id,
          signer: founded.identity.signing)
        #expect(outcome(founded) == .damaged(.log), "epoch \(epoch)")
        #expect(refusal { () throws(VaultError) in try founded.open().verifyWhole() } == .damaged(.log))
      }
    }
  }

  @Test func `a control block that the operation does not give is refused`() throws {
    let founded = try Founded()
    let key = try development(founded)
    var claimed = try founded.state().control
    claimed.members[1].roles[key.environment] = .read
    _ = try append(
      emptyPut(key), to: founded, author: founded.identity.publicIdentity.id,
      signer: founded.identity.signing, claiming: claimed)
    #expect(outcome(founded) == .damaged(.log))
  }

  /// A change of one signed field. Offsets are docs/FORMAT.md's, "Log": version 1, suite 1, vault 16, sequence 8, previous 32,
  /// time 8, author 16, kind 1, operation 32, control 32, count 4, roots.
  struct Change: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let apply: @Sendable ([UInt8], Founded) -> [UInt8]
    let expected: @Sendable (UInt64) -> VaultError

    init(
      _ description: String, _ expected: @escaping @Sendable (UInt64) -> VaultError,
      _ apply: @escaping @Sendable ([UInt8], Founded) -> [UInt8]
    ) {
      testDescription = description
      self.expected = expected
      self.apply = apply
    }

    static func at(
      _ description: String, _ offset: Int, _ byte: UInt8?,
      _ expected: @escaping @Sendable (UInt64) -> VaultError
    ) -> Change {
      Change(description, expected) { bytes, _ in
        var bytes = bytes
        bytes[offset] = byte ?? bytes[offset] ^ 1
        return bytes
      }
    }
  }

  static let changes: [Change] = [
    .at("a later format", 0, 2, { _ in .needsNewer }),
    .at("a later suite", 1, 2, { _ in .needsNewer }),
    .at("another vault", 2, nil, { _ in .wrongVault }),
    .at("another sequence", 18, nil, { _ in .damaged(.log) }),
    .at("another past", 26, nil, { _ in .damaged(.log) }),
    .at("another time", 58, nil, { .badSignature(sequence: $0) }),
    .at("an unknown author", 66, nil, { .unauthorised(sequence: $0) }),
    .at("another operation", 82, 9, { .badSignature(sequence: $0) }),
    .at("an unknown operation", 82, 11, { _ in .needsNewer }),
    .at("operation number zero", 82, 0, { _ in .needsNewer }),
    .at("another body", 83, nil, { _ in .damaged(.log) }),
    .at("another control block", 115, nil, { .badSignature(sequence: $0) }),
    .at("another root", 151 + 16, nil, { .badSignature(sequence: $0) }),
    Change("another member as author", { .badSignature(sequence: $0) }) { bytes, founded in
      let recovery = try? RecoveryPhrase(parsing: founded.phrase).identity(vault: founded.id).publicIdentity
        .id
      return Array(bytes[..<66]) + (recovery?.bytes.bytes ?? []) + Array(bytes[82...])
    },
    Change("no signature", { .badSignature(sequence: $0) }) { bytes, _ in
      Array(bytes.dropLast(64)) + [UInt8](repeating: 0, count: 64)
    },
    Change("a signature cut off", { _ in .damaged(.log) }) { bytes, _ in Array(bytes.dropLast(64)) },
    Change("a signature bit", { .badSignature(sequence: $0) }) { bytes, _ in
      flipped(bytes, bit: bytes.count * 8 - 9)
    },
    Change("a byte more", { _ in .damaged(.log) }) { bytes, _ in bytes + [0] },
    Change("nothing", { _ in .damaged(.log) }) { _, _ in [] },
  ]

  @Test(arguments: changes) func `a changed entry is refused, in the middle and at the end`(
    change: Change
  ) throws {
    let founded = try Founded()
    for value in ["1", "2", "3"] { try founded.put([("A", value)]) }
    let rows = try founded.rows()
    let places = try rows.places("log", "entry")
    for place in [places[places.count / 2], places[places.count - 1]] {
      let changed = change.apply(try rows.read(place), founded)
      let error = try rows.with(changed, in: place) { () throws(VaultError) in outcome(founded) }
      #expect(error == change.expected(UInt64(place.number)), "\(place)")
    }
    #expect(outcome(founded) == nil)
  }

  @Test func `a founding entry of other keys is another vault's`() throws {
    let mine = try Founded()
    let theirs = try Founded()
    let rows = try mine.rows()
    let foreign = try theirs.rows()
    for column in ["entry", "body"] {
      let place = try #require(try rows.places("log", column).first)
      try rows.write(place, try foreign.read(place))
    }
    #expect(outcome(mine) == .wrongVault)
  }

  @Test func `a member's key swapped in the stored list is refused`() throws {
    let founded = try Founded()
    _ = try founded.contents()
    let eve = try Identity()
    let rows = try founded.rows()
    let (head, control) = try founded.state()
    for member in control.members.indices {
      var swapped = control
      swapped.members[member].keys = eve.publicIdentity
      for digest in [head.controlDigest, swapped.digest] {
        let before = try founded.file()
        try rows.run(
          "UPDATE control SET bytes = ?, digest = ? WHERE digest = ?",
          [
            .blob(swapped.encoded), .blob(digest.bytes), .blob(head.controlDigest.bytes),
          ])
        #expect(refusal { () throws(VaultError) in try founded.contents() } == .damaged(.control))
        _ = before
        try rows.run(
          "UPDATE control SET bytes = ?, digest = ? WHERE digest = ?",
          [
            .blob(control.encoded), .blob(head.controlDigest.bytes), .blob(digest.bytes),
          ])
      }
    }
    #expect(refusal { () throws(VaultError) in try founded.contents() } == nil)
  }

  @Test func `a newcomer's keys swapped in the entry that let her in are refused`() throws {
    let founded = try Founded()
    let bob = try Identity()
    let eve = try Identity()
    try founded.letIn(bob.publicIdentity, ["development": .read])
    let rows = try founded.rows()
    let place = try #require(try rows.places("log", "body").last)
    let body = try rows.read(place)
    guard case .member(let change) = try Operation(.member, decoding: body) else { throw BadEntry() }
    var members = change.members
    members[0].keys = eve.publicIdentity
    let swapped = Operation.member(Operation.MemberChange(members: members, wraps: change.wraps))
    let error = try rows.with(swapped.encoded, in: place) { () throws(VaultError) in outcome(founded) }
    #expect(error == .damaged(.log))
    // With the digest made right, the signature is not.
    let entries = try #require(try rows.places("log", "entry").last)
    var entry = try rows.read(entries)
    entry.replaceSubrange(83..<115, with: LogEntry.digest(ofBody: swapped.encoded).bytes)
    try rows.write(place, swapped.encoded)
    try rows.write(entries, entry)
    #expect(outcome(founded) == .badSignature(sequence: UInt64(entries.number)))
  }

  private struct BadEntry: Error {}

  @Test func `an attacker's own key in place of an environment's is refused`() throws {
    let founded = try Founded()
    try founded.put([("A", "1")])
    let control = try founded.state().control
    let rows = try founded.rows()
    for environment in control.environments {
      let fake = try EnvironmentKey.fresh(vault: founded.id, environment: environment.id, epoch: 1)
      for member in control.members {
        try rows.run(
          "UPDATE wrap SET bytes = ? WHERE environment = ? AND member = ?",
          [
            .blob(try fake.wrap(to: member.keys)), .blob(environment.id.bytes.bytes),
            .blob(member.id.bytes.bytes),
          ])
      }
      let everyone = [
        refusal { () throws(VaultError) in try founded.contents() },
        refusal { () throws(VaultError) in
          let recovery = try RecoveryPhrase(parsing: founded.phrase).identity(vault: founded.id)
          _ = try founded.contents(as: "first", by: recovery)
        },
      ]
      #expect(everyone == [.damaged(.wrap), .damaged(.wrap)])
    }
  }
}
