import Testing

@testable import Git

/// The order of commits, on made-up ones: the table never looks at objects.
struct CommitTableTests {
  private func id(_ number: Int) -> ObjectID {
    let digits = String(number, radix: 16)
    return ObjectID(hex: String(repeating: "0", count: 40 - digits.count) + digits) ?? .zero
  }

  /// Commits by number, date and parents; all have tree 1000, which is there unless `missing`.
  private func table(
    _ commits: [(Int, Int64, [Int])], there: Set<Int> = [1000], shallow: Set<Int> = [], shuffled: Bool = false
  ) -> (table: CommitTable, inventory: Inventory) {
    let ids = commits.map(\.0) + there
    let inventory = Inventory((shuffled ? ids.shuffled() : ids).map(id))
    var rows = [CommitRows(), CommitRows()]
    for (place, commit) in (shuffled ? commits.shuffled() : commits).enumerated() {
      guard let number = inventory.number(of: id(commit.0)) else { continue }
      let text = CommitText(
        tree: id(1000), parents: commit.2.map(id), author: 0..<0, authored: .init(seconds: 0, zone: 0),
        committer: 0..<0,
        committed: .init(seconds: commit.1, zone: 0), message: 0..<0)
      rows[place % 2].add(number, text, inventory)
    }
    return (CommitTable(rows, inventory, shallow: Set(shallow.map(id))), inventory)
  }

  private func order(_ made: (table: CommitTable, inventory: Inventory)) -> [Int] {
    made.table.positions.map { position in
      Int(made.inventory.id(of: made.table.number(position)).hex, radix: 16) ?? -1
    }
  }

  @Test func `parents come first, then the older date, then the lower id`() {
    // 7 claims to be older than its parent 3; 5 and 4 have one date.
    let commits: [(Int, Int64, [Int])] = [
      (9, 50, [7, 5]), (7, 1, [3]), (5, 40, [3]), (4, 40, [3]), (3, 30, []), (8, 35, []),
    ]
    for _ in 0..<5 { #expect(order(table(commits, shuffled: true)) == [3, 7, 8, 4, 5, 9]) }
    let made = table(commits)
    #expect(made.table.parents(5).map { order(made)[Int($0)] } == [7, 5])
    #expect(made.table.parents(0).isEmpty)
    for position in made.table.positions {
      #expect(made.table.position(ofNumber: made.table.number(position)) == position)
    }
    #expect(made.table.position(ofNumber: 6) == nil)
  }

  @Test func `a commit that comes twice counts once`() {
    #expect(order(table([(1, 1, []), (2, 2, [1]), (1, 1, []), (2, 2, [1, 1])])) == [1, 2])
  }

  @Test func `a missing parent is an absence, but at a shallow boundary`() {
    let made = table([(1, 1, [77]), (2, 2, [1, 88]), (3, 3, [99, 2])], there: [1000, 88], shallow: [1])
    // 88 is there and is no commit.
    #expect(
      made.table.missingParents == [.init(commit: 1, id: id(88)), .init(commit: 2, id: id(99))])
    #expect(made.table.boundary == [0])
    #expect(made.table.parents(2).map { order(made)[Int($0)] } == [2])
    #expect(made.table.missingTrees.isEmpty)
    let bare = table([(1, 1, [])], there: [])
    #expect(bare.table.missingTrees == [.init(commit: 0, id: id(1000))])
    #expect(bare.table.tree(0) == nil)
  }

  @Test func `commits in a cycle come last`() {
    #expect(order(table([(1, 9, []), (2, 5, [3]), (3, 4, [2]), (4, 1, [2]), (5, 6, [5])])) == [1, 4, 3, 2, 5])
  }

  @Test func `the strongest holder counts, and what a remote knew is pushed`() {
    let made = table([(1, 1, []), (2, 2, [1]), (3, 3, [2]), (4, 4, [1]), (5, 5, [])])
    func tip(_ commit: Int, _ reach: Reach, _ isRemote: Bool = false) -> Tip {
      Tip(number: made.inventory.number(of: id(commit)) ?? -1, kind: .commit, reach: reach, isRemote: isRemote)
    }
    let reach = CommitReach(made.table, [tip(3, .reflog), tip(2, .note, true), tip(4, .stash)])
    #expect(made.table.positions.map(reach.reach) == [.stash, .note, .reflog, .stash, .unreachable])
    #expect(made.table.positions.map(reach.wasPushed) == [true, true, false, false, false])
    let alone = CommitReach(made.table, [tip(3, .reference)])
    #expect(alone.wasPushed(0) == nil)
    #expect(alone.reach(3) == .unreachable)
    let gone = table([(1, 1, [99]), (2, 2, [98])])
    let held = CommitReach(gone.table, [Tip(number: 0, kind: .commit, reach: .reference, isRemote: false)])
    #expect(held.missingCommits(gone.table) == [id(99)])
  }

  @Test func `a long history is ordered without recursion`() {
    let count = 20_000
    let commits = (0..<count).map { index -> (Int, Int64, [Int]) in
      (index + 2000, Int64(index % 7), index == 0 ? [] : [index + 1999])
    }
    #expect(order(table(commits)) == Array(2000..<count + 2000))
  }
}

extension ObjectID {
  fileprivate static let zero = ObjectID([UInt8](repeating: 0, count: 20).span.bytes)
}
