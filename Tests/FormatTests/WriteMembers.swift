@testable import Sealing
@testable import Vault

extension VectorWriter {
  static func addMemberFaults(
    to file: inout VectorWriter, _ cast: borrowing LogCast, _ log: LogBuilder
  ) throws {
    func change(_ member: Member) -> Operation.MemberChange {
      Operation.MemberChange(members: [member], wraps: [])
    }
    let (id, roles) = (cast.environment, [EnvironmentID.directory: Role.read])
    var token = try cast.member(cast.stranger.publicIdentity, [id: .read])
    token.kind = .machine
    token.expires = 1_798_761_600_000
    token.sealedScope = try cast.label(0x10)
    let wrap = Operation.Wrap(environment: id, epoch: 1, member: token.id, bytes: fixed(8, 200))
    let limited = Operation.token(Operation.MemberChange(members: [token], wraps: [wrap]))
    try file.add("member: a token limited to names", "log", log.adding(limited, by: cast.founder).input)
    try file.add("member: a writer's token", "log", log.adding(limited, by: cast.writer).input, "forged")
    try file.add(
      "member: a token by an environment's admin", "log", log.adding(limited, by: cast.local).input, "forged")
    var writing = token
    writing.roles[id] = .write
    var wide = log.control
    wide.members.append(writing)
    try file.add(
      "member: a token limited to names that writes", "log",
      log.adding(.token(change(writing)), by: cast.founder, .init(control: wide.digest)).input, "damaged")
    var back = try cast.member(cast.gone.publicIdentity, roles)
    try file.add("member: one who comes back", "log", log.adding(.member(change(back)), by: cast.founder).input)

    for (name, keys) in [
      ("another's signing key", (cast.stranger.publicIdentity.wrapping, cast.writer.publicIdentity.signing)),
      ("another's wrapping key", (cast.writer.publicIdentity.wrapping, cast.stranger.publicIdentity.signing)),
      ("a removed member's key", (cast.stranger.publicIdentity.wrapping, cast.gone.publicIdentity.signing)),
    ] {
      back.keys = PublicIdentity(wrapping: keys.0, signing: keys.1)
      var after = log.control
      after.members.append(back)
      try file.add(
        "member: \(name)", "log",
        log.adding(.member(change(back)), by: cast.founder, .init(control: after.digest)).input, "damaged")
    }
    let member = Operation.member(change(try cast.member(cast.stranger.publicIdentity, roles)))
    for (name, operation) in [("a member", member), ("a token", limited)] {
      let fault = LogBuilder.Fault(roots: { $0[.directory] = Bytes32(fixed(9, 32)) })
      try file.add(
        "member: \(name) that moves the directory's root", "log",
        log.adding(operation, by: cast.founder, fault).input, "damaged")
    }

    // Roles in another order: the last 34 bytes before an empty list of wraps are the member's two roles.
    let joining = Operation.member(
      Operation.MemberChange(
        members: [try cast.member(cast.stranger.publicIdentity, [.directory: .read, id: .read])],
        wraps: []))
    let body = joining.encoded
    let (end, start) = (body.count - 4, body.count - 38)
    let swapped: [UInt8] =
      Array(body[..<start]) + Array(body[(start + 17)..<end]) + Array(body[start..<(start + 17)]) + Array(body[end...])
    try file.add(
      "member: roles out of order", "log",
      log.adding(joining, by: cast.founder, .init(body: swapped)).input, "damaged")
    try file.add(
      "member: a role of 4", "log",
      log.adding(joining, by: cast.founder, .init(body: body.dropLast(5) + [4, 0, 0, 0, 0])).input, "damaged")
  }

  static func addLedgers(to file: inout VectorWriter, _ cast: borrowing LogCast, _ log: LogBuilder) throws {
    let (here, there) = (cast.records(6, in: .directory), cast.records(6))
    for (name, kind) in [("leak", Operation.leak), ("rotation", Operation.rotation)] {
      try file.add("ledger: a \(name)", "log", log.adding(kind(here), by: cast.local).input)
      try file.add("ledger: a reader's \(name)", "log", log.adding(kind(here), by: cast.reader).input, "forged")
      try file.add(
        "ledger: a \(name) outside the directory", "log", log.adding(kind(there), by: cast.local).input, "damaged")
    }
    // Its writers write the ledgers, and nothing that could take back what an admin set.
    for (name, operation) in [
      ("put", Operation.put(here)),
      ("removal", .remove(Operation.Removal(environment: .directory, epoch: 1, names: [cast.index()]))),
      ("point", .point(Operation.PointerChange(environment: .directory, epoch: 1, items: []))),
    ] {
      try file.add(
        "ledger: a \(name) by a writer of the directory", "log", log.adding(operation, by: cast.local).input, "forged")
    }
    let set = try log.adding(.setting(here), by: cast.founder)
    let older = Operation.leak(cast.records(6, in: .directory))
    try file.add(
      "ledger: a leak with the record of a setting", "log", set.adding(older, by: cast.local).input, "damaged")
    try file.add("ledger: a setting", "log", log.adding(.setting(here), by: cast.founder).input)
    try file.add(
      "ledger: a setting by a writer of the directory", "log", log.adding(.setting(here), by: cast.local).input,
      "forged")
    try file.add(
      "ledger: a setting outside the directory", "log", log.adding(.setting(there), by: cast.founder).input, "damaged")
  }
}
