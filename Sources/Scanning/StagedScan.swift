import Findings
import Git

/// A scan of what the next commit would bring in: files of the index that HEAD has not, or not so.
struct StagedScan {
  private let repository: Repository
  private let indexFile: String?
  private let tools: ScanTools

  /// - Parameter indexFile: in place of the repository's own: what `git commit FILE` makes and hands to its hooks.
  init(_ repository: Repository, indexFile: String?, _ tools: ScanTools) {
    self.repository = repository
    self.indexFile = indexFile
    self.tools = tools
  }

  func run() throws(ScanError) -> ScanOutcome {
    let reader = try reading { () throws(GitError) in try repository.makeReader() }
    let head = References(repository.layout).head.id
    var old = TreeFiles()
    if let head {
      let tree = try reading { () throws(GitError) in try CommitText.tree(of: head, reader) }
      old = TreeFiles(tree, reader)
    }
    let index = IndexEntries(repository.layout, file: indexFile)
    var texts = BlobScan.Texts()
    var submodules: [[UInt8]] = []
    var gaps = FactGaps.gaps(repository.facts + index.facts)
    func add(_ path: [UInt8], _ id: ObjectID) {
      guard old.files[path] != id else { return }
      texts.add(id, BlobScan.Spot(source: .index, file: path, commit: nil, reach: .index))
    }
    for entry in index.entries {
      switch entry.mode & 0o170000 {
      case 0o160000: if old.submodules[entry.path] != entry.id { submodules.append(entry.path) }
      case 0o040000:
        // A sparse index holds a folder that is not checked out as one entry.
        let folder = TreeFiles(entry.id, reader)
        let path = entry.path.last == 0x2F ? entry.path : entry.path + [0x2F]
        for (name, id) in folder.files { add(path + name, id) }
        if !folder.unread.isEmpty {
          gaps.append(.absent(folder.unread.count, ids: folder.unread.map(\.hex), isPartial: false))
        }
      default: add(entry.path, entry.id)
      }
    }
    if !submodules.isEmpty { gaps.append(.submodules(submodules)) }
    // A part of HEAD that cannot be read only means that more is scanned; a part of the index means that less is.
    let scan = try BlobScan.run(texts.ids, repository, tools)
    return try scan.outcome(texts.ids, texts.spots, gaps: gaps, isPartial: repository.isPartial, tools)
  }
}
