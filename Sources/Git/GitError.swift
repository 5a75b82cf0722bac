/// What can go wrong while a repository is read. Paths and ids only: never a file's or an object's content.
package enum GitError: Error, Equatable, Sendable {
  /// Neither `path` nor a folder above it is a repository.
  case notRepository(path: String)
  /// A small file of the repository's layout says something that cannot be followed.
  case layout(file: String, LayoutFault)
  /// The objects are kept in a way that cannot be read here.
  case unsupported(FormatFeature)
  /// The object is in no object folder that may be read.
  case missing(ObjectID)
  /// The object is there but its bytes cannot be made out.
  case damaged(ObjectID)
  /// The object's declared size is above the reader's limit.
  case tooLarge(ObjectID, size: UInt64)
  /// A file cannot be read: its path and errno.
  case system(path: String, code: Int32)
  /// libgit2 failed otherwise: its code, and what was asked of it.
  case library(operation: String, code: Int32)

  /// What is wrong with a file of the layout.
  package enum LayoutFault: Hashable, Sendable {
    /// Larger than such a file may be, in bytes.
    case tooLarge(limit: Int)
    /// Not of the form that git writes.
    case malformed
    /// It leads to nothing, or to no git folder.
    case leadsNowhere
  }
}

/// A property of a repository's format that changes how it must be read.
package enum FormatFeature: Hashable, Sendable {
  /// Objects are named by another hash than SHA-1: its name, `sha256` for one.
  case objectFormat(String)
  /// References are kept otherwise than in files: the storage's name, `reftable` for one.
  case refStorage(String)
  /// `extensions.NAME` that is not known here.
  case unknownExtension(String)
  /// `core.repositoryformatversion` above 1, or not a number.
  case version(String)
}
