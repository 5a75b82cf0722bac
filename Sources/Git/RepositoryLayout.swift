/// Where the parts of a repository lie, and what its small files say of it.
///
/// Found by reading small files only, without libgit2: this comes before the process confines itself to the paths found here.
/// Whoever made the repository chose what these files say, so that each path that leads out of it is told apart.
package struct RepositoryLayout: Sendable {
  /// The folder whose files are under version control: the one that holds `.git`. `core.worktree` is not followed: a repository
  /// could name any folder. Nil when bare.
  package let workTree: String?
  /// The git folder of this work tree: HEAD and index.
  package let gitDirectory: String
  /// The git folder that all work trees share: objects, references, config.
  package let commonDirectory: String
  /// Git folders that the repository names and that neither belong to a folder above it nor name it in turn.
  package let outsideFolders: [OutsideFolder]
  /// Its own object folder and those that it borrows from, in git's order.
  package let objectFolders: [ObjectFolder]
  /// What `config` says about how the repository is kept.
  package let format: RepositoryFormat
  /// Commits at which a shallow clone ends, in the file's order.
  package let shallowBoundary: [ObjectID]
  /// What was found on the way.
  package let facts: [RepositoryFact]

  /// A folder that a file of the repository leads to.
  package struct OutsideFolder: Hashable, Sendable {
    package let path: String
    package let namedIn: String
  }

  /// Whether history ends somewhere for lack of the rest.
  package var isShallow: Bool { !shallowBoundary.isEmpty }

  /// The longest `config` that is read: one with 50,000 branches.
  private static let configLimit = 8 << 20
  /// The longest `shallow`: 400,000 commits.
  private static let shallowLimit = 16 << 20

  /// Finds the repository that a path belongs to, as git does: the path may be a work tree or a folder in it, a bare repository,
  /// a git folder, or a `.git` file of a linked work tree or submodule.
  /// - Throws: `GitError.notRepository`; `.layout` or `.system` when a file that leads on cannot be followed.
  package static func find(at path: String) throws(GitError) -> RepositoryLayout {
    guard let start = FolderListing.real(path) else { throw .notRepository(path: path) }
    let found: GitFolder?
    do throws(FileFault) { found = try GitFolder.find(start) } catch { throw error.error }
    guard let found else { throw .notRepository(path: path) }
    return RepositoryLayout(found)
  }

  private init(_ folder: GitFolder) {
    gitDirectory = folder.path
    commonDirectory = folder.common
    outsideFolders = folder.outside
    var facts: [RepositoryFact] = []

    let config = Self.read(folder.common + "/config", limit: Self.configLimit, &facts)
    format = RepositoryFormat(config)
    if format.isDamaged { facts.append(.layout(file: folder.common + "/config", .malformed)) }
    facts += format.unsupported.map { .format($0) }
    if !format.promisorRemotes.isEmpty {
      facts.append(.partialClone(remotes: format.promisorRemotes, filter: format.partialCloneFilter))
    }
    // A linked work tree has files whatever its main repository is.
    let isBare = format.isBare == true && folder.path == folder.common
    workTree = isBare ? nil : folder.workTree

    let file = folder.common + "/shallow"
    let lines = Self.read(file, limit: Self.shallowLimit, &facts).split(separator: 10)
    // Safe: the bytes outlive the call.
    shallowBoundary = lines.compactMap { line in unsafe ObjectID(hex: Array(line.trimmed).span.bytes) }
    if shallowBoundary.count < lines.count { facts.append(.layout(file: file, .malformed)) }
    if !shallowBoundary.isEmpty { facts.append(.shallow(commits: shallowBoundary.count)) }

    let alternates = Alternates(common: folder.common, workTree: workTree)
    objectFolders = alternates.folders
    self.facts = facts + alternates.facts
  }

  /// A file's bytes; none when it is not there, or, with a fact, when it cannot be read.
  private static func read(_ path: String, limit: Int, _ facts: inout [RepositoryFact]) -> [UInt8] {
    do throws(FileFault) { return try SmallFile.read(path, limit: limit) ?? [] } catch {
      facts.append(error.fact)
      return []
    }
  }
}
