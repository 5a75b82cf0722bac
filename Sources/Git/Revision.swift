/// Finds the commit that people mean by `main`, `v1.2`, `HEAD~3` or `1a2b3c4`, by the rules of gitrevisions(7) for names,
/// abbreviated ids, `@`, `^N` and `~N`.
package struct Revision {
  private let references: References
  private let repository: Repository
  private let reader: ObjectReader

  /// The shortest abbreviation that git takes.
  private static let shortest = 4

  package init(_ references: References, _ repository: Repository, _ reader: ObjectReader) {
    self.references = references
    self.repository = repository
    self.reader = reader
  }

  /// - Returns: the commit's id, annotated tags peeled off; nil when nothing, or more than one thing, is meant.
  /// - Throws: `GitError` when an object on the way cannot be read.
  package func commit(_ text: String) throws(GitError) -> ObjectID? {
    let end = text.firstIndex { $0 == "^" || $0 == "~" } ?? text.endIndex
    guard var id = try named(String(text[..<end])) else { return nil }
    id = try peeled(id)
    var rest = text[end...]
    while let mark = rest.popFirst() {
      let digits = rest.prefix { $0.isASCII && $0.isNumber }
      rest = rest[digits.endIndex...]
      guard mark == "^" || mark == "~", let count = digits.isEmpty ? 1 : Int(digits), count <= 1 << 20 else {
        return nil
      }
      if mark == "^" {
        guard count > 0 else { continue }
        let parents = try parents(id)
        guard count <= parents.count else { return nil }
        id = parents[count - 1]
      } else {
        for _ in 0..<count {
          guard let parent = try parents(id).first else { return nil }
          id = parent
        }
      }
    }
    return id
  }

  private func named(_ name: String) throws(GitError) -> ObjectID? {
    if name == "@" || name.isEmpty { return references.head.id }
    var byName: [String: ObjectID] = [:]
    for entry in references.entries where entry.holder != .reflog && entry.holder != .remoteReflog {
      byName[entry.name] = byName[entry.name] ?? entry.id
    }
    // The order of gitrevisions(7); HEAD here is that of this work tree.
    if name == "HEAD" { return references.head.id }
    for form in [
      name, "refs/" + name, "refs/tags/" + name, "refs/heads/" + name, "refs/remotes/" + name,
      "refs/remotes/\(name)/HEAD",
    ] {
      if let id = byName[form] { return id }
    }
    if let id = ObjectID(hex: name) { return id }
    return try abbreviated(name)
  }

  private func abbreviated(_ name: String) throws(GitError) -> ObjectID? {
    let digits = name.lowercased()
    guard (Self.shortest..<40).contains(digits.utf8.count),
      let low = ObjectID(hex: digits + String(repeating: "0", count: 40 - digits.utf8.count)),
      let high = ObjectID(hex: digits + String(repeating: "f", count: 40 - digits.utf8.count))
    else { return nil }
    var found: Set<ObjectID> = []
    try repository.forEachObject { if low <= $0, $0 <= high { found.insert($0) } }
    // As git: of several objects the one that is a commit, if only one is.
    let commits = found.filter { (try? reader.header(of: $0))?.kind == .commit || found.count == 1 }
    return commits.count == 1 ? commits.first : nil
  }

  private func peeled(_ id: ObjectID) throws(GitError) -> ObjectID {
    var id = id
    for _ in 0..<64 {
      let target = try reader.read(id) { (kind, bytes) in kind == .tag ? TagText.parse(bytes)?.target : nil }
      guard let target else { return id }
      id = target
    }
    return id
  }

  private func parents(_ id: ObjectID) throws(GitError) -> [ObjectID] {
    guard let commit = try reader.read(id, body: { (kind, bytes) in kind == .commit ? CommitText.parse(bytes) : nil })
    else {
      throw .damaged(id)
    }
    return commit.parents
  }
}
