import Sealing

/// The authenticated map of one environment and epoch: name index → leaf, as a radix-16 tree whose root the log signs.
///
/// A node at depth d has a slot for each value of the d-th four bits of an index. A slot is empty, holds the one leaf below
/// it, or the hash of a node; so the shape depends only on the set of indexes, a leaf's absence is shown by the node that
/// would hold it, and one lookup among 50,000 names reads four or five nodes. Names are never taken out of the map: a removed one
/// keeps its leaf, without a current version. docs/FORMAT.md, "Map of names".
struct NameMap: ~Copyable {
  /// Four-bit steps from the root.
  typealias Path = [UInt8]
  /// Reads the stored bytes of the node at a path.
  typealias Load = (Path) throws(VaultError) -> [UInt8]?

  private let load: Load
  private var root: Bytes32
  private var nodes: [Path: Node] = [:]
  private var changed: Set<Path> = []

  /// The map whose root is `root`; zero is the empty map.
  init(root: Bytes32, load: @escaping Load) {
    self.root = root
    self.load = load
  }

  /// The leaf at `index`, every node on the way checked against the root; nil when the map shows there is none.
  mutating func leaf(_ index: NameIndex) throws(VaultError) -> Leaf? {
    var path: Path = []
    var expected = root
    while true {
      // A node that was set here and not hashed yet comes before what is stored.
      guard nodes[path] != nil || expected != Bytes32() else { return nil }
      let node = try self.node(path, expected)
      let slot = index.nibble(path.count)
      switch node.slots[slot] {
      case .empty: return nil
      case .leaf(let leaf): return leaf.index == index ? leaf : nil
      case .child(let hash): expected = hash
      }
      path.append(UInt8(slot))
    }
  }

  /// Every leaf as stored, in the order of indexes. For maps in which nothing was set.
  mutating func leaves() throws(VaultError) -> [Leaf] {
    var found: [Leaf] = []
    var open: [(path: Path, hash: Bytes32)] = root == Bytes32() ? [] : [([], root)]
    while let (path, hash) = open.popLast() {
      let node = try self.node(path, hash)
      for (slot, content) in node.slots.enumerated() {
        switch content {
        case .empty: break
        case .leaf(let leaf): found.append(leaf)
        case .child(let hash): open.append((path + [UInt8(slot)], hash))
        }
      }
    }
    return found.sorted { $0.index < $1.index }
  }

  /// Puts `leaf` in, in place of the one of the same index.
  mutating func set(_ leaf: Leaf) throws(VaultError) {
    var path: Path = []
    var expected = root
    while true {
      var node = nodes[path]
      if node == nil { node = expected == Bytes32() ? Node() : try self.node(path, expected) }
      guard var node else { throw .damaged(.map) }
      let slot = leaf.index.nibble(path.count)
      changed.insert(path)
      switch node.slots[slot] {
      case .child(let hash):
        nodes[path] = node
        expected = hash
        path.append(UInt8(slot))
      case .leaf(let other) where other.index != leaf.index:
        // Two indexes share this prefix: push the one that was here a level down, and go on there.
        node.slots[slot] = .child(Bytes32())
        nodes[path] = node
        path.append(UInt8(slot))
        var below = Node()
        below.slots[other.index.nibble(path.count)] = .leaf(other)
        nodes[path] = below
        expected = Bytes32()
      case .empty, .leaf:
        node.slots[slot] = .leaf(leaf)
        nodes[path] = node
        return
      }
    }
  }

  /// The new root, and the nodes to store for it.
  consuming func finish() -> (root: Bytes32, nodes: [(path: Path, bytes: [UInt8])]) {
    var written: [(path: Path, bytes: [UInt8])] = []
    var newRoot = root
    // Deepest first, so that a node's children have their hashes before it is hashed itself.
    for path in changed.sorted(by: { $0.count > $1.count }) {
      guard let node = nodes[path] else { continue }
      let bytes = node.encoded
      let hash = Node.hash(bytes)
      written.append((path, bytes))
      guard let slot = path.last else {
        newRoot = hash
        continue
      }
      nodes[Array(path.dropLast())]?.slots[Int(slot)] = .child(hash)
    }
    return (newRoot, written)
  }

  private mutating func node(_ path: Path, _ expected: Bytes32) throws(VaultError) -> Node {
    if let node = nodes[path] { return node }
    guard path.count < 64, let bytes = try load(path), Node.hash(bytes) == expected else {
      throw .damaged(.map)
    }
    let node = try reading(.map) { () throws(MalformedBytes) in try Node(decoding: bytes, at: path) }
    nodes[path] = node
    return node
  }

  /// Sixteen slots.
  private struct Node {
    enum Slot {
      case empty
      case leaf(Leaf)
      case child(Bytes32)
    }
    var slots = [Slot](repeating: .empty, count: 16)

    static func hash(_ bytes: [UInt8]) -> Bytes32 { Hashing.digest("coffer/map-node", bytes) }

    var encoded: [UInt8] {
      var writer = CanonicalWriter()
      var leaves: UInt16 = 0
      var children: UInt16 = 0
      for (place, slot) in slots.enumerated() {
        if case .leaf = slot { leaves |= 1 << place }
        if case .child = slot { children |= 1 << place }
      }
      writer.u16(leaves)
      writer.u16(children)
      for slot in slots {
        switch slot {
        case .empty: break
        case .leaf(let leaf): leaf.encode(to: &writer)
        case .child(let hash): writer.fixed(hash)
        }
      }
      return writer.bytes
    }

    init() {}

    init(decoding bytes: [UInt8], at path: Path) throws(MalformedBytes) {
      var reader = CanonicalReader(bytes)
      let leaves = try reader.u16()
      let children = try reader.u16()
      guard leaves & children == 0, leaves | children != 0 else { throw MalformedBytes() }
      for place in 0..<16 {
        if leaves & (1 << place) != 0 {
          let leaf = try Leaf(from: &reader)
          guard leaf.index.nibble(path.count) == place,
            path.indices.allSatisfy({ leaf.index.nibble($0) == Int(path[$0]) })
          else { throw MalformedBytes() }
          slots[place] = .leaf(leaf)
        } else if children & (1 << place) != 0 {
          slots[place] = .child(try reader.bytes32())
        }
      }
      try reader.end()
    }
  }
}
