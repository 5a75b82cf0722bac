import Sealing

/// The maps that the operations of a log make.
struct Replay {
  struct Place: Hashable {
    let environment: EnvironmentID
    let epoch: UInt32
  }

  private(set) var maps: [Place: [NameIndex: Leaf]] = [:]

  mutating func apply(_ operation: Operation) throws(VaultError) {
    switch operation {
    case .found, .member, .token: break
    case .epoch(let change):
      let place = Place(environment: change.environment, epoch: change.epoch)
      maps[place] = Dictionary(change.leaves.map { ($0.index, $0) }, uniquingKeysWith: { $1 })
    case .put(let change), .leak(let change), .rotation(let change), .setting(let change):
      try put(change.items, Place(environment: change.environment, epoch: change.epoch))
    case .remove(let removal):
      let place = Place(environment: removal.environment, epoch: removal.epoch)
      for index in removal.names {
        guard maps[place]?[index]?.current != nil else { throw .damaged(.log) }
        maps[place]?[index]?.retire()
      }
    case .point(let change):
      let place = Place(environment: change.environment, epoch: change.epoch)
      for item in change.items {
        guard maps[place]?[item.index] != nil else { throw .damaged(.log) }
        maps[place]?[item.index]?.current = item.current
        maps[place]?[item.index]?.pending = item.pending
        maps[place]?[item.index]?.previous = item.previous
      }
    }
  }

  private mutating func put(_ items: [Operation.RecordItem], _ place: Place) throws(VaultError) {
    for item in items {
      var leaf = maps[place]?[item.index]
      if item.isPending {
        leaf.pend(item.pointer, index: item.index)
      } else {
        leaf.advance(to: item.pointer, index: item.index)
      }
      maps[place, default: [:]][item.index] = leaf
    }
  }
}
