@testable import Platform
@testable import Sealing
@testable import Vault

extension Case {
  /// Maps, logs, files of a device.
  static let logKinds: [String: @Sendable (Fields) throws -> Fields] = [
    "leaf": { input in
      let bytes = try input.bytes("bytes")
      let leaf = try Leaf(decoding: bytes)
      guard leaf.encoded == bytes else { throw BadCase(field: "bytes") }
      return [
        "index": leaf.index.bytes.bytes.json, "newest": .text(text(of: leaf.newest)),
        "current": .text(text(of: leaf.current)), "pending": .text(text(of: leaf.pending)),
        "previous": .text(text(of: leaf.previous)),
      ]
    },
    "map-build": { input in
      var map = NameMap(root: Bytes32()) { (_) throws(VaultError) in nil }
      for leaf in try input.texts("leaves") {
        try map.set(Leaf(decoding: [UInt8](hexadecimal: leaf) ?? []))
      }
      let (root, nodes) = map.finish()
      let byPath = nodes.map { ($0.path.hex, $0.bytes.json) }
      return ["root": root.bytes.json, "nodes": .object(Fields(uniqueKeysWithValues: byPath))]
    },
    "map-read": { input in
      guard case .object(let nodes)? = input["nodes"] else { throw BadCase(field: "nodes") }
      var map = NameMap(root: Bytes32(try input.bytes("root"))) { (path) throws(VaultError) in
        guard case .text(let node)? = nodes[path.hex] else { return nil }
        return [UInt8](hexadecimal: node)
      }
      return ["leaves": .list(try map.leaves().map { $0.encoded.json })]
    },
    "effects": { input in
      var replay = Replay()
      for operation in try input.list("operations") {
        guard case .list(let pair) = operation, pair.count == 2,
          let number = UInt8(try Fields.text(of: pair[0], "operations")), let kind = Operation.Kind(rawValue: number),
          let body = [UInt8](hexadecimal: try Fields.text(of: pair[1], "operations"))
        else { throw BadCase(field: "operations") }
        try replay.apply(Operation(kind, decoding: body))
      }
      let maps = replay.maps.map { place, leaves in
        let shown = leaves.values.sorted { $0.index < $1.index }.map { $0.encoded.json }
        return ("\(place.environment.bytes.bytes.hex):\(place.epoch)", JSONValue.list(shown))
      }
      return ["maps": .object(Fields(uniqueKeysWithValues: maps))]
    },
    "log": { input in
      let entries = try input.list("entries").map { entry throws in
        guard case .list(let pair) = entry, pair.count == 2,
          let bytes = [UInt8](hexadecimal: try Fields.text(of: pair[0], "entries")),
          let body = [UInt8](hexadecimal: try Fields.text(of: pair[1], "entries"))
        else { throw BadCase(field: "entries") }
        return StoredEntry(entry: bytes, body: body)
      }
      guard let first = entries.first else { throw BadCase(field: "entries") }
      let vault = VaultID(Bytes16(try input.bytes("vault")))
      var verifier = try LogVerifier(founding: LogEntry(bytes: first.entry), body: first.body, vault: vault)
      for entry in entries.dropFirst() {
        _ = try verifier.advance(to: LogEntry(bytes: entry.entry), body: entry.body)
      }
      return [
        "sequence": .integer(verifier.head.sequence), "head": verifier.head.hash.bytes.json,
        "control": verifier.control.encoded.json,
      ]
    },
    "pin": { input in
      let scratch = try ScratchFolder()
      let vault = VaultID(Bytes16(try input.bytes("vault")))
      try scratch.write("state/pins/\(vault.hex)", try input.bytes("bytes"))
      guard let pin = try Pin.load(vault, scratch.folders) else { return [:] }
      return ["sequence": .integer(pin.sequence), "hash": pin.hash.bytes.json]
    },
    "link": { input in
      let scratch = try ScratchFolder()
      let folder = try input.text("folder")
      let name = Hashing.digest("coffer/link-path", Array(folder.utf8)).bytes.prefix(16).hex
      try scratch.write("state/links/\(name)", try input.bytes("bytes"))
      guard let link = try FolderLink.load(folder, scratch.folders) else { throw BadCase(field: "folder") }
      return ["vault": link.vault.bytes.bytes.json, "approved": .list(link.approved.map { .text($0) })]
    },
  ]

  private static func text(of pointer: Leaf.Pointer?) -> String {
    pointer.map { "\($0.record):\($0.version):\($0.digest.bytes.hex)" } ?? ""
  }
}

extension Leaf {
  init(decoding bytes: [UInt8]) throws {
    var reader = CanonicalReader(bytes)
    self = try Leaf(from: &reader)
    try reader.end()
  }

  var encoded: [UInt8] {
    var writer = CanonicalWriter()
    encode(to: &writer)
    return writer.bytes
  }
}
