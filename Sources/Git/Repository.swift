/// A repository's objects, opened for reading. Nothing of it is ever executed or written, and it may belong to anyone.
package final class Repository: Sendable {
  /// Where its parts lie.
  package let layout: RepositoryLayout
  /// The packs that can be read, by folder and name.
  package let packFiles: [PackFiles]
  /// What keeps it from being whole: the layout's facts, and those of its object folders.
  package let facts: [RepositoryFact]
  private let chains: [PackChain]
  private let loose: [LooseObjects]
  private let looseIDs: [ObjectID]

  /// The largest object that is read, unless a reader is made for another: 256 MiB.
  package static let sizeLimit = 256 << 20

  /// Opens the object folders and lists what lies in them.
  /// - Parameter followAlternates: whether object folders outside the repository are read too; those within it always are.
  /// - Throws: `GitError.unsupported` when objects are not named by SHA-1; `.layout(.leadsNowhere)` when there is no object
  ///   folder; `.library` when libgit2 does not start.
  package init(_ layout: RepositoryLayout, followAlternates: Bool) throws(GitError) {
    guard layout.format.objectFormat == "sha1" else { throw .unsupported(.objectFormat(layout.format.objectFormat)) }
    guard !layout.objectFolders.isEmpty else {
      throw .layout(file: layout.commonDirectory + "/objects", .leadsNowhere)
    }
    try Library.start()
    self.layout = layout
    var facts = layout.facts
    var files: [PackFiles] = []
    var chains: [PackChain] = []
    var ids: [ObjectID] = []
    var loose: [LooseObjects] = []
    for folder in layout.objectFolders {
      if folder.isOutside, !followAlternates, let listedIn = folder.listedIn {
        facts.append(.alternateNotFollowed(path: folder.path, listedIn: listedIn))
        continue
      }
      let packs = PackFolder(folder.path)
      facts += packs.facts
      for pack in packs.files {
        do throws(PackError) {
          chains.append(try PackChain(pack))
          files.append(pack)
        } catch {
          facts.append(error.fact(pack))
        }
      }
      loose.append(LooseObjects(folder: folder.path))
      ids += loose[loose.count - 1].list(&facts)
    }
    packFiles = files
    self.chains = chains
    self.loose = loose
    looseIDs = ids
    self.facts = facts
  }

  /// A reader of single objects, for one thread.
  /// - Parameter limit: the largest object, in bytes.
  /// - Throws: `GitError.library`.
  package func makeReader(limit: Int = sizeLimit) throws(GitError) -> ObjectReader {
    try ObjectReader(Array(zip(packFiles, chains).map { (files: $0, chain: $1) }), loose, limit: limit)
  }

  /// Hands over the id of every object: pack after pack in pack order, then the loose ones. What is stored twice comes twice.
  /// - Parameter known: packs to leave out, for whoever listed them already.
  /// - Throws: `GitError.library` when libgit2 cannot list a pack.
  package func forEachObject(besides known: Set<PackFiles> = [], _ body: (ObjectID) -> Void) throws(GitError) {
    for pack in packFiles where !known.contains(pack) {
      for id in try ObjectSource(index: pack.index).ids() { body(id) }
    }
    for id in looseIDs { body(id) }
  }

  /// Every object, each once.
  /// - Throws: as `forEachObject`.
  package func makeInventory() throws(GitError) -> Inventory {
    var collector = Inventory.Collector(capacity: chains.reduce(looseIDs.count) { $0 + $1.count })
    try forEachObject { collector.add($0) }
    return Inventory(collector)
  }
}

extension PackError {
  /// What a pack that cannot be opened comes to.
  fileprivate func fact(_ files: PackFiles) -> RepositoryFact {
    switch self {
    case .unreadable(let code): .pack(path: files.pack, .unreadable(code: code))
    case .unsupportedIndex: .pack(path: files.index, .unsupported)
    case .unsupportedPack: .pack(path: files.pack, .unsupported)
    case .damagedIndex: .pack(path: files.index, .damagedIndex)
    case .mismatch: .pack(path: files.pack, .mismatch)
    case .damagedPack, .damagedEntry, .tooLarge, .tooDeep, .baseFailed, .noMemory: .pack(path: files.pack, .damagedPack)
    }
  }
}
