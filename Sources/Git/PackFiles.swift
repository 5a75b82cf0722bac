import Glibc

/// The two files of one pack.
package struct PackFiles: Hashable, Sendable {
  /// `….idx`
  package let index: String
  /// `….pack`
  package let pack: String
}

/// What lies in the `pack` folder of an object folder: the packs that have all they need, and facts about those that have not.
struct PackFolder {
  private(set) var files: [PackFiles] = []
  private(set) var facts: [RepositoryFact] = []

  /// So many packs of one folder are read; more are a fact. Each holds two files mapped.
  private static let limit = 20_000

  init(_ objects: String) {
    let folder = objects + "/pack"
    let names: [String]
    do throws(FileFault) {
      let list = try FolderListing.list(folder, limit: 10 * Self.limit)
      names = list.names
      if list.leftOut { facts.append(.unreadable(path: folder, code: EILSEQ)) }
    } catch {
      facts.append(error.fact)
      return
    }
    let all = Set(names)
    for name in names {
      if let stem = name.stem(of: ".pack"), !all.contains(stem + ".idx") {
        facts.append(.pack(path: folder + "/" + name, .notIndexed))
      }
      if name.hasSuffix(".promisor") { facts.append(.promisorPack(path: folder + "/" + name)) }
      guard let stem = name.stem(of: ".idx") else { continue }
      guard all.contains(stem + ".pack") else {
        facts.append(.pack(path: folder + "/" + name, .noPack))
        continue
      }
      guard files.count < Self.limit else {
        facts.append(.pack(path: folder + "/" + name, .unsupported))
        continue
      }
      files.append(PackFiles(index: folder + "/" + name, pack: folder + "/" + stem + ".pack"))
    }
  }
}

extension String {
  /// What comes before an ending; nil when this does not end so, or is nothing but that. Temporary files have no such ending.
  fileprivate func stem(of ending: String) -> String? {
    hasSuffix(ending) && utf8.count > ending.utf8.count ? String(dropLast(ending.count)) : nil
  }
}
