/// A value that somebody has seen who may not read it any more.
package struct Exposure: Hashable, Sendable {
  package let environment: EnvironmentID
  package let name: String
  /// The version in use, if it was seen.
  package let current: UInt32?
  /// The version that waits to be put in use, if it was seen.
  package let pending: UInt32?
  /// Who has seen it.
  package let member: MemberID
  /// When the member was shut out, in milliseconds since 1970.
  package let ended: UInt64
}

extension Snapshot {
  /// What was seen by members and tokens that were shut out, and was not replaced since: a name whose version in use, or waiting, is none
  /// that was made after the member's last epoch. Of the environments that `session` opens; sorted by environment (as `environments`
  /// sorts them) and name. Whoever was let in again has not been shut out.
  /// - Parameter member: only what this one has seen; nil for all.
  /// - Throws: `unauthorised` for a record that no admin made; `damaged` (control, map, record), `needsNewer`, `sealing`.
  package func exposed(_ session: Session, to member: MemberID? = nil) throws(VaultError) -> [Exposure] {
    var ended: [EnvironmentID: [(member: MemberID, end: AccessEnds.End)]] = [:]
    for record in try ledger(.setting, session.directory) {
      guard let ends = try AccessEnds(record), member == nil || member == ends.member else { continue }
      for end in ends.ends where control.member(ends.member)?.may(.read, in: end.environment) != true {
        ended[end.environment, default: []].append((ends.member, end))
      }
    }
    var found: [Exposure] = []
    for environment in try environments(session.directory) {
      guard let ends = ended[environment.id], let key = session.environments[environment.id] else { continue }
      found += try exposed(ends, key)
    }
    return found
  }

  private func exposed(
    _ ends: [(member: MemberID, end: AccessEnds.End)], _ key: EnvironmentKey
  ) throws(VaultError) -> [Exposure] {
    let entries = try entries(key, includingRemoved: true).filter { $0.current != nil || $0.pending != nil }
    var newest: [UInt32: [UInt32]] = [:]
    for epoch in Set(ends.map(\.end.epoch)) { newest[epoch] = try newestVersions(of: entries, epoch: epoch, key) }
    var found: [Exposure] = []
    for (place, entry) in entries.enumerated() {
      for (member, end) in ends {
        guard let seen = newest[end.epoch]?[place],
          end.names?.contains(where: { $0.utf8.elementsEqual(entry.name.utf8) }) != false
        else { continue }
        let current = entry.current.flatMap { $0 <= seen ? $0 : nil }
        let pending = entry.pending.flatMap { $0 <= seen ? $0 : nil }
        guard current != nil || pending != nil else { continue }
        found.append(
          Exposure(
            environment: key.environment, name: entry.name, current: current, pending: pending, member: member,
            ended: end.time))
      }
    }
    return found
  }

  /// The newest version that each name had when an epoch ended, in the order of `entries`; 0 for a name that is younger.
  private func newestVersions(
    of entries: [Entry], epoch: UInt32, _ key: EnvironmentKey
  ) throws(VaultError) -> [UInt32] {
    guard let environment = control.environment(key.environment), epoch < environment.epoch else {
      throw .damaged(.record)
    }
    let key = try self.key(key, epoch: epoch)
    var map = endedMap(environment, epoch: epoch)
    var newest: [UInt32] = []
    for entry in entries { newest.append(try leaf(entry.name, key, &map)?.newest.version ?? 0) }
    return newest
  }
}
