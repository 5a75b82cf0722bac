@testable import Sealing
@testable import Vault

/// Members, environments and changes that the vectors of logs are made of.
struct LogCast: ~Copyable {
  let founder: Identity
  let writer: Identity
  let reader: Identity
  let gone: Identity
  /// An admin of one environment, who writes in the directory.
  let local: Identity
  let stranger: Identity
  let environment = EnvironmentID(Bytes16(fixed(0x60, 16)))
  let other = EnvironmentID(Bytes16(fixed(0x20, 16)))

  static func make() throws -> LogCast {
    LogCast(
      founder: try .fixed(1), writer: try .fixed(2), reader: try .fixed(3), gone: try .fixed(4),
      local: try .fixed(6), stranger: try .fixed(5))
  }

  func label(_ start: UInt8 = 0xE0, epoch: UInt32 = 1) throws -> SealedLabel {
    var writer = CanonicalWriter()
    writer.u32(epoch)
    writer.prefixed(fixed(start, 136))
    var reader = CanonicalReader(writer.bytes)
    return try SealedLabel(from: &reader)
  }

  func member(_ keys: PublicIdentity, _ roles: [EnvironmentID: Role], active: Bool = true) throws -> Member {
    var member = Member(kind: .person, keys: keys, roles: roles, sealedName: try label())
    member.isActive = active
    return member
  }

  func founding(_ founder: PublicIdentity) throws -> Operation.Founding {
    Operation.Founding(
      created: 1_767_225_600_000, nonce: Bytes32(fixed(0x33, 32)), commitment: Bytes32(fixed(0x44, 32)),
      sealedName: try label(), directoryName: try label(),
      members: [try member(founder, [.directory: .admin])], wraps: [])
  }

  /// What the founder is in the end.
  func founding() throws -> Member {
    try member(founder.publicIdentity, [.directory: .admin, environment: .admin, other: .admin])
  }

  /// An environment's first epoch, by the founder.
  func epoch(_ id: EnvironmentID, _ number: UInt32, predecessor: [UInt8] = [], leaves: [Leaf] = []) throws
    -> Operation
  {
    try epoch(id, number, predecessor: predecessor, leaves: leaves, members: [founding()])
  }

  /// A new key for what is there.
  func epoch(
    _ id: EnvironmentID, _ number: UInt32, name: SealedLabel? = nil, predecessor: [UInt8] = fixed(1, 104),
    leaves: [Leaf] = [], members: [Member], labels: [Operation.Relabel] = []
  ) throws -> Operation {
    let wrap = Operation.Wrap(environment: id, epoch: number, member: founder.publicIdentity.id, bytes: fixed(7, 117))
    return .epoch(
      Operation.EpochChange(
        environment: id, epoch: number, commitment: Bytes32(fixed(0x55, 32)), predecessor: predecessor,
        sealedName: try name ?? label(), members: members, wraps: [wrap], leaves: leaves, labels: labels))
  }

  func joining() throws -> Operation {
    .member(
      Operation.MemberChange(
        members: [
          try member(writer.publicIdentity, [.directory: .read, environment: .write]),
          try member(reader.publicIdentity, [.directory: .read, environment: .read]),
          try member(gone.publicIdentity, [environment: .admin], active: false),
          try member(local.publicIdentity, [.directory: .write, environment: .admin]),
        ],
        wraps: [
          Operation.Wrap(
            environment: environment, epoch: 1, member: reader.publicIdentity.id, bytes: fixed(7, 133))
        ]))
  }

  func index(_ start: UInt8 = 0x99) -> NameIndex { NameIndex(Bytes32(fixed(start, 32))) }

  /// A record of the entry `sequence`.
  func pointer(_ sequence: UInt64, _ version: UInt32, place: UInt64 = 0) -> Leaf.Pointer {
    Leaf.Pointer(
      record: sequence << 20 + place, version: version,
      digest: Bytes32(fixed(UInt8(sequence * 16 + place), 32)))
  }

  func records(
    _ sequence: UInt64, version: UInt32 = 1, in id: EnvironmentID? = nil, epoch: UInt32 = 1, pending: Bool = false
  ) -> Operation.RecordsChange {
    let item = Operation.RecordItem(
      index: index(), pointer: pointer(sequence, version), isPending: pending)
    return Operation.RecordsChange(environment: id ?? environment, epoch: epoch, items: [item])
  }

  func put(_ sequence: UInt64, in id: EnvironmentID? = nil) -> Operation { .put(records(sequence, in: id)) }

  func remove(_ names: [NameIndex], epoch: UInt32 = 1) -> Operation {
    .remove(Operation.Removal(environment: environment, epoch: epoch, names: names))
  }

  func point(
    current: Leaf.Pointer?, pending: Leaf.Pointer? = nil, previous: Leaf.Pointer? = nil, epoch: UInt32 = 1
  ) -> Operation {
    let item = Operation.PointerChange.Item(index: index(), current: current, pending: pending, previous: previous)
    return .point(Operation.PointerChange(environment: environment, epoch: epoch, items: [item]))
  }

  /// Founding, two environments, members, a value.
  func log() throws -> LogBuilder {
    try LogBuilder(founding(founder.publicIdentity), by: founder)
      .adding(epoch(environment, 1), by: founder).adding(epoch(other, 1), by: founder)
      .adding(joining(), by: founder).adding(put(5), by: writer)
  }
}
