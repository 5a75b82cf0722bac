/// What of the scanned thing was read: a part of every result, since "nothing found" says nothing of what was not read.
package struct Coverage: Sendable {
  /// Objects or files of one kind.
  package struct Count: Sendable, Hashable {
    package var expected = 0
    package var read = 0

    package init(expected: Int = 0, read: Int = 0) {
      self.expected = expected
      self.read = read
    }
  }

  package var blobs = Count()
  package var commits = Count()
  package var trees = Count()
  package var tags = Count()
  /// Of a folder, for `--dir`.
  package var files = Count()
  /// Read and searched.
  package var bytes: UInt64 = 0
  /// In the order of `Gap.Kind`.
  package var gaps: [Gap] = []
  /// Whether the values of a vault were looked for; nil: there is no vault here.
  package var knownValues: KnownValues?

  /// What became of the vault's own values.
  package enum KnownValues: Sendable, Hashable {
    /// The number of values, old versions included, and of those too short or too common to look for.
    case searched(values: Int, leftOut: Int)
    /// With the reason.
    case notSearched(String)
  }

  package init() {}

  /// Whether everything that should be there was read.
  package var isComplete: Bool { gaps.isEmpty }

  /// Something that was not read.
  package struct Gap: Sendable, Hashable {
    /// The raw values are those of the reports.
    package enum Kind: String, Sendable, CaseIterable {
      case shallow
      case partial
      /// A hash other than SHA-1, a ref storage or an extension that is not known.
      case format
      case missing
      case damaged
      case tooLarge = "too-large"
      case alternate
      case submodule
      case lfs
      case unreadable
      case interrupted
    }

    package var kind: Kind
    package var count: Int
    /// What exactly: the first few object ids or paths.
    package var detail: String
    /// What to do about it; empty when there is nothing.
    package var remedy: String

    package init(kind: Kind, count: Int = 1, detail: String, remedy: String) {
      self.kind = kind
      self.count = count
      self.detail = detail
      self.remedy = remedy
    }
  }
}
