/// The document while it is read: tables that later headers and dotted keys may still add to, and the rules on who may.
struct TOMLTree {
  /// By what a table came into being. Inline tables are whole when they are entered, hence values.
  private enum Origin {
    /// The way to a header: `a` of `[a.b]`. A header of its own may still come, or dotted keys.
    case implied
    case header
    /// The way to a dotted key: `a` of `a.b = 1`. Further dotted keys may add to it.
    case dotted
  }

  private enum Content {
    case value(TOMLValue)
    case table(Int)
    /// An array of tables: an index into `lists`, which grow in place.
    case list(Int)
  }

  private struct Slot {
    let key: TOMLKey
    let content: Content
    let valuePosition: TOMLPosition
  }

  private struct Node {
    var origin: Origin
    let depth: Int
    let position: TOMLPosition
    var slots: [Slot] = []
    /// Filled only when there are many slots: a few are searched faster than hashed.
    var places: [TOMLKey: Int] = [:]
  }

  static let root = 0
  private static let searched = 8

  private var nodes: [Node] = []
  private var lists: [[Int]] = []

  init() {
    nodes.append(Node(origin: .header, depth: 0, position: TOMLPosition(line: 1, column: 1)))
  }

  /// Steps into or makes the table `key` on the way to a dotted key.
  mutating func enterDotted(_ key: TOMLKey, in table: Int) throws(TOMLError) -> Int {
    guard let slot = slot(key, in: table) else { return try makeTable(.dotted, key, in: table) }
    guard case .table(let inner) = slot.content, nodes[inner].origin != .header else {
      throw taken(key, by: slot)
    }
    nodes[inner].origin = .dotted
    return inner
  }

  /// Steps into or makes the table `key` on the way to a header.
  mutating func enterImplied(_ key: TOMLKey, in table: Int) throws(TOMLError) -> Int {
    guard let slot = slot(key, in: table) else { return try makeTable(.implied, key, in: table) }
    switch slot.content {
    case .table(let inner): return inner
    case .list(let list):
      // Headers below an array of tables mean its latest one.
      guard let latest = lists[list].last else { throw taken(key, by: slot) }
      return latest
    case .value: throw taken(key, by: slot)
    }
  }

  /// `[… key]`
  mutating func define(_ key: TOMLKey, in table: Int) throws(TOMLError) -> Int {
    guard let slot = slot(key, in: table) else { return try makeTable(.header, key, in: table) }
    guard case .table(let inner) = slot.content, nodes[inner].origin == .implied else {
      throw taken(key, by: slot)
    }
    nodes[inner].origin = .header
    return inner
  }

  /// `[[… key]]`
  mutating func appendTable(_ key: TOMLKey, in table: Int) throws(TOMLError) -> Int {
    let node = try makeNode(.header, depth: nodes[table].depth + 2, at: key.position)
    if let slot = slot(key, in: table) {
      guard case .list(let list) = slot.content else { throw taken(key, by: slot) }
      lists[list].append(node)
    } else {
      lists.append([node])
      append(Slot(key: key, content: .list(lists.count - 1), valuePosition: key.position), to: table)
    }
    return node
  }

  /// `key = value`
  mutating func set(
    _ key: TOMLKey, to value: TOMLValue, at position: TOMLPosition, in table: Int
  ) throws(TOMLError) {
    if let slot = slot(key, in: table) { throw taken(key, by: slot) }
    append(Slot(key: key, content: .value(value), valuePosition: position), to: table)
  }

  func depth(of table: Int) -> Int { nodes[table].depth }

  /// A table apart from the others, for the keys of an inline table until `takeInline`.
  mutating func makeInline(depth: Int, at position: TOMLPosition) throws(TOMLError) -> Int {
    try makeNode(.header, depth: depth, at: position)
  }

  /// The finished inline table. All tables made since are its own, and go.
  mutating func takeInline(_ table: Int) -> TOMLTable {
    let finished = finished(table)
    nodes.removeLast(nodes.count - table)
    return finished
  }

  func finished(_ table: Int = TOMLTree.root) -> TOMLTable {
    TOMLTable(
      entries: nodes[table].slots.map { slot in
        TOMLEntry(
          key: slot.key.text, position: slot.key.position, value: value(of: slot.content),
          valuePosition: slot.valuePosition)
      })
  }

  private func value(of content: Content) -> TOMLValue {
    switch content {
    case .value(let value): value
    case .table(let inner): .table(finished(inner))
    case .list(let list):
      .array(
        lists[list].map { TOMLItem(value: .table(finished($0)), position: nodes[$0].position) })
    }
  }

  private func taken(_ key: TOMLKey, by slot: Slot) -> TOMLError {
    TOMLError("already defined on line \(slot.key.position.line)", at: key.position)
  }

  private func slot(_ key: TOMLKey, in table: Int) -> Slot? {
    let count = nodes[table].slots.count
    if count > Self.searched { return nodes[table].places[key].map { nodes[table].slots[$0] } }
    for place in 0..<count where nodes[table].slots[place].key == key {
      return nodes[table].slots[place]
    }
    return nil
  }

  private mutating func append(_ slot: Slot, to table: Int) {
    nodes[table].slots.append(slot)
    let count = nodes[table].slots.count
    guard count > Self.searched else { return }
    for place in (nodes[table].places.count)..<count {
      nodes[table].places[nodes[table].slots[place].key] = place
    }
  }

  private mutating func makeTable(
    _ origin: Origin, _ key: TOMLKey, in table: Int
  ) throws(TOMLError) -> Int {
    let node = try makeNode(origin, depth: nodes[table].depth + 1, at: key.position)
    append(Slot(key: key, content: .table(node), valuePosition: key.position), to: table)
    return node
  }

  private mutating func makeNode(
    _ origin: Origin, depth: Int, at position: TOMLPosition
  ) throws(TOMLError) -> Int {
    guard depth <= TOMLDocument.maximumDepth else { throw TOMLError("too deeply nested", at: position) }
    nodes.append(Node(origin: origin, depth: depth, position: position))
    return nodes.count - 1
  }
}

/// A key where it stands. The place does not count when two are compared.
struct TOMLKey: Hashable {
  let text: String
  let position: TOMLPosition

  static func == (one: TOMLKey, other: TOMLKey) -> Bool { one.text.isSameBytes(as: other.text) }

  func hash(into hasher: inout Hasher) {
    // By bytes, as `==`: many spellings of one character would else share a hash.
    var word: UInt64 = 0
    var count = 0
    for byte in text.utf8 {
      word = word << 8 | UInt64(byte)
      count += 1
      if count % 8 == 0 { hasher.combine(word) }
    }
    hasher.combine(word)
    hasher.combine(count)
  }
}
