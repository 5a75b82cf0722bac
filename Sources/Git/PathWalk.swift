/// Lists the paths by which secrets stand in trees, within bounds that a hostile repository cannot pass: ten trees of
/// ten equal entries each have a secret at ten thousand million paths. What is beyond is counted and not listed.
struct PathWalk {
  /// A path at which a secret stands.
  struct Hit {
    let secret: Int32
    let path: [UInt8]
    /// Number of the inventory; -1 for a submodule.
    let blob: Int32
    let isInHead: Bool
  }

  /// How much is listed and looked at in all walks together.
  struct Limits {
    /// Paths of one secret.
    var paths = 10_000
    /// Paths of all secrets; a secret's first one is listed whatever they are.
    var allPaths = 1_000_000
    var pathBytes = 128 << 20
    /// Entries looked at: less than a minute's worth.
    var work = 200_000_000
    /// Numbers kept to count what is not listed.
    var counts = 4_000_000
  }

  /// The longest path that is told whole, in bytes.
  private static let pathLimit = 1 << 16
  /// A walk that has come by more files begins to look for folders of which nothing would be listed.
  private static let manyFiles = 1000

  private let trees: MarkedTrees
  private let marks: MarkedBlobs
  private var limits: Limits
  private var listed: [Int]
  /// For each secret, how many paths were not listed, or more.
  private(set) var unlisted: [UInt64]
  /// What hangs below a difference, by secret.
  private var counts: [TreeDifference: [Int32: UInt64]] = [:]

  /// Whether a limit on the work ended the search, so that paths are neither listed nor counted.
  var isCutShort: Bool { limits.work <= 0 || limits.counts <= 0 }

  init(_ trees: MarkedTrees, _ marks: MarkedBlobs, _ limits: Limits = Limits()) {
    self.trees = trees
    self.marks = marks
    self.limits = limits
    listed = Array(repeating: 0, count: marks.secretCount + 1)
    unlisted = Array(repeating: 0, count: marks.secretCount + 1)
  }

  private struct Frame {
    let changes: [TreeDifference.Change]
    var next = 0
    /// Of the folder's path, in bytes.
    let prefix: Int
    /// What HEAD has at this path: names and their targets.
    let head: [Int32: [MarkedTrees.Target]]
  }

  /// Lists every path at which a tree has a secret that no other tree has there, sorted.
  /// - Parameter head: the tree of HEAD.
  mutating func walk(_ tree: Int32, lacking others: [Int32], head: Int32, _ found: (Hit) -> Void) {
    guard let difference = TreeDifference(tree, lacking: others) else { return }
    var path: [UInt8] = []
    var files = 0
    var frames = [frame(difference, prefix: 0, head: [head])]
    while var frame = frames.popLast() {
      guard frame.next < frame.changes.count, !isCutShort else { continue }
      let change = frame.changes[frame.next]
      frame.next += 1
      path.removeSubrange(frame.prefix...)
      path += trees.name(change.name).prefix(Self.pathLimit - path.count)
      let there = frame.head[change.name] ?? []
      frames.append(frame)
      switch change.what {
      case .file(let blob, let secrets):
        files += 1
        for secret in secrets where takes(secret, path.count) {
          found(Hit(secret: secret, path: path, blob: blob, isInHead: has(secret, there)))
        }
      case .folder(let below):
        if files > Self.manyFiles, skips(below) { continue }
        if path.count < Self.pathLimit { path.append(UInt8(ascii: "/")) }
        let head = there.compactMap { target -> Int32? in if case .tree(let tree) = target { tree } else { nil } }
        frames.append(self.frame(below, prefix: path.count, head: head))
      }
    }
  }

  private mutating func frame(_ difference: TreeDifference, prefix: Int, head: [Int32]) -> Frame {
    let changes = changes(of: difference)
    var targets: [Int32: [MarkedTrees.Target]] = [:]
    if !changes.isEmpty {
      for run in head.flatMap(trees.runs) {
        trees.forEachEntry(ofRun: run) { targets[$0.name, default: []].append($0.target) }
      }
      limits.work -= targets.count
    }
    return Frame(changes: changes, prefix: prefix, head: targets)
  }

  private mutating func changes(of difference: TreeDifference) -> [TreeDifference.Change] {
    guard !isCutShort else { return [] }
    let (changes, work) = difference.changes(trees, marks)
    limits.work -= work + 1
    return changes
  }

  private func has(_ secret: Int32, _ targets: [MarkedTrees.Target]) -> Bool {
    targets.contains { target in
      switch target {
      case .blob(let blob): marks.secrets(of: blob).contains(secret)
      case .submodule: secret == marks.submodule
      case .tree: false
      }
    }
  }

  /// Whether one more path of a secret may be listed.
  private func isOpen(_ secret: Int32) -> Bool {
    let count = listed[Int(secret)]
    return count == 0 || (count < limits.paths && limits.allPaths > 0 && limits.pathBytes > 0)
  }

  /// Counts a path of a secret as listed, or as not.
  private mutating func takes(_ secret: Int32, _ bytes: Int) -> Bool {
    guard isOpen(secret) else {
      leaveOut(secret, 1)
      return false
    }
    listed[Int(secret)] += 1
    limits.allPaths -= 1
    limits.pathBytes -= bytes
    return true
  }

  private mutating func leaveOut(_ secret: Int32, _ count: UInt64) {
    unlisted[Int(secret)] = Self.sum(unlisted[Int(secret)], count)
  }

  private static func sum(_ one: UInt64, _ other: UInt64) -> UInt64 {
    let (sum, overflow) = one.addingReportingOverflow(other)
    return overflow ? .max : sum
  }

  /// Whether no secret below would be listed; then its paths are counted here.
  private mutating func skips(_ difference: TreeDifference) -> Bool {
    let below = count(difference)
    guard !below.keys.contains(where: isOpen) else { return false }
    for (secret, count) in below { leaveOut(secret, count) }
    return true
  }

  /// How many paths each secret has below a difference: every different one is looked at once, however many paths lead
  /// to it.
  private mutating func count(_ difference: TreeDifference) -> [Int32: UInt64] {
    if let known = counts[difference] { return known }
    var open: [(difference: TreeDifference, changes: [TreeDifference.Change], next: Int, sum: [Int32: UInt64])] = []
    open.append((difference, changes(of: difference), 0, [:]))
    while var top = open.popLast() {
      var waits = false
      while top.next < top.changes.count, !waits {
        switch top.changes[top.next].what {
        case .file(_, let secrets):
          for secret in secrets { top.sum[secret] = Self.sum(top.sum[secret] ?? 0, 1) }
        case .folder(let below):
          guard let known = counts[below] else {
            open.append(top)
            open.append((below, changes(of: below), 0, [:]))
            waits = true
            continue
          }
          limits.work -= known.count
          top.sum.merge(known, uniquingKeysWith: Self.sum)
        }
        top.next += 1
      }
      if !waits {
        counts[top.difference] = top.sum
        limits.counts -= top.sum.count + 1
      }
    }
    return counts[difference] ?? [:]
  }
}
