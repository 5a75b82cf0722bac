/// The git folder that a path belongs to, and how it was come by.
/// Source: gitrepository-layout(5); git's setup.c, `setup_git_directory_gently_1`, `read_gitfile_gently`, `is_git_directory`.
struct GitFolder {
  /// The folder itself, real.
  let path: String
  /// The folder that all work trees share, real.
  let common: String
  /// The folder that holds `.git`, real.
  let workTree: String?
  /// What was named by the repository and is not known to be its own.
  let outside: [RepositoryLayout.OutsideFolder]

  /// Searches from a real path upward to the root.
  /// - Returns: nil when there is none.
  static func find(_ start: String) throws(FileFault) -> GitFolder? {
    if FolderListing.kind(start) == .file { return try GitFolder(gitFile: start) }
    if let folder = try GitFolder(at: start, workTree: workTree(of: start)) { return folder }
    var place = start
    while true {
      let dotGit = FolderListing.join(place, ".git")
      switch FolderListing.kind(dotGit) {
      case .file:
        guard let folder = try GitFolder(gitFile: dotGit) else {
          throw .layout(file: dotGit, .malformed)
        }
        return folder
      case .folder:
        // It may be a symbolic link.
        let real = FolderListing.real(dotGit) ?? dotGit
        if let folder = try GitFolder(at: real, workTree: place, namedIn: real == dotGit ? nil : dotGit) {
          return folder
        }
      case .other, nil: break
      }
      if place == "/" { return nil }
      place = FolderListing.parent(of: place)
      if let folder = try GitFolder(at: place, workTree: workTree(of: place)) { return folder }
    }
  }

  /// Follows a `.git` file: `gitdir: PATH`.
  /// - Returns: nil when the file says something else.
  /// - Throws: `FileFault.layout(.leadsNowhere)` when there is no git folder at that path.
  private init?(gitFile file: String) throws(FileFault) {
    let mark = "gitdir: "
    guard let line = try SmallFile.line(file), line.hasPrefix(mark) else { return nil }
    let workTree = FolderListing.parent(of: file)
    guard let real = FolderListing.real(FolderListing.join(workTree, String(line.dropFirst(mark.count)))),
      let folder = try GitFolder(at: real, workTree: workTree, namedIn: file)
    else { throw .layout(file: file, .leadsNowhere) }
    self = folder
  }

  /// Takes a folder for a git folder when it has what git asks of one.
  /// - Parameter namedIn: the file or link that led here; nil when it was found in its place.
  private init?(at path: String, workTree: String?, namedIn: String? = nil) throws(FileFault) {
    guard FolderListing.exists(path + "/HEAD") else { return nil }
    let file = path + "/commondir"
    var common = path
    if let line = try SmallFile.line(file) {
      guard let real = FolderListing.real(FolderListing.join(path, line)), FolderListing.kind(real) == .folder else {
        throw .layout(file: file, .leadsNowhere)
      }
      common = real
    }
    guard FolderListing.kind(common + "/objects") == .folder, FolderListing.kind(common + "/refs") == .folder else {
      return nil
    }
    var outside: [RepositoryLayout.OutsideFolder] = []
    if let namedIn, !Self.belongs(path, to: FolderListing.parent(of: namedIn), namedIn) {
      outside.append(RepositoryLayout.OutsideFolder(path: path, namedIn: namedIn))
    }
    if !FolderListing.isPath(path, within: common) {
      outside.append(RepositoryLayout.OutsideFolder(path: common, namedIn: file))
    }
    self.path = path
    self.common = common
    self.workTree = workTree
    self.outside = outside
  }

  /// Whether a git folder that a work tree's `.git` names is known to be its own: it lies in the `.git` of a folder above (a
  /// submodule, a linked work tree inside), or its own `gitdir` file names that `.git` (a linked work tree elsewhere).
  private static func belongs(_ path: String, to workTree: String, _ dotGit: String) -> Bool {
    var above = workTree
    while true {
      if FolderListing.isPath(path, within: FolderListing.join(above, ".git")) { return true }
      if above == "/" { break }
      above = FolderListing.parent(of: above)
    }
    guard let line = try? SmallFile.line(path + "/gitdir") else { return false }
    return FolderListing.real(FolderListing.join(path, line)) == FolderListing.real(dotGit)
  }

  /// The work tree of a git folder that was named itself: the folder around a `.git`, or the one that a linked work tree's
  /// `gitdir` file names if that one names it in turn.
  private static func workTree(of path: String) -> String? {
    if path.hasSuffix("/.git") { return FolderListing.parent(of: path) }
    guard let line = try? SmallFile.line(path + "/gitdir") else { return nil }
    guard let dotGit = FolderListing.real(FolderListing.join(path, line)), let back = try? SmallFile.line(dotGit),
      back.hasPrefix("gitdir: ")
    else { return nil }
    let workTree = FolderListing.parent(of: dotGit)
    return FolderListing.real(FolderListing.join(workTree, String(back.dropFirst("gitdir: ".count)))) == path
      ? workTree : nil
  }
}
