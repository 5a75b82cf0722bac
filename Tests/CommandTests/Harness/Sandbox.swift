import CHarness
import Glibc

/// A world of its own for one test: a home, Coffer's folders, a project, a passphrase file. It goes with the object.
///
///     let sandbox = try Sandbox()
///     let result = try sandbox.coffer("init", "--name", "shop", "--yes")
///     #expect(result.succeeded, "\(result)")
final class Sandbox {
  /// Who runs the programs.
  enum User: Sendable {
    case current
    /// uid and gid 65534 without any group, when the tests run as root: root bypasses permissions.
    case nobody
  }

  let root: String
  let project: String
  /// $HOME of what runs here.
  let home: String
  /// $COFFER_HOME of what runs here.
  let cofferHome: String
  let user: User
  /// All of the environment of what runs here; a test may change it.
  var environment: [String: String]
  /// Whether `coffer lock` runs at its end; not where others share what is unlocked.
  var locksAtEnd = true
  /// The path of the program under test, for who starts it by other means than ``coffer(_:input:setting:in:descriptors:seconds:)``.
  let program: String

  static let passphrase = "correct horse battery staple"

  init(as user: User = .current) throws {
    let folder = environmentVariable("TMPDIR") ?? P_tmpdir
    var template = Array("\(folder)/coffer-test-\(String(repeating: "X", count: 6))".utf8CString)
    guard mkdtemp(&template) != nil, let root = canonicalPath(string(in: template)) else {
      throw HarnessError(system: "create a folder in \(folder)")
    }
    self.root = root
    self.user = Binaries.isRoot ? user : .current
    (project, home, cofferHome) = (root + "/project", root + "/home", root + "/coffer")
    let passphraseFile = root + "/passphrase"
    environment = [
      "PATH": environmentVariable("PATH") ?? "/usr/bin:/bin", "LANG": "C.UTF-8", "TERM": "xterm",
      "HOME": home,
      "COFFER_HOME": cofferHome, "COFFER_PASSPHRASE_FILE": passphraseFile,
    ]
    program = try Sandbox.reachable(Binaries.coffer, by: self.user, in: root)
    for path in [project, home, cofferHome] { try TestFiles.makeFolder(path, mode: 0o700) }
    try TestFiles.write(Array((Sandbox.passphrase + "\n").utf8), to: passphraseFile, mode: 0o600)
    if self.user == .nobody {
      for path in [root, project, home, cofferHome, passphraseFile] { _ = chown(path, 65534, 65534) }
    }
  }

  deinit {
    // An unlocked vault leaves its keys in the kernel's keyring until they time out.
    if locksAtEnd, !TestFiles.tree(cofferHome).isEmpty { _ = try? coffer("lock") }
    TestFiles.removeTree(root)
  }

  /// Runs `coffer` in the project's folder, or in one relative to it.
  func coffer(
    _ arguments: String..., input: Input = .none, setting: [String: String?] = [:], in folder: String = ".",
    descriptors: [Int32: [UInt8]] = [:], seconds: Double = 60
  ) throws -> RunResult {
    try run(
      ["coffer"] + arguments, input: input, setting: setting, in: folder, descriptors: descriptors,
      seconds: seconds)
  }

  /// Runs any program; the name `coffer` is the one under test.
  ///
  /// - Parameter setting: variables over ``environment``; nil takes one away.
  func run(
    _ command: [String], input: Input = .none, setting: [String: String?] = [:], in folder: String = ".",
    descriptors: [Int32: [UInt8]] = [:], seconds: Double = 60
  ) throws -> RunResult {
    try runProgram(
      resolved(command), environment: environment(setting), folder: path(folder), input: input,
      descriptors: descriptors, seconds: seconds)
  }

  /// Starts a program at a terminal of its own; the name `coffer` is the one under test.
  func terminal(
    _ command: String..., setting: [String: String?] = [:], in folder: String = "."
  ) throws -> PseudoTerminal {
    try terminal(running: command, setting: setting, in: folder)
  }

  /// As ``terminal(_:setting:in:)``, for a command that is put together elsewhere.
  func terminal(
    running command: [String], setting: [String: String?] = [:], in folder: String = "."
  ) throws -> PseudoTerminal {
    try PseudoTerminal(resolved(command), environment: environment(setting), folder: path(folder))
  }

  /// Starts a program and leaves it running with nothing to read; its output is not kept.
  func start(_ command: String..., setting: [String: String?] = [:], in folder: String = ".") throws -> Child {
    let null = open("/dev/null", O_RDWR | O_CLOEXEC)
    defer { close(null) }
    return try Child(
      resolved(command), environment: environment(setting), folder: path(folder),
      descriptors: [0: null, 1: null, 2: null])
  }

  /// Writes a file in the project's folder, with the folders it needs.
  func write(_ text: String, to name: String, mode: mode_t = 0o644) throws {
    let path = path(name)
    try TestFiles.makeFolder(parent(of: path))
    try TestFiles.write(Array(text.utf8), to: path, mode: mode)
    if user == .nobody { _ = chown(path, 65534, 65534) }
  }

  /// A file of the project's folder.
  func text(of name: String) throws -> String {
    String(decoding: try TestFiles.read(path(name)), as: UTF8.self)
  }

  /// An absolute path for one relative to the project's folder.
  func path(_ name: String) -> String {
    name == "." ? project : name.hasPrefix("/") ? name : project + "/" + name
  }

  /// Files under all of the sandbox whose bytes hold a text: for what must never reach the disk.
  func files(holding text: String) -> [String] {
    let needle = Array(text.utf8)
    return TestFiles.tree(root).filter { path in
      guard !TestFiles.isFolder(path), let bytes = try? TestFiles.read(path) else { return false }
      return harness_contains(bytes, bytes.count, needle, needle.count)
    }
  }

  private func environment(_ setting: [String: String?]) -> [String: String] {
    setting.reduce(into: environment) { $0[$1.key] = $1.value }
  }

  private func resolved(_ command: [String]) -> [String] {
    let command = command.first == "coffer" ? [program] + command.dropFirst() : command
    guard user == .nobody else { return command }
    return ["setpriv", "--reuid", "65534", "--regid", "65534", "--clear-groups", "--inh-caps=-all", "--"]
      + command
  }

  /// The program itself, or a copy where a folder on its way is closed to the user.
  private static func reachable(_ program: String, by user: User, in root: String) throws -> String {
    guard user == .nobody else { return program }
    var folder = parent(of: program)
    while !folder.isEmpty {
      if (TestFiles.mode(folder) ?? 0) & 0o001 == 0 {
        try TestFiles.copy(program, to: root + "/coffer-program")
        _ = chmod(root + "/coffer-program", 0o755)
        return root + "/coffer-program"
      }
      folder = parent(of: folder)
    }
    return program
  }
}
