@testable import Git

/// A repository as a scan opens it.
struct Opened {
  let layout: RepositoryLayout
  let repository: Repository

  init(_ path: String, followAlternates: Bool = false) throws {
    layout = try RepositoryLayout.find(at: path)
    repository = try Repository(layout, followAlternates: followAlternates)
  }

  /// Every object's id in hexadecimal digits, sorted.
  func ids() throws -> [String] {
    let inventory = try repository.makeInventory()
    return (0..<Int32(inventory.count)).map { inventory.id(of: $0).hex }.sorted()
  }

  /// Reads one object.
  func read(_ hex: String) throws -> (kind: ObjectKind, bytes: [UInt8]) {
    let reader = try repository.makeReader()
    return try reader.read(try id(hex)) { kind, bytes in (kind, copy(bytes)) }
  }

  func references() -> References { References(layout) }
}

/// The id, or a failure of the test.
func id(_ hex: String) throws -> ObjectID {
  guard let id = ObjectID(hex: hex) else { throw GitSandbox.Failure(text: "no id: \(hex)") }
  return id
}

/// The bytes of a span.
func copy(_ bytes: borrowing RawSpan) -> [UInt8] {
  bytes.withUnsafeBytes { Array($0) }
}

extension GitSandbox {
  /// What git says are all objects of a repository: `HEX KIND SIZE`, sorted.
  func everyObject(in folder: String = "repo") throws -> [(hex: String, kind: String, size: Int)] {
    try git(in: folder, "cat-file", "--batch-all-objects", "--batch-check", "--unordered").text
      .split(separator: "\n").map { line in
        let words = line.split(separator: " ")
        return (String(words[0]), String(words[1]), Int(words[2]) ?? -1)
      }
      .sorted { $0.hex < $1.hex }
  }
}
