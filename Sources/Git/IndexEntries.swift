/// What is staged in a repository: the entries of the index of each of its work trees.
package struct IndexEntries: Sendable {
  /// One path at one stage.
  package struct Entry: Hashable, Sendable {
    /// As in the index: bytes, `/` between folders.
    package let path: [UInt8]
    /// A blob; the commit of a submodule (mode 160000); a tree where a sparse index holds a folder (mode 40000).
    package let id: ObjectID
    /// 0; in a conflict 1 (base), 2 (ours), 3 (theirs).
    package let stage: Int
    /// As in a tree, 100644 octal for one.
    package let mode: UInt32
  }

  /// The entries of this work tree's index.
  package private(set) var entries: [Entry] = []
  /// Those of other work trees' indexes that are not among `entries`, each once.
  package private(set) var elsewhere: [Entry] = []
  package private(set) var facts: [RepositoryFact] = []

  /// The longest index that is read: several million entries.
  private static let sizeLimit = 1 << 30

  /// Reads all indexes; what cannot be read is a fact.
  /// - Parameter file: in place of this work tree's own index.
  package init(_ layout: RepositoryLayout, file: String? = nil) {
    entries = read(layout.gitDirectory, file: file)
    var folders = [layout.commonDirectory]
    do throws(FileFault) {
      folders += try FolderListing.names(in: layout.commonDirectory + "/worktrees", limit: 10_000).map {
        layout.commonDirectory + "/worktrees/" + $0
      }
    } catch {
      facts.append(error.fact)
    }
    folders.removeAll { $0 == layout.gitDirectory }
    guard !folders.isEmpty else { return }
    var seen = Set(entries)
    for folder in folders { elsewhere += read(folder).filter { seen.insert($0).inserted } }
  }

  /// Reads the index of a git folder, with the shared index that it may add to. Entries of the shared index that were replaced
  /// or removed since are among them.
  private mutating func read(_ folder: String, file: String? = nil) -> [Entry] {
    guard let index = readFile(file ?? folder + "/index") else { return [] }
    guard let shared = index.sharedIndex else { return index.entries }
    let path = folder + "/sharedindex." + shared.hex
    guard let base = readFile(path) else {
      facts.append(.damagedIndex(path: path))
      return index.entries
    }
    let paths = Set(index.entries.map(\.path))
    return index.entries + base.entries.filter { !paths.contains($0.path) }
  }

  private mutating func readFile(_ path: String) -> IndexFile? {
    do throws(FileFault) {
      guard let bytes = try SmallFile.read(path, limit: Self.sizeLimit) else { return nil }
      // Safe: the bytes outlive the call.
      let index = unsafe IndexFile(bytes.span.bytes)
      if index.isDamaged { facts.append(.damagedIndex(path: path)) }
      return index
    } catch {
      facts.append(error.fact)
      return nil
    }
  }
}
