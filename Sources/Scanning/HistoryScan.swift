import Detection
import Findings
import Git
import Platform

/// A scan of everything a repository holds. Objects are read and searched once, wherever they hang; then the trees are searched for the way
/// to those that hold something, which also tells what should be there and is not.
struct HistoryScan {
  private let repository: Repository
  private let tools: ScanTools

  init(_ repository: Repository, _ tools: ScanTools) {
    self.repository = repository
    self.tools = tools
  }

  func run() throws(ScanError) -> ScanOutcome {
    let feed = try reading { () throws(GitError) in try ObjectFeed(repository) }
    let read = try ObjectReading.run(repository, feed, tools)
    let reader = try reading { () throws(GitError) in try repository.makeReader() }
    let traced = try trace(read, feed.inventory, reader)
    let places = HistoryPlaces(read, traced, feed.inventory, reader, PlaceJudge(tools.matcher))
    let headTree = traced.head.flatMap { traced.commits.tree($0) }.map { feed.inventory.id(of: $0) }
    let names = try NameSearch(
      head: headTree.map { TreeFiles($0, reader, limit: NameSearch.limit) } ?? TreeFiles(),
      staged: Array(traced.staged.values),
      named: places.placed.compactMap(\.place.file) + traced.introductions.submodules + lfsPaths(read, traced), tools)
    var sightings = read.sightings
    let placed = places.placed + sightings.take(names.sightings, names.placed)
    let findings = try FindingAssembly(tools).findings(of: sightings, placed, threads: tools.threads)
    return ScanOutcome(
      findings: findings, coverage: coverage(read, traced, feed.inventory), allowedInline: sightings.allowedCount)
  }

  /// What the trees and references of the repository say of the texts that were searched.
  struct Traced {
    let commits: CommitTable
    let reach: CommitReach
    /// The position of HEAD's commit.
    let head: Int32?
    /// Reached from HEAD alone.
    let headReach: CommitReach
    let tips: Tips
    let found: FoundTrees
    let introductions: Introductions
    /// Staged blobs by number, with the first path of each.
    let staged: [Int32: [UInt8]]
    /// Named by a reference or staged, and not there.
    let missing: Set<ObjectID>
    let facts: [RepositoryFact]
  }

  private func trace(
    _ read: ObjectReading, _ inventory: Inventory, _ reader: ObjectReader
  ) throws(ScanError) -> Traced {
    let commits = CommitTable(read.commits, inventory, shallow: Set(repository.layout.shallowBoundary))
    let references = References(repository.layout)
    let tips = Tips(references, inventory, commits, reader)
    let reach = CommitReach(commits, tips.all)
    let head = references.head.id.flatMap { inventory.number(of: $0) }.flatMap { commits.position(ofNumber: $0) }
    let headTips = head.map {
      [Tip(number: commits.number($0), kind: .commit, reach: .reference, isRemote: false)]
    }
    // Files in Git LFS are looked for like one more secret, for the sake of their paths.
    let pointer = Int32(read.sightings.secrets.count)
    var marks: [Int32: [Int32]] = [:]
    for sighting in read.sightings.all where isBlob(sighting.text, read, commits) {
      marks[sighting.text, default: []].append(sighting.secret)
    }
    for blob in read.pointers { marks[blob, default: []].append(pointer) }
    let marked = MarkedBlobs(marks)
    tools.counter.begin(.tracing, expected: 0)
    let search = TreeSearch(inventory, commits, reach, tips: tips.all, marks: marked, keepsAll: repository.isPartial)
    try Workers.run(count: tools.threads) { (_) throws(ScanError) in
      search.work(try reading { () throws(GitError) in try repository.makeReader() })
    }
    let found = search.found
    let introductions = Introductions(commits, reach, head: head, tips: tips.all, found, marked)
    let index = IndexEntries(repository.layout)
    var staged: [Int32: [UInt8]] = [:]
    var missing = Set(tips.missing)
    for entry in index.entries + index.elsewhere
    where entry.mode & 0o170000 != 0o160000 && !ObjectID.known.contains(entry.id) {
      guard let number = inventory.number(of: entry.id) else {
        missing.insert(entry.id)
        continue
      }
      if staged[number] == nil { staged[number] = entry.path }
    }
    return Traced(
      commits: commits, reach: reach, head: head, headReach: CommitReach(commits, headTips ?? []), tips: tips,
      found: found,
      introductions: introductions, staged: staged, missing: missing, facts: references.facts + index.facts)
  }

  private func isBlob(_ text: Int32, _ read: ObjectReading, _ commits: CommitTable) -> Bool {
    commits.position(ofNumber: text) == nil && read.tags[text] == nil
  }

  // MARK: Coverage

  private func coverage(_ read: ObjectReading, _ traced: Traced, _ inventory: Inventory) -> Coverage {
    let missing = traced.reach.missingCommits(traced.commits)
    let isPartial = repository.isPartial
    let tooLarge = read.failures.filter { if case .tooLarge = $0.error { true } else { false } }
    let damaged = read.failures.count - tooLarge.count
    let found = traced.found
    var coverage = Coverage()
    coverage.bytes = read.bytes
    coverage.blobs = .init(
      expected: read.blobCount + read.failures.count + found.missingBlobs.count + traced.missing.count,
      read: read.blobCount)
    coverage.commits = .init(expected: read.commitCount + missing.count, read: read.commitCount)
    coverage.trees = .init(
      expected: found.treesRead + found.missingTrees.count + found.unreadable.count, read: found.treesRead)
    coverage.tags = .init(expected: read.tagCount, read: read.tagCount)

    var gaps = FactGaps.gaps(repository.facts + traced.facts)
    let boundary = traced.commits.boundary.map { inventory.id(of: traced.commits.number($0)).hex }
    if !boundary.isEmpty { gaps.append(.shallow(boundary)) }
    let absent = found.missingBlobs.count + found.missingTrees.count + missing.count + traced.missing.count
    let examples = (missing + found.missingTrees.examples + found.missingBlobs.examples + traced.missing.sorted()).map(
      \.hex)
    if absent > 0 { gaps.append(.absent(absent, ids: examples, isPartial: isPartial)) }
    let unread = damaged + found.unreadable.count + found.tooDeep.count + traced.tips.damaged.count
    if unread > 0 {
      let names =
        read.failures.map { inventory.id(of: $0.number).hex }
        + (found.unreadable.examples + found.tooDeep.examples + traced.tips.damaged).map(\.hex)
      gaps.append(.damaged(unread, names: names))
    }
    if !tooLarge.isEmpty {
      let names = tooLarge.map { Array(inventory.id(of: $0.number).hex.utf8) }
      gaps.append(.tooLarge(tooLarge.count, names: names, limit: Repository.sizeLimit))
    }
    gaps += read.sightings.gaps
    let isListed = traced.introductions.unlisted.allSatisfy { $0 == 0 }
    if traced.introductions.isCutShort || found.isCutShort || !isListed { gaps.append(.untraced) }
    if !traced.introductions.submodules.isEmpty { gaps.append(.submodules(traced.introductions.submodules)) }
    let pointers = lfsPaths(read, traced)
    if !read.pointers.isEmpty { gaps.append(.lfs(read.pointers.count, names: pointers)) }
    coverage.gaps = gaps.sorted { $0.kind.order < $1.kind.order }
    return coverage
  }

  private func lfsPaths(_ read: ObjectReading, _ traced: Traced) -> [[UInt8]] {
    let pointer = Int32(read.sightings.secrets.count)
    guard !read.pointers.isEmpty else { return [] }
    return Set(traced.introductions.of(pointer).map(\.path)).sorted { $0.lexicographicallyPrecedes($1) }
  }
}

extension Repository {
  /// Whether objects may have been left on a server: then what is not there was not pruned.
  var isPartial: Bool {
    !layout.format.promisorRemotes.isEmpty
      || facts.contains {
        switch $0 {
        case .promisorPack, .partialClone: true
        default: false
        }
      }
  }
}

extension Coverage.Gap.Kind {
  /// The order of reports.
  var order: Int { Self.allCases.firstIndex(of: self) ?? 0 }
}
