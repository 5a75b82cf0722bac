/// A folder of objects: the repository's own, or one that it borrows from.
package struct ObjectFolder: Hashable, Sendable {
  /// Absolute, without symbolic links.
  package let path: String
  /// Whether it lies outside the repository and its work tree: chosen by whoever made the repository.
  package let isOutside: Bool
  /// The file that names it; nil for the repository's own.
  package let listedIn: String?
}

/// The object folders of a repository: its own, and those its `objects/info/alternates` lead to, as git resolves them.
/// Source: gitrepository-layout(5), `objects/info/alternates`; git's object-file.c, `link_alt_odb_entries`.
struct Alternates {
  private(set) var folders: [ObjectFolder] = []
  private(set) var facts: [RepositoryFact] = []
  /// Whatever lies below one of these is the repository's own.
  private let own: [String]
  private var seen: Set<FolderListing.Identity> = []

  /// As git: the repository's own list is at depth 0, and lists deeper than 5 are not read.
  private static let depthLimit = 5
  private static let countLimit = 64

  /// - Parameters:
  ///   - common: the common git directory, real.
  ///   - workTree: the work tree, real.
  init(common: String, workTree: String?) {
    own = [common] + (workTree.map { [$0] } ?? [])
    let listed = common + "/objects"
    // It may be a symbolic link, as git-new-workdir makes them.
    guard let path = FolderListing.real(listed), let found = FolderListing.look(path) else { return }
    let isOutside = !own.contains { FolderListing.isPath(path, within: $0) }
    seen.insert(found.identity)
    folders.append(ObjectFolder(path: path, isOutside: isOutside, listedIn: isOutside ? listed : nil))
    follow(path, depth: 0)
  }

  private mutating func follow(_ folder: String, depth: Int) {
    let file = folder + "/info/alternates"
    let text: [UInt8]
    do throws(FileFault) {
      guard let found = try SmallFile.read(file) else { return }
      text = found
    } catch {
      facts.append(error.fact)
      return
    }
    guard depth <= Self.depthLimit else {
      if !text.trimmed.isEmpty { facts.append(.alternatesBeyondLimit(listedIn: file)) }
      return
    }
    for line in text.split(separator: 10) where line.first != UInt8(ascii: "#") {
      guard let entry = Self.path(line) else {
        facts.append(.layout(file: file, .malformed))
        continue
      }
      guard let path = FolderListing.real(FolderListing.join(folder, entry)),
        let found = FolderListing.look(path), found.kind == .folder
      else {
        facts.append(.alternateMissing(path: entry, listedIn: file))
        continue
      }
      guard folders.count < Self.countLimit else {
        facts.append(.alternatesBeyondLimit(listedIn: file))
        return
      }
      guard seen.insert(found.identity).inserted else { continue }
      let isOutside = !own.contains { FolderListing.isPath(path, within: $0) }
      folders.append(ObjectFolder(path: path, isOutside: isOutside, listedIn: file))
      follow(path, depth: depth + 1)
    }
  }

  /// A line's path: as it stands, or in double quotes with C's escapes; nil when it is neither.
  private static func path(_ line: ArraySlice<UInt8>) -> String? {
    var line = line
    if line.last == 13 { line.removeLast() }
    guard line.first == UInt8(ascii: "\"") else { return String(validating: line, as: UTF8.self) }
    var bytes: [UInt8] = []
    var rest = line.dropFirst()
    while let byte = rest.popFirst() {
      switch byte {
      case UInt8(ascii: "\""): return rest.isEmpty ? String(validating: bytes, as: UTF8.self) : nil
      case UInt8(ascii: "\\"):
        guard let escaped = rest.popFirst(), let value = unescape(escaped, &rest) else { return nil }
        bytes.append(value)
      default: bytes.append(byte)
      }
    }
    return nil
  }

  private static func unescape(_ byte: UInt8, _ rest: inout ArraySlice<UInt8>) -> UInt8? {
    let letters: KeyValuePairs<String, UInt8> = [
      "a": 7, "b": 8, "t": 9, "n": 10, "v": 11, "f": 12, "r": 13, "\"": 34, "\\": 92,
    ]
    if let value = letters.first(where: { $0.key.utf8.first == byte })?.value { return value }
    let digits = [byte] + rest.prefix(2)
    guard digits.count == 3, digits.allSatisfy({ 48...55 ~= $0 }), digits[0] <= 51 else { return nil }
    rest = rest.dropFirst(2)
    return digits.reduce(0) { $0 << 3 | ($1 - 48) }
  }
}
