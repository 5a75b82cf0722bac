/// Every object of a repository, each id once, numbered in the order in which they are best read (pack order where packed).
///
/// 24 bytes an id and 6 of the table that finds its number: 30 bytes an object.
package final class Inventory: Sendable {
  private let ids: [ObjectID]
  /// Open addressing with linear probing; -1 is a free slot. Two thirds full.
  private let slots: [Int32]
  /// Drawn for each inventory, so that made-up ids cannot be aimed at one slot.
  private let key: (UInt64, UInt64)

  /// Numbers the ids in their order; of an id that comes several times the first place counts.
  /// - Precondition: at most 2^31 - 1 ids.
  package convenience init(_ ids: [ObjectID]) {
    var collector = Collector(capacity: ids.count)
    for id in ids { collector.add(id) }
    self.init(collector)
  }

  /// Takes over what was collected.
  package init(_ collector: consuming Collector) {
    ids = collector.ids
    slots = collector.slots
    key = collector.key
  }

  /// The number of objects.
  package var count: Int { ids.count }

  /// The id of an object.
  /// - Precondition: `number` is in `0..<count`.
  package func id(of number: Int32) -> ObjectID { ids[Int(number)] }

  /// The number of an id, nil when no such object is here.
  package func number(of id: ObjectID) -> Int32? {
    var slot = Self.slot(of: id, key, slots.count)
    while true {
      let number = slots[slot]
      if number < 0 { return nil }
      if ids[Int(number)] == id { return number }
      slot += 1
      if slot == slots.count { slot = 0 }
    }
  }

  fileprivate static func slot(of id: ObjectID, _ key: (UInt64, UInt64), _ count: Int) -> Int {
    Int(truncatingIfNeeded: id.mixed(with: key).multipliedFullWidth(by: UInt64(count)).high)
  }
}

extension Inventory {
  /// Gathers ids in reading order and drops those that were there already.
  package struct Collector {
    fileprivate var ids: [ObjectID] = []
    fileprivate var slots: [Int32]
    fileprivate let key = (UInt64.random(in: 0 ... .max), UInt64.random(in: 0 ... .max))

    /// - Parameter capacity: how many ids are expected; more are welcome.
    package init(capacity: Int = 0) {
      ids.reserveCapacity(capacity)
      slots = Array(repeating: -1, count: max(16, capacity + capacity / 2))
    }

    /// The number of different ids so far.
    package var count: Int { ids.count }

    /// Adds an id.
    /// - Returns: its number, and whether it is new.
    @discardableResult
    package mutating func add(_ id: ObjectID) -> (number: Int32, isNew: Bool) {
      if (ids.count + 1) * 3 > slots.count * 2 { grow() }
      var slot = Inventory.slot(of: id, key, slots.count)
      while slots[slot] >= 0 {
        if ids[Int(slots[slot])] == id { return (slots[slot], false) }
        slot += 1
        if slot == slots.count { slot = 0 }
      }
      let number = Int32(ids.count)
      slots[slot] = number
      ids.append(id)
      return (number, true)
    }

    private mutating func grow() {
      slots = Array(repeating: -1, count: max(16, slots.count * 2))
      for number in ids.indices {
        var slot = Inventory.slot(of: ids[number], key, slots.count)
        while slots[slot] >= 0 {
          slot += 1
          if slot == slots.count { slot = 0 }
        }
        slots[slot] = Int32(number)
      }
    }
  }
}
