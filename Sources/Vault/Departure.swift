import Sealing

/// How somebody stopped being a member, by the log.
package struct Departure: Hashable, Sendable {
  /// Milliseconds since 1970 by the author's clock.
  package let time: UInt64
  /// The words of whoever did it.
  package let words: [String]
  /// The author's name, as far as a key that the removed one still has opens it.
  package let author: String?
}

extension Snapshot {
  /// When and by whom a member was removed; nil for who is one, or never was. Needs no key, and so has no name.
  /// - Throws: `damaged` (log, control).
  package func departure(of id: MemberID) throws(VaultError) -> Departure? {
    guard let entry = try removal(of: id) else { return nil }
    return Departure(time: entry.time, words: control.member(entry.author)?.keys.words ?? [], author: nil)
  }

  /// The same with the author's name, opened by the key that `identity` had until then.
  func departure(of identity: borrowing Identity) throws(VaultError) -> Departure? {
    guard let entry = try removal(of: identity.publicIdentity.id) else { return nil }
    return Departure(
      time: entry.time, words: control.member(entry.author)?.keys.words ?? [],
      author: try? name(of: entry.author, before: entry, identity))
  }

  /// The entry that shut a member out; a removal that was only said again after is not it.
  private func removal(of id: MemberID) throws(VaultError) -> LogEntry? {
    guard let member = control.member(id), !member.isActive else { return nil }
    var found: LogEntry?
    var expected = head.hash
    for sequence in (1...head.sequence).reversed() {
      guard let bytes = try store.entryAlone(sequence) else { throw .damaged(.log) }
      let entry = try LogEntry(bytes: bytes)
      guard entry.hash == expected else { throw .damaged(.log) }
      expected = entry.previous
      guard [.found, .member, .token, .epoch].contains(entry.kind) else { continue }
      let body = try Self.stored(sequence, in: store).body
      guard entry.operationDigest == LogEntry.digest(ofBody: body) else { throw .damaged(.log) }
      let operation = try reading(.log) { () throws(MalformedBytes) in try Operation(entry.kind, decoding: body) }
      guard let said = operation.members.last(where: { $0.id == id }) else { continue }
      if said.isActive { break }
      found = entry
    }
    return found
  }

  /// By the label and the key of the directory as they were just before an entry.
  private func name(
    of id: MemberID, before entry: LogEntry, _ identity: borrowing Identity
  ) throws(VaultError) -> String? {
    let before = try control(after: entry.sequence - 1)
    guard let directory = before.environment(.directory), let commitment = directory.commitment(of: directory.epoch),
      let wrapped = try store.wrap(.directory, epoch: directory.epoch, member: identity.publicIdentity.id),
      let member = before.member(id)
    else { return nil }
    let key = try EnvironmentKey.unwrap(
      wrapped, identity: identity, vault: vault, environment: .directory, epoch: directory.epoch,
      commitment: commitment)
    return try member.sealedName.open(at: .member(id), directory: key)
  }
}

extension Operation {
  /// Whom it states anew.
  var members: [Member] {
    switch self {
    case .found(let founding): founding.members
    case .member(let change), .token(let change): change.members
    case .epoch(let change): change.members
    case .put, .remove, .point, .leak, .rotation, .setting: []
    }
  }
}
