import Glibc
import Testing

@testable import Leaks
@testable import Platform
@testable import Rotation
@testable import Sealing
@testable import Vault

struct RotatorTests {
  @Test func `a rotation goes from planned to dead, and each step is stored`() throws {
    var (shop, record) = try Way.shop(at: .planned, leak: true)
    #expect(record.from == 1 && record.to == nil && record.playbook == "generic-secret" && record.test == nil)
    for (event, step) in Way.steps {
      // Each time as a new process that knows nothing but the vault.
      let stored = try #require(try shop.rotations().last)
      #expect(stored == record)
      record = try Way.take(event, stored, try shop.rotator())
      #expect(record.step == step)
      #expect(record.time(of: step) != nil)
    }
    #expect(try shop.rotations() == [record])
    #expect(record.marks.map(\.step) == [.planned] + Way.steps.map(\.step))
    #expect(record.marks.allSatisfy { $0.author == shop.identity.publicIdentity.id })
    #expect(record.from == 1 && record.to == 2 && record.generator == "hex:32" && record.test == .passed)
    #expect(try shop.versions() == Snapshot.Versions(current: 2, pending: nil, previous: 1))
    #expect(try shop.open().verifyWhole().names == 3)
  }

  @Test func `at every point a launch gets the old value, and from promoted on the new one`() throws {
    for (place, step) in ([.planned] + Way.steps.map(\.step)).enumerated() {
      let (shop, record) = try Way.shop(at: step)
      #expect(record.step == step)
      let isPromoted = place >= 4
      #expect(try shop.value() == (isPromoted ? "new" : "old"), "\(step)")
      // Nothing is lost: both stand in the vault, once both are there.
      let key = try shop.key()
      let stored = try shop.open().read { (snapshot) throws(VaultError) in
        try snapshot.history("TOKEN", key).map { (version) throws(VaultError) in
          try snapshot.value("TOKEN", version: version.version, key)
        }
      }
      #expect(stored.map(text) == (place >= 1 ? ["new", "old"] : ["old"]), "\(step)")
      #expect(try shop.versions().pending == (place >= 1 && !isPromoted ? 2 : nil), "\(step)")
    }
  }

  @Test(arguments: [RotationStep.planned] + Way.steps.map(\.step), RotationEvent.allCases)
  func `what the table does not allow changes nothing`(_ step: RotationStep, _ event: RotationEvent) throws {
    guard step.after(event) == nil else { return }
    let (shop, record) = try Way.shop(at: step)
    let before = try shop.state()
    #expect(throws: RotationError.notPossible(event, at: step)) { try Way.take(event, record, try shop.rotator()) }
    #expect(try shop.state() == before)
  }

  @Test(arguments: [RotationStep.planned] + Way.steps.map(\.step).filter(\.isOpen))
  func `a second rotation of a name waits for the end of the first`(_ step: RotationStep) throws {
    let (shop, record) = try Way.shop(at: step)
    let rotator = try shop.rotator()
    #expect(throws: RotationError.alreadyOpen(record)) { try rotator.plan("TOKEN", playbook: "") }
    // Another name's does not.
    try shop.put("OTHER", "value")
    #expect(try rotator.plan("OTHER", playbook: "").step == .planned)
    #expect(try shop.rotations().count == 2)
  }

  @Test(arguments: [RotationStep.dead, .unproven, .aborted])
  func `after an end the next can begin`(_ end: RotationStep) throws {
    var (shop, record) = try Way.shop(at: end == .aborted ? .planned : .revoked)
    let event: RotationEvent = end == .dead ? .proveDead : end == .unproven ? .leaveUnproven : .abort
    record = try Way.take(event, record, try shop.rotator())
    #expect(record.step == end)
    let next = try shop.rotator().plan("TOKEN", playbook: "")
    #expect(next.from == (end == .aborted ? 1 : 2))
    let ledger = RotationLedger(shop.session.directory)
    let key = try shop.key()
    let (open, last, first) = try shop.open().read { (snapshot) throws(VaultError) in
      (
        try ledger.open("TOKEN", in: key.environment, snapshot),
        try ledger.last("TOKEN", in: key.environment, snapshot),
        try ledger.rotation(record.id, in: snapshot)
      )
    }
    #expect(open == next && last == next && first == record)
  }

  @Test func `a rotation without proof can still be given it`() throws {
    var (shop, record) = try Way.shop(at: .revoked, leak: true)
    record = try Way.take(.leaveUnproven, record, try shop.rotator())
    #expect(record.step == .unproven && !record.step.isOpen)
    #expect(try shop.leaks().map(\.state) == [.revoked])
    #expect(try Way.take(.proveDead, record, try shop.rotator()).step == .dead)
    #expect(try shop.leaks().map(\.state) == [.dead])
  }

  @Test func `a name without a value, a removed one and an unknown rotation are refused`() throws {
    let (shop, record) = try Way.shop(at: .pending)
    let rotator = try shop.rotator()
    let missing = RotationError.vault(.noEntry(name: "NONE", environment: ""))
    #expect(throws: missing) { try rotator.plan("NONE", playbook: "") }
    let elsewhere = try Way.shop(at: .planned).shop
    #expect(throws: RotationError.unknown) { try elsewhere.rotator().markSet(record) }
  }

  @Test func `clocks that run backwards change nothing`() throws {
    let (shop, record) = try Way.shop(at: .tested)
    // As one whose clock is years ahead would have left it.
    var ahead = record
    ahead.marks = record.marks.map {
      RotationRecord.Mark(step: $0.step, time: $0.time + 10 * 365 * 86_400_000, author: $0.author)
    }
    let (stored, ledger) = (ahead, RotationLedger(shop.session.directory))
    try shop.open().write(shop.session) { (transaction) throws(VaultError) in try ledger.store(stored, transaction) }
    let promoted = try shop.rotator().promote(ahead)
    #expect(promoted.marks[4].time < promoted.marks[3].time)
    #expect(try shop.value() == "new")
    #expect(try shop.rotations() == [promoted])
    try shop.put("OTHER", "value")
    let later = try shop.rotator().plan("OTHER", playbook: "")
    #expect(try shop.rotations() == [promoted, later])
  }

  @Test func `who may not write in the directory or the environment cannot rotate`() throws {
    let shop = try Shop()
    try shop.put("TOKEN", "old")
    let key = try shop.key()
    for roles: [EnvironmentID: Role] in [
      [.directory: .read, key.environment: .read], [.directory: .read, key.environment: .write],
    ] {
      let eve = try Identity()
      try shop.enrol(eve.publicIdentity, roles)
      let session = Session(
        directory: shop.session.directory, environments: [key.environment: key],
        signer: try Signer(seed: eve.signingSeed()))
      let before = try shop.state()
      #expect(throws: RotationError.vault(.noAccess(environment: ""))) {
        try Rotator(shop.open(), session, key).plan("TOKEN", playbook: "")
      }
      #expect(try shop.state() == before)
    }
    // One who may write in the directory only gets as far as nothing of the environment moves.
    let mallory = try Identity()
    try shop.enrol(mallory.publicIdentity, [.directory: .write, key.environment: .read])
    let session = Session(
      directory: shop.session.directory, environments: [key.environment: key],
      signer: try Signer(seed: mallory.signingSeed()))
    let rotator = Rotator(try shop.open(), session, key)
    let planned = try rotator.plan("TOKEN", playbook: "")
    #expect(throws: RotationError.vault(.noAccess(environment: ""))) {
      try rotator.savePending(planned, secret("new"))
    }
    #expect(try shop.versions() == Snapshot.Versions(current: 1, pending: nil, previous: nil))
  }

  /// Limits the size that any file of this process may grow to; nil takes the limit away again.
  private static func limitFiles(to bytes: Int?) {
    let resource = __rlimit_resource_t(RLIMIT_FSIZE.rawValue)
    var limit = rlimit()
    #expect(getrlimit(resource, &limit) == 0)
    limit.rlim_cur = bytes.map { rlim_t($0) } ?? limit.rlim_max
    #expect(setrlimit(resource, &limit) == 0)
  }

  // In a child, because the limit belongs to a whole process.
  @Test func `a step that cannot be stored whole leaves everything as it was`() async {
    await #expect(processExitsWith: .success) {
      signal(SIGXFSZ, SIG_IGN)
      var (shop, record) = try Way.shop(at: .planned, leak: true)
      for (event, step) in Way.steps {
        let before = try shop.state()
        var refused = 0
        for limit in stride(from: 0, to: 1 << 20, by: 4096) {
          let rotator = try shop.rotator()
          var moved: RotationRecord?
          RotatorTests.limitFiles(to: limit)
          let error = refusal { () throws(RotationError) in moved = try Way.take(event, record, rotator) }
          RotatorTests.limitFiles(to: nil)
          if let moved {
            record = moved
            break
          }
          refused += 1
          // The pin stands in a file of its own, after the commit.
          if case .vault(.unpinned) = error {
            record = try #require(try shop.rotations().last)
            break
          }
          #expect(try shop.state() == before, "\(event), \(limit) bytes")
        }
        #expect(record.step == step)
        #expect(refused > 0, "\(event)")
      }
      #expect(try shop.value() == "new")
      #expect(try shop.open().verifyWhole().names == 3)
    }
  }
}

extension Shop {
  /// Takes a member in, as `coffer` will: a member operation of the founder.
  func enrol(_ keys: PublicIdentity, _ roles: [EnvironmentID: Role]) throws {
    let member = Member(
      kind: .person, keys: keys, roles: roles,
      sealedName: try SealedLabel("Eve", at: .member(keys.id), directory: session.directory))
    let operation = Operation.member(Operation.MemberChange(members: [member], wraps: []))
    let vault = try open()
    try vault.store.write { () throws(VaultError) in
      let snapshot = try Snapshot(vault: vault, pin: nil)
      let next = try snapshot.control.applying(operation, roots: snapshot.head.roots)
      guard let signer = session.signer else { throw .locked(environment: "") }
      let entry = LogEntry(
        after: snapshot.head, vault: id, time: 0, author: identity.publicIdentity.id, operation: operation,
        body: operation.encoded, controlDigest: next.digest, roots: snapshot.head.roots, signer: signer.key)
      var changes = StoreChanges()
      changes.entries = [(entry.sequence, StoredEntry(entry: entry.bytes, body: operation.encoded))]
      changes.controls = [(next.digest, next.encoded)]
      try vault.store.commit(changes, expected: snapshot.head.sequence)
    }
  }
}
