/// Something about a repository that keeps a scan of it from being whole, or that its reader should know. Facts, not judgements:
/// whoever scans decides what each means for the result.
package enum RepositoryFact: Hashable, Sendable {
  /// History ends at these commits, whose parents are not here.
  case shallow(commits: Int)
  /// Objects may be left out, to be fetched from these remotes when needed.
  case partialClone(remotes: [String], filter: String?)
  /// A pack of a partial clone: what its objects refer to may be left out.
  case promisorPack(path: String)
  /// Kept in a way that is not known here, wholly or in part.
  case format(FormatFeature)
  /// A file of the layout cannot be followed.
  case layout(file: String, GitError.LayoutFault)
  /// A folder that the repository names and that lies outside it is not read.
  case alternateNotFollowed(path: String, listedIn: String)
  /// An object folder that is listed and is not there: objects may be missing.
  case alternateMissing(path: String, listedIn: String)
  /// Alternates nested deeper, or listed more often, than git or this reader follows.
  case alternatesBeyondLimit(listedIn: String)
  /// A pack or an index that is left out.
  case pack(path: String, PackFault)
  /// A file or folder that cannot be read: errno.
  case unreadable(path: String, code: Int32)
  /// A loose object's file that is empty or of an impossible size.
  case emptyLooseObject(ObjectID)
  /// A reference whose file holds neither an id nor another reference's name, or that leads back to itself.
  case brokenReference(name: String)
  /// Lines of a reflog that are not what git writes.
  case damagedReflog(name: String, lines: Int)
  /// More references or reflog entries than are taken in.
  case tooManyReferences(limit: Int)
  /// An index (staging area) that cannot be made out from some point on.
  case damagedIndex(path: String)

  /// What is wrong with a pack.
  package enum PackFault: Hashable, Sendable {
    /// The pack is not there, only its index.
    case noPack
    /// The index is not there, only the pack: git reads nothing of it either.
    case notIndexed
    /// Truncated, or not what it should be.
    case damagedPack
    case damagedIndex
    /// The index was made for another pack: counts or checksums differ.
    case mismatch
    /// Of a version that is not known.
    case unsupported
    /// errno
    case unreadable(code: Int32)
  }
}
