import Testing

@testable import Platform
@testable import Sealing
@testable import Vault

/// How old a snapshot file may be.
struct SnapshotFreshnessTests {
  private let founded: Founded
  private let token: Token

  init() throws {
    founded = try Founded(["production"])
    try founded.put([("A", "1")], "production")
    token = try founded.token()
  }

  private func check(
    _ file: SnapshotFile, now: UInt64 = Clock.now(), minimum: UInt64? = nil, device: String? = nil,
    accepts: Bool = false
  ) -> VaultError? {
    let freshness = SnapshotFreshness(
      now: now, minimum: minimum, folders: device.map(founded.home.device), acceptsOlder: accepts)
    return refusal { () throws(VaultError) in
      try freshness.check(file)
      freshness.note(file)
    }
  }

  @Test func `a maximum age, and a clock that cannot tell`() throws {
    let file = try founded.snapshot(for: token, created: 1_800_000_000_000, maxAge: 1000)
    #expect(check(file, now: 1_800_000_000_999) == nil)
    #expect(check(file, now: 1_800_000_001_000) == .snapshot(.expired(at: 1_800_000_001_000)))
    #expect(check(file, now: 1_800_000_000_000 - 600_000) == nil)
    #expect(check(file, now: 1_800_000_000_000 - 600_001) == .clockBehind(signed: 1_800_000_000_000))
    #expect(check(file, now: 0) == .clockBehind(signed: 1_800_000_000_000))
    // Where nothing expires, no clock is asked.
    let lasting = try founded.snapshot(for: token, created: 1_800_000_000_000)
    #expect(check(lasting, now: 0) == nil && check(lasting, now: .max >> 1) == nil)
    let endless = try founded.snapshot(for: token, created: 1_800_000_000_000, maxAge: .max)
    #expect(endless.header.expires == .max && check(endless, now: .max >> 1) == nil)
  }

  @Test func `a token that ends is not believed by a clock before the snapshot's time`() throws {
    let created = Clock.now() + 86_400_000
    let ending = try founded.open().write(founded.session) { (transaction) throws(VaultError) in
      try transaction.addToken(
        name: "ending", environment: try transaction.snapshot().key("production", in: founded.session), scope: nil,
        expires: created + 1000, session: founded.session)
    }
    let file = try founded.snapshot(for: ending, created: created)
    #expect(try file.values(["A"], ending, now: created) == ["1"])
    for (now, error) in [
      (created - 600_001, VaultError.clockBehind(signed: created)), (created + 1000, .tokenExpired(at: created + 1000)),
    ] {
      #expect(refusal { () throws(VaultError) in try file.values(["A"], ending, now: now) } == error)
    }
  }

  @Test func `a minimum from outside`() throws {
    let file = try founded.snapshot(for: token)
    let sequence = file.header.sequence
    #expect(check(file, minimum: sequence) == nil)
    #expect(check(file, minimum: sequence + 1) == .snapshot(.belowMinimum(sequence + 1, found: sequence)))
    #expect(check(file, minimum: sequence + 1, accepts: true) != nil)
  }

  @Test func `a device that launched from a newer one refuses the older, until told otherwise`() throws {
    let old = try founded.snapshot(for: token)
    try founded.put([("A", "2")], "production")
    let new = try founded.snapshot(for: token)
    let (first, second) = (old.header.sequence, new.header.sequence)
    #expect(check(old, device: "server") == nil)
    #expect(check(new, device: "server") == nil)
    #expect(check(new, device: "server") == nil)
    #expect(check(old, device: "server") == .snapshot(.older(seen: second, found: first)))
    #expect(check(old, device: "another") == nil)
    #expect(check(old) == nil)
    #expect(check(old, device: "server", accepts: true) == nil)
    #expect(check(old, device: "server") == nil)
    #expect(check(new, device: "server") == nil)
    // Another token's is another deployment.
    #expect(check(try founded.snapshot(for: try founded.token(name: "other")), device: "server") == nil)
    #expect(check(old, device: "server") != nil)
  }

  @Test func `another history at the same entry`() throws {
    let file = try founded.snapshot(for: token)
    #expect(check(file, device: "server") == nil)
    let header = file.header.with(hash: Bytes32([UInt8](repeating: 7, count: 32)))
    let other = file.with(header: header, signer: founded.identity.signing)
    #expect(check(other, device: "server") == .snapshot(.forked(sequence: file.header.sequence)))
  }

  @Test func `a damaged pin stops, and a place that cannot be written to does not`() throws {
    let file = try founded.snapshot(for: token)
    #expect(check(file, device: "server") == nil)
    let folder = founded.home.device("server").state + "/pins/"
    let path = folder + founded.id.hex + "-" + file.header.token.bytes.bytes.hex
    #expect(Files.kind(of: path + "-members") == .regular)
    try Files.writeAtomically(path, flipped(try Files.read(path, limit: 200), bit: 300))
    #expect(check(file, device: "server") == .damaged(.pin))
    let nowhere = Folders(config: "/proc/no", data: "/proc/no", state: "/proc/no", cache: "/proc/no")
    let freshness = SnapshotFreshness(now: Clock.now(), minimum: nil, folders: nowhere, acceptsOlder: false)
    #expect(refusal { () throws(VaultError) in try freshness.check(file) } == nil)
    freshness.note(file)
  }
}
