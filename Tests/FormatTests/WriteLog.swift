@testable import Sealing
@testable import Vault

extension VectorWriter {
  static func log() throws -> VectorFile {
    var file = VectorWriter(
      "docs/FORMAT.md, Log: whole logs, the last entry of which is at fault. Boxes in them are no real boxes."
    )
    let cast = try LogCast.make()
    try addFoundings(to: &file, cast)
    let log = try cast.log()
    try file.add("log: five entries", "log", log.input)
    let removed = try log.adding(cast.remove([cast.index()]), by: cast.writer)
    try file.add("log: a name removed", "log", removed.input)
    try file.add(
      "log: pointed back", "log",
      removed.adding(cast.point(current: cast.pointer(5, 1)), by: cast.writer).input)
    let ended = try log.adding(cast.remove([]), by: cast.founder)
    try file.add("log: an environment removed", "log", ended.input)
    try file.add(
      "log: a put into a removed environment", "log", ended.adding(cast.put(7), by: cast.founder).input,
      "damaged")
    try addRights(to: &file, cast, log)
    try addFaults(to: &file, cast, log)
    try addMemberFaults(to: &file, cast, log)
    try addLedgers(to: &file, cast, log)
    try addEpochs(to: &file, cast, log)
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
    let founder = founding.members[0]
    let twice = Operation.Founding(
      created: founding.created, nonce: founding.nonce, commitment: founding.commitment,
      sealedName: founding.sealedName, directoryName: founding.directoryName, members: [founder, founder], wraps: [])
    var stated = good.control
    stated.members.append(founder)
    try file.add(
      "founding: a member twice", "log", LogBuilder(twice, by: cast.founder, control: stated).input, "damaged")
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
      log.adding(cast.epoch(cast.environment, 2, members: []), by: cast.writer).input, "forged")
    try file.add(
      "right: a writer removes an environment", "log", log.adding(cast.remove([]), by: cast.writer).input,
      "forged")
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
    try file.add(
      "fault: signature without its label", "log",
      good.changing { entry, _ in
        let signed = Array(entry.dropLast(64))
        entry = signed + cast.writer.signing.sign(signed)
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
    for (name, operation) in [
      ("a record of an entry before", cast.put(5)), ("a record of an entry after", cast.put(7)),
      ("pointed at its own record", cast.point(current: cast.pointer(6, 1))),
    ] {
      try file.add("fault: \(name)", "log", log.adding(operation, by: cast.writer).input, "damaged")
    }
    let (environment, other) = (cast.environment, cast.other)
    try faulty("the root of another environment", .init(roots: { $0[other] = Bytes32(fixed(9, 32)) }))
    try faulty("a root missing", .init(roots: { $0[other] = nil }))
    try faulty("its own root missing", .init(roots: { $0[environment] = nil }))
    try faulty(
      "a root of no environment", .init(roots: { $0[EnvironmentID(Bytes16(fixed(0xF0, 16)))] = Bytes32() }))

    let directory = Operation.remove(Operation.Removal(environment: .directory, epoch: 1, names: []))
    try file.add(
      "fault: the directory removed", "log", log.adding(directory, by: cast.founder).input, "damaged")
  }
}
