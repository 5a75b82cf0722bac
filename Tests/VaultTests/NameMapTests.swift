import Testing

@testable import Sealing
@testable import Vault

/// The authenticated map against a plain dictionary.
struct NameMapTests {
  /// A map and its stored nodes.
  struct Stored {
    var root = Bytes32()
    var nodes: [NameMap.Path: [UInt8]] = [:]

    mutating func set(_ leaves: [Leaf]) throws(VaultError) {
      let nodes = self.nodes
      var map = NameMap(root: root) { (path) throws(VaultError) in nodes[path] }
      for leaf in leaves { try map.set(leaf) }
      let finished = map.finish()
      root = finished.root
      for (path, bytes) in finished.nodes { self.nodes[path] = bytes }
    }

    func leaf(_ index: NameIndex) throws(VaultError) -> Leaf? {
      var map = NameMap(root: root) { (path) throws(VaultError) in nodes[path] }
      return try map.leaf(index)
    }

    func leaves() throws(VaultError) -> [Leaf] {
      var map = NameMap(root: root) { (path) throws(VaultError) in nodes[path] }
      return try map.leaves()
    }
  }

  /// A generator whose sequence a failing run can repeat.
  struct Dice: RandomNumberGenerator {
    var state: UInt64
    mutating func next() -> UInt64 {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return state ^ state >> 29
    }
  }

  /// Indexes that share prefixes of up to `shared` bytes, so that the tree is deep.
  private func index(_ dice: inout Dice, shared: Int = 4) -> NameIndex {
    var bytes = [UInt8](repeating: 0xA5, count: 32)
    let shared = Int.random(in: 0..<shared, using: &dice)
    for place in shared..<32 { bytes[place] = UInt8.random(in: 0...3, using: &dice) }
    return NameIndex(Bytes32(bytes))
  }

  private func pointer(_ dice: inout Dice) -> Leaf.Pointer {
    Leaf.Pointer(
      record: .random(in: 1...1000, using: &dice), version: .random(in: 1...9, using: &dice),
      digest: Bytes32((0..<32).map { _ in UInt8.random(in: 0...255, using: &dice) }))
  }

  private func leaf(_ index: NameIndex, _ dice: inout Dice) -> Leaf {
    let newest = pointer(&dice)
    let current: Leaf.Pointer? = [nil, newest, pointer(&dice)].randomElement(using: &dice) ?? nil
    return Leaf(
      index: index, newest: newest, current: current,
      pending: Bool.random(using: &dice) ? pointer(&dice) : nil,
      previous: Bool.random(using: &dice) ? pointer(&dice) : nil)
  }

  @Test(arguments: 1...6 as ClosedRange<UInt64>)
  func `random changes give what a dictionary gives, and one root whatever the order`(seed: UInt64) throws {
    var dice = Dice(state: seed)
    var model: [NameIndex: Leaf] = [:]
    var map = Stored()
    var pool = (0..<40).map { _ in index(&dice, shared: seed == 1 ? 32 : 6) }
    for round in 0..<(seed == 1 ? 5 : 20) {
      var batch: [Leaf] = []
      for _ in 0..<Int.random(in: 1...6, using: &dice) {
        let index = pool.randomElement(using: &dice) ?? pool[0]
        batch.append(leaf(index, &dice))
      }
      for leaf in batch { model[leaf.index] = leaf }
      try map.set(batch)
      let wrong = try pool.filter { try map.leaf($0) != model[$0] }
      #expect(wrong.isEmpty, "seed \(seed), round \(round)")
    }
    #expect(try map.leaves() == model.values.sorted { $0.index < $1.index })
    pool.shuffle(using: &dice)
    var rebuilt = Stored()
    try rebuilt.set(pool.compactMap { model[$0] })
    #expect(rebuilt.root == map.root)
    var single = Stored()
    for leaf in model.values.shuffled(using: &dice) { try single.set([leaf]) }
    #expect(single.root == map.root)
  }

  @Test func `the root changes with every leaf and every field of one`() throws {
    var dice = Dice(state: 99)
    let base = (0..<30).map { _ in leaf(index(&dice), &dice) }
    var map = Stored()
    try map.set(base)
    var roots: Set<Bytes32> = [map.root]
    for leaf in base {
      for change in 0..<5 {
        var changed = leaf
        let other = pointer(&dice)
        switch change {
        case 0: changed.newest = other
        case 1: changed.current = leaf.current == nil ? other : nil
        case 2: changed.current = other
        case 3: changed.pending = leaf.pending == nil ? other : nil
        default: changed.previous = leaf.previous == nil ? other : nil
        }
        var copy = map
        try copy.set([changed])
        #expect(roots.insert(copy.root).inserted)
        try copy.set([leaf])
        #expect(copy.root == map.root)
      }
    }
  }

  @Test func `every flipped bit, missing or foreign node is refused`() throws {
    var dice = Dice(state: 5)
    var map = Stored()
    try map.set((0..<8).map { _ in leaf(index(&dice), &dice) })
    for (path, bytes) in map.nodes {
      let accepted = (0..<(bytes.count * 8)).filter { bit in
        var damaged = map
        damaged.nodes[path] = flipped(bytes, bit: bit)
        return refusal { () throws(VaultError) in try damaged.leaves() } != .damaged(.map)
      }
      #expect(accepted.isEmpty)
      var missing = map
      missing.nodes[path] = nil
      #expect(refusal { () throws(VaultError) in try missing.leaves() } == .damaged(.map))
      for (other, foreign) in map.nodes where other != path {
        var swapped = map
        swapped.nodes[path] = foreign
        #expect(refusal { () throws(VaultError) in try swapped.leaves() } == .damaged(.map))
      }
    }
  }

  @Test func `an empty map shows that nothing is there`() throws {
    var dice = Dice(state: 1)
    #expect(try Stored().leaf(index(&dice)) == nil)
    #expect(try Stored().leaves().isEmpty)
  }

  @Test func `a lookup reads few nodes among many names`() throws {
    var dice = Dice(state: 3)
    var map = Stored()
    let indexes = (0..<5000).map { _ in
      NameIndex(Bytes32((0..<32).map { _ in UInt8.random(in: 0...255, using: &dice) }))
    }
    try map.set(indexes.map { leaf($0, &dice) })
    var read = 0
    for index in indexes.prefix(200) {
      var lookup = NameMap(root: map.root) { (path) throws(VaultError) in
        read += 1
        return map.nodes[path]
      }
      _ = try lookup.leaf(index)
    }
    #expect(read <= 200 * 5)
  }
}
