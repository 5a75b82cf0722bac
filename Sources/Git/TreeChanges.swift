/// The files that a tree has and that none of some other trees has at the same path: what a commit brings in beside its parents.
package struct TreeChanges: Sendable {
  /// A file.
  package struct File: Sendable, Hashable {
    package let path: [UInt8]
    package let blob: ObjectID
  }

  /// Submodules that are new or at another commit, by path.
  package private(set) var submodules: [[UInt8]] = []
  /// In the order of the trees' entries.
  package private(set) var files: [File] = []
  /// Trees that are not there or cannot be read: what is below them is not among the files.
  package private(set) var unread: [ObjectID] = []

  private static let depthLimit = 2048
  private static let countLimit = 1_000_000

  /// - Parameter others: the trees to compare with; none: every file is a change.
  package init(_ tree: ObjectID, beside others: [ObjectID], _ reader: ObjectReader) {
    guard !others.contains(tree) else { return }
    var waiting: [(tree: ObjectID, others: [ObjectID], path: [UInt8], depth: Int)] = [(tree, others, [], 0)]
    while let next = waiting.popLast() {
      guard next.depth < Self.depthLimit, files.count < Self.countLimit, let entries = Self.entries(next.tree, reader)
      else {
        unread.append(next.tree)
        continue
      }
      // A tree of a parent that cannot be read only makes more a change.
      let before = next.others.compactMap { other in
        Self.entries(other, reader).map { Dictionary($0.map { ($0.name, $0) }, uniquingKeysWith: { one, _ in one }) }
      }
      for entry in entries {
        let counterparts = before.compactMap { $0[entry.name] }
        guard !counterparts.contains(where: { $0.id == entry.id && $0.kind == entry.kind }) else { continue }
        let path = next.path + (next.path.isEmpty ? [] : [0x2F]) + entry.name
        switch entry.kind {
        case .blob: files.append(File(path: path, blob: entry.id))
        case .tree: waiting.append((entry.id, counterparts.filter { $0.kind == .tree }.map(\.id), path, next.depth + 1))
        case .submodule: submodules.append(path)
        }
      }
    }
  }

  private struct Entry {
    let name: [UInt8]
    let id: ObjectID
    let kind: TreeCursor.EntryKind
  }

  /// - Returns: nil when it is no tree, or damaged.
  private static func entries(_ tree: ObjectID, _ reader: ObjectReader) -> [Entry]? {
    try? reader.read(tree) { (kind, bytes) -> [Entry]? in
      guard kind == .tree else { return nil }
      var entries: [Entry] = []
      var cursor = TreeCursor()
      while cursor.next(in: bytes) {
        entries.append(Entry(name: bytes.array(cursor.name), id: ObjectID(bytes, at: cursor.id), kind: cursor.kind))
      }
      return cursor.isDamaged ? nil : entries
    }
  }
}
