import FoundationEssentials

@testable import Platform
@testable import Sealing
@testable import Vault

/// One case: what goes in, and what must come of it.
struct Case: Codable, Sendable {
  let name: String
  let kind: String
  let `in`: Fields
  let out: Fields
  /// A class of docs/FORMAT.md, "Errors", or "ok".
  let outcome: String
}

/// A file of cases in Tests/Vectors.
struct VectorFile: Codable, Sendable {
  let about: String
  /// Long texts that stand in several cases, which have "@0", "@1" … for them.
  var texts: [String]?
  var cases: [Case]

  static let folder = Files.parent(of: Files.parent(of: #filePath)) + "/Vectors"

  static let names = [
    "encoding", "sealing", "identity", "keys", "records", "maps", "log", "device", "tokens", "snapshots", "bundles",
  ]

  static func load(_ name: String) throws -> VectorFile {
    let bytes = try Files.read("\(folder)/\(name).json", limit: 16 << 20)
    let file = try JSONDecoder().decode(VectorFile.self, from: Data(bytes))
    let texts = Dictionary(uniqueKeysWithValues: (file.texts ?? []).enumerated().map { ("@\($0)", $1) })
    return file.replacing(texts)
  }

  func save(_ name: String) throws {
    var counts: [String: Int] = [:]
    for vector in cases {
      for text in JSONValue.object(vector.in).texts where text.utf8.count >= 200 { counts[text, default: 0] += 1 }
    }
    let shared = counts.filter { $0.value > 1 }.keys.sorted()
    var file = replacing(Dictionary(uniqueKeysWithValues: shared.enumerated().map { ($1, "@\($0)") }))
    file.texts = shared.isEmpty ? nil : shared
    try Files.writeAtomically("\(Self.folder)/\(name).json", json(file), mode: 0o644)
  }

  /// The same with texts in the cases' inputs replaced.
  private func replacing(_ texts: [String: String]) -> VectorFile {
    let replaced = cases.map { vector in
      Case(
        name: vector.name, kind: vector.kind, in: vector.in.mapValues { $0.replacing(texts) }, out: vector.out,
        outcome: vector.outcome)
    }
    return VectorFile(about: about, cases: replaced)
  }
}

/// Sorted and indented, so that a change is read as one.
func json(_ value: some Encodable) throws -> [UInt8] {
  let encoder = JSONEncoder()
  encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
  return Array(try encoder.encode(value)) + [0x0A]
}

/// The class of an error; nil for one that no vector may end in.
func outcomeClass(of error: any Error) -> String? {
  switch error {
  case is MalformedBytes: "damaged"
  case let error as SealingError:
    switch error {
    case .damaged: "damaged"
    case .wrongKeyOrContext: "key"
    case .badSignature: "forged"
    case .derivationOutOfBounds: "bounds"
    default: nil
    }
  case let error as VaultError:
    switch error {
    case .damaged, .wrongVault: "damaged"
    case .badSignature, .unauthorised: "forged"
    case .rollback, .forked: "rollback"
    case .wrongPassphrase: "passphrase"
    case .badPhrase: "phrase"
    case .badToken: "token"
    case .notForYou: "key"
    case .snapshot(.otherToken), .snapshot(.otherEnvironment): "damaged"
    case .snapshot(.badSignature), .snapshot(.unauthorised): "forged"
    case .snapshot: "rollback"
    case .derivationOutOfBounds: "bounds"
    case .needsNewer: "newer"
    default: nil
    }
  default: nil
  }
}

extension Case {
  /// What this build makes of the case's input.
  static func run(_ kind: String, _ input: Fields) throws -> (outcome: String, out: Fields) {
    guard let body = kinds[kind] else { throw BadCase(field: "kind") }
    do { return ("ok", try body(input)) } catch {
      guard let outcome = outcomeClass(of: error) else { throw error }
      return (outcome, [:])
    }
  }

  static let kinds: [String: @Sendable (Fields) throws -> Fields] =
    sealingKinds.merging(vaultKinds) { $1 }.merging(logKinds) { $1 }.merging(tokenKinds) { $1 }
    .merging(snapshotKinds) { $1 }.merging(bundleKinds) { $1 }
}
