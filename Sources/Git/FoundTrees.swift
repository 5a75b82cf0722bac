/// The result of a search through trees.
package struct FoundTrees: Sendable {
  /// Objects that something names and that are not there, or not whole.
  package struct Absences: Sendable, Hashable {
    package let count: Int
    /// The lowest few.
    package let examples: [ObjectID]

    init(_ ids: some Collection<ObjectID>) {
      count = ids.count
      examples = Array(ids.sorted().prefix(5))
    }
  }

  let trees: MarkedTrees
  /// The marked blobs that stand in any tree that was read.
  let placed: Set<Int32>
  private let states: SharedNumbers

  /// Blobs and trees that should be there: named by trees of commits that a reference, a stash or a note reaches.
  package let missingBlobs: Absences
  package let missingTrees: Absences
  /// Trees that are there and could not be read, or not to their end.
  package let unreadable: Absences
  package let errors: [ObjectID: GitError]
  /// Trees that were not entered, since they are nested deeper than anything that git makes.
  package let tooDeep: Absences
  /// Whether there was more to remember of marked blobs than is remembered: then places are missing, and not counted.
  package let isCutShort: Bool
  package let treesRead: Int
  package let bytesRead: UInt64

  init(_ gathered: TreeSearch.Gathered, _ states: SharedNumbers) {
    trees = gathered.trees
    placed = gathered.placed
    self.states = states
    missingBlobs = Absences(gathered.missingBlobs.subtracting(ObjectID.known))
    missingTrees = Absences(gathered.missingTrees.subtracting(ObjectID.known))
    unreadable = Absences(gathered.unreadable.keys)
    errors = gathered.unreadable
    tooDeep = Absences(gathered.tooDeep)
    isCutShort = gathered.isCutShort
    treesRead = gathered.treesRead
    bytesRead = gathered.bytesRead
  }

  /// How many different trees lead to marked blobs, and how many numbers are kept for them.
  package var size: (trees: Int, numbers: Int) { trees.size }

  /// What a tree of the inventory was reduced to.
  func reduced(_ tree: Int32) -> Int32 { max(MarkedTrees.none, states[tree]) }
}
