import Sealing

/// What a log says after an entry that it shares with another.
struct LogTail {
  /// One entry, and who was in the vault before and after it.
  struct Item {
    let entry: LogEntry
    let operation: Operation
    let before: Control
    let after: Control
  }

  let items: [Item]

  /// - Parameter common: the shared entry's sequence.
  init(of log: SyncLog, after common: UInt64) throws(VaultError) {
    let entry = try LogEntry(bytes: Snapshot.stored(common, in: log.store).entry)
    guard let bytes = try log.store.control(entry.controlDigest) else { throw .damaged(.control) }
    let control = try Control(decoding: bytes)
    guard control.digest == entry.controlDigest else { throw .damaged(.control) }
    var verifier = LogVerifier(pinned: entry, control: control)
    var items: [Item] = []
    while verifier.head.sequence < log.newest {
      let stored = try Snapshot.stored(verifier.head.sequence + 1, in: log.store)
      let before = verifier.control
      let operation = try verifier.advance(to: LogEntry(bytes: stored.entry), body: stored.body)
      items.append(Item(entry: verifier.head, operation: operation, before: before, after: verifier.control))
    }
    self.items = items
  }

  /// The entries that shut somebody or something out.
  var shuttingOut: [Item] { items.filter { !$0.shutOut.isEmpty || $0.renews } }
}
