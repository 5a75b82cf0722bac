/// A reduced tree beside others that stand at the same path, to ask what only it has.
struct TreeDifference: Hashable {
  let tree: Int32
  /// Sorted, each once, none of them empty.
  let others: [Int32]

  /// - Returns: nil when there is no difference: the tree leads to nothing, or is one of the others.
  init?(_ tree: Int32, lacking others: [Int32]) {
    guard tree != MarkedTrees.none, !others.contains(tree) else { return nil }
    self.tree = tree
    self.others = others.count < 2 ? others.filter { $0 != MarkedTrees.none } : Self.sorted(others)
  }

  private static func sorted(_ others: [Int32]) -> [Int32] {
    Set(others).subtracting([MarkedTrees.none]).sorted()
  }

  /// An entry that leads to something which none of the others has at its path.
  struct Change {
    enum What {
      /// The blob's number (-1: a submodule), and those of its secrets that are new here.
      case file(Int32, secrets: [Int32])
      case folder(TreeDifference)
    }

    let name: Int32
    let what: What
  }

  /// - Returns: the entries that differ, sorted as their paths are, and how many entries were looked at.
  func changes(_ trees: MarkedTrees, _ marks: MarkedBlobs) -> (changes: [Change], work: Int) {
    let own = Set(trees.runs(of: tree))
    let theirs = others.map { Set(trees.runs(of: $0)) }
    var work = 0
    var counterparts: [Int32: [MarkedTrees.Target]] = [:]
    for runs in theirs {
      for run in runs where !own.contains(run) {
        trees.forEachEntry(ofRun: run) { entry in
          work += 1
          counterparts[entry.name, default: []].append(entry.target)
        }
      }
    }
    var changes: [Change] = []
    // A run that another has as well holds nothing new.
    for run in own where !theirs.contains(where: { $0.contains(run) }) {
      trees.forEachEntry(ofRun: run) { entry in
        work += 1
        let there = counterparts[entry.name] ?? []
        if !there.contains(entry.target), let what = Self.change(entry.target, there, marks) {
          changes.append(Change(name: entry.name, what: what))
        }
      }
    }
    return (Self.sorted(changes, trees), work)
  }

  private static func change(
    _ target: MarkedTrees.Target, _ there: [MarkedTrees.Target], _ marks: MarkedBlobs
  ) -> Change.What? {
    switch target {
    case .submodule: return .file(-1, secrets: [marks.submodule])
    case .blob(let blob):
      var secrets = marks.secrets(of: blob)
      for case .blob(let other) in there {
        let known = marks.secrets(of: other)
        secrets.removeAll { known.contains($0) }
      }
      return secrets.isEmpty ? nil : .file(blob, secrets: secrets)
    case .tree(let tree):
      let others = there.compactMap { other -> Int32? in if case .tree(let other) = other { other } else { nil } }
      return TreeDifference(tree, lacking: others).map { .folder($0) }
    }
  }

  /// In the order of the paths below: a folder's name counts with the slash that follows it.
  private static func sorted(_ changes: [Change], _ trees: MarkedTrees) -> [Change] {
    guard changes.count > 1 else { return changes }
    let keyed = changes.map { change -> (key: [UInt8], blob: Int32, change: Change) in
      let name = Array(trees.name(change.name))
      switch change.what {
      case .file(let blob, _): return (name, blob, change)
      case .folder: return (name + [UInt8(ascii: "/")], .max, change)
      }
    }
    return keyed.sorted { $0.key != $1.key ? $0.key.lexicographicallyPrecedes($1.key) : $0.blob < $1.blob }
      .map(\.change)
  }
}
