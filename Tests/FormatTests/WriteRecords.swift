@testable import Sealing
@testable import Vault

extension VectorWriter {
  static func records() throws -> VectorFile {
    var writer = VectorWriter("docs/FORMAT.md, Records. Made once, with random nonces.")
    let scope: Fields = [
      "vault": fixed(0x10, 16).json, "environment": fixed(0x60, 16).json, "epoch": 2,
      "key": fixed(0x90, 32).json,
    ]
    let key = try Case.environmentKey(scope)
    func record(_ value: [UInt8], _ generator: String, prior: Record.Prior?) throws -> Fields {
      let header = Record.Header(
        record: 7 << 20 | 1, epoch: 2, version: prior == nil ? 1 : 2, created: 1_767_225_600_000,
        author: MemberID(Bytes16(fixed(0x70, 16))), prior: prior)
      let sealed = try SecretBytes(copying: value).withBytes { value throws in
        try Record(
          sealing: value, descriptor: Descriptor(name: "DATABASE_URL", generator: generator), header: header,
          key: key)
      }
      return scope.with("bytes", sealed.bytes.json).with("name", "DATABASE_URL")
    }
    try writer.add("first version, empty", "record", record([], "", prior: nil))
    let prior = Record.Prior(record: 5 << 20, digest: Bytes32(fixed(0xA0, 32)))
    let good = try record(Array("postgres://u:p@host/db".utf8), "hex:32", prior: prior)
    try writer.add("second version", "record", good)
    try writer.add("a long value", "record", record(fixed(0, 2000), "", prior: prior))
    try writer.add(
      "record: version 2 of the format", "record",
      good.with("bytes", ([2] + good.bytes("bytes").dropFirst()).json), "newer")
    try writer.add(
      "record: suite 2", "record", good.with("bytes", ([1, 2] + good.bytes("bytes").dropFirst(2)).json),
      "newer")
    // Header: version, suite, record 2, epoch 10, version 14, created 18, author 26, prior 42, its digest 50, boxes 82.
    for (name, offset) in [
      ("number", 2), ("epoch", 10), ("version", 14), ("time", 18), ("author", 26), ("prior", 42),
      ("prior's digest", 50),
      ("descriptor's commitment", 86), ("value's tag", -1),
    ] {
      try writer.add("record: \(name) changed", "record", good.flipping("bytes", offset), "damaged")
    }
    var orphan = try record([1], "", prior: nil)
    orphan = try orphan.flipping("bytes", 50)
    try writer.add("record: no prior, and a digest of it", "record", orphan, "damaged")
    try writer.add("record: another name", "record", good.with("name", "API_KEY"), "damaged")
    try writer.add("record: another environment", "record", good.flipping("environment", 0), "damaged")
    try writer.add("record: another vault", "record", good.flipping("vault", 0), "damaged")
    try writer.add("record: another key", "record", good.flipping("key", 0), "damaged")
    try writer.add("record: cut", "record", good.cutting("bytes", 1), "damaged")
    try writer.add("record: a byte more", "record", good.appending("bytes", [0]), "damaged")
    let bytes = try good.bytes("bytes")
    let boxes = (bytes.count - 82) / 2
    let swapped = bytes[..<82] + bytes[(82 + boxes)...] + bytes[82..<(82 + boxes)]
    try writer.add("record: boxes swapped", "record", good.with("bytes", Array(swapped).json), "damaged")
    return writer.file
  }

  static func maps() throws -> VectorFile {
    var writer = VectorWriter("docs/FORMAT.md, Map of names.")
    func pointer(_ number: UInt64) -> Leaf.Pointer {
      Leaf.Pointer(record: number << 20, version: UInt32(number), digest: Bytes32(fixed(UInt8(number), 32)))
    }
    func leaf(
      _ index: [UInt8], _ newest: UInt64 = 1, _ current: UInt64? = 1, _ pending: UInt64? = nil,
      _ previous: UInt64? = nil
    ) -> Leaf {
      Leaf(
        index: NameIndex(Bytes32(index + fixed(0, 32 - index.count))), newest: pointer(newest),
        current: current.map(pointer),
        pending: pending.map(pointer), previous: previous.map(pointer))
    }
    for (name, leaf) in [
      ("current is newest", leaf([1])), ("current is older", leaf([1], 3, 1)),
      ("removed", leaf([1], 3, nil, nil, 2)),
      ("pending", leaf([1], 3, 2, 3)), ("all", leaf([1], 4, 2, 4, 1)),
    ] {
      try writer.add("leaf: \(name)", "leaf", ["bytes": leaf.encoded.json])
    }
    let plain: Fields = ["bytes": leaf([1]).encoded.json]
    let flags = 32 + 44
    func flagged(_ value: UInt8, _ tail: [UInt8] = []) throws -> Fields {
      var bytes = try plain.bytes("bytes")
      bytes[flags] = value
      return ["bytes": (bytes + tail).json]
    }
    let newest = Array(leaf([1]).encoded[32..<76])
    try writer.add("leaf: flags 3", "leaf", flagged(3, newest), "damaged")
    try writer.add("leaf: flags 17", "leaf", flagged(17), "damaged")
    try writer.add("leaf: current that follows and is newest", "leaf", flagged(2, newest), "damaged")
    try writer.add("leaf: cut", "leaf", plain.cutting("bytes", 1), "damaged")
    try writer.add("leaf: a byte more", "leaf", plain.appending("bytes", [0]), "damaged")

    let few = [
      leaf([0x00]), leaf([0xFF, 0x01]), leaf([0xFF, 0x12]), leaf([0xFF, 0x13]), leaf([0x80], 2, nil, nil, 1),
    ]
    let many = (0..<200).map { leaf(Hashing.digest("vector", [UInt8($0)]).bytes) }
    for (name, leaves) in [("of nothing", []), ("of one", [few[0]]), ("of five", few), ("of 200", many)] {
      let list = JSONValue.list(leaves.map { $0.encoded.json })
      try writer.add("map \(name)", "map-build", ["leaves": list])
      guard let built = writer.file.cases.last?.out else { continue }
      try writer.add(
        "map \(name) in another order", "map-build",
        ["leaves": .list(leaves.reversed().map { $0.encoded.json })])
      guard writer.file.cases.last?.out == built else { throw Unexpected(name: name, outcome: "order") }
      try writer.add("map \(name) read", "map-read", built)
    }
    let twice = [few[0], few[1], leaf([0xFF, 0x01], 2, 2, nil, 1)]
    try writer.add("map with a leaf replaced", "map-build", ["leaves": .list(twice.map { $0.encoded.json })])
    try addBrokenMaps(to: &writer, few)
    try addEffects(to: &writer)
    return writer.file
  }

  private static func addBrokenMaps(to writer: inout VectorWriter, _ leaves: [Leaf]) throws {
    let built = try Case.run("map-build", ["leaves": .list(leaves.map { $0.encoded.json })]).out
    guard case .object(let nodes)? = built["nodes"] else { throw BadCase(field: "nodes") }
    func with(_ path: String, _ node: [UInt8]?) -> Fields {
      var changed = nodes
      changed[path] = node?.json
      return built.with("nodes", .object(changed))
    }
    try writer.add("map: another root", "map-read", built.flipping("root", 0), "damaged")
    try writer.add("map: a node missing", "map-read", with("0f", nil), "damaged")
    let inner = try nodes.bytes("0f0f")
    try writer.add(
      "map: a node flipped", "map-read", with("0f0f", Array(inner.dropLast()) + [inner[inner.count - 1] ^ 1]),
      "damaged")
    try writer.add("map: a node of an older map", "map-read", with("0f0f", try nodes.bytes("")), "damaged")
    // Below: nodes that hash to what is stated, and break the rules.
    func alone(_ node: [UInt8]) -> Fields {
      ["root": Hashing.digest("coffer/map-node", node).bytes.json, "nodes": .object(["": node.json])]
    }
    try writer.add("map: a node without slots", "map-read", alone([0, 0, 0, 0]), "damaged")
    try writer.add(
      "map: a slot in both masks", "map-read", alone([1, 0, 1, 0] + leaves[0].encoded), "damaged")
    try writer.add(
      "map: a leaf in another slot", "map-read", alone([2, 0, 0, 0] + leaves[0].encoded), "damaged")
    try writer.add(
      "map: a byte after a node", "map-read", alone([1, 0, 0, 0] + leaves[0].encoded + [0]), "damaged")
    try writer.add(
      "map: a node cut", "map-read", alone([1, 0, 0, 0] + leaves[0].encoded.dropLast()), "damaged")
    let child: [UInt8] = [0, 0x80, 0, 0] + leaves[1].encoded
    let parent = [1, 0, 2, 0] + leaves[0].encoded + Hashing.digest("coffer/map-node", child).bytes
    let misplaced = alone(parent).with("nodes", .object(["": parent.json, "01": child.json]))
    try writer.add("map: a leaf below another path", "map-read", misplaced, "damaged")
  }
}
