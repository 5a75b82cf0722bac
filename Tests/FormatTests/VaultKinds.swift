@testable import Sealing
@testable import Vault

extension Case {
  /// Identities, keys, labels, records.
  static let vaultKinds: [String: @Sendable (Fields) throws -> Fields] = [
    "ids": { input in
      let founder = try publicIdentity(try input.bytes("founder"))
      let vault = VaultID(nonce: Bytes32(try input.bytes("nonce")), founder: founder)
      return [
        "vault": vault.bytes.bytes.json, "short": .text(vault.short), "member": founder.id.bytes.bytes.json,
      ]
    },
    "phrase": { input in
      let phrase = try RecoveryPhrase(parsing: SecretBytes(copying: Array(try input.text("words").utf8)))
      let identity = try phrase.identity(vault: VaultID(Bytes16(try input.bytes("vault"))))
      let text = try phrase.text().withBytes { $0.array }
      return [
        "text": .text(String(decoding: text, as: UTF8.self)), "public": identity.publicIdentity.encoded.json,
        "seeds": identity.seeds.withBytes { $0.array }.json,
      ]
    },
    "identity-file": { input in
      let file = try IdentityFile(bytes: try input.bytes("bytes"))
      let passphrase = try SecretBytes(copying: Array(try input.text("passphrase").utf8))
      let identity = try file.open(passphrase: passphrase)
      guard try file.bytes == input.bytes("bytes") else { throw BadCase(field: "bytes") }
      return [
        "passes": .integer(UInt64(file.derivation.passes)), "memory": .integer(file.derivation.memory),
        "created": .integer(file.created), "public": file.publicIdentity.encoded.json,
        "seeds": identity.seeds.withBytes { $0.array }.json,
      ]
    },
    "environment-key": { input in
      let key = try environmentKey(input)
      let name = try key.nameKey(try input.text("name"))
      return [
        "name_key": name.key.withBytes { $0.array }.json, "index": name.index.bytes.bytes.json,
        "value_key": try name.valueKey().withBytes { $0.array }.json,
        "names_key": try key.namesKey().withBytes { $0.array }.json,
        "labels_key": try key.labelsKey().withBytes { $0.array }.json,
        "commitment": key.commitment.bytes.json,
      ]
    },
    "predecessor": { input in
      let older = try environmentKey(input).openPredecessor(try input.bytes("box"))
      return ["epoch": .integer(UInt64(older.epoch)), "key": older.withBytes { $0.array }.json]
    },
    "wrap": { input in
      let identity = try Identity(seeds: SecretBytes(copying: try input.bytes("seeds")))
      let key = try EnvironmentKey.unwrap(
        try input.bytes("wrapped"), identity: identity, vault: VaultID(Bytes16(try input.bytes("vault"))),
        environment: EnvironmentID(Bytes16(try input.bytes("environment"))),
        epoch: UInt32(try input.integer("epoch")), commitment: Bytes32(try input.bytes("commitment")))
      return ["key": key.withBytes { $0.array }.json]
    },
    "label": { input in
      var writer = CanonicalWriter()
      writer.u32(UInt32(try input.integer("label_epoch")))
      writer.prefixed(try input.bytes("box"))
      var reader = CanonicalReader(writer.bytes)
      let label = try SealedLabel(from: &reader)
      let place = try SealedLabel.Place(decoding: try input.bytes("place"))
      return ["text": .text(try label.open(at: place, directory: try environmentKey(input)))]
    },
    "record": { input in
      let bytes = try input.bytes("bytes")
      let key = try environmentKey(input)
      let record = try Record(bytes: bytes)
      let descriptor = try record.descriptor(key: key)
      let value = try record.value(name: try input.text("name"), key: key)
      return [
        "digest": Record.digest(bytes).bytes.json, "number": .integer(record.header.record),
        "epoch": .integer(UInt64(record.header.epoch)), "version": .integer(UInt64(record.header.version)),
        "created": .integer(record.header.created), "author": record.header.author.bytes.bytes.json,
        "prior": .integer(record.header.prior?.record ?? 0), "name": .text(descriptor.name),
        "generator": .text(descriptor.generator), "value": value.withBytes { $0.array }.json,
      ]
    },
  ]

  static func publicIdentity(_ bytes: [UInt8]) throws -> PublicIdentity {
    guard bytes.count == 64 else { throw BadCase(field: "public") }
    return PublicIdentity(
      wrapping: WrappingPublicKey(Bytes32(Array(bytes.prefix(32)))),
      signing: VerifyingKey(Bytes32(Array(bytes.suffix(32)))))
  }

  static func environmentKey(_ input: Fields) throws -> EnvironmentKey {
    EnvironmentKey(
      vault: VaultID(Bytes16(try input.bytes("vault"))),
      environment: EnvironmentID(Bytes16(try input.bytes("environment"))),
      epoch: UInt32(try input.integer("epoch")), key: try key(input))
  }
}
