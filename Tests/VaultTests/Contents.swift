@testable import Platform
@testable import Sealing
@testable import Vault

/// All that a vault tells an identity: what every attack is held against.
struct Contents: Equatable {
  struct Name: Equatable {
    let entry: Snapshot.Entry
    let current: [UInt8]?
    let history: [Snapshot.Version]
    let values: [[UInt8]]
  }

  var vault = ""
  var members: [String] = []
  var environments: [String: [Name]] = [:]

  /// Reads everything: the log from its first entry or the pin, all labels, names, versions and values.
  init(of vault: Vault, identity: borrowing Identity) throws(VaultError) {
    self = try vault.read { (snapshot) throws(VaultError) in
      try Contents(of: snapshot, identity: identity)
    }
  }

  private init(of snapshot: Snapshot, identity: borrowing Identity) throws(VaultError) {
    let session = try snapshot.unlock(identity)
    vault = try snapshot.name(session.directory)
    for member in snapshot.control.members {
      members.append(try snapshot.memberName(member.id, session.directory) ?? "")
    }
    for environment in try snapshot.environments(session.directory) {
      let key = try snapshot.key(environment.name, in: session)
      var names: [Name] = []
      for entry in try snapshot.entries(key, includingRemoved: true) {
        let history = try snapshot.history(entry.name, key)
        var values: [[UInt8]] = []
        for version in history {
          values.append(bytes(try snapshot.value(entry.name, version: version.version, key)))
        }
        names.append(
          Name(
            entry: entry, current: try snapshot.values([entry.name], key)[0].map(bytes), history: history,
            values: values))
      }
      environments[environment.name] = names
    }
  }
}

extension Founded {
  /// Everything, as a device that never saw the vault verifies it, or as one that did.
  func contents(as device: String, by identity: borrowing Identity) throws(VaultError) -> Contents {
    try Contents(of: open(as: device), identity: identity)
  }

  func contents(as device: String = "first") throws(VaultError) -> Contents {
    try contents(as: device, by: identity)
  }

  /// A new device's name: it has no pin yet.
  static func stranger() -> String { "stranger-\(Randomness.bytes(8).hex)" }

  /// Everything, read by the founder and by the holder of the recovery phrase, on a device without a pin.
  func everything() throws(VaultError) -> [Contents] {
    let recovery = try RecoveryPhrase(parsing: phrase).identity(vault: id)
    let device = Self.stranger()
    let first = try contents(as: device)
    return [first, try contents(as: device, by: recovery)]
  }
}

/// A device that reads a vault for the first time, again and again: the log from its first entry, the keys of founder and
/// recovery phrase, and every node of every map. Values stay closed, which is what makes thousands of readings affordable.
final class Stranger {
  private let vault: Vault
  private let folders: Folders
  private let founded: Founded
  private let recovery: Identity

  init(to founded: Founded) throws(VaultError) {
    self.founded = founded
    folders = founded.home.device(Founded.stranger())
    vault = try Vault(opening: founded.id, folders)
    recovery = try RecoveryPhrase(parsing: founded.phrase).identity(vault: founded.id)
  }

  /// - Returns: how the vault was refused; nil when it was not.
  func refuses(values: Bool = false) -> VaultError? {
    refusal { () throws(VaultError) in
      try Pin.forget(founded.id, folders)
      if values { _ = try Contents(of: vault, identity: founded.identity) }
      try vault.read { (snapshot) throws(VaultError) in
        _ = try snapshot.unlock(founded.identity)
        let session = try snapshot.unlock(recovery)
        for environment in try snapshot.environments(session.directory) {
          var map = try snapshot.map(snapshot.key(environment.name, in: session))
          _ = try map.leaves()
        }
      }
    }
  }
}
