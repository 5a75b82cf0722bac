/// Recognises a change that its author made again on another log: such an entry keeps its time, and nobody else could have signed it.
struct ChangeMark: Hashable {
  let author: MemberID
  let time: UInt64
  let kind: Operation.Kind
  let environment: EnvironmentID

  init(_ item: LogTail.Item) {
    author = item.entry.author
    time = item.entry.time
    kind = item.entry.kind
    environment = item.operation.environment
  }
}

/// Which entries of two tails are the same changes.
struct MadeAgain {
  /// By place in the first tail, the place in the second.
  private(set) var places: [Int: Int] = [:]
  /// Places in the second.
  private(set) var seconds: Set<Int> = []

  init(_ first: LogTail, _ second: LogTail) {
    var waiting: [ChangeMark: [Int]] = [:]
    for (place, item) in second.items.enumerated().reversed() { waiting[ChangeMark(item), default: []].append(place) }
    for (place, item) in first.items.enumerated() {
      guard let match = waiting[ChangeMark(item)]?.popLast() else { continue }
      places[place] = match
      seconds.insert(match)
    }
  }
}
