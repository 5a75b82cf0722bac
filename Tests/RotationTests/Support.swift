import Glibc

@testable import Leaks
@testable import Platform
@testable import Rotation
@testable import Sealing
@testable import Vault

/// A vault in folders of its own, removed with everything in them; its founder and the keys.
final class Shop {
  let root: String
  let identity: Identity
  let id: VaultID
  let session: Session
  static let passphrase = "a test's passphrase"

  init(_ environments: [String] = ["development"]) throws {
    let parent = access("/dev/shm", W_OK) == 0 ? "/dev/shm" : getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp"
    var template = Array("\(parent)/coffer-rotation-test-XXXXXX".utf8CString)
    guard mkdtemp(&template) != nil else { fatalError("mkdtemp") }
    root = String(decoding: template.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
    identity = try Identity()
    var words = try SecretBytes(count: 0)
    let (vault, session) = try Vault.create(
      Vault.Founding(name: "shop", founder: "Ada", environments: environments), identity: identity,
      Self.folders(root, "first"), phrase: &words)
    id = vault.id
    self.session = session
  }

  deinit { Self.removeTree(root) }

  private static func folders(_ root: String, _ device: String) -> Folders {
    Folders(config: root + "/config", data: root + "/data", state: root + "/state-" + device, cache: root + "/cache")
  }

  private static func removeTree(_ path: String) {
    if Files.kind(of: path) == .directory, let folder = opendir(path) {
      defer { closedir(folder) }
      while let entry = readdir(folder) {
        let name = withUnsafePointer(to: &entry.pointee.d_name) {
          $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
        }
        if name != ".", name != ".." { removeTree(path + "/" + name) }
      }
    }
    remove(path)
  }

  /// Folders as Coffer has them, for a device that shares the vault's file.
  func device(_ name: String = "first") -> Folders { Self.folders(root, name) }

  /// Where the vault's file is.
  var path: String { Vault.path(id, device()) }

  func open() throws(VaultError) -> Vault { try Vault(opening: id, device()) }

  func key(_ environment: String = "development") throws -> EnvironmentKey {
    try open().read { (snapshot) throws(VaultError) in try snapshot.key(environment, in: session) }
  }

  /// The machine as a process of its own has it.
  func rotator(_ environment: String = "development") throws -> Rotator {
    Rotator(try open(), session, try key(environment))
  }

  @discardableResult
  func put(_ name: String, _ value: String, _ environment: String = "development") throws -> UInt32 {
    let (key, new) = (try key(environment), Transaction.NewValue(name: name, value: try secret(value)))
    return try open().write(session) { (transaction) throws(VaultError) in try transaction.put([new], key)[0] }
  }

  /// What a launch gets.
  func value(_ name: String = "TOKEN", _ environment: String = "development") throws -> String? {
    let key = try key(environment)
    return try open().read { (snapshot) throws(VaultError) in try snapshot.values([name], key)[0] }.map(text)
  }

  func versions(_ name: String = "TOKEN") throws -> Snapshot.Versions {
    let key = try key()
    return try open().read { (snapshot) throws(VaultError) in try snapshot.versions(of: name, key) }
  }

  func rotations() throws -> [RotationRecord] {
    let ledger = RotationLedger(session.directory)
    return try open().read { (snapshot) throws(VaultError) in try ledger.all(in: snapshot) }
  }

  func leaks() throws -> [LeakRecord] {
    let ledger = LeakLedger(session.directory)
    return try open().read { (snapshot) throws(VaultError) in try ledger.all(in: snapshot) }
  }

  /// All that a rotation may move.
  struct State: Equatable {
    let versions: Snapshot.Versions
    let value: String?
    let rotations: [RotationRecord]
    let leaks: [LeakRecord]
  }

  func state() throws -> State {
    State(versions: try versions(), value: try value(), rotations: try rotations(), leaks: try leaks())
  }
}

/// A secret that is none.
func secret(_ text: String) throws -> Secret { Secret(try SecretBytes(copying: Array(text.utf8))) }

func text(_ secret: Secret) -> String { String(decoding: secret.bytes.withBytes { $0.array }, as: UTF8.self) }

/// How `body` was refused; nil when it was not.
func refusal<R>(_ body: () throws(RotationError) -> R) -> RotationError? {
  do throws(RotationError) {
    _ = try body()
    return nil
  } catch { return error }
}

/// The transitions of a rotation that goes well, in order.
enum Way {
  static let steps: [(event: RotationEvent, step: RotationStep)] = [
    (.savePending, .pending), (.markSet, .set), (.recordTest, .tested), (.promote, .promoted),
    (.markRolledOut, .rolledOut), (.markRevoked, .revoked), (.proveDead, .dead),
  ]

  static let fingerprint = LeakFingerprint(Bytes16((0..<16).map { $0 }))

  /// Makes one transition.
  static func take(
    _ event: RotationEvent, _ record: RotationRecord, _ rotator: Rotator, value: String = "new"
  ) throws(RotationError) -> RotationRecord {
    switch event {
    case .savePending:
      guard let value = try? secret(value) else { throw .vault(.sealing(.outOfMemory)) }
      return try rotator.savePending(record, value, generator: "hex:32")
    case .markSet: return try rotator.markSet(record)
    case .recordTest: return try rotator.recordTest(record, .passed)
    case .promote: return try rotator.promote(record)
    case .markRolledOut: return try rotator.markRolledOut(record)
    case .markRevoked: return try rotator.markRevoked(record)
    case .proveDead: return try rotator.recordProof(record, .dead)
    case .leaveUnproven: return try rotator.recordProof(record, .notProven)
    case .abort: return try rotator.abort(record).record
    }
  }

  /// A shop whose TOKEN ("old", version 1) is in rotation, as far as `step`.
  static func shop(at step: RotationStep, leak: Bool = false) throws -> (shop: Shop, record: RotationRecord) {
    let shop = try Shop()
    try shop.put("TOKEN", "old")
    let rotator = try shop.rotator()
    let home = LeakRecord.Home(environment: try shop.key().environment, name: "TOKEN")
    let new = LeakLedger.NewLeak(fingerprint, title: "a token", home: home)
    var record = try rotator.plan("TOKEN", playbook: "generic-secret", leak: leak ? new : nil)
    for (event, next) in steps where record.step != step && record.step.isOpen {
      record = try take(event, record, rotator)
      if next == step { break }
    }
    return (shop, record)
  }
}
