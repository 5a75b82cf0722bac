@testable import Sealing
@testable import Vault

/// Collects cases; refuses one whose outcome is not the one its author meant.
struct VectorWriter {
  struct Unexpected: Error {
    let name: String
    let outcome: String
  }

  private(set) var file: VectorFile

  init(_ about: String) { file = VectorFile(about: about, cases: []) }

  mutating func add(_ name: String, _ kind: String, _ input: Fields, _ outcome: String = "ok") throws {
    let found = try Case.run(kind, input)
    guard found.outcome == outcome else { throw Unexpected(name: name, outcome: found.outcome) }
    file.cases.append(Case(name: name, kind: kind, in: input, out: found.out, outcome: outcome))
  }
}

extension Fields {
  /// The same with one field changed.
  func with(_ name: String, _ value: JSONValue) -> Fields { merging([name: value]) { $1 } }

  /// The same with one byte of a field changed, counted from the end when negative.
  func flipping(_ name: String, _ offset: Int) throws -> Fields {
    var bytes = try bytes(name)
    bytes[offset < 0 ? bytes.count + offset : offset] ^= 1
    return with(name, bytes.json)
  }

  func cutting(_ name: String, _ count: Int) throws -> Fields {
    with(name, try bytes(name).dropLast(count).map { $0 }.json)
  }

  func appending(_ name: String, _ tail: [UInt8]) throws -> Fields {
    with(name, (try bytes(name) + tail).json)
  }
}

/// Bytes that are the same in every run: `count` bytes upward from `start`.
func fixed(_ start: UInt8, _ count: Int) -> [UInt8] {
  (0..<count).map { start &+ UInt8(truncatingIfNeeded: $0) }
}

extension Identity {
  /// The same in every run.
  static func fixed(_ start: UInt8) throws -> Identity {
    try Identity(seeds: SecretBytes(copying: FormatTests.fixed(start, 64)))
  }
}
