/// The rows of all threads as one list, by number, each commit once.
struct GatheredCommits {
  private let pieces: [CommitRows]
  /// Where a row stands: its piece and its index there.
  private let places: [(piece: Int32, index: Int32)]
  private let numbers: [Int32]

  init(_ pieces: [CommitRows]) {
    self.pieces = pieces
    var places: [(piece: Int32, index: Int32)] = []
    for (piece, rows) in pieces.enumerated() {
      for index in rows.numbers.indices { places.append((Int32(piece), Int32(index))) }
    }
    func number(_ place: (piece: Int32, index: Int32)) -> Int32 {
      pieces[Int(place.piece)].numbers[Int(place.index)]
    }
    places.sort { number($0) < number($1) }
    var kept: [(piece: Int32, index: Int32)] = []
    kept.reserveCapacity(places.count)
    for place in places where kept.isEmpty || number(kept[kept.count - 1]) != number(place) { kept.append(place) }
    self.places = kept
    numbers = kept.map(number)
  }

  func number(_ row: Int32) -> Int32 { numbers[Int(row)] }

  func tree(_ row: Int32) -> Int32 { rows(row).trees[Int(places[Int(row)].index)] }

  func date(_ row: Int32) -> Int64 { rows(row).dates[Int(places[Int(row)].index)] }

  /// - Returns: the id that stands behind a number below 0.
  func missing(_ number: Int32, _ row: Int32) -> ObjectID? {
    number < 0 ? rows(row).missing[Int(-1 - number)] : nil
  }

  func forEachParent(_ row: Int32, _ body: (Int32) -> Void) {
    let rows = rows(row)
    let index = Int(places[Int(row)].index)
    let start = index == 0 ? 0 : Int(rows.parentEnds[index - 1])
    for parent in rows.parents[start..<Int(rows.parentEnds[index])] { body(parent) }
  }

  func row(ofNumber number: Int32) -> Int32? {
    var low = 0
    var high = numbers.count
    while low < high {
      let middle = (low + high) / 2
      if numbers[middle] < number { low = middle + 1 } else { high = middle }
    }
    return low < numbers.count && numbers[low] == number ? Int32(low) : nil
  }

  /// Rows in the order of the table. Commits in a cycle, which only damage can make, come last.
  func order(_ inventory: Inventory) -> [Int32] {
    // Children of each row, and how many parents it still waits for.
    var waiting = [Int32](repeating: 0, count: numbers.count)
    var childEnds = [Int32](repeating: 0, count: numbers.count + 1)
    for row in numbers.indices.map(Int32.init) {
      forEachParent(row) { parent in
        guard let parent = self.row(ofNumber: parent) else { return }
        waiting[Int(row)] += 1
        childEnds[Int(parent) + 1] += 1
      }
    }
    for index in numbers.indices { childEnds[index + 1] += childEnds[index] }
    var children = [Int32](repeating: 0, count: Int(childEnds[numbers.count]))
    var next = childEnds
    for row in numbers.indices.map(Int32.init) {
      forEachParent(row) { parent in
        guard let parent = self.row(ofNumber: parent) else { return }
        children[Int(next[Int(parent)])] = row
        next[Int(parent)] += 1
      }
    }
    func isBefore(_ one: Int32, _ other: Int32) -> Bool {
      let (first, second) = (date(one), date(other))
      return first != second ? first < second : inventory.id(of: number(one)) < inventory.id(of: number(other))
    }
    var ready = Heap(isBefore: isBefore)
    for row in numbers.indices.map(Int32.init) where waiting[Int(row)] == 0 { ready.add(row) }
    var order: [Int32] = []
    order.reserveCapacity(numbers.count)
    while let row = ready.take() {
      order.append(row)
      for child in children[Int(childEnds[Int(row)])..<Int(childEnds[Int(row) + 1])] {
        waiting[Int(child)] -= 1
        if waiting[Int(child)] == 0 { ready.add(child) }
      }
    }
    if order.count < numbers.count {
      order += numbers.indices.map(Int32.init).filter { waiting[Int($0)] > 0 }.sorted(by: isBefore)
    }
    return order
  }

  private func rows(_ row: Int32) -> CommitRows { pieces[Int(places[Int(row)].piece)] }
}

/// A binary heap of numbers.
private struct Heap {
  private var items: [Int32] = []
  private let isBefore: (Int32, Int32) -> Bool

  init(isBefore: @escaping (Int32, Int32) -> Bool) { self.isBefore = isBefore }

  mutating func add(_ item: Int32) {
    items.append(item)
    var index = items.count - 1
    while index > 0, isBefore(items[index], items[(index - 1) / 2]) {
      items.swapAt(index, (index - 1) / 2)
      index = (index - 1) / 2
    }
  }

  /// - Returns: the first of all, taken out.
  mutating func take() -> Int32? {
    guard let first = items.first, let last = items.popLast() else { return nil }
    guard !items.isEmpty else { return first }
    items[0] = last
    var index = 0
    while true {
      var least = index
      for child in [2 * index + 1, 2 * index + 2] where child < items.count && isBefore(items[child], items[least]) {
        least = child
      }
      if least == index { return first }
      items.swapAt(index, least)
      index = least
    }
  }
}
