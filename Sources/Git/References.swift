/// Everything by which a repository names objects: references, HEADs of all work trees, and what reflogs remember. The files are
/// read here and not through libgit2, which passes over broken ones in silence.
package struct References: Sendable {
  /// What holds an object in the repository.
  package enum Holder: Hashable, Sendable {
    /// A branch, a tag, a HEAD, or anything under `refs/` that is none of the others.
    case reference
    /// What a remote had at the last fetch or push: `refs/remotes/`, `refs/prefetch/`.
    case remote
    /// `refs/stash` and its reflog, where the older stashes are.
    case stash
    /// `refs/notes/`
    case note
    /// A reflog, or a passing mark such as ORIG_HEAD: what these name git may have pruned.
    case reflog
    /// A reflog of a remote's reference, or FETCH_HEAD.
    case remoteReflog

    /// How strongly it holds.
    package var reach: Reach {
      switch self {
      case .reference, .remote: .reference
      case .stash: .stash
      case .note: .note
      case .reflog, .remoteReflog: .reflog
      }
    }

    /// Whether a remote has the object or had it.
    package var isRemote: Bool { self == .remote || self == .remoteReflog }
  }

  /// One name and the object it names: a commit, or whatever else someone hung a reference on; tags are not peeled.
  package struct Entry: Hashable, Sendable {
    package let name: String
    package let id: ObjectID
    package let holder: Holder
  }

  /// What the HEAD of this work tree names.
  package enum Head: Hashable, Sendable {
    case branch(String, ObjectID)
    case detached(ObjectID)
    /// A branch without commits.
    case unborn(String)
    case broken

    /// The commit, if there is one.
    package var id: ObjectID? {
      switch self {
      case .branch(_, let id), .detached(let id): id
      case .unborn, .broken: nil
      }
    }
  }

  /// HEADs first, then references by name, then passing marks, then reflogs by name; each entry once.
  package private(set) var entries: [Entry] = []
  package private(set) var head = Head.broken
  package private(set) var facts: [RepositoryFact] = []

  /// So many entries are taken in.
  static let limit = 10_000_000

  /// Reads all of them; what cannot be read is a fact.
  package init(_ layout: RepositoryLayout) {
    let common = layout.commonDirectory
    guard layout.format.refStorage == "files" else {
      // HEAD is a placeholder there, and the layout's facts say what is not read.
      return
    }
    var files = ReferenceFiles()
    files.readPacked(common + "/packed-refs")
    files.readLoose(common, prefix: "")
    let others = Self.workTrees(common, &facts)
    for other in others { files.readLoose(other.folder, prefix: other.prefix) }
    facts += files.facts

    head = files.head(layout.gitDirectory)
    var heads = [(common, "HEAD")] + others.map { ($0.folder, $0.prefix + "HEAD") }
    // A git folder may stand alone, without being listed among its repository's work trees.
    if !heads.contains(where: { $0.0 == layout.gitDirectory }) { heads.append((layout.gitDirectory, "HEAD")) }
    for (folder, name) in heads {
      let head = files.head(folder)
      if head == .broken { facts.append(.brokenReference(name: name)) }
      if let id = head.id { entries.append(Entry(name: name, id: id, holder: .reference)) }
    }
    for (name, id) in files.resolved(&facts) {
      entries.append(Entry(name: name, id: id, holder: Self.holder(of: name)))
    }
    var marks: [Entry] = []
    var logs = Reflogs()
    for (folder, prefix) in [(common, "")] + others.map({ ($0.folder, $0.prefix) }) {
      marks += files.marks(folder, prefix: prefix)
      logs.read(folder, prefix: prefix)
    }
    entries += marks + logs.entries
    // The newest stash stands in its reflog as well.
    var seen: Set<Entry> = []
    entries.removeAll { !seen.insert($0).inserted }
    facts += logs.facts
    if entries.count > Self.limit {
      entries.removeLast(entries.count - Self.limit)
      facts.append(.tooManyReferences(limit: Self.limit))
    }
  }

  /// The holder of what a reference names.
  static func holder(of name: String) -> Holder {
    if name.hasPrefix("refs/remotes/") || name.hasPrefix("refs/prefetch/") { return .remote }
    if name == "refs/stash" { return .stash }
    return name.hasPrefix("refs/notes/") ? .note : .reference
  }

  /// The linked work trees' git folders.
  private static func workTrees(
    _ common: String, _ facts: inout [RepositoryFact]
  ) -> [(folder: String, prefix: String)] {
    do throws(FileFault) {
      return try FolderListing.names(in: common + "/worktrees", limit: 10_000).map {
        (common + "/worktrees/" + $0, "worktrees/" + $0 + "/")
      }
    } catch {
      facts.append(error.fact)
      return []
    }
  }
}
