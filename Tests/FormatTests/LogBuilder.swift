@testable import Sealing
@testable import Vault

/// A small log, entry by entry, that is right unless told otherwise.
struct LogBuilder {
  /// What an entry is to say instead of the truth.
  struct Fault {
    var previous: LogEntry?
    var vault: VaultID?
    var author: MemberID?
    var body: [UInt8]?
    var control: Bytes32?
    var roots: ((inout [EnvironmentID: Bytes32]) -> Void)?
  }

  let vault: VaultID
  private(set) var head: LogEntry
  private(set) var control: Control
  private(set) var entries: [StoredEntry]
  private var replay = Replay()

  private static let time: UInt64 = 1_767_225_600_000

  /// - Parameter control: the block that the first entry states, where the founding itself makes none.
  init(
    _ founding: Operation.Founding, by founder: borrowing Identity, as vault: VaultID? = nil,
    author: MemberID? = nil, control stated: Control? = nil,
    roots: [EnvironmentID: Bytes32] = [.directory: Bytes32()]
  ) throws {
    let control = if let stated { stated } else { try Control(founding: founding) }
    self.control = control
    self.vault = vault ?? control.vault
    let body = Operation.found(founding).encoded
    head = LogEntry(
      after: nil, vault: self.vault, time: Self.time, author: author ?? founder.publicIdentity.id,
      operation: .found(founding), body: body, controlDigest: control.digest, roots: roots,
      signer: founder.signing)
    entries = [StoredEntry(entry: head.bytes, body: body)]
  }

  /// The log with one entry more. What cannot follow leaves the state as it is.
  func adding(_ operation: Operation, by author: borrowing Identity, _ fault: Fault = Fault()) throws
    -> LogBuilder
  {
    var next = self
    let after = (try? control.applying(operation, roots: head.roots)) ?? control
    var roots = head.roots
    if case .remove(let removal) = operation, removal.names.isEmpty {
      roots[removal.environment] = nil
    } else if let place = operation.place {
      try? next.replay.apply(operation)
      roots[place.environment] = try next.root(place)
    }
    fault.roots?(&roots)
    let body = fault.body ?? operation.encoded
    next.head = LogEntry(
      after: fault.previous ?? head, vault: fault.vault ?? vault, time: Self.time + head.sequence,
      author: fault.author ?? author.publicIdentity.id, operation: operation, body: body,
      controlDigest: fault.control ?? after.digest, roots: roots, signer: author.signing)
    next.control = after
    next.entries.append(StoredEntry(entry: next.head.bytes, body: body))
    return next
  }

  var input: Fields {
    [
      "vault": vault.bytes.bytes.json,
      "entries": .list(entries.map { .list([$0.entry.json, $0.body.json]) }),
    ]
  }

  /// The input with the last entry's bytes or body changed after signing.
  func changing(_ change: (inout [UInt8], inout [UInt8]) -> Void) -> Fields {
    guard let last = entries.last else { return input }
    var (entry, body) = (last.entry, last.body)
    change(&entry, &body)
    var builder = self
    builder.entries[entries.count - 1] = StoredEntry(entry: entry, body: body)
    return builder.input
  }

  func without(_ place: Int) -> Fields {
    var builder = self
    builder.entries.remove(at: place)
    return builder.input
  }

  private func root(_ place: Replay.Place) throws -> Bytes32 {
    var map = NameMap(root: Bytes32()) { (_) throws(VaultError) in nil }
    for leaf in (replay.maps[place] ?? [:]).values { try map.set(leaf) }
    return map.finish().root
  }
}

extension Operation {
  /// Whose map it makes or changes.
  var place: Replay.Place? {
    if case .epoch(let change) = self {
      return Replay.Place(environment: change.environment, epoch: change.epoch)
    }
    return epoch.map { Replay.Place(environment: environment, epoch: $0) }
  }
}
