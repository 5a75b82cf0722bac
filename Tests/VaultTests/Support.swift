import Glibc

@testable import Platform
@testable import Sealing
@testable import Vault

/// Folders for one test, removed with everything in them. In memory where the machine has such a file system: the tests write
/// much, and what a disk does with it is not their question.
final class Home {
  let root: String

  init() {
    let parent =
      access("/dev/shm", W_OK) == 0 ? "/dev/shm" : getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp"
    var template = Array("\(parent)/coffer-vault-test-XXXXXX".utf8CString)
    guard mkdtemp(&template) != nil else { fatalError("mkdtemp") }
    root = String(decoding: template.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
  }

  deinit { Self.removeTree(root) }

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

  var folders: Folders { device("first") }

  /// Folders of another device that shares the vault's file.
  func device(_ name: String) -> Folders {
    Folders(
      config: root + "/config", data: root + "/data", state: root + "/state-" + name, cache: root + "/cache")
  }
}

/// A vault in a home of its own, its founder and its recovery phrase. Its file is closed unless `open` is held.
final class Founded {
  let home = Home()
  let identity: Identity
  let phrase: SecretBytes
  let id: VaultID
  let session: Session

  init(_ environments: [String] = ["development"], name: String = "shop") throws {
    identity = try Identity()
    var words = try SecretBytes(count: 0)
    let (vault, session) = try Vault.create(
      Vault.Founding(name: name, founder: "Ada", environments: environments), identity: identity,
      home.folders,
      phrase: &words)
    phrase = words
    id = vault.id
    self.session = session
  }

  /// Where the vault's file is.
  var path: String { Vault.path(id, home.folders) }

  /// Opens the vault as the device that made it, or as another.
  func open(as device: String = "first") throws(VaultError) -> Vault {
    try Vault(opening: id, home.device(device))
  }

  /// The rows of the file, to be read and changed behind the vault's back.
  func rows() throws(VaultError) -> Rows { try Rows(path) }

  @discardableResult
  func put(_ values: [(String, String)], _ environment: String = "development") throws(VaultError) -> [UInt32] {
    let vault = try open()
    return try put(values, environment, in: vault)
  }

  @discardableResult
  func put(
    _ values: [(String, String)], _ environment: String = "development", in vault: Vault
  ) throws(VaultError) -> [UInt32] {
    try vault.write(session) { (transaction) throws(VaultError) in
      let key = try transaction.snapshot().key(environment, in: session)
      var new: [Transaction.NewValue] = []
      for (name, value) in values {
        new.append(Transaction.NewValue(name: name, value: try secret(Array(value.utf8))))
      }
      return try transaction.put(new, key)
    }
  }

  func remove(_ names: [String], _ environment: String = "development") throws(VaultError) {
    try open().write(session) { (transaction) throws(VaultError) in
      try transaction.remove(names, transaction.snapshot().key(environment, in: session))
    }
  }

  func point(_ name: String, to version: UInt32, _ environment: String = "development") throws(VaultError) {
    try open().write(session) { (transaction) throws(VaultError) in
      let snapshot = try transaction.snapshot()
      try transaction.point(name, to: version, snapshot.key(environment, in: session), in: snapshot)
    }
  }

  /// The values in use, as this vault's founder sees them; nil for none.
  func values(
    _ names: [String], _ environment: String = "development", in vault: Vault? = nil
  ) throws(VaultError) -> [[UInt8]?] {
    let vault = if let vault { vault } else { try open() }
    let found = try vault.read { (snapshot) throws(VaultError) in
      try snapshot.values(names, snapshot.key(environment, in: session))
    }
    return found.map { $0.map(bytes) }
  }

  /// The newest entry and the control block after it, verified.
  func state(as device: String = "first") throws(VaultError) -> (head: LogEntry, control: Control) {
    try open(as: device).read { (snapshot) throws(VaultError) in (snapshot.head, snapshot.control) }
  }

  /// The file's bytes; nothing of the vault is held open.
  func file() throws -> [UInt8] { try Files.read(path, limit: .max) }

  /// Puts `bytes` in the file's place, without what SQLite keeps beside it.
  func replaceFile(_ bytes: [UInt8]) throws {
    for suffix in ["-wal", "-shm"] { try Files.remove(path + suffix) }
    try Files.writeAtomically(path, bytes, mode: 0o600)
  }
}

/// A secret of bytes that are none.
func secret(_ bytes: [UInt8]) throws(VaultError) -> Secret {
  do { return Secret(try SecretBytes(copying: bytes)) } catch { throw .sealing(error) }
}

func bytes(_ secret: Secret) -> [UInt8] { secret.bytes.withBytes { $0.array } }

/// How `body` was refused; nil when it was not.
func refusal<R>(_ body: () throws(VaultError) -> R) -> VaultError? {
  do throws(VaultError) {
    _ = try body()
    return nil
  } catch { return error }
}

/// Whether somebody is refused who was a member.
func isRemoval(_ error: VaultError) -> Bool { if case .removed = error { true } else { false } }

/// `bytes` with one bit the other way.
func flipped(_ bytes: [UInt8], bit: Int) -> [UInt8] {
  var bytes = bytes
  bytes[bit / 8] ^= 1 << UInt8(bit % 8)
  return bytes
}
