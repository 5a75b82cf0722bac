import Sealing

@testable import KnownValues

/// Invented values and what can be done with them.
enum Samples {
  /// The same bytes for the same seed, on every machine (SplitMix64).
  static func bytes(_ count: Int, seed: UInt64) -> [UInt8] {
    var state = seed
    return (0..<count).map { _ in
      state &+= 0x9E37_79B9_7F4A_7C15
      var mixed = state
      mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
      mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
      return UInt8(truncatingIfNeeded: mixed >> 33)
    }
  }

  static func letters(_ count: Int, seed: UInt64) -> [UInt8] {
    let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789".utf8)
    return bytes(count, seed: seed).map { alphabet[Int($0) % alphabet.count] }
  }

  static func name(_ name: String, version: UInt32 = 1) -> KnownValueTable.Name {
    .init(name: name, environment: "production", version: version, use: .current)
  }

  /// The bytes of a table with a fixed key, so that a run can be repeated.
  static func tableBytes(_ values: [[UInt8]]) throws -> [UInt8] {
    let key = try SymmetricKey(SecretBytes(copying: bytes(32, seed: 99)))
    var builder = try KnownValueTableBuilder(salt: Array("salt".utf8), key: key)
    for (index, value) in values.enumerated() { try builder.add(value.span.bytes, name("N\(index)")) }
    return builder.finish()
  }

  static func search(_ values: [[UInt8]]) throws -> KnownValueSearch {
    KnownValueSearch(try KnownValueTable(tableBytes(values)))
  }

  static func encoded(_ form: ValueForm, _ value: [UInt8]) throws -> [UInt8]? {
    guard let encoded = try form.encode(value.span.bytes) else { return nil }
    return encoded.bytes.withBytes { $0.array }
  }

  static func fingerprint(_ secret: [UInt8], _ maker: FindingFingerprintMaker) throws -> Bytes16 {
    try maker.fingerprint(secret.span.bytes)
  }

  struct Hit: Hashable {
    let range: Range<Int>
    let label: Int
  }
}

extension KnownValueSearch {
  func hits(in bytes: [UInt8]) -> [Samples.Hit] {
    var hits: [Samples.Hit] = []
    search(bytes.span.bytes) { hits.append(.init(range: $0, label: $1)) }
    return hits
  }
}
