import Sealing

/// Who is in the vault and what it is divided into: small, whole in memory, stated by digest in every log entry.
/// docs/FORMAT.md, "Control block".
package struct Control: Sendable {
  /// One epoch of an environment's key.
  struct Epoch: Hashable, Sendable {
    /// Recognises the right key.
    let commitment: Bytes32
    /// The epoch's map when it ended; zero for the current epoch.
    var finalRoot: Bytes32
    /// The key of the epoch before, sealed under this one's; empty for the first.
    let predecessor: [UInt8]
  }

  /// One environment, or the directory.
  package struct Environment: Hashable, Sendable {
    package let id: EnvironmentID
    /// False once removed: kept so that the log can still be read.
    package internal(set) var isActive: Bool
    /// Under the directory's key.
    var sealedName: SealedLabel
    /// From epoch 1 up.
    var epochs: [Epoch]

    /// The current epoch's number.
    package var epoch: UInt32 { UInt32(epochs.count) }

    func commitment(of epoch: UInt32) -> Bytes32? {
      (1...UInt32(max(1, epochs.count))).contains(epoch) && !epochs.isEmpty
        ? epochs[Int(epoch) - 1].commitment : nil
    }
  }

  /// Milliseconds since 1970.
  package let created: UInt64
  /// With the founder's keys it gives the vault's id.
  let nonce: Bytes32
  let founder: PublicIdentity
  var sealedName: SealedLabel
  /// Sorted by id; the directory is first.
  package internal(set) var environments: [Environment]
  /// In the order they joined.
  package internal(set) var members: [Member]

  /// The id that nonce and founder give.
  package var vault: VaultID { VaultID(nonce: nonce, founder: founder) }

  package func environment(_ id: EnvironmentID) -> Environment? { environments.first { $0.id == id } }

  package func member(_ id: MemberID) -> Member? { members.first { $0.id == id } }

  /// What log entries state.
  var digest: Bytes32 { Hashing.digest("coffer/control", encoded) }

  var encoded: [UInt8] {
    var writer = CanonicalWriter()
    writer.u8(Format.version)
    writer.u8(Format.suite)
    writer.u64(created)
    writer.fixed(nonce)
    writer.fixed(founder.encoded)
    sealedName.encode(to: &writer)
    writer.u32(UInt32(environments.count))
    for environment in environments {
      writer.fixed(environment.id.bytes)
      writer.u8(environment.isActive ? 1 : 0)
      environment.sealedName.encode(to: &writer)
      writer.u32(UInt32(environment.epochs.count))
      for epoch in environment.epochs {
        writer.fixed(epoch.commitment)
        writer.fixed(epoch.finalRoot)
        writer.prefixed(epoch.predecessor)
      }
    }
    writer.u32(UInt32(members.count))
    for member in members { member.encode(to: &writer) }
    return writer.bytes
  }

  init(decoding bytes: [UInt8]) throws(VaultError) {
    var reader = CanonicalReader(bytes)
    let version = try reading(.control) { () throws(MalformedBytes) in try (reader.u8(), reader.u8()) }
    guard version == (Format.version, Format.suite) else { throw .needsNewer }
    self = try reading(.control) { () throws(MalformedBytes) in try Control(from: &reader) }
    guard encoded == bytes else { throw .damaged(.control) }
  }

  private init(from reader: inout CanonicalReader) throws(MalformedBytes) {
    created = try reader.u64()
    nonce = try reader.bytes32()
    let wrapping = WrappingPublicKey(try reader.bytes32())
    founder = PublicIdentity(wrapping: wrapping, signing: VerifyingKey(try reader.bytes32()))
    sealedName = try SealedLabel(from: &reader)
    environments = []
    for _ in 0..<(try reader.count(minimum: 29)) {
      let id = EnvironmentID(try reader.bytes16())
      let isActive = try reader.flag()
      let sealedName = try SealedLabel(from: &reader)
      var epochs: [Epoch] = []
      for _ in 0..<(try reader.count(minimum: 68)) {
        let commitment = try reader.bytes32()
        let finalRoot = try reader.bytes32()
        epochs.append(Epoch(commitment: commitment, finalRoot: finalRoot, predecessor: try reader.prefixed()))
      }
      guard !epochs.isEmpty else { throw MalformedBytes() }
      environments.append(Environment(id: id, isActive: isActive, sealedName: sealedName, epochs: epochs))
    }
    members = []
    for _ in 0..<(try reader.count(minimum: 86)) { members.append(try Member(from: &reader)) }
    try reader.end()
  }

  init(
    created: UInt64, nonce: Bytes32, founder: PublicIdentity, sealedName: SealedLabel,
    environments: [Environment], members: [Member]
  ) {
    self.created = created
    self.nonce = nonce
    self.founder = founder
    self.sealedName = sealedName
    self.environments = environments
    self.members = members
  }
}
