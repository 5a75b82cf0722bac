/// Which commits brought each secret in, at which path; and where it stands without one.
package struct Introductions: Sendable {
  /// A commit whose tree has a secret at a path where none of its parents' trees has it. A merge: what no parent had.
  package struct Introduction: Sendable, Hashable {
    package let secret: Int32
    package let path: [UInt8]
    /// Number of the blob in the inventory.
    package let blob: Int32
    /// Position of the commit in the table.
    package let commit: Int32
    /// Whether HEAD has the secret at this path today.
    package let isInHead: Bool
    /// By what the commit is reached.
    package let reach: Reach
    /// Whether a remote had the commit; nil when the repository knows of none.
    package let wasPushed: Bool?
  }

  /// A secret in a tree or a blob that a reference names without a commit, as a tag on a key file does.
  package struct Hanging: Sendable, Hashable {
    package let secret: Int32
    /// Nil when the reference names the blob itself.
    package let path: [UInt8]?
    package let blob: Int32
    package let reach: Reach
    package let isRemote: Bool
  }

  /// By secret, then in the order of the commits, then by path.
  package let introductions: [Introduction]
  /// By secret, then by path.
  package let hanging: [Hanging]
  /// The paths at which HEAD has each secret (up to `MarkedBlobs.secretCount`), the first thousand of each, sorted.
  package let inHead: [[[UInt8]]]
  /// The paths of HEAD's submodules, sorted.
  package let submodules: [[UInt8]]
  /// Marked blobs that no tree holds and no reference names, those of an index and dangling ones; and any blob with a
  /// secret that none of the lists has. In the order of the inventory.
  package let homeless: [Int32]
  /// For each secret (up to `MarkedBlobs.secretCount`), how many places there are beyond those that are listed.
  package let unlisted: [UInt64]
  /// Whether the search was ended by its limits, which no real repository reaches: then places are missing from the
  /// lists and the counts.
  package let isCutShort: Bool

  private let ends: [Int]

  /// What brought in one secret; nothing for one that no marked blob holds.
  package func of(_ secret: Int32) -> ArraySlice<Introduction> {
    guard secret >= 0, Int(secret) < ends.count else { return [] }
    return introductions[(secret == 0 ? 0 : ends[Int(secret) - 1])..<ends[Int(secret)]]
  }

  /// - Parameters:
  ///   - head: the position of HEAD's commit; nil when there is none.
  ///   - tips: of these, those that name a tree or a blob.
  package init(
    _ commits: CommitTable, _ reach: CommitReach, head: Int32?, tips: [Tip] = [], _ found: FoundTrees,
    _ marks: MarkedBlobs
  ) {
    self.init(commits, reach, head: head, tips: tips, found, marks, PathWalk.Limits())
  }

  init(
    _ commits: CommitTable, _ reach: CommitReach, head: Int32?, tips: [Tip], _ found: FoundTrees, _ marks: MarkedBlobs,
    _ limits: PathWalk.Limits
  ) {
    let roots = commits.positions.map { commits.tree($0).map(found.reduced) ?? MarkedTrees.none }
    let headRoot = head.map { roots[Int($0)] } ?? MarkedTrees.none

    var headLimits = limits
    headLimits.paths = min(1000, limits.paths)
    var headWalk = PathWalk(found.trees, marks, headLimits)
    var inHead = [[[UInt8]]](repeating: [], count: marks.secretCount + 1)
    headWalk.walk(headRoot, lacking: [], head: headRoot) { inHead[Int($0.secret)].append($0.path) }
    submodules = inHead.removeLast()
    self.inHead = inHead

    var walk = PathWalk(found.trees, marks, limits)
    var introductions: [Introduction] = []
    for position in commits.positions where roots[Int(position)] != MarkedTrees.none {
      let parents = commits.parents(position).map { roots[Int($0)] }
      walk.walk(roots[Int(position)], lacking: parents, head: headRoot) { hit in
        guard hit.secret != marks.submodule else { return }
        introductions.append(
          Introduction(
            secret: hit.secret, path: hit.path, blob: hit.blob, commit: position, isInHead: hit.isInHead,
            reach: reach.reach(position), wasPushed: reach.wasPushed(position)))
      }
    }
    introductions.sort { one, other in
      if one.secret != other.secret { return one.secret < other.secret }
      if one.commit != other.commit { return one.commit < other.commit }
      return one.path != other.path ? one.path.lexicographicallyPrecedes(other.path) : one.blob < other.blob
    }
    self.introductions = introductions

    let (hanging, named) = Self.hanging(tips, headRoot, found, marks, &walk)
    self.hanging = hanging
    let told = Set(introductions.lazy.map(\.secret)).union(hanging.lazy.map(\.secret))
    homeless = marks.blobs.filter { blob in
      (!found.placed.contains(blob) && !named.contains(blob)) || !told.isSuperset(of: marks.secrets(of: blob))
    }
    unlisted = Array(walk.unlisted.dropLast())
    isCutShort = walk.isCutShort || headWalk.isCutShort || found.isCutShort

    var ends = [Int](repeating: 0, count: marks.secretCount)
    for introduction in introductions { ends[Int(introduction.secret)] += 1 }
    for secret in ends.indices.dropFirst() { ends[secret] += ends[secret - 1] }
    self.ends = ends
  }

  private static func hanging(
    _ tips: [Tip], _ headRoot: Int32, _ found: FoundTrees, _ marks: MarkedBlobs, _ walk: inout PathWalk
  ) -> (hanging: [Hanging], blobs: Set<Int32>) {
    var hanging: Set<Hanging> = []
    var blobs: Set<Int32> = []
    // Of several names for one object the strongest counts.
    var strongest: [Int32: Tip] = [:]
    for tip in tips where tip.kind == .blob || tip.kind == .tree {
      let other = strongest[tip.number] ?? tip
      strongest[tip.number] = Tip(
        number: tip.number, kind: tip.kind, reach: min(tip.reach, other.reach), isRemote: tip.isRemote || other.isRemote
      )
    }
    for tip in strongest.values.sorted(by: { $0.number < $1.number }) {
      func add(_ secret: Int32, _ path: [UInt8]?, _ blob: Int32) {
        hanging.insert(Hanging(secret: secret, path: path, blob: blob, reach: tip.reach, isRemote: tip.isRemote))
      }
      if tip.kind == .blob {
        blobs.insert(tip.number)
        for secret in marks.secrets(of: tip.number) { add(secret, nil, tip.number) }
      } else {
        walk.walk(found.reduced(tip.number), lacking: [], head: headRoot) { hit in
          if hit.secret != marks.submodule { add(hit.secret, hit.path, hit.blob) }
        }
      }
    }
    let sorted = hanging.sorted { one, other in
      if one.secret != other.secret { return one.secret < other.secret }
      let (first, second) = (one.path ?? [], other.path ?? [])
      if first != second { return first.lexicographicallyPrecedes(second) }
      return (one.blob, one.reach, one.isRemote ? 0 : 1) < (other.blob, other.reach, other.isRemote ? 0 : 1)
    }
    return (sorted, blobs)
  }
}
