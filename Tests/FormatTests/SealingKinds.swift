@testable import Sealing
@testable import Vault

extension Case {
  /// Encoding, primitives, sealed box, padding.
  static let sealingKinds: [String: @Sendable (Fields) throws -> Fields] = [
    "encode": { input in
      var writer = CanonicalWriter()
      for field in try input.list("fields") {
        guard case .list(let pair) = field, pair.count == 2 else { throw BadCase(field: "fields") }
        let kind = try Fields.text(of: pair[0], "fields")
        try writer.write(kind, try Fields.text(of: pair[1], "fields"))
      }
      return ["bytes": writer.bytes.json]
    },
    "decode": { input in
      var reader = CanonicalReader(try input.bytes("bytes"))
      var fields: [JSONValue] = []
      for kind in try input.texts("layout") { fields.append(.text(try reader.read(kind))) }
      try reader.end()
      return ["fields": .list(fields)]
    },
    "digest": { input in
      ["digest": Hashing.digest(try input.text("label"), try input.bytes("bytes")).bytes.json]
    },
    "keyed": { input in
      let key = try key(input)
      let parts = try input.texts("parts").map { [UInt8](hexadecimal: $0) ?? [] }
      let label = try input.text("label")
      let published = Hashing.keyed(key, label, parts).bytes
      let secret = try key.subkey(label, parts).withBytes { $0.array }
      guard published == secret else { throw BadCase(field: "keyed and subkey differ") }
      return ["result": published.json]
    },
    "seal": { input in
      let plaintext = try SecretBytes(copying: try input.bytes("plaintext"))
      let (context, nonce) = (try input.bytes("context"), try input.bytes("nonce"))
      let key = try key(input)
      return [
        "box": try plaintext.withBytes { plaintext throws in
          try SealedBox.seal(plaintext, key: key, context: context, nonce: nonce).json
        }
      ]
    },
    "open": { input in
      let key = try key(input)
      let opened = try SealedBox.open(try input.bytes("box"), key: key, context: try input.bytes("context"))
      return ["plaintext": opened.withBytes { $0.array }.json]
    },
    "padded-counts": { input in
      let counts = try input.list("counts").map { count throws -> JSONValue in
        guard case .integer(let count) = count else { throw BadCase(field: "counts") }
        return .integer(UInt64(Padding.paddedCount(Int(count))))
      }
      return ["padded": .list(counts)]
    },
    "pad": { input in
      let value = try SecretBytes(copying: try input.bytes("value"))
      let padded = try value.withBytes { value throws in try Padding.pad(value) }
      return ["padded": padded.withBytes { $0.array }.json]
    },
    "unpad": { input in
      let padded = try SecretBytes(copying: try input.bytes("padded"))
      return [
        "value": try padded.withBytes { padded throws in
          padded.extracting(0..<(try Padding.unpaddedCount(padded))).array
        }.json
      ]
    },
  ]

  static func key(_ input: Fields) throws -> SymmetricKey {
    try SymmetricKey(SecretBytes(copying: try input.bytes("key")))
  }
}

extension CanonicalWriter {
  fileprivate mutating func write(_ kind: String, _ value: String) throws {
    let number = UInt64(value) ?? 0
    switch kind {
    case "u8": u8(UInt8(number))
    case "u16": u16(UInt16(number))
    case "u32": u32(UInt32(number))
    case "u64": u64(number)
    case "flag": u8(UInt8(number))
    case "fixed": fixed([UInt8](hexadecimal: value) ?? [])
    case "bytes": prefixed([UInt8](hexadecimal: value) ?? [])
    case "text": text(value)
    default: throw BadCase(field: kind)
    }
  }
}

extension CanonicalReader {
  fileprivate mutating func read(_ kind: String) throws -> String {
    switch kind {
    case "u8": return String(try u8())
    case "u16": return String(try u16())
    case "u32": return String(try u32())
    case "u64": return String(try u64())
    case "flag": return try flag() ? "1" : "0"
    case "bytes": return try prefixed().hex
    case "text": return try text()
    default:
      guard kind.hasPrefix("fixed"), let count = Int(kind.dropFirst(5)) else { throw BadCase(field: kind) }
      return try fixed(count).hex
    }
  }
}
