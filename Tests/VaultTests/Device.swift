import Testing

@testable import Platform
@testable import Sealing
@testable import Vault

/// Somebody's machine with folders of its own, and a copy of a vault.
final class Device {
  let name: String
  let home: Home
  let id: VaultID
  let key: UnlockedIdentity

  var folders: Folders { home.folders }
  var member: MemberID { key.identity.publicIdentity.id }

  /// The machine that makes the vault.
  init(founding environments: [String] = ["development"], name: String = "Ada") throws {
    self.name = name
    home = Home()
    let identity = try Identity()
    var words = try SecretBytes(count: 0)
    id = try Vault.create(
      Vault.Founding(name: "shop", founder: name, environments: environments), identity: identity, home.folders,
      phrase: &words
    ).vault.id
    key = UnlockedIdentity(identity)
  }

  /// A machine that joins by a bundle of `other`, whose member its identity is.
  init(_ name: String, _ key: UnlockedIdentity, joining other: Device) throws {
    self.name = name
    home = Home()
    id = other.id
    self.key = key
    let bundle = try VaultBundle(bytes: other.open().bundle())
    _ = try Vault.create(from: bundle.open(key.identity).verify(id), home.folders)
  }

  /// Lets somebody in and gives her a machine.
  func invite(
    _ name: String, as role: Role = .write, directory: Role = .write, _ environments: [String] = ["development"]
  ) throws -> Device {
    let key = UnlockedIdentity(try Identity())
    try change { (transaction, session) throws(VaultError) in
      var roles: [EnvironmentID: Role] = [.directory: directory]
      for environment in environments {
        roles[try transaction.snapshot().environment(named: environment, directory: session.directory).id] = role
      }
      try transaction.addMember(key.identity.publicIdentity, name: name, roles: roles, session: session)
    }
    return try Device(name, key, joining: self)
  }

  func open() throws(VaultError) -> Vault { try Vault(opening: id, folders) }

  func session() throws(VaultError) -> Session {
    try open().read { (snapshot) throws(VaultError) in try snapshot.unlock(key.identity) }
  }

  func change(_ body: (Transaction, Session) throws(VaultError) -> Void) throws(VaultError) {
    let session = try session()
    try open().write(session) { (transaction) throws(VaultError) in try body(transaction, session) }
  }

  func put(_ name: String, _ value: String, _ environment: String = "development") throws(VaultError) {
    try change { (transaction, session) throws(VaultError) in
      let key = try transaction.snapshot().key(environment, in: session)
      _ = try transaction.put([.init(name: name, value: secret(Array(value.utf8)))], key)
    }
  }

  func pend(_ name: String, _ value: String) throws(VaultError) {
    try change { (transaction, session) throws(VaultError) in
      let key = try transaction.snapshot().key("development", in: session)
      _ = try transaction.pend(.init(name: name, value: secret(Array(value.utf8))), key)
    }
  }

  func point(_ name: String, to version: UInt32) throws(VaultError) {
    try change { (transaction, session) throws(VaultError) in
      let snapshot = try transaction.snapshot()
      try transaction.point(name, to: version, snapshot.key("development", in: session), in: snapshot)
    }
  }

  func remove(_ name: String) throws(VaultError) {
    try change { (transaction, session) throws(VaultError) in
      try transaction.remove([name], transaction.snapshot().key("development", in: session))
    }
  }

  func shutOut(_ device: Device) throws(VaultError) {
    try change { (transaction, session) throws(VaultError) in
      _ = try transaction.removeMember(device.member, session: session)
    }
  }

  func read<R>(_ body: (Snapshot, Session) throws(VaultError) -> R) throws(VaultError) -> R {
    let session = try session()
    return try open().read { (snapshot) throws(VaultError) in try body(snapshot, session) }
  }

  /// The value in use; nil for none.
  func value(_ name: String, _ environment: String = "development") throws(VaultError) -> String? {
    try read { (snapshot, session) throws(VaultError) in
      try snapshot.values([name], snapshot.key(environment, in: session))[0].map {
        String(decoding: bytes($0), as: UTF8.self)
      }
    }
  }

  /// The values of all versions, the oldest first.
  func history(_ name: String) throws(VaultError) -> [String] {
    try read { (snapshot, session) throws(VaultError) in
      let key = try snapshot.key("development", in: session)
      return try snapshot.history(name, key).reversed().map { (version) throws(VaultError) in
        String(decoding: bytes(try snapshot.value(name, version: version.version, key)), as: UTF8.self)
      }
    }
  }

  var head: LogEntry {
    get throws(VaultError) { try open().read { (snapshot) throws(VaultError) in snapshot.head } }
  }

  /// The log as another of the vault's people gets it.
  func log(for reader: Device) throws -> IncomingLog {
    let bundle = try VaultBundle(bytes: open().bundle())
    return IncomingLog(file: name, archive: try bundle.open(reader.key.identity).verify(id))
  }

  @discardableResult
  func sync(_ others: Device..., choice: SyncChoice = SyncChoice(), isDry: Bool = false) throws -> SyncOutcome {
    try open().sync(with: others.map { try $0.log(for: self) }, key, choice: choice, isDry: isDry)
  }
}
