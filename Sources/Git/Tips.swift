/// Where a walk through the history starts: what a reference or a reflog names, tags peeled off.
package struct Tip: Sendable, Hashable {
  /// Of the object in the inventory.
  package let number: Int32
  package let kind: ObjectKind
  package let reach: Reach
  /// Whether a remote has it or had it: it stands in `refs/remotes` or in the reflog of a reference there.
  package let isRemote: Bool

  package init(number: Int32, kind: ObjectKind, reach: Reach, isRemote: Bool) {
    self.number = number
    self.kind = kind
    self.reach = reach
    self.isRemote = isRemote
  }
}

/// The tips of all references and reflogs, and what of them is not there.
package struct Tips: Sendable {
  /// In the order of the references, each once.
  package let all: [Tip]
  /// By what each annotated tag on the way is reached, the strongest; by its number in the inventory.
  package let tags: [Int32: Reach]
  /// What a reference, a stash or a note names, itself or through tags, and that is not there; sorted. What reflogs
  /// name git may have pruned.
  package let missing: [ObjectID]
  /// Tags that could not be read or followed; sorted.
  package let damaged: [ObjectID]

  /// Tags on tags on tags: git itself has no limit; nobody makes more than a few.
  private static let tagLimit = 64

  /// - Parameter commits: of the same inventory.
  package init(_ references: References, _ inventory: Inventory, _ commits: CommitTable, _ reader: ObjectReader) {
    var all: [Tip] = []
    var missing: Set<ObjectID> = []
    var damaged: Set<ObjectID> = []
    var tags: [Int32: Reach] = [:]
    var seen: Set<Tip> = []
    for entry in references.entries {
      var id = entry.id
      var depth = 0
      peeling: while true {
        guard let number = inventory.number(of: id) else {
          // A passing mark, as ORIG_HEAD, keeps nothing.
          if entry.holder.reach < .reflog { missing.insert(id) }
          break
        }
        func add(_ kind: ObjectKind) {
          let tip = Tip(number: number, kind: kind, reach: entry.holder.reach, isRemote: entry.holder.isRemote)
          if seen.insert(tip).inserted { all.append(tip) }
        }
        if commits.position(ofNumber: number) != nil {
          add(.commit)
          break
        }
        do throws(GitError) {
          let kind = try reader.header(of: id).kind
          guard kind == .tag else {
            // A commit that is not in the table could not be read.
            if kind == .commit { damaged.insert(id) } else { add(kind) }
            break peeling
          }
          let tag = try reader.read(id) { _, text in TagText.parse(text) }
          guard let tag, depth < Self.tagLimit else {
            damaged.insert(id)
            break peeling
          }
          tags[number] = min(tags[number] ?? .unreachable, entry.holder.reach)
          id = tag.target
          depth += 1
        } catch {
          damaged.insert(id)
          break
        }
      }
    }
    self.all = all
    self.tags = tags
    self.missing = missing.sorted()
    self.damaged = damaged.sorted()
  }
}
