@testable import Sealing
@testable import Vault

extension Case {
  /// Snapshot files, as whoever holds the token opens them.
  static let snapshotKinds: [String: @Sendable (Fields) throws -> Fields] = [
    "snapshot": { input in
      let text = try SecretBytes(copying: Array(try input.text("token").utf8))
      let token = try text.withBytes { (text) throws(VaultError) in try Token(parsing: text) }
      let bytes = try input.bytes("bytes")
      let file = try SnapshotFile(decoding: bytes)
      guard file.bytes == bytes else { throw BadCase(field: "bytes") }
      let snapshot = try file.verified(for: token)
      let now = try input.integer("now")
      let freshness = SnapshotFreshness(
        now: now, minimum: try input.integer("minimum"), folders: nil, acceptsOlder: false)
      try freshness.check(file)
      let access = try snapshot.unlock(token, now: now)
      let names = try snapshot.names(access.keys)
      let values = zip(names, try snapshot.values(names, access.keys)).compactMap { name, value in
        value.map { (name, $0.bytes.withBytes { $0.array }.json) }
      }
      return [
        "environment": .text(access.environmentName), "sequence": .integer(file.header.sequence),
        "created": .integer(file.header.created), "author": file.header.author.bytes.bytes.json,
        "values": .object(Fields(uniqueKeysWithValues: values)),
      ]
    }
  ]
}
