import Sealing

/// When somebody became a member, and by whose hand.
package struct Arrival: Hashable, Sendable {
  /// Milliseconds since 1970 by the author's clock.
  package let time: UInt64
  package let author: MemberID
}

extension Snapshot {
  /// Since when each active member is one; of whoever came back, since the return. Reads all entries of the log.
  /// - Throws: `damaged(.log)` for an entry that the verified head does not hang on.
  package func arrivals() throws(VaultError) -> [MemberID: Arrival] {
    var changes: [(entry: LogEntry, members: [Member])] = []
    var expected = head.hash
    for sequence in (1...head.sequence).reversed() {
      guard let bytes = try store.entryAlone(sequence) else { throw .damaged(.log) }
      let entry = try LogEntry(bytes: bytes)
      guard entry.hash == expected else { throw .damaged(.log) }
      expected = entry.previous
      guard [.found, .member, .token].contains(entry.kind) else { continue }
      let body = try Self.stored(sequence, in: store).body
      guard entry.operationDigest == LogEntry.digest(ofBody: body) else { throw .damaged(.log) }
      switch try reading(.log, { () throws(MalformedBytes) in try Operation(entry.kind, decoding: body) }) {
      case .found(let founding): changes.append((entry, founding.members))
      case .member(let change), .token(let change): changes.append((entry, change.members))
      default: break
      }
    }
    var found: [MemberID: Arrival] = [:]
    for (entry, members) in changes.reversed() {
      for member in members {
        if !member.isActive {
          found[member.id] = nil
        } else if found[member.id] == nil {
          found[member.id] = Arrival(time: entry.time, author: entry.author)
        }
      }
    }
    return found
  }
}
