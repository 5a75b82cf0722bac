import Findings
import Git

/// A scan of what the commits bring in that are of B and not of A, `A..B`: for a pull request.
struct RangeScan {
  private let repository: Repository
  private let range: String
  private let tools: ScanTools

  init(_ repository: Repository, _ range: String, _ tools: ScanTools) {
    self.repository = repository
    self.range = range
    self.tools = tools
  }

  /// A commit of the range, as it is read.
  private struct Commit {
    let id: ObjectID
    let tree: ObjectID
    let parents: [ObjectID]
    let mark: CommitMark
  }

  func run() throws(ScanError) -> ScanOutcome {
    let reader = try reading { () throws(GitError) in try repository.makeReader() }
    let references = References(repository.layout)
    let ends = range.split(separator: "..", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
    guard ends.count == 2 else { throw .noRevision(range) }
    let first = try commit(ends[0], references, reader)
    let last = try commit(ends[1], references, reader)
    let excluded = ancestors(of: first, reader)
    var cut: Set<ObjectID> = []
    let commits = commits(of: last, without: excluded, reader, cut: &cut)

    var texts = BlobScan.Texts()
    var submodules: Set<[UInt8]> = []
    var unread: Set<ObjectID> = []
    for commit in commits {
      texts.add(commit.id, .init(source: .commitMessage, file: nil, commit: commit.mark, reach: .reference))
      let parents = commit.parents.compactMap { try? CommitText.tree(of: $0, reader) }
      let changes = TreeChanges(commit.tree, beside: parents, reader)
      for file in changes.files {
        texts.add(file.blob, .init(source: .blob, file: file.path, commit: commit.mark, reach: .reference))
      }
      unread.formUnion(changes.unread)
      submodules.formUnion(changes.submodules)
    }
    let isPartial = repository.isPartial
    var gaps = FactGaps.gaps(repository.facts + references.facts)
    if !submodules.isEmpty { gaps.append(.submodules(submodules.sorted { $0.lexicographicallyPrecedes($1) })) }
    let shallow = Set(repository.layout.shallowBoundary)
    let boundary = cut.filter(shallow.contains).sorted()
    if !boundary.isEmpty { gaps.append(.shallow(boundary.map(\.hex))) }
    let lost = unread.union(cut.subtracting(shallow)).subtracting(ObjectID.known).sorted().map(\.hex)
    if !lost.isEmpty { gaps.append(.absent(lost.count, ids: lost, isPartial: isPartial)) }
    let scan = try BlobScan.run(texts.ids, repository, tools)
    var outcome = try scan.outcome(texts.ids, texts.spots, gaps: gaps, isPartial: isPartial, tools)
    outcome.coverage.commits = .init(expected: commits.count + cut.count, read: commits.count)
    outcome.coverage.blobs.expected -= commits.count
    outcome.coverage.blobs.read -= commits.count
    return outcome
  }

  private func commit(_ name: String, _ references: References, _ reader: ObjectReader) throws(ScanError) -> ObjectID {
    let found = try reading { () throws(GitError) in
      try Revision(references, repository, reader).commit(name)
    }
    guard let found, read(found, reader) != nil else { throw .noRevision(name.isEmpty ? "HEAD" : name) }
    return found
  }

  private func read(_ id: ObjectID, _ reader: ObjectReader) -> Commit? {
    try? reader.read(id) { (kind, bytes) -> Commit? in
      guard kind == .commit, let text = CommitText.parse(bytes) else { return nil }
      let author = bytes.bytes(text.author)
      return Commit(
        id: id, tree: text.tree, parents: text.parents,
        mark: CommitMark(id: id.hex, author: author, date: text.authored.seconds, offset: text.authored.zone))
    }
  }

  private func ancestors(of commit: ObjectID, _ reader: ObjectReader) -> Set<ObjectID> {
    var seen: Set = [commit]
    var waiting = [commit]
    while let id = waiting.popLast() {
      for parent in read(id, reader)?.parents ?? [] where seen.insert(parent).inserted { waiting.append(parent) }
    }
    return seen
  }

  /// - Parameter cut: gets the commits whose parents are not here: the range may go on beyond them.
  private func commits(
    of last: ObjectID, without excluded: Set<ObjectID>, _ reader: ObjectReader, cut: inout Set<ObjectID>
  ) -> [Commit] {
    guard !excluded.contains(last) else { return [] }
    var commits: [Commit] = []
    var seen: Set = [last]
    var waiting = [(id: last, child: last)]
    while let next = waiting.popLast() {
      guard let commit = read(next.id, reader) else {
        cut.insert(next.child)
        continue
      }
      commits.append(commit)
      for parent in commit.parents where !excluded.contains(parent) && seen.insert(parent).inserted {
        waiting.append((parent, next.id))
      }
    }
    return commits.sorted { ($0.mark.date, $0.id) < ($1.mark.date, $1.id) }
  }
}

extension RawSpan {
  /// Copies a range of bytes.
  func bytes(_ range: Range<Int>) -> [UInt8] {
    unsafe extracting(range).withUnsafeBytes { unsafe Array($0) }
  }
}
