@testable import Sealing
@testable import Vault

extension VectorWriter {
  static func addEpochs(to file: inout VectorWriter, _ cast: borrowing LogCast, _ log: LogBuilder) throws {
    let id = cast.environment
    // Rolled back to version 1 and sealed again; removed; a pending version of before.
    let leaves = [
      Leaf(index: cast.index(1), newest: cast.pointer(5, 3), current: cast.pointer(6, 1), previous: cast.pointer(5, 3)),
      Leaf(index: cast.index(2), newest: cast.pointer(4, 2), current: nil, previous: cast.pointer(4, 2)),
      Leaf(
        index: cast.index(3), newest: cast.pointer(5, 2), current: cast.pointer(6, 1, place: 1),
        pending: cast.pointer(5, 2)),
    ]
    let second = try cast.epoch(id, 2, leaves: leaves, members: [])
    let renewed = try log.adding(second, by: cast.local)
    try file.add("epoch: the second, by an environment's admin", "log", renewed.input)
    try file.add("epoch: an empty map", "log", log.adding(cast.epoch(id, 2, members: []), by: cast.local).input)
    let next = Operation.put(cast.records(7, epoch: 2))
    try file.add("epoch: a put after it", "log", renewed.adding(next, by: cast.writer).input)
    try file.add(
      "epoch: the third", "log", renewed.adding(cast.epoch(id, 3, members: []), by: cast.local).input)
    try file.add(
      "epoch: ends with its environment", "log", renewed.adding(cast.remove([], epoch: 2), by: cast.founder).input)
    let founder = try cast.founding()
    let relabels = try [
      SealedLabel.Place.vault, .environment(.directory), .environment(id), .member(founder.id),
      .scope(cast.reader.publicIdentity.id), .environment(EnvironmentID(Bytes16(fixed(0xF0, 16)))),
    ].map { Operation.Relabel(place: $0, label: try cast.label(0x20, epoch: 2)) }
    let wide = try cast.epoch(.directory, 2, members: [], labels: relabels)
    try file.add("epoch: of the directory, with labels", "log", log.adding(wide, by: cast.founder).input)
    let with = try cast.epoch(
      id, 2, leaves: leaves, members: [cast.member(cast.gone.publicIdentity, [:], active: false)])
    try file.add("epoch: with members", "log", log.adding(with, by: cast.founder).input)
    try addEpochFaults(to: &file, cast, log, leaves)

    try file.add("epoch: members by an environment's admin", "log", log.adding(with, by: cast.local).input, "forged")
    let promoted = try cast.epoch(id, 2, members: [cast.member(cast.local.publicIdentity, [.directory: .admin])])
    try file.add(
      "epoch: an environment's admin makes himself the vault's", "log", log.adding(promoted, by: cast.local).input,
      "forged")
    let relabelled = try cast.epoch(id, 2, members: [], labels: [relabels[2]])
    try file.add(
      "epoch: labels by an environment's admin", "log", log.adding(relabelled, by: cast.local).input, "forged")
    let other = try cast.epoch(cast.other, 2, members: [])
    try file.add(
      "epoch: of another environment than its admin's", "log", log.adding(other, by: cast.local).input, "forged")

    // Each operation must be of the epoch that is current.
    for epoch in [0, 1, 3, .max] as [UInt32] {
      for (name, operation) in [
        ("put", Operation.put(cast.records(7, epoch: epoch))), ("remove", cast.remove([cast.index(1)], epoch: epoch)),
        ("point", cast.point(current: nil, epoch: epoch)), ("removal", cast.remove([], epoch: epoch)),
      ] {
        try file.add(
          "epoch: a \(name) of epoch \(epoch) in epoch 2", "log",
          renewed.adding(operation, by: cast.founder).input, "damaged")
      }
    }
    try file.add(
      "epoch: a leak of epoch 2 in epoch 1", "log",
      log.adding(.leak(cast.records(6, in: .directory, epoch: 2)), by: cast.founder).input, "damaged")
  }

  private static func addEpochFaults(
    to file: inout VectorWriter, _ cast: borrowing LogCast, _ log: LogBuilder, _ leaves: [Leaf]
  ) throws {
    let (id, new) = (cast.environment, EnvironmentID(Bytes16(fixed(0x70, 16))))
    let founder = cast.founder.publicIdentity.id
    guard log.control.member(founder) != nil else { throw BadCase(field: "founder") }
    func refused(_ name: String, _ operation: Operation, _ fault: LogBuilder.Fault = .init()) throws {
      try file.add("epoch: \(name)", "log", log.adding(operation, by: cast.founder, fault).input, "damaged")
    }
    try refused("one left out", cast.epoch(id, 3, members: []))
    try refused("the current one again", cast.epoch(id, 1, members: []))
    try refused("number 0", cast.epoch(id, 0, members: []))
    try refused("a second one of nothing", cast.epoch(new, 2))
    try refused("a first one with a predecessor", cast.epoch(new, 1, predecessor: [1]))
    var started = log.control
    started.environments.append(
      Control.Environment(
        id: new, isActive: true, sealedName: try cast.label(),
        epochs: [Control.Epoch(commitment: Bytes32(fixed(0x55, 32)), finalRoot: Bytes32(), predecessor: [])]))
    started.environments.sort { $0.id < $1.id }
    let first = try cast.epoch(new, 1, predecessor: [])
    try refused("a first one with a root", first, .init(roots: { $0[new] = Bytes32(fixed(9, 32)) }))
    try refused(
      "a first one with leaves", cast.epoch(new, 1, predecessor: [], leaves: leaves),
      .init(control: started.digest, roots: { $0[new] = Bytes32() }))
    try refused("leaves out of order", cast.epoch(id, 2, leaves: [leaves[1], leaves[0]], members: []))
    let later = Leaf(index: cast.index(1), newest: cast.pointer(7, 1), current: nil)
    try refused("a record of an entry after", cast.epoch(id, 2, leaves: [later], members: []))
    try refused("an index twice", cast.epoch(id, 2, leaves: [leaves[0], leaves[0]], members: []))
    let renamed = try cast.label(0x20)
    var called = log.control
    guard let place = called.environments.firstIndex(where: { $0.id == id }) else { throw BadCase(field: "id") }
    called.environments[place].sealedName = renamed
    called.environments[place].epochs[0].finalRoot = log.head.roots[id] ?? Bytes32()
    called.environments[place].epochs.append(
      Control.Epoch(commitment: Bytes32(fixed(0x55, 32)), finalRoot: Bytes32(), predecessor: fixed(1, 104)))
    try refused(
      "another name for its environment", cast.epoch(id, 2, name: renamed, members: []),
      .init(control: called.digest))
    var unended = called
    unended.environments[place].sealedName = log.control.environments[place].sealedName
    unended.environments[place].epochs[0].finalRoot = Bytes32()
    try refused("the old map's root not kept", cast.epoch(id, 2, members: []), .init(control: unended.digest))
    try refused("a place of kind 5", cast.epoch(id, 2, members: []), .init(body: try strange(cast, id)))
  }

  /// An epoch's body whose one label has a place that nothing has.
  private static func strange(_ cast: borrowing LogCast, _ id: EnvironmentID) throws -> [UInt8] {
    var writer = CanonicalWriter()
    writer.u32(1)
    writer.prefixed([5])
    try cast.label().encode(to: &writer)
    return try cast.epoch(id, 2, members: []).encoded.dropLast(4) + writer.bytes
  }

  /// What operations make of the map, pending versions and epochs included.
  static func addEffects(to file: inout VectorWriter) throws {
    let cast = try LogCast.make()
    func add(_ name: String, _ operations: [Operation], _ outcome: String = "ok") throws {
      let pairs = operations.map { JSONValue.list([.text(String($0.kind.rawValue)), $0.encoded.json]) }
      try file.add("effects: \(name)", "effects", ["operations": .list(pairs)], outcome)
    }
    let (one, two) = (cast.put(5), Operation.put(cast.records(6, version: 2)))
    let pending = Operation.put(cast.records(7, version: 3, pending: true))
    try add("a first version", [one])
    try add("a second", [one, two])
    try add("a pending one", [one, two, pending])
    try add("a pending one first", [.put(cast.records(5, pending: true))])
    try add(
      "a put beside a pending one",
      [one, .put(cast.records(6, version: 2, pending: true)), .put(cast.records(7, version: 3))])
    try add(
      "a pending one promoted",
      [one, two, pending, cast.point(current: cast.pointer(7, 3), previous: cast.pointer(6, 2))])
    try add("removed while one is pending", [one, two, pending, cast.remove([cast.index()])])
    try add("removed and put again", [one, cast.remove([cast.index()]), two])
    let item = cast.records(5).items[0]
    let twice = Operation.RecordItem(index: item.index, pointer: cast.pointer(5, 2, place: 1), isPending: false)
    try add(
      "a name twice in one put",
      [
        .put(Operation.RecordsChange(environment: cast.environment, epoch: 1, items: [item, twice]))
      ])
    let leaf = Leaf(
      index: cast.index(1), newest: cast.pointer(6, 2), current: cast.pointer(7, 1),
      pending: cast.pointer(7, 2, place: 1),
      previous: cast.pointer(6, 2))
    let epoch = try cast.epoch(cast.environment, 2, leaves: [leaf], members: [])
    try add("an epoch", [one, two, epoch])
    try add("a put after an epoch", [one, two, epoch, .put(cast.records(8, version: 3, epoch: 2))])
    try add(
      "a ledger", [.leak(cast.records(5, in: .directory)), .setting(cast.records(6, version: 2, in: .directory))])
    try add("removed twice", [one, cast.remove([cast.index()]), cast.remove([cast.index()])], "damaged")
    try add("a name removed that is none", [one, cast.remove([cast.index(1)])], "damaged")
    try add("a name pointed that is none", [cast.point(current: cast.pointer(5, 1))], "damaged")
  }
}
