import Findings

/// What was not read, in words, and what to do about it.
extension Coverage.Gap {
  private static let shown = 3

  static func tooLarge(_ count: Int, names: [[UInt8]], limit: Int) -> Self {
    Self(
      kind: .tooLarge, count: count, detail: "larger than \(limit >> 20) MiB: " + list(names),
      remedy: "look at them by hand: coffer scan --stdin < FILE reads up to \(StreamScan.limit >> 20) MiB")
  }

  static func unreadable(_ count: Int, names: [[UInt8]]) -> Self {
    Self(
      kind: .unreadable, count: count, detail: "could not be opened or read: " + list(names),
      remedy: "scan as a user who may read them")
  }

  static func shallow(_ commits: [String]) -> Self {
    Self(
      kind: .shallow, count: commits.count,
      detail: "a shallow clone: the history before " + list(commits.map { Array($0.prefix(12).utf8) }) + " is not here",
      remedy: "git fetch --unshallow (in a GitHub workflow: actions/checkout with fetch-depth: 0)")
  }

  /// What is not there: left on the server by a partial clone, or lost.
  static func absent(_ count: Int, ids: [String], isPartial: Bool) -> Self {
    isPartial ? partial(count, ids: ids) : missing(count, ids: ids)
  }

  private static func partial(_ count: Int, ids: [String]) -> Self {
    Self(
      kind: .partial, count: count,
      detail: "a partial clone: objects that were left on the server: " + list(ids.map { Array($0.prefix(12).utf8) }),
      remedy: "git fetch --refetch --no-filter, or scan a full clone")
  }

  private static func missing(_ count: Int, ids: [String]) -> Self {
    Self(
      kind: .missing, count: count,
      detail: "objects that should be there are missing: " + list(ids.map { Array($0.prefix(12).utf8) }),
      remedy: "git fsck tells more; scan a fresh clone of where it came from")
  }

  static func damaged(_ count: Int, names: [String]) -> Self {
    Self(
      kind: .damaged, count: count, detail: "damaged: " + list(names.map { Array($0.utf8) }),
      remedy: "git fsck tells more; scan a fresh clone of where it came from")
  }

  static func format(_ detail: String, remedy: String) -> Self {
    Self(kind: .format, detail: detail, remedy: remedy)
  }

  static func alternatesOutside(_ folders: [String]) -> Self {
    Self(
      kind: .alternate, count: folders.count,
      detail: "object folders outside of the repository, named by itself, were not read: "
        + list(folders.map { Array($0.utf8) }),
      remedy: "if they are yours: --follow-alternates")
  }

  /// - Parameter files: for each folder, the file that names it.
  static func alternatesMissing(namedIn files: [String]) -> Self {
    Self(
      kind: .alternate, count: files.count,
      detail: "object folders that it borrows from are not there; they are named in "
        + list(Set(files).sorted().map { Array($0.utf8) }),
      remedy: "bring them back, or scan a clone that has all of its objects: git repack -ad")
  }

  static func submodules(_ paths: [[UInt8]]) -> Self {
    Self(
      kind: .submodule, count: paths.count, detail: "submodules are repositories of their own: " + list(paths),
      remedy: "scan each: coffer scan PATH, after git submodule update --init")
  }

  static func lfs(_ count: Int, names: [[UInt8]]) -> Self {
    Self(
      kind: .lfs, count: count, detail: "files kept in Git LFS, of which only pointers are here: " + list(names),
      remedy: "git lfs fetch --all, then coffer scan --dir .git/lfs")
  }

  static func dropped(_ count: Int) -> Self {
    Self(
      kind: .tooLarge, count: count, detail: "more findings than are kept",
      remedy: "look at the first of them: a file that is all keys hides what else it holds")
  }

  static var untraced: Self {
    Self(
      kind: .interrupted, detail: "more places than are kept: some secrets stand in more than are told",
      remedy: "look for what they are in with git log --find-object")
  }

  static func unsearched(_ count: Int) -> Self {
    Self(
      kind: .interrupted, count: count, detail: "texts whose search ended before their end",
      remedy: "scan again with more memory")
  }

  /// The first few, escaped.
  private static func list(_ names: [[UInt8]]) -> String {
    let first = names.prefix(shown).map { TerminalText.escaped($0) }.joined(separator: ", ")
    return names.count > shown ? first + " and \(names.count - shown) more" : first
  }
}
