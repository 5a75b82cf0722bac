@testable import Platform
@testable import Sealing
@testable import Vault

extension Case {
  /// Whole vaults in one file: archives, and bundles as a member opens them.
  static let bundleKinds: [String: @Sendable (Fields) throws -> Fields] = [
    "archive": { input in
      let bytes = try input.bytes("bytes")
      return try shown(VaultArchive(bytes: bytes), try input.vault())
    },
    "bundle": { input in
      let bundle = try VaultBundle(bytes: try input.bytes("bytes"))
      let identity = try Identity(seeds: SecretBytes(copying: try input.bytes("seeds")))
      let archive = try bundle.open(identity)
      return try shown(archive, try input.vault()).with("archive", archive.bytes.suffix(32).map { $0 }.json)
    },
  ]

  private static func shown(_ archive: VaultArchive, _ vault: VaultID) throws -> Fields {
    let verified = try archive.verify(vault)
    return [
      "sequence": .integer(verified.head.sequence), "head": verified.head.hash.bytes.json,
      "control": verified.control.encoded.json, "records": .integer(UInt64(archive.recordCount)),
    ]
  }
}

extension Fields {
  fileprivate func vault() throws -> VaultID { VaultID(Bytes16(try bytes("vault"))) }
}
