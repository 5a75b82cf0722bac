@testable import Sealing
@testable import Vault

extension VectorWriter {
  static func identity() throws -> VectorFile {
    var writer = VectorWriter(
      "docs/FORMAT.md, Identities. Entropy and words of the first four phrases are of BIP-39's own vectors.")
    try writer.add("ids", "ids", ["nonce": fixed(0, 32).json, "founder": fixed(0x20, 64).json])
    try writer.add(
      "ids of all ones", "ids",
      ["nonce": [UInt8](repeating: 255, count: 32).json, "founder": [UInt8](repeating: 255, count: 64).json])

    let vault = fixed(0x30, 16).json
    let abandon = "abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon"
    for (entropy, words) in [
      ("00000000000000000000000000000000", "\(abandon) about"),
      (
        "7f7f7f7f7f7f7f7f7f7f7f7f7f7f7f7f",
        "legal winner thank year wave sausage worth useful legal winner thank yellow"
      ),
      (
        "80808080808080808080808080808080",
        "letter advice cage absurd amount doctor acoustic avoid letter advice cage above"
      ),
      ("ffffffffffffffffffffffffffffffff", "zoo zoo zoo zoo zoo zoo zoo zoo zoo zoo zoo wrong"),
    ] {
      try writer.add(
        "phrase of \(entropy.prefix(2))…", "phrase",
        ["words": .text(words), "entropy": .text(entropy), "vault": vault])
    }
    try writer.add(
      "phrase: case, white space and four letters", "phrase",
      ["words": "\n LEGA winn\tthank  Year wave saus worth usef lega WINNER than yell\r\n", "vault": vault])
    try writer.add(
      "phrase: another vault", "phrase", ["words": .text("\(abandon) about"), "vault": fixed(0x31, 16).json])
    for (name, words) in [
      ("checksum", "\(abandon) abandon"), ("eleven words", abandon),
      ("thirteen words", "\(abandon) about about"),
      ("unknown word", "\(abandon) abott"), ("three letters of a longer word", "\(abandon) abo"),
      ("five letters of a longer word", "aband \(abandon.dropFirst(8)) about"), ("no words", ""),
      ("a digit", "\(abandon) about1"), ("a letter beyond ASCII", "\(abandon) ábout"),
    ] {
      try writer.add("phrase: \(name)", "phrase", ["words": .text(words), "vault": vault], "phrase")
    }
    try addFiles(to: &writer)
    return writer.file
  }

  private static func addFiles(to writer: inout VectorWriter) throws {
    let identity = try Identity.fixed(3)
    let file = try IdentityFile(
      sealing: identity, passphrase: SecretBytes(copying: Array("Grüße an alle".utf8)),
      derivation: PassphraseDerivation(passes: 2, memory: 64 << 20, salt: fixed(0x50, 16)),
      created: 1_767_225_600_000)
    let good: Fields = ["bytes": file.bytes.json, "passphrase": "Grüße an alle"]
    try writer.add("identity file", "identity-file", good)
    try writer.add(
      "identity file: another passphrase", "identity-file", good.with("passphrase", "Grüße an all"),
      "passphrase")
    try writer.add(
      "identity file: decomposed passphrase", "identity-file",
      good.with("passphrase", "Gru\u{308}ße an alle"), "passphrase")
    try writer.add("identity file: no passphrase", "identity-file", good.with("passphrase", ""), "passphrase")
    try writer.add("identity file: magic", "identity-file", good.flipping("bytes", 0), "damaged")
    try writer.add("identity file: checksum", "identity-file", good.flipping("bytes", -1), "damaged")
    try writer.add("identity file: a flipped bit", "identity-file", good.flipping("bytes", 150), "damaged")
    try writer.add("identity file: cut", "identity-file", good.cutting("bytes", 1), "damaged")
    try writer.add("identity file: a byte more", "identity-file", good.appending("bytes", [0]), "damaged")
    try writer.add(
      "identity file: 40 bytes", "identity-file", good.cutting("bytes", file.bytes.count - 40), "damaged")
    // Below: changed by somebody who knows how to make the checksum.
    func changed(_ change: (inout [UInt8]) -> Void) -> Fields {
      var body = Array(file.bytes.dropLast(32))
      change(&body)
      return good.with("bytes", (body + Hashing.digest("coffer/identity-file", body).bytes).json)
    }
    try writer.add("identity file: version 2", "identity-file", changed { $0[8] = 2 }, "newer")
    try writer.add("identity file: suite 2", "identity-file", changed { $0[9] = 2 }, "newer")
    try writer.add("identity file: derivation 2", "identity-file", changed { $0[10] = 2 }, "newer")
    try writer.add("identity file: 1 pass", "identity-file", changed { $0[11] = 1 }, "bounds")
    try writer.add("identity file: 5 passes", "identity-file", changed { $0[11] = 5 }, "bounds")
    try writer.add("identity file: 2^31 passes", "identity-file", changed { $0[14] = 128 }, "bounds")
    try writer.add(
      "identity file: 8 KiB", "identity-file",
      changed { $0.replaceSubrange(15..<23, with: [0, 32, 0, 0, 0, 0, 0, 0]) }, "bounds")
    try writer.add(
      "identity file: a byte under 64 MiB", "identity-file",
      changed { $0.replaceSubrange(15..<23, with: [255, 255, 255, 3, 0, 0, 0, 0]) }, "bounds")
    try writer.add(
      "identity file: 1 TiB", "identity-file",
      changed { $0.replaceSubrange(15..<23, with: [0, 0, 0, 0, 0, 1, 0, 0]) }, "bounds")
    try writer.add(
      "identity file: 2^63 bytes", "identity-file",
      changed { $0.replaceSubrange(15..<23, with: [0, 0, 0, 0, 0, 0, 0, 128]) }, "bounds")
    try writer.add("identity file: another salt", "identity-file", changed { $0[23] ^= 1 }, "passphrase")
    try writer.add(
      "identity file: another public key", "identity-file", changed { $0[47] ^= 1 }, "passphrase")
    try writer.add("identity file: another time", "identity-file", changed { $0[39] ^= 1 }, "passphrase")
    try writer.add(
      "identity file: box flipped", "identity-file", changed { $0[$0.count - 1] ^= 1 }, "damaged")
    try writer.add("identity file: box one byte longer", "identity-file", changed { $0.append(0) }, "damaged")
  }

  static func keys() throws -> VectorFile {
    var writer = VectorWriter(
      "docs/FORMAT.md, Keys of an environment. Wraps and labels were made once, with random keys and nonces.")
    let scope: Fields = [
      "vault": fixed(0x10, 16).json, "environment": fixed(0x60, 16).json, "epoch": 2,
      "key": fixed(0x90, 32).json,
    ]
    for (name, text) in [("a variable", "DATABASE_URL"), ("an empty name", ""), ("beyond ASCII", "grüße")] {
      try writer.add("keys: \(name)", "environment-key", scope.with("name", .text(text)))
    }
    let named = scope.with("name", "DATABASE_URL")
    try writer.add("keys: another epoch", "environment-key", named.with("epoch", 3))
    try writer.add("keys: another environment", "environment-key", named.flipping("environment", 0))
    try writer.add("keys: another vault", "environment-key", named.flipping("vault", 0))

    let key = try Case.environmentKey(scope)
    let older = EnvironmentKey(
      vault: key.vault, environment: key.environment, epoch: 1,
      key: try SymmetricKey(SecretBytes(copying: fixed(0x11, 32))))
    let predecessor = scope.with("box", try key.sealPredecessor(older).json)
    try writer.add("predecessor", "predecessor", predecessor)
    try writer.add("predecessor: another epoch", "predecessor", predecessor.with("epoch", 3), "damaged")
    try writer.add(
      "predecessor: another environment", "predecessor", predecessor.flipping("environment", 3), "damaged")
    try writer.add("predecessor: flipped", "predecessor", predecessor.flipping("box", -1), "damaged")

    let member = try Identity.fixed(5)
    var wrap = scope.with("seeds", fixed(5, 64).json).with("commitment", key.commitment.bytes.json)
    wrap["key"] = nil
    wrap["wrapped"] = try key.wrap(to: member.publicIdentity).json
    try writer.add("wrap", "wrap", wrap)
    try writer.add("wrap: another member", "wrap", wrap.with("seeds", fixed(6, 64).json), "damaged")
    try writer.add("wrap: another vault", "wrap", wrap.flipping("vault", 0), "damaged")
    try writer.add("wrap: another environment", "wrap", wrap.flipping("environment", 0), "damaged")
    try writer.add("wrap: another epoch", "wrap", wrap.with("epoch", 1), "damaged")
    try writer.add("wrap: another commitment", "wrap", wrap.flipping("commitment", 0), "damaged")
    try writer.add("wrap: flipped", "wrap", wrap.flipping("wrapped", -1), "damaged")
    try writer.add("wrap: cut", "wrap", wrap.cutting("wrapped", 1), "damaged")
    try writer.add("wrap: 47 bytes", "wrap", wrap.with("wrapped", fixed(0, 47).json), "damaged")
    let impostor = EnvironmentKey(
      vault: key.vault, environment: key.environment, epoch: 2,
      key: try SymmetricKey(SecretBytes(copying: fixed(0x12, 32))))
    try writer.add(
      "wrap: a key that the log does not state", "wrap",
      wrap.with("wrapped", try impostor.wrap(to: member.publicIdentity).json), "damaged")

    var directoryScope = scope.with("environment", EnvironmentID.directory.bytes.bytes.json)
    directoryScope["epoch"] = 1
    let directory = try Case.environmentKey(directoryScope)
    let id = EnvironmentID(Bytes16(fixed(0x60, 16)))
    for (name, place, text) in [
      ("a vault", SealedLabel.Place.vault, "shop"), ("an environment", .environment(id), "production"),
      ("a member", .member(member.publicIdentity.id), "Zoë"),
      ("a token's names", .scope(member.publicIdentity.id), "A\nB"),
      ("no text", .vault, ""),
    ] {
      let box = try SealedLabel(text, at: place, directory: directory).box
      let input = directoryScope.with("label_epoch", 1).with("box", box.json).with(
        "place", place.encoded.json)
      try writer.add("label of \(name)", "label", input)
      guard text == "production" else { continue }
      try writer.add(
        "label: moved", "label", input.with("place", SealedLabel.Place.vault.encoded.json), "damaged")
      try writer.add(
        "label: a place of kind 5", "label", input.with("place", ([5] + fixed(0, 16)).json), "damaged")
      try writer.add("label: a place cut", "label", input.cutting("place", 1), "damaged")
      try writer.add("label: another vault", "label", input.flipping("vault", 0), "damaged")
      try writer.add("label: flipped", "label", input.flipping("box", -1), "damaged")
    }
    return writer.file
  }
}
