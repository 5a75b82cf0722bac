import CPlatform
import Glibc

/// What in a folder of Coffer's is not this user's alone.
package struct PrivateTree {
  /// Folders inside one another; Coffer makes three.
  private static let maximumDepth = 16
  private static let mostEntries = 100_000

  package struct Problem: Equatable, Sendable {
    package let path: String
    package let refusal: FileRefusal
    package let isFolder: Bool
  }

  package private(set) var problems: [Problem] = []
  /// How many files and folders were looked at.
  package private(set) var count = 0

  /// Looks at the folder and all below; one that is not there has no problems. Links are told and not followed.
  package init(_ root: String) { look(at: root, depth: 0) }

  private mutating func look(at path: String, depth: Int) {
    var found = emptyStatus
    guard depth < Self.maximumDepth, count < Self.mostEntries, cp_status(path, false, &found) == 0 else { return }
    count += 1
    let kind = Files.Kind(mode: found.mode)
    if let refusal = refusal(found, kind) {
      problems.append(Problem(path: path, refusal: refusal, isFolder: kind == .directory))
    }
    guard kind == .directory, let folder = opendir(path) else { return }
    defer { closedir(folder) }
    var names: [String] = []
    while let entry = readdir(folder) {
      let start = UnsafeRawPointer(entry) + MemoryLayout<dirent>.offset(of: \.d_name)!
      let name = String(cString: start.assumingMemoryBound(to: CChar.self))
      if name != ".", name != ".." { names.append(name) }
    }
    for name in names.sorted() { look(at: path + "/" + name, depth: depth + 1) }
  }

  private func refusal(_ found: cp_status, _ kind: Files.Kind) -> FileRefusal? {
    switch kind {
    case .symlink: return .symlink
    case .other: return .notRegular
    case .regular, .directory: break
    }
    if found.owner != cp_effective_user() { return .foreignOwner(found.owner) }
    return found.mode & 0o077 == 0 ? nil : .looseMode(found.mode & 0o777)
  }
}
