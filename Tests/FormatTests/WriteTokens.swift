@testable import Sealing
@testable import Vault

extension VectorWriter {
  static func tokens() throws -> VectorFile {
    var writer = VectorWriter(
      "docs/FORMAT.md, Checked text, Token and Wrap. The tokens open nothing; wraps were made once, with random keys.")
    try addTexts(to: &writer)
    try addWraps(to: &writer)
    return writer.file
  }

  private static func addTexts(to writer: inout VectorWriter) throws {
    func text(_ bytes: [UInt8], _ prefix: String = Token.prefix) throws -> JSONValue {
      .text(try CheckedText.encode(prefix: prefix, bytes))
    }
    let good = [1] + fixed(0x30, 16) + fixed(0x80, 32)
    try writer.add("token", "token", ["text": try text(good)])
    try writer.add("token: zeros", "token", ["text": try text([1] + [UInt8](repeating: 0, count: 48))])
    try writer.add("token: all ones", "token", ["text": try text([1] + [UInt8](repeating: 255, count: 48))])
    let word = try CheckedText.encode(prefix: Token.prefix, good)
    func wrong(_ name: String, _ text: String) throws {
      try writer.add("token: \(name)", "token", ["text": .text(text)], "token")
    }
    try wrong("no text", "")
    try wrong("a character less", String(word.dropLast()))
    try wrong("a character more", word + "0")
    try wrong("a line end", word + "\n")
    try wrong("another checksum", word.dropLast() + (word.hasSuffix("0") ? "1" : "0"))
    try wrong(
      "a digit changed", String(word.prefix(20)) + (word.dropFirst(20).first == "0" ? "1" : "0") + word.dropFirst(21))
    try wrong("upper-case prefix", "C" + word.dropFirst())
    try wrong("another prefix", try CheckedText.encode(prefix: "caffer_", good))
    try wrong("another prefix's length", try CheckedText.encode(prefix: "cofferpub_", good))
    // Right checksums over what is no number of 49 bytes.
    for (name, body) in [
      ("a number that does not fit", String(repeating: "z", count: 66)),
      ("a digit that is none", String(repeating: "0", count: 65) + "-"),
      ("a digit beyond ASCII", String(repeating: "0", count: 64) + "é"),
    ] {
      try wrong(name, try checked(Token.prefix + body))
    }
    for version in [UInt8(0), 2] {
      try writer.add("token: version \(version)", "token", ["text": try text([version] + good.dropFirst())], "newer")
    }
  }

  /// A text with the checksum that it should have.
  private static func checked(_ body: String) throws -> String {
    let digits = Array("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz")
    var rest = Int(CRC32.of(Array(body.utf8)))
    var sum = ""
    for _ in 0..<6 {
      sum = String(digits[rest % 62]) + sum
      rest /= 62
    }
    return body + sum
  }

  private static func addWraps(to writer: inout VectorWriter) throws {
    let scope: Fields = [
      "vault": fixed(0x10, 16).json, "environment": fixed(0x60, 16).json, "epoch": 2, "key": fixed(0x90, 32).json,
    ]
    let key = try Case.environmentKey(scope)
    let identity = try Identity.fixed(5)
    let label = try SealedLabel("ci", at: .member(identity.publicIdentity.id), directory: key)
    let member = Member(kind: .machine, keys: identity.publicIdentity, roles: [:], sealedName: label)
    var input = scope.with("seeds", fixed(5, 64).json).with("commitment", key.commitment.bytes.json)
    input["key"] = nil
    func wrap(_ names: [String]?) throws -> Fields {
      input.with("wrapped", try TokenWrap.wrap(key, named: "production", scope: names, to: member).bytes.json)
    }
    let whole = try wrap(nil)
    try writer.add("token wrap: a whole environment", "token-wrap", whole)
    let limited = try wrap(["A", "GRÜSSE"])
    try writer.add("token wrap: two names", "token-wrap", limited)
    try writer.add("token wrap: no name", "token-wrap", try wrap([]))
    for (name, good) in [("whole", whole), ("limited", limited)] {
      for (what, changed) in [
        ("another token", good.with("seeds", fixed(6, 64).json)), ("another vault", try good.flipping("vault", 0)),
        ("another environment", try good.flipping("environment", 0)), ("another epoch", good.with("epoch", 1)),
        ("flipped", try good.flipping("wrapped", -1)), ("cut", try good.cutting("wrapped", 1)),
      ] {
        try writer.add("token wrap, \(name): \(what)", "token-wrap", changed, "damaged")
      }
    }
    try writer.add("token wrap: another commitment", "token-wrap", try whole.flipping("commitment", 0), "damaged")
    try writer.add(
      "token wrap: a person's", "token-wrap",
      input.with("wrapped", try key.wrap(to: identity.publicIdentity).json), "damaged")

    // Anybody can wrap to a token: what it opens to is judged.
    let header = WrapKind.token.header(key.vault, key.environment, key.epoch, member.id)
    func made(_ fill: (inout CanonicalWriter) -> Void) throws -> Fields {
      var plain = CanonicalWriter()
      plain.fixed(header)
      plain.text("production")
      fill(&plain)
      let bytes = try SecretBytes(copying: plain.bytes).withBytes { (bytes) throws(SealingError) in
        try member.keys.wrapping.wrap(bytes)
      }
      return input.with("wrapped", bytes.json)
    }
    func name(_ text: String, _ key: UInt8, in plain: inout CanonicalWriter) {
      plain.text(text)
      plain.fixed(fixed(key, 32))
    }
    try writer.add(
      "token wrap: a name twice, of which the first counts", "token-wrap",
      try made { plain in
        plain.u8(0)
        plain.u32(2)
        name("A", 1, in: &plain)
        name("A", 2, in: &plain)
      })
    for (what, fill) in [
      ("a flag of 2", { $0.u8(2) }), ("nothing after the name", { _ in }),
      (
        "a name more than there is",
        { plain in
          plain.u8(0)
          plain.u32(2)
          name("A", 1, in: &plain)
        }
      ),
      (
        "a count that cannot be",
        { plain in
          plain.u8(0)
          plain.u32(UInt32.max)
        }
      ),
      (
        "a byte after the names",
        { plain in
          plain.u8(0)
          plain.u32(1)
          name("A", 1, in: &plain)
          plain.u8(0)
        }
      ),
      (
        "a name that is no text",
        { plain in
          plain.u8(0)
          plain.u32(1)
          plain.prefixed([0xFF])
          plain.fixed(fixed(1, 32))
        }
      ),
      (
        "a key that is cut",
        { plain in
          plain.u8(1)
          plain.fixed(fixed(1, 31))
        }
      ),
    ] as [(String, (inout CanonicalWriter) -> Void)] {
      try writer.add("token wrap: \(what)", "token-wrap", try made(fill), "damaged")
    }
  }
}
