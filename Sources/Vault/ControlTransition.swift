import Sealing

extension Control {
  /// The control block that a founding entry makes.
  init(founding: Operation.Founding) throws(VaultError) {
    guard let founder = founding.members.first else { throw .damaged(.log) }
    try Self.check(founding.members)
    self.init(
      created: founding.created, nonce: founding.nonce, founder: founder.keys, sealedName: founding.sealedName,
      environments: [
        Environment(
          id: .directory, isActive: true, sealedName: founding.directoryName,
          epochs: [Epoch(commitment: founding.commitment, finalRoot: Bytes32(), predecessor: [])])
      ],
      members: founding.members)
  }

  /// The control block after `operation`; the author and every verifier compute it alike.
  /// - Parameter roots: the maps before the operation.
  /// - Throws: `damaged(.log)` when the operation cannot follow this state.
  func applying(_ operation: Operation, roots: [EnvironmentID: Bytes32]) throws(VaultError) -> Control {
    var next = self
    if let epoch = operation.epoch {
      guard let environment = environment(operation.environment), environment.isActive, environment.epoch == epoch
      else { throw .damaged(.log) }
    }
    switch operation {
    case .found:
      throw .damaged(.log)
    case .member(let change), .token(let change):
      try next.merge(change.members)
    case .epoch(let change):
      try next.apply(change, roots: roots)
    case .remove(let removal) where removal.names.isEmpty:
      guard removal.environment != .directory,
        let place = next.environments.firstIndex(where: { $0.id == removal.environment })
      else { throw .damaged(.log) }
      next.environments[place].isActive = false
      next.environments[place].epochs[next.environments[place].epochs.count - 1].finalRoot =
        roots[removal.environment] ?? Bytes32()
    case .leak, .rotation, .setting:
      // The ledgers and the settings are the directory's.
      guard operation.environment == .directory else { throw .damaged(.log) }
    case .put, .remove, .point:
      break
    }
    return next
  }

  /// No two members share a key: a signature names one author, and a wrap one reader. Who is limited to names only reads: the
  /// log does not tell names, so a right to write is one to the whole environment.
  private static func check(_ members: [Member]) throws(VaultError) {
    guard Set(members.map(\.keys.signing)).count == members.count,
      Set(members.map(\.keys.wrapping)).count == members.count,
      members.allSatisfy({ $0.sealedScope == nil || $0.roles.values.allSatisfy { $0 == .read } })
    else { throw .damaged(.log) }
  }

  private mutating func merge(_ changed: [Member]) throws(VaultError) {
    for member in changed {
      if let place = members.firstIndex(where: { $0.id == member.id }) {
        members[place] = member
      } else {
        members.append(member)
      }
    }
    try Self.check(members)
  }

  private mutating func apply(
    _ change: Operation.EpochChange, roots: [EnvironmentID: Bytes32]
  ) throws(VaultError) {
    let epoch = Epoch(
      commitment: change.commitment, finalRoot: Bytes32(), predecessor: change.predecessor)
    if let place = environments.firstIndex(where: { $0.id == change.environment }) {
      // Only `labels` rename, which takes an admin of the directory: else one of staging could call it production.
      guard environments[place].isActive, change.epoch == environments[place].epoch + 1,
        change.sealedName == environments[place].sealedName
      else { throw .damaged(.log) }
      environments[place].epochs[environments[place].epochs.count - 1].finalRoot =
        roots[change.environment] ?? Bytes32()
      environments[place].epochs.append(epoch)
    } else {
      guard change.epoch == 1, change.predecessor.isEmpty, change.leaves.isEmpty else { throw .damaged(.log) }
      let environment = Environment(
        id: change.environment, isActive: true, sealedName: change.sealedName, epochs: [epoch])
      environments.append(environment)
      environments.sort { $0.id < $1.id }
    }
    try merge(change.members)
    for relabel in change.labels { apply(relabel) }
    try Self.check(members)
  }

  private mutating func apply(_ relabel: Operation.Relabel) {
    switch relabel.place {
    case .vault: sealedName = relabel.label
    case .environment(let id):
      if let place = environments.firstIndex(where: { $0.id == id }) {
        environments[place].sealedName = relabel.label
      }
    case .member(let id):
      if let place = members.firstIndex(where: { $0.id == id }) { members[place].sealedName = relabel.label }
    case .scope(let id):
      if let place = members.firstIndex(where: { $0.id == id }) { members[place].sealedScope = relabel.label }
    }
  }
}
