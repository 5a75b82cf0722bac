/// One place where a secret stands: a file as a commit brought it in, a message, a file on the disk.
package struct Place: Sendable, Hashable {
  /// What kind of text it stands in. The raw values are those of the reports.
  package enum Source: String, Sendable, CaseIterable {
    case blob
    /// A commit's message, author or committer.
    case commitMessage = "commit-message"
    /// An annotated tag's message or tagger.
    case tagMessage = "tag-message"
    case note
    /// Staged and not committed.
    case index
    /// A file on the disk.
    case worktree
    /// The name of a file.
    case path
    case stdin
  }

  /// How the commit or blob is still held by the repository, the strongest first.
  package enum Reach: String, Sendable, CaseIterable {
    /// From a branch, a tag, a remote's branch or HEAD.
    case reference
    case stash
    case note
    case index
    /// From a reflog only: `git log -g`.
    case reflog
    /// From nothing: until git's garbage collection, or on whoever fetched it.
    case unreachable
    /// Not of a repository.
    case none
  }

  package var source: Source
  /// The file's path as the repository has it: bytes, by convention UTF-8; nil for a message, for standard input, and for a blob that no
  /// tree names.
  package var file: [UInt8]?
  /// Counted from 1.
  package var line: Int
  /// Of the secret's first byte, counted from 1, in bytes.
  package var column: Int
  /// The commit that brought it in; nil when none did.
  package var commit: CommitMark?
  package var isInHead: Bool
  /// Whether the commit was ever known to a remote; nil when there is none to ask or no commit.
  package var wasPushed: Bool?
  package var reach: Reach
  /// The git object that holds it, in hexadecimal; empty outside a repository.
  package var object: String
  /// Of the secret's first byte in that object or file.
  package var offset: Int

  package init(
    source: Source, file: [UInt8]?, line: Int, column: Int, commit: CommitMark? = nil, isInHead: Bool = false,
    wasPushed: Bool? = nil, reach: Reach = .none, object: String = "", offset: Int
  ) {
    self.source = source
    self.file = file
    self.line = line
    self.column = column
    self.commit = commit
    self.isInHead = isInHead
    self.wasPushed = wasPushed
    self.reach = reach
    self.object = object
    self.offset = offset
  }
}

/// A commit, as a report names it.
package struct CommitMark: Sendable, Hashable {
  /// In hexadecimal.
  package let id: String
  /// `Name <address>`, as bytes: git prescribes no encoding.
  package let author: [UInt8]
  /// The author's date: seconds since 1970.
  package let date: Int64
  /// Of the author's clock, in minutes east of UTC.
  package let offset: Int

  package init(id: String, author: [UInt8], date: Int64, offset: Int) {
    self.id = id
    self.author = author
    self.date = date
    self.offset = offset
  }
}
