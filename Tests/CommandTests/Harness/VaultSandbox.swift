import Glibc
import Sealing
import Vault

extension Sandbox {
  /// Gives a new home an identity whose passphrase costs the least that Coffer accepts, a tenth of what `coffer init` chooses: without a
  /// kernel keyring, as in most containers, each command derives the key again, and the tests run thousands.
  func makeIdentity() throws {
    let derivation = PassphraseDerivation.cheapestForTests()
    let file = try IdentityFile(
      sealing: Identity(), passphrase: SecretBytes(copying: Array(Sandbox.passphrase.utf8)), derivation: derivation,
      created: UInt64(time(nil)) * 1000)
    try TestFiles.makeFolder(parent(of: identityFile), mode: 0o700)
    try TestFiles.write(file.bytes, to: identityFile, mode: 0o600)
    if user == .nobody {
      for path in [identityFile, parent(of: identityFile)] { _ = chown(path, 65534, 65534) }
    }
  }

  /// A sandbox whose project has a vault of its own, named shop: for tests that lock it, or run as another user. Others share
  /// one by ``prepared(_:)``.
  ///
  /// - Parameter unlocked: keep development's keys in the kernel's keyring for the length of a test; where there is none,
  ///   each command derives them from the passphrase again.
  static func withVault(as user: User = .current, unlocked: Bool = true) throws -> Sandbox {
    let sandbox = try Sandbox(as: user)
    try sandbox.makeIdentity()
    try sandbox.succeed("init", "--name", "shop", "--yes")
    if unlocked { _ = try sandbox.coffer("unlock", "--for", "10m") }
    return sandbox
  }

  /// Runs `coffer` and insists that it works.
  ///
  /// - Throws: ``HarnessError`` that shows what it did instead.
  @discardableResult
  func succeed(
    _ arguments: String..., input: Input = .none, in folder: String = ".", descriptors: [Int32: [UInt8]] = [:]
  ) throws -> RunResult {
    let result = try run(["coffer"] + arguments, input: input, in: folder, descriptors: descriptors)
    guard result.succeeded else { throw HarnessError("it did not work:\(result)") }
    return result
  }

  /// The one vault's file.
  var vaultFile: String {
    TestFiles.tree(cofferHome + "/data").first { $0.hasSuffix("/vault.db") } ?? cofferHome + "/data/none"
  }

  var identityFile: String { cofferHome + "/config/identity" }
  /// What this device saw of the vault, if it saw one.
  var pinFile: String { TestFiles.tree(cofferHome + "/state/pins").first ?? cofferHome + "/state/pins/none" }
  /// The project's link.
  var linkFile: String { TestFiles.tree(cofferHome + "/state/links").first ?? cofferHome + "/state/links/none" }
}

/// All files of some folders as they were, to put them back as often as a test needs.
struct FolderState {
  private let folders: [String]
  private let made: [(path: String, bytes: [UInt8]?, mode: mode_t)]

  /// Takes the state of folders and of all that is below.
  init(of folders: String...) throws {
    self.folders = folders
    made = try folders.flatMap(TestFiles.tree).map { path in
      (path, TestFiles.isFolder(path) ? nil : try TestFiles.read(path), TestFiles.mode(path) ?? 0o600)
    }
  }

  /// All that was there.
  var paths: [String] { made.map(\.path) }

  /// What a file held; nil when it was not there.
  func bytes(of path: String) -> [UInt8]? { made.first { $0.path == path }?.bytes }

  /// Puts it back: what is new goes, what changed is as before.
  func restore() throws {
    let kept = Set(made.map(\.path))
    for path in folders.flatMap(TestFiles.tree).reversed() where !kept.contains(path) { remove(path) }
    for (path, bytes, mode) in made {
      if let bytes {
        try TestFiles.write(bytes, to: path, mode: mode)
      } else {
        try TestFiles.makeFolder(path, mode: mode)
      }
    }
  }
}

/// Whether an own or an installed program can be started by name.
func hasProgram(_ name: String) -> Bool {
  (environmentVariable("PATH") ?? "/usr/bin:/bin").split(separator: ":").contains {
    access($0 + "/" + name, X_OK) == 0
  }
}
