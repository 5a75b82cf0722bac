/// All commits of a repository, reachable or not, by their position in one order that depends on nothing but the
/// commits: parents first; of those that could come next the one committed first, then the lowest id.
///
/// About 30 bytes a commit, so that a million costs 30 MB. What few commits are asked for, their authors, is read
/// again.
package struct CommitTable: Sendable {
  /// A part of a commit that is not there.
  package struct Absence: Sendable, Hashable {
    /// The position of the commit.
    package let commit: Int32
    package let id: ObjectID
  }

  /// Numbers of the inventory, by position.
  private let numbers: [Int32]
  /// As `numbers`, of the root trees; -1 where that is missing.
  private let trees: [Int32]
  /// Positions; those of position n end at `parentEnds[n]`.
  private let parentList: [Int32]
  private let parentEnds: [Int32]
  /// Positions, by number.
  private let byNumber: [Int32]

  /// Root trees that are not in the inventory, by position.
  package let missingTrees: [Absence]
  /// Parents that are not in the inventory, or are no commits there, by position; not those of a shallow boundary.
  package let missingParents: [Absence]
  /// Positions of the commits whose parents a shallow clone left out.
  package let boundary: [Int32]

  package var count: Int { numbers.count }

  /// The positions of all commits, in their order.
  package var positions: Range<Int32> { 0..<Int32(numbers.count) }

  /// The number of a commit in the inventory.
  package func number(_ position: Int32) -> Int32 { numbers[Int(position)] }

  /// The number of a commit's root tree in the inventory; nil when it is not there.
  package func tree(_ position: Int32) -> Int32? {
    let tree = trees[Int(position)]
    return tree < 0 ? nil : tree
  }

  /// The positions of a commit's parents, in its own order; those that are missing left out.
  package func parents(_ position: Int32) -> ArraySlice<Int32> {
    parentList[(position == 0 ? 0 : Int(parentEnds[Int(position) - 1]))..<Int(parentEnds[Int(position)])]
  }

  /// - Returns: the position of a commit; nil when this number of the inventory is none.
  package func position(ofNumber number: Int32) -> Int32? {
    var low = 0
    var high = byNumber.count
    while low < high {
      let middle = (low + high) / 2
      let candidate = byNumber[middle]
      if numbers[Int(candidate)] == number { return candidate }
      if numbers[Int(candidate)] < number { low = middle + 1 } else { high = middle }
    }
    return nil
  }

  /// - Parameters:
  ///   - rows: of all threads. A commit that comes twice counts once.
  ///   - shallow: the commits at which a shallow clone ends: parents that they lack are not missing.
  package init(_ rows: [CommitRows], _ inventory: Inventory, shallow: Set<ObjectID> = []) {
    let gathered = GatheredCommits(rows)
    let order = gathered.order(inventory)
    var positions = [Int32](repeating: 0, count: order.count)
    for (position, row) in order.enumerated() { positions[Int(row)] = Int32(position) }
    var numbers: [Int32] = []
    var trees: [Int32] = []
    var parentEnds: [Int32] = []
    var parentList: [Int32] = []
    var missingTrees: [Absence] = []
    var missingParents: [Absence] = []
    var boundary: [Int32] = []
    numbers.reserveCapacity(order.count)
    trees.reserveCapacity(order.count)
    parentEnds.reserveCapacity(order.count)
    for (position, row) in order.enumerated() {
      let position = Int32(position)
      let number = gathered.number(row)
      numbers.append(number)
      trees.append(max(-1, gathered.tree(row)))
      if let id = gathered.missing(gathered.tree(row), row) { missingTrees.append(Absence(commit: position, id: id)) }
      var isBoundary = false
      gathered.forEachParent(row) { parent in
        if let found = gathered.row(ofNumber: parent) {
          parentList.append(positions[Int(found)])
        } else if shallow.contains(inventory.id(of: number)) {
          isBoundary = true
        } else {
          let id = gathered.missing(parent, row) ?? inventory.id(of: parent)
          missingParents.append(Absence(commit: position, id: id))
        }
      }
      if isBoundary { boundary.append(position) }
      parentEnds.append(Int32(parentList.count))
    }
    self.numbers = numbers
    self.trees = trees
    self.parentList = parentList
    self.parentEnds = parentEnds
    self.missingTrees = missingTrees
    self.missingParents = missingParents
    self.boundary = boundary
    byNumber = (0..<order.count).map { positions[$0] }
  }
}
