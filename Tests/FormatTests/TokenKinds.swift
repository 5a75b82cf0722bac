@testable import Sealing
@testable import Vault

extension Case {
  /// Tokens, and what is wrapped to them.
  static let tokenKinds: [String: @Sendable (Fields) throws -> Fields] = [
    "token": { input in
      let text = try SecretBytes(copying: Array(try input.text("text").utf8))
      let token = try text.withBytes { (text) throws(VaultError) in try Token(parsing: text) }
      let identity = try token.identity()
      guard try token.text().withBytes({ $0.array }) == Array(input.text("text").utf8) else {
        throw BadCase(field: "text")
      }
      return [
        "vault": token.vault.bytes.bytes.json, "public": identity.publicIdentity.encoded.json,
        "seeds": identity.seeds.withBytes { $0.array }.json,
      ]
    },
    "token-wrap": { input in
      let identity = try Identity(seeds: SecretBytes(copying: try input.bytes("seeds")))
      let wrap = try TokenWrap(
        try input.bytes("wrapped"), identity: identity, vault: VaultID(Bytes16(try input.bytes("vault"))),
        environment: EnvironmentID(Bytes16(try input.bytes("environment"))),
        epoch: UInt32(try input.integer("epoch")), commitment: Bytes32(try input.bytes("commitment")))
      if let key = wrap.key {
        return ["name": .text(wrap.environmentName), "key": key.withBytes { $0.array }.json]
      }
      let names = wrap.names.map { ($0.name, $0.key.withBytes { $0.array }.json) }
      return [
        "name": .text(wrap.environmentName),
        "names": .object(Dictionary(names, uniquingKeysWith: { first, _ in first })),
      ]
    },
  ]
}
