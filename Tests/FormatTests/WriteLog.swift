@testable import Sealing
@testable import Vault

/// Members, environments and changes that the vectors of logs are made of.
struct LogCast: ~Copyable {
  let founder: Identity
  let writer: Identity
  let reader: Identity
  let gone: Identity
  let stranger: Identity
  let environment = EnvironmentID(Bytes16(fixed(0x60, 16)))
  let other = EnvironmentID(Bytes16(fixed(0x20, 16)))

  static func make() throws -> LogCast {
    LogCast(
      founder: try .fixed(1), writer: try .fixed(2), reader: try .fixed(3), gone: try .fixed(4),
      stranger: try .fixed(5))
  }

  func label() throws -> SealedLabel {
    var writer = CanonicalWriter()
    writer.u32(1)
    writer.prefixed(fixed(0xE0, 136))
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

  func epoch(_ id: EnvironmentID, _ number: UInt32, predecessor: [UInt8] = []) throws -> Operation {
    .epoch(
      Operation.EpochChange(
        environment: id, epoch: number, commitment: Bytes32(fixed(0x55, 32)), predecessor: predecessor,
        sealedName: try label(),
        members: [
          try member(founder.publicIdentity, [.directory: .admin, environment: .admin, other: .admin])
        ],
        wraps: [], resealed: [], labels: []))
  }

  func joining() throws -> Operation {
    .member(
      Operation.MemberChange(
        members: [
          try member(writer.publicIdentity, [.directory: .read, environment: .write]),
          try member(reader.publicIdentity, [.directory: .read, environment: .read]),
          try member(gone.publicIdentity, [environment: .admin], active: false),
        ],
        wraps: [
          Operation.Wrap(
            environment: environment, epoch: 1, member: reader.publicIdentity.id, bytes: fixed(7, 133))
        ]))
  }

  func put(_ record: UInt64, in id: EnvironmentID? = nil) -> Operation {
    let pointer = Leaf.Pointer(
      record: record << 20, version: UInt32(record), digest: Bytes32(fixed(UInt8(record), 32)))
    let item = Operation.RecordItem(
      index: NameIndex(Bytes32(fixed(0x99, 32))), pointer: pointer, isPending: false)
    return .put(Operation.RecordsChange(environment: id ?? environment, epoch: 1, items: [item]))
  }

  func remove(_ names: [NameIndex]) -> Operation {
    .remove(Operation.Removal(environment: environment, epoch: 1, names: names))
  }

  /// Founding, two environments, members, a value.
  func log() throws -> LogBuilder {
    try LogBuilder(founding(founder.publicIdentity), by: founder)
      .adding(epoch(environment, 1), by: founder).adding(epoch(other, 1), by: founder)
      .adding(joining(), by: founder).adding(put(5), by: writer)
  }
}

extension VectorWriter {
  static func log() throws -> VectorFile {
    var file = VectorWriter(
      "docs/FORMAT.md, Log: whole logs, the last entry of which is at fault. Boxes in them are no real boxes."
    )
    let cast = try LogCast.make()
    try addFoundings(to: &file, cast)
    let log = try cast.log()
    try file.add("log: five entries", "log", log.input)
    let index = NameIndex(Bytes32(fixed(0x99, 32)))
    try file.add("log: a name removed", "log", log.adding(cast.remove([index]), by: cast.writer).input)
    let ended = try log.adding(cast.remove([]), by: cast.founder)
    try file.add("log: an environment removed", "log", ended.input)
    try file.add(
      "log: a put into a removed environment", "log", ended.adding(cast.put(7), by: cast.founder).input,
      "damaged")
    try addRights(to: &file, cast, log)
    try addFaults(to: &file, cast, log)
    return file.file
  }

  private static func addFoundings(to file: inout VectorWriter, _ cast: borrowing LogCast) throws {
    let founding = try cast.founding(cast.founder.publicIdentity)
    let good = try LogBuilder(founding, by: cast.founder)
    try file.add("founding", "log", good.input)
    let stolen = try LogBuilder(
      cast.founding(cast.stranger.publicIdentity), by: cast.stranger, as: good.vault)
    try file.add("founding: another founder under this vault's id", "log", stolen.input, "damaged")
    try file.add(
      "founding: another vault", "log", good.input.with("vault", fixed(0, 16).json), "damaged")
    let foreign = try LogBuilder(founding, by: cast.stranger, author: cast.founder.publicIdentity.id)
    try file.add("founding: signed by another", "log", foreign.input, "forged")
    try file.add(
      "founding: author is another", "log", try LogBuilder(founding, by: cast.stranger).input, "forged")
    let rooted = try LogBuilder(founding, by: cast.founder, roots: [.directory: Bytes32(fixed(1, 32))])
    try file.add("founding: a root", "log", rooted.input, "damaged")
    try file.add(
      "founding: no roots", "log", try LogBuilder(founding, by: cast.founder, roots: [:]).input, "damaged")
    try file.add("founding: body changed", "log", good.changing { $1[0] ^= 1 }, "damaged")
    try file.add("founding: missing", "log", try cast.log().without(0), "damaged")
    try file.add(
      "founding: a second one", "log", good.adding(.found(founding), by: cast.founder).input, "damaged")
  }

  private static func addRights(to file: inout VectorWriter, _ cast: borrowing LogCast, _ log: LogBuilder)
    throws
  {
    let put = cast.put(6)
    try file.add("right: a reader's put", "log", log.adding(put, by: cast.reader).input, "forged")
    try file.add("right: a stranger's put", "log", log.adding(put, by: cast.stranger).input, "forged")
    try file.add("right: a removed member's put", "log", log.adding(put, by: cast.gone).input, "forged")
    try file.add(
      "right: a reader's put in a writer's name", "log",
      log.adding(put, by: cast.reader, .init(author: cast.writer.publicIdentity.id)).input, "forged")
    try file.add(
      "right: a writer's put elsewhere", "log",
      log.adding(cast.put(6, in: cast.other), by: cast.writer).input, "forged")
    try file.add(
      "right: a writer's put into the directory", "log",
      log.adding(cast.put(6, in: .directory), by: cast.writer).input, "forged")
    try file.add(
      "right: a writer adds members", "log", log.adding(cast.joining(), by: cast.writer).input, "forged")
    try file.add(
      "right: a writer's new environment", "log",
      log.adding(cast.epoch(EnvironmentID(Bytes16(fixed(0, 16))), 1), by: cast.writer).input, "forged")
    try file.add(
      "right: a writer's new epoch", "log",
      log.adding(cast.epoch(cast.environment, 2, predecessor: [1]), by: cast.writer).input, "forged")
    try file.add(
      "right: a writer removes an environment", "log", log.adding(cast.remove([]), by: cast.writer).input,
      "forged")
    guard case .put(let change) = put else { return }
    try file.add(
      "right: a writer's setting", "log", log.adding(.setting(change), by: cast.writer).input, "forged")
  }

  private static func addFaults(to file: inout VectorWriter, _ cast: borrowing LogCast, _ log: LogBuilder)
    throws
  {
    let put = cast.put(6)
    let good = try log.adding(put, by: cast.writer)
    try file.add(
      "fault: signature", "log", good.changing { entry, _ in entry[entry.count - 1] ^= 1 }, "forged")
    try file.add(
      "fault: signature of zeros", "log",
      good.changing { entry, _ in
        entry.replaceSubrange((entry.count - 64)..., with: [UInt8](repeating: 0, count: 64))
      }, "forged")
    try file.add("fault: time", "log", good.changing { entry, _ in entry[58] ^= 1 }, "forged")
    try file.add("fault: kind", "log", good.changing { entry, _ in entry[82] = 7 }, "forged")
    try file.add("fault: body", "log", good.changing { $1[30] ^= 1 }, "damaged")
    try file.add("fault: cut", "log", good.changing { entry, _ in entry.removeLast() }, "damaged")
    try file.add(
      "fault: 64 bytes", "log", good.changing { entry, _ in entry = Array(entry.prefix(64)) }, "damaged")
    try file.add("fault: version 2", "log", good.changing { entry, _ in entry[0] = 2 }, "newer")
    try file.add("fault: suite 2", "log", good.changing { entry, _ in entry[1] = 2 }, "newer")
    try file.add(
      "fault: an operation of kind 11", "log", good.changing { entry, _ in entry[82] = 11 }, "newer")
    try file.add("fault: an operation of kind 0", "log", good.changing { entry, _ in entry[82] = 0 }, "newer")
    try file.add("fault: an entry missing", "log", good.without(4), "damaged")
    func faulty(_ name: String, _ fault: LogBuilder.Fault) throws {
      try file.add("fault: \(name)", "log", log.adding(put, by: cast.writer, fault).input, "damaged")
    }
    let older = try LogEntry(bytes: log.entries[3].entry)
    try faulty("built on an older entry", .init(previous: older))
    try faulty("of another vault", .init(vault: VaultID(Bytes16(fixed(9, 16)))))
    try faulty("another control block", .init(control: Bytes32(fixed(9, 32))))
    try faulty("a byte after the body", .init(body: put.encoded + [0]))
    try faulty("a body of another kind", .init(body: try cast.joining().encoded))
    let (environment, other) = (cast.environment, cast.other)
    try faulty("the root of another environment", .init(roots: { $0[other] = Bytes32(fixed(9, 32)) }))
    try faulty("a root missing", .init(roots: { $0[other] = nil }))
    try faulty("its own root missing", .init(roots: { $0[environment] = nil }))
    try faulty(
      "a root of no environment", .init(roots: { $0[EnvironmentID(Bytes16(fixed(0xF0, 16)))] = Bytes32() }))

    // Roles in another order: the last 34 bytes before an empty list of wraps are the member's two roles.
    let joining = Operation.member(
      Operation.MemberChange(
        members: [try cast.member(cast.stranger.publicIdentity, [.directory: .read, environment: .read])],
        wraps: []))
    let body = joining.encoded
    let (end, roles) = (body.count - 4, body.count - 38)
    let swapped = body[..<roles] + body[(roles + 17)..<end] + body[roles..<(roles + 17)] + body[end...]
    try file.add(
      "fault: roles out of order", "log",
      log.adding(joining, by: cast.founder, .init(body: Array(swapped))).input, "damaged")
    try file.add(
      "fault: a role of 4", "log",
      log.adding(joining, by: cast.founder, .init(body: body.dropLast(5) + [4, 0, 0, 0, 0])).input, "damaged")
    try file.add(
      "fault: an epoch left out", "log",
      log.adding(cast.epoch(environment, 3, predecessor: [1]), by: cast.founder).input, "damaged")
    try file.add(
      "fault: a first epoch with a predecessor", "log",
      log.adding(cast.epoch(EnvironmentID(Bytes16(fixed(0x70, 16))), 1, predecessor: [1]), by: cast.founder)
        .input, "damaged")
    let directory = Operation.remove(Operation.Removal(environment: .directory, epoch: 1, names: []))
    try file.add(
      "fault: the directory removed", "log", log.adding(directory, by: cast.founder).input, "damaged")
  }

  static func device() throws -> VectorFile {
    var writer = VectorWriter("docs/FORMAT.md, Files of a device: pin and link.")
    func sealed(_ label: String, _ body: [UInt8]) -> JSONValue {
      (body + Hashing.digest(label, body).bytes).json
    }
    var pin = CanonicalWriter()
    pin.fixed(Array("COFFERPN".utf8))
    pin.u8(1)
    pin.fixed(fixed(0x30, 16))
    pin.u64(77)
    pin.fixed(fixed(0x50, 32))
    let good: Fields = ["bytes": sealed("coffer/pin", pin.bytes), "vault": fixed(0x30, 16).json]
    try writer.add("pin", "pin", good)
    for (name, offset) in [("magic", 0), ("sequence", 25), ("hash", 33), ("checksum", -1)] {
      try writer.add("pin: \(name) flipped", "pin", good.flipping("bytes", offset), "damaged")
    }
    try writer.add("pin: cut", "pin", good.cutting("bytes", 1), "damaged")
    try writer.add("pin: a byte more", "pin", good.appending("bytes", [0]), "damaged")
    try writer.add("pin: another vault", "pin", good.flipping("vault", 0), "damaged")
    var newer = pin.bytes
    newer[8] = 2
    try writer.add("pin: version 2", "pin", good.with("bytes", sealed("coffer/pin", newer)), "newer")

    func link(_ version: UInt8, _ folder: String, _ approved: [String]) -> [UInt8] {
      var link = CanonicalWriter()
      link.fixed(Array("COFFERLK".utf8))
      link.u8(version)
      link.fixed(fixed(0x30, 16))
      link.text(folder)
      link.u32(UInt32(approved.count))
      for line in approved { link.text(line) }
      return link.bytes
    }
    func file(_ body: [UInt8]) -> Fields {
      ["bytes": sealed("coffer/link", body), "folder": "/home/zoe/shop"]
    }
    let linked = file(link(1, "/home/zoe/shop", ["name DATABASE_URL", ""]))
    try writer.add("link", "link", linked)
    try writer.add("link: nothing approved", "link", file(link(1, "/home/zoe/shop", [])))
    try writer.add("link: another folder", "link", file(link(1, "/home/zoe/shop2", [])), "damaged")
    try writer.add("link: version 2", "link", file(link(2, "/home/zoe/shop", [])), "newer")
    try writer.add("link: a byte more", "link", file(link(1, "/home/zoe/shop", []) + [0]), "damaged")
    try writer.add("link: checksum", "link", linked.flipping("bytes", -1), "damaged")
    try writer.add("link: magic", "link", linked.flipping("bytes", 0), "damaged")
    return writer.file
  }
}
