/// Commits as one thread comes by them, in whatever order; a `CommitTable` is made of the rows of all threads.
package struct CommitRows: Sendable {
  /// Numbers of the inventory.
  private(set) var numbers: [Int32] = []
  /// Numbers of the inventory; -1 - n: `missing[n]`, which is not there.
  private(set) var trees: [Int32] = []
  /// Of the committer, seconds since 1970.
  private(set) var dates: [Int64] = []
  /// As `trees`; those of row n end at `parentEnds[n]`.
  private(set) var parents: [Int32] = []
  private(set) var parentEnds: [Int32] = []
  private(set) var missing: [ObjectID] = []

  package init() {}

  /// Adds a commit.
  /// - Parameter number: of the commit, in the inventory.
  package mutating func add(_ number: Int32, _ commit: CommitText, _ inventory: Inventory) {
    numbers.append(number)
    trees.append(place(commit.tree, inventory))
    dates.append(commit.committed.seconds)
    for parent in commit.parents { parents.append(place(parent, inventory)) }
    parentEnds.append(Int32(parents.count))
  }

  private mutating func place(_ id: ObjectID, _ inventory: Inventory) -> Int32 {
    if let number = inventory.number(of: id) { return number }
    missing.append(id)
    return Int32(-missing.count)
  }
}
