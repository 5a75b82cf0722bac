/// The files of one tree and all trees below it, by their paths.
package struct TreeFiles: Sendable {
  /// Blobs and, as links, symbolic ones; not submodules.
  package private(set) var files: [[UInt8]: ObjectID] = [:]
  /// Submodules by their paths.
  package private(set) var submodules: [[UInt8]: ObjectID] = [:]
  /// Trees that could not be read; what is below them is not among the files.
  package private(set) var unread: [ObjectID] = []

  /// Deeper trees are not entered; git itself makes none that a file system could hold.
  private static let depthLimit = 2048
  /// More files than any repository checks out.
  package static let countLimit = 1_000_000

  /// No files.
  package init() {}

  /// Reads a tree.
  /// - Parameter limit: files beyond so many are left out, and the tree counts as unread.
  package init(_ tree: ObjectID, _ reader: ObjectReader, limit: Int = countLimit) {
    var waiting: [(id: ObjectID, path: [UInt8], depth: Int)] = [(tree, [], 0)]
    while let next = waiting.popLast() {
      guard next.depth < Self.depthLimit, files.count < limit, waiting.count < limit else {
        unread.append(next.id)
        continue
      }
      do throws(GitError) {
        let isWhole = try reader.read(next.id) { (kind, bytes) in
          guard kind == .tree else { return false }
          var cursor = TreeCursor()
          while cursor.next(in: bytes) {
            let path = next.path + (next.path.isEmpty ? [] : [0x2F]) + bytes.array(cursor.name)
            let id = ObjectID(bytes, at: cursor.id)
            switch cursor.kind {
            case .blob: files[path] = id
            case .tree: waiting.append((id, path, next.depth + 1))
            case .submodule: submodules[path] = id
            }
          }
          return !cursor.isDamaged
        }
        if !isWhole { unread.append(next.id) }
      } catch {
        unread.append(next.id)
      }
    }
  }
}

extension ObjectReader {
  /// The file of that name at the root of a commit's tree.
  /// - Returns: nil when there is none, or it cannot be read, or is larger than `limit` bytes.
  package func rootFile(_ name: String, of commit: ObjectID, limit: Int) -> [UInt8]? {
    guard let tree = try? CommitText.tree(of: commit, self) else { return nil }
    let wanted = Array(name.utf8)
    let blob = try? read(tree) { (_, bytes) -> ObjectID? in
      var cursor = TreeCursor()
      while cursor.next(in: bytes) {
        if cursor.kind == .blob, bytes.array(cursor.name) == wanted { return ObjectID(bytes, at: cursor.id) }
      }
      return nil
    }
    guard let blob = blob ?? nil, let size = try? header(of: blob).size, size <= limit else { return nil }
    return try? read(blob) { (_, bytes) in bytes.array(0..<bytes.byteCount) }
  }
}

extension CommitText {
  /// The root tree of a commit.
  /// - Throws: what reading the object throws; `GitError.damaged` when it is no commit.
  package static func tree(of commit: ObjectID, _ reader: ObjectReader) throws(GitError) -> ObjectID {
    let text = try reader.read(commit) { (kind, bytes) in kind == .commit ? parse(bytes) : nil }
    guard let text else { throw .damaged(commit) }
    return text.tree
  }
}

extension RawSpan {
  /// Copies a range of bytes.
  func array(_ range: Range<Int>) -> [UInt8] {
    unsafe extracting(range).withUnsafeBytes { unsafe Array($0) }
  }
}
