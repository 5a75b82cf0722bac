import Glibc
import Synchronization

/// A vault made once and copied into each sandbox that asks for one: most tests are not about how a vault comes to be. It is unlocked in development, staging and production until the tests end;
/// a test about locking, or one that counts on nobody else's lock, makes its own vault by `coffer init`.
struct SharedVault: Sendable {
  /// Coffer's folders: each file with its path in them.
  private let files: [(path: String, bytes: [UInt8], mode: mode_t)]
  /// coffer.toml as `coffer init` wrote it, without variables.
  let manifest: String
  /// Its id, as in coffer.toml.
  let id: String

  static func shared() throws(HarnessError) -> SharedVault { try made.get() }

  private static let made: Result<SharedVault, HarnessError> = {
    do {
      let vault = try SharedVault()
      // Keys in the kernel's keyring would outlive the tests.
      atexit { try? SharedVault.lock() }
      return .success(vault)
    } catch let error as HarnessError {
      return .failure(error)
    } catch {
      return .failure(HarnessError("\(error)"))
    }
  }()

  private init() throws {
    let sandbox = try Sandbox()
    try sandbox.makeIdentity()
    for command in [
      ["init", "--name", "shared", "--yes"], ["unlock"], ["unlock", "-e", "staging"], ["unlock", "-e", "production"],
    ] {
      let result = try sandbox.run(["coffer"] + command)
      // Where there is no keyring, as in containers, each command asks again: slower, and no less a test.
      guard result.succeeded || command[0] == "unlock" else { throw HarnessError("no vault to share: \(result)") }
    }
    sandbox.locksAtEnd = false
    let root = sandbox.cofferHome + "/"
    files = try TestFiles.tree(sandbox.cofferHome).compactMap { path in
      // SQLite makes its shared memory anew; links are bound to the folder.
      guard !TestFiles.isFolder(path), !path.hasSuffix("-shm"), !path.contains("/links/") else { return nil }
      return (String(path.dropFirst(root.count)), try TestFiles.read(path), TestFiles.mode(path) ?? 0o600)
    }
    manifest = try sandbox.text(of: "coffer.toml")
    id = manifest.split(separator: "\"")[1].split(separator: " ").last.map(String.init) ?? ""
  }

  /// Copies the vault and its identity.
  func copy(to cofferHome: String) throws {
    for file in files {
      let path = cofferHome + "/" + file.path
      try TestFiles.makeFolder(parent(of: path), mode: 0o700)
      try TestFiles.write(file.bytes, to: path, mode: file.mode)
    }
  }

  private static func lock() throws {
    // At its end the sandbox locks what it holds.
    try Sandbox.prepared().locksAtEnd = true
  }
}

extension Sandbox {
  /// A sandbox with the shared vault.
  ///
  /// - Parameter variables: what its coffer.toml declares: `[variables.NAME]` tables, or any other text for its end.
  static func prepared(_ variables: String = "") throws -> Sandbox {
    let sandbox = try Sandbox()
    try sandbox.useSharedVault(declaring: variables)
    return sandbox
  }

  /// Copies the shared vault into this sandbox; its keys stay in the keyring when the sandbox goes.
  func useSharedVault(declaring variables: String) throws {
    let vault = try SharedVault.shared()
    try vault.copy(to: cofferHome)
    locksAtEnd = false
    try declare(variables)
  }

  /// Replaces what coffer.toml declares, and approves it.
  func declare(_ variables: String) throws {
    try write(SharedVault.shared().manifest + "\n" + variables, to: "coffer.toml")
    let result = try coffer("link", "--yes")
    guard result.succeeded else { throw HarnessError("not linked: \(result)") }
  }

  /// Stores values, byte for byte.
  func store(_ values: [String: [UInt8]], in environment: String = "development") throws {
    for (name, bytes) in values.sorted(by: { $0.key < $1.key }) {
      let result = try coffer("set", name, "-e", environment, "--raw", input: .bytes(bytes))
      guard result.succeeded else { throw HarnessError("not stored: \(result)") }
    }
  }

  func store(_ values: [String: String], in environment: String = "development") throws {
    try store(values.mapValues { Array($0.utf8) }, in: environment)
  }
}

extension RunResult {
  /// The environment that `coffer run -- cat /proc/self/environ` showed, byte for byte.
  var variables: [String: [UInt8]] {
    output.split(separator: 0).reduce(into: [:]) { found, entry in
      guard let equals = entry.firstIndex(of: UInt8(ascii: "=")) else { return }
      found[String(decoding: entry[..<equals], as: UTF8.self)] = Array(entry[(equals + 1)...])
    }
  }

  /// One of them as text.
  func variable(_ name: String) -> String? {
    variables[name].map { String(decoding: $0, as: UTF8.self) }
  }
}
