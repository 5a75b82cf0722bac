/// One thread's part of a `TreeSearch`.
struct TreeSearcher {
  /// Git itself refuses trees nested deeper than 2048 (`core.maxTreeDepth`).
  private static let depthLimit = 4096
  /// Of the entries that wait for their subtrees, in bytes; hundreds of times what a real repository needs.
  private static let pendingLimit = 256 << 20

  private let search: TreeSearch
  private let reader: ObjectReader
  /// What was last learnt of an id, at the place its first bits name. Versions of a tree repeat almost all their
  /// entries, so that nearly every entry is settled here by one comparison of the whole id, and neither the inventory
  /// nor the marks are asked.
  private var recent: [Recent]
  /// From the root down to the tree that is being read; the rest are kept for their memory.
  private var frames: [Frame] = []
  private var depth = 0
  private var pending = 0
  /// The trees in `frames`.
  private var open: Set<Int32> = []
  private var isKept = true
  private var treesRead = 0
  private var bytesRead: UInt64 = 0

  private struct Recent {
    var id: ObjectID
    var verdict: Int32

    /// A number of the inventory from 0 on: a tree, or a marked blob. Else:
    static let missing: Int32 = -1
    /// A blob that is there and holds nothing.
    static let plain: Int32 = -2
    static let vacant: Int32 = -3
  }

  /// A tree and those of its entries that matter, or may once their subtrees are read.
  private struct Frame {
    struct Edge {
      let name: Range<Int>
      let target: MarkedTrees.Target
    }

    var tree: Int32 = 0
    /// The size of its text, once it was read to its end.
    var byteCount: Int?
    /// Trees are numbers of the inventory here.
    var edges: [Edge] = []
    var names: [UInt8] = []
    var next = 0

    var size: Int { names.count + edges.count * MemoryLayout<Edge>.stride }

    mutating func clear() {
      // One huge tree must not hold its memory at every depth.
      let keeps = names.capacity < 1 << 16
      edges.removeAll(keepingCapacity: keeps)
      names.removeAll(keepingCapacity: keeps)
      next = 0
      byteCount = nil
    }

    mutating func add(_ tree: RawSpan, _ name: Range<Int>, _ target: MarkedTrees.Target) {
      let start = names.count
      for index in name.prefix(MarkedTrees.nameLimit) { names.append(tree.byte(at: index)) }
      edges.append(Edge(name: start..<names.count, target: target))
    }
  }

  init(_ search: TreeSearch, _ reader: ObjectReader) {
    self.search = search
    self.reader = reader
    // 768 KiB: it stays in the processor's second cache.
    let nothing = [UInt8](repeating: 0, count: ObjectID.byteCount)
    // Safe: the array outlives the call.
    let vacant = unsafe Recent(id: ObjectID(nothing.span.bytes), verdict: Recent.vacant)
    recent = Array(repeating: vacant, count: 1 << 15)
  }

  /// Reads a tree and all below it that nobody has read.
  mutating func search(_ root: Int32, isKept: Bool) {
    self.isKept = isKept
    guard search.states[root] == TreeSearch.unseen else { return }
    enter(root)
    while depth > 0 {
      if let child = nextUnseen() { enter(child) } else { leave() }
    }
  }

  /// Hands in what was counted.
  mutating func finish() {
    let (trees, bytes) = (treesRead, bytesRead)
    search.gather {
      $0.treesRead += trees
      $0.bytesRead += bytes
    }
  }

  private mutating func nextUnseen() -> Int32? {
    let states = search.states
    let top = depth - 1
    while frames[top].next < frames[top].edges.count {
      let edge = frames[top].edges[frames[top].next]
      frames[top].next += 1
      if case .tree(let number) = edge.target, states[number] == TreeSearch.unseen { return number }
    }
    return nil
  }

  /// Reads a tree and puts it on top of the frames. One that cannot be read leads to nothing, which is noted.
  private mutating func enter(_ tree: Int32) {
    let id = search.inventory.id(of: tree)
    guard depth < Self.depthLimit, pending < Self.pendingLimit else {
      return search.gather { _ = $0.tooDeep.insert(id) }
    }
    // By their hashes trees cannot hold themselves; made-up ones, whose hashes are not checked, can.
    guard open.insert(tree).inserted else { return search.gather { $0.unreadable[id] = .damaged(id) } }
    if depth == frames.count { frames.append(Frame()) }
    frames[depth].tree = tree
    var frame = Frame()
    swap(&frame, &frames[depth])
    var failure = GitError.damaged(id)
    let reader = reader
    do throws(GitError) {
      try reader.read(id) { kind, bytes in
        if kind == .tree, scan(bytes, into: &frame) { frame.byteCount = bytes.byteCount }
      }
    } catch {
      failure = error
    }
    if frame.byteCount == nil {
      let failure = failure
      search.gather { $0.unreadable[id] = failure }
    }
    pending += frame.size
    swap(&frame, &frames[depth])
    depth += 1
  }

  /// Takes the entries that matter out of a tree.
  /// - Returns: whether the tree made sense to its end.
  private mutating func scan(_ tree: RawSpan, into frame: inout Frame) -> Bool {
    var cursor = TreeCursor()
    while cursor.next(in: tree) {
      if cursor.kind == .submodule {
        frame.add(tree, cursor.name, .submodule)
        continue
      }
      let id = ObjectID(tree, at: cursor.id)
      let place = Int(truncatingIfNeeded: id.prefix >> 49)
      var verdict = recent[place].verdict
      if recent[place].id != id || verdict == Recent.vacant || (verdict == Recent.plain && cursor.kind == .tree) {
        verdict = judge(id, cursor.kind)
        recent[place] = Recent(id: id, verdict: verdict)
      }
      guard verdict >= 0 else { continue }
      if cursor.kind == .tree {
        if search.states[verdict] != MarkedTrees.none { frame.add(tree, cursor.name, .tree(verdict)) }
      } else if search.marks.contains(verdict) {
        frame.add(tree, cursor.name, .blob(verdict))
      }
    }
    return !cursor.isDamaged
  }

  @inline(never)
  private mutating func judge(_ id: ObjectID, _ kind: TreeCursor.EntryKind) -> Int32 {
    guard let number = search.inventory.number(of: id) else {
      if isKept {
        search.gather { gathered in
          _ = kind == .tree ? gathered.missingTrees.insert(id) : gathered.missingBlobs.insert(id)
        }
      }
      return Recent.missing
    }
    return kind == .tree || search.marks.contains(number) ? number : Recent.plain
  }

  /// Reduces the topmost tree, whose subtrees are all read, and takes it off.
  private mutating func leave() {
    depth -= 1
    var frame = Frame()
    swap(&frame, &frames[depth])
    let states = search.states
    let edges = frame.edges.compactMap { edge -> Frame.Edge? in
      guard case .tree(let number) = edge.target else { return edge }
      // Unseen still: it was not entered.
      let reduced = states[number]
      return reduced > MarkedTrees.none ? Frame.Edge(name: edge.name, target: .tree(reduced)) : nil
    }
    var reduced = MarkedTrees.none
    if !edges.isEmpty {
      reduced = search.gather { gathered in
        guard !gathered.trees.isFull else {
          gathered.isCutShort = true
          return MarkedTrees.none
        }
        let entries = edges.map { edge in
          if case .blob(let number) = edge.target { gathered.placed.insert(number) }
          return MarkedTrees.Entry(name: gathered.trees.number(ofName: frame.names[edge.name]), edge.target)
        }
        return gathered.trees.number(of: entries)
      }
    }
    // Two threads may come to one tree at the same time: it counts once.
    if states.replace(frame.tree, TreeSearch.unseen, by: reduced), let byteCount = frame.byteCount {
      treesRead += 1
      bytesRead += UInt64(byteCount)
    }
    open.remove(frame.tree)
    pending -= frame.size
    frame.clear()
    swap(&frame, &frames[depth])
  }
}
