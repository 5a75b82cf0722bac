/// How the entries of a pack descend from each other: each whole object is the root of a family, and the deltas against
/// it, and against those, are its descendants.
///
/// Among the children of an entry the one with the heaviest descent comes last. A walk from base to leaf releases an object as
/// it comes to its last child, so that whatever it still holds has at least twice the descent of the next thing it holds: the
/// number of objects held at once grows with the logarithm of the family's size, whatever its depth.
struct PackFamilies: Sendable {
  /// In place of an entry.
  static let none: Int32 = -1

  /// What entries are built from, as the headers say it.
  struct Links {
    /// For each entry the entry it is a delta against, or `none`.
    var bases: [Int32]
    /// For each entry its kind, where the header says it: for whole objects.
    var kinds: [ObjectKind?]
    /// For each entry the bytes it takes in the pack.
    var weights: [Int]
  }

  /// For each entry the kind of its family's root; nil for what cannot be walked.
  let kinds: [ObjectKind?]
  /// For each entry its first child, or `none`.
  let firstChild: [Int32]
  /// For each entry its next sibling, or `none`.
  let nextSibling: [Int32]
  /// Entries that lead to no root: bad headers, bases that are not in the pack, cycles, and all descendants of those.
  let unwalkable: [Int32]
  /// The roots in pack order.
  private let roots: [Int32]
  /// For each chunk its first place in `roots`, and the end.
  private let chunkStarts: [Int32]

  /// So much of a pack, in bytes with all descendants, is one piece of work.
  private static let chunkWeight = 256 << 10

  init(_ links: consuming Links) {
    let bases = links.bases
    var kinds = links.kinds
    var weights = links.weights
    let deltas = Self.settle(&kinds, bases)
    for entry in deltas.reversed() { weights[Int(bases[Int(entry)])] += weights[Int(entry)] }

    var heaviest = [Int32](repeating: Self.none, count: bases.count)
    for entry in deltas {
      let base = Int(bases[Int(entry)])
      if heaviest[base] == Self.none || weights[Int(entry)] > weights[Int(heaviest[base])] { heaviest[base] = entry }
    }
    var firstChild = heaviest
    var nextSibling = [Int32](repeating: Self.none, count: bases.count)
    for entry in bases.indices.reversed() where bases[entry] != Self.none && kinds[entry] != nil {
      let base = Int(bases[entry])
      guard heaviest[base] != Int32(entry) else { continue }
      nextSibling[entry] = firstChild[base]
      firstChild[base] = Int32(entry)
    }

    var roots: [Int32] = []
    var unwalkable: [Int32] = []
    var chunkStarts: [Int32] = []
    var weight = Self.chunkWeight
    for entry in bases.indices {
      if kinds[entry] == nil {
        unwalkable.append(Int32(entry))
      } else if bases[entry] == Self.none {
        if weight >= Self.chunkWeight {
          chunkStarts.append(Int32(roots.count))
          weight = 0
        }
        roots.append(Int32(entry))
        weight += weights[entry]
      }
    }
    chunkStarts.append(Int32(roots.count))

    self.kinds = kinds
    self.firstChild = firstChild
    self.nextSibling = nextSibling
    self.unwalkable = unwalkable
    self.roots = roots
    self.chunkStarts = chunkStarts
  }

  /// The number of pieces of work.
  var chunkCount: Int { chunkStarts.count - 1 }

  /// The roots of one piece of work.
  func roots(ofChunk chunk: Int) -> ArraySlice<Int32> {
    roots[Int(chunkStarts[chunk])..<Int(chunkStarts[chunk + 1])]
  }

  /// Gives each delta the kind of its family's root, or nil if there is none.
  /// - Returns: the deltas that have one, each after the entry that it is built from.
  private static func settle(_ kinds: inout [ObjectKind?], _ bases: [Int32]) -> [Int32] {
    enum Mark: UInt8 { case unknown, onPath, settled }
    var marks = bases.map { $0 == none ? Mark.settled : .unknown }
    var deltas: [Int32] = []
    var path: [Int32] = []
    for start in bases.indices {
      var entry = start
      while marks[entry] == .unknown {
        marks[entry] = .onPath
        path.append(Int32(entry))
        entry = Int(bases[entry])
      }
      // A path that comes upon itself is a cycle, which no root leads to.
      let kind = marks[entry] == .settled ? kinds[entry] : nil
      while let entry = path.popLast() {
        marks[Int(entry)] = .settled
        kinds[Int(entry)] = kind
        if kind != nil { deltas.append(entry) }
      }
    }
    return deltas
  }
}
