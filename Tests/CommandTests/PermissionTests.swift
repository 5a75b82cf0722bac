import Glibc
import Testing

/// Who may touch Coffer's files, and what Coffer refuses to touch. As an unprivileged user: root is refused nothing.
@Suite struct PermissionTests {
  @Test func `every file is its owner's alone, whatever the umask`() throws {
    let sandbox = try Sandbox(as: .nobody)
    sandbox.environment["COFFER_HOME"] = sandbox.cofferHome + "/deep/er"
    let made = try sandbox.run([
      "sh", "-c", "umask 0; \(sandbox.program) init --name shop --yes && printf x | \(sandbox.program) set TOKEN",
    ])
    #expect(made.succeeded, "\(made)")
    let files = TestFiles.tree(sandbox.cofferHome)
    #expect(files.count >= 9)
    for path in files {
      #expect(TestFiles.mode(path) == (TestFiles.isFolder(path) ? 0o700 : 0o600), "\(path)")
    }
    // A reader holds the log and its index open: they are no wider.
    let terminal = try sandbox.terminal("sh", "-c", "umask 0; exec \(sandbox.program) rm TOKEN")
    try terminal.expect("[y/N]")
    for path in TestFiles.tree(sandbox.cofferHome) where !TestFiles.isFolder(path) {
      #expect(TestFiles.mode(path) == 0o600, "\(path)")
    }
    try terminal.send("n\r")
    _ = terminal.finish()
  }

  @Test(.enabled(if: Binaries.isRoot, "only root can be two users"))
  func `another user reaches nothing, even where the folders on the way are open`() throws {
    let sandbox = try Sandbox.withVault(as: .nobody, unlocked: false)
    try sandbox.succeed("set", "TOKEN", input: .text("x"))
    let files = TestFiles.tree(sandbox.cofferHome)
    #expect(files.count >= 9)
    for path in [sandbox.root, sandbox.project, sandbox.cofferHome] { chmod(path, 0o755) }
    let other = ["setpriv", "--reuid", "65533", "--regid", "65533", "--clear-groups", "--inh-caps=-all", "--"]
    func look(_ path: String) throws -> RunResult {
      try runProgram(
        other + ["sh", "-c", "cat \"$0\"; ls \"$0\"/", path], environment: sandbox.environment, folder: "/")
    }
    for path in files {
      let result = try look(path)
      #expect(!result.succeeded && result.output.isEmpty, "\(result)")
    }
    let control = try look(sandbox.path("coffer.toml"))
    #expect(control.stdout.contains("vault"), "what is open to all is read: \(control)")
  }

  /// A file of Coffer's, by what it is for.
  enum Place: String, CaseIterable, CustomTestStringConvertible {
    case vault, identity, link
    var testDescription: String { rawValue }

    func path(in sandbox: Sandbox) -> String {
      switch self {
      case .vault: sandbox.vaultFile
      case .identity: sandbox.identityFile
      case .link: sandbox.linkFile
      }
    }
  }

  @Test(arguments: Place.allCases)
  func `what is not a private file of one's own is refused, and nothing waits for it`(place: Place) throws {
    let sandbox = try Sandbox.withVault(as: .nobody, unlocked: false)
    try sandbox.succeed("set", "TOKEN", input: .text("the value"))
    let path = place.path(in: sandbox)
    let state = try FolderState(of: sandbox.cofferHome)
    let owner: uid_t = sandbox.user == .nobody ? 65534 : getuid()
    let aside = sandbox.root + "/aside"
    try TestFiles.copy(path, to: aside)
    chown(aside, owner, owner)

    var changes: [(name: String, said: String, change: () -> Void)] = [
      (
        "a symbolic link", "is a symbolic link: refused",
        {
          remove(path); symlink(aside, path); lchown(path, owner, owner)
        }
      ),
      (
        "a FIFO", "is not a regular file: refused",
        {
          remove(path); mkfifo(path, 0o600); chown(path, owner, owner)
        }
      ),
      (
        "a folder", "is not a regular file: refused",
        {
          remove(path); mkdir(path, 0o700); chown(path, owner, owner)
        }
      ),
      ("readable by others", "can be reached by others (mode 644): refused", { chmod(path, 0o644) }),
      ("writable by the group", "can be reached by others (mode 620): refused", { chmod(path, 0o620) }),
    ]
    if Binaries.isRoot {
      changes.append(
        (
          "of another user", "belongs to another user (65533): refused",
          {
            chmod(path, 0o644); chown(path, 65533, 65533)
          }
        ))
    }
    for (name, said, change) in changes {
      change()
      for (command, code) in [(["get", "TOKEN"], 4), (["run", "--", "echo", "launched"], 125)] as [([String], Int32)] {
        let result = try sandbox.run(["coffer"] + command, seconds: 10)
        #expect(result.code == code && result.output.isEmpty, "\(place) is \(name): \(result)")
        #expect(result.stderr.contains(said), "\(place) is \(name): \(result)")
      }
      remove(path)
      try state.restore()
      for file in TestFiles.tree(sandbox.cofferHome) { chown(file, owner, owner) }
    }
    #expect(try sandbox.coffer("get", "TOKEN").stdout == "the value")
  }

  @Test(arguments: ["-wal", "-shm", "-journal"])
  func `a link beside the vault is not followed`(suffix: String) throws {
    let sandbox = try Sandbox.prepared()
    try sandbox.succeed("set", "TOKEN", input: .text("the value"))
    let victim = sandbox.root + "/victim"
    try TestFiles.write(Array("precious".utf8), to: victim, mode: 0o600)
    symlink(victim, sandbox.vaultFile + suffix)
    let result = try sandbox.coffer("set", "TOKEN", input: .text("changed"), seconds: 20)
    #expect(try TestFiles.read(victim) == Array("precious".utf8), "\(result)")
    remove(sandbox.vaultFile + suffix)
    let value = try sandbox.coffer("get", "TOKEN")
    #expect(value.stdout == (result.succeeded ? "changed" : "the value"), "\(value)")
  }

  @Test func `a folder that cannot be written to is told, and nothing half made is left`() throws {
    let sandbox = try Sandbox(as: .nobody)
    chmod(sandbox.cofferHome, 0o500)
    let noHome = try sandbox.coffer("init", "--yes")
    #expect(
      noHome.code == 2 && noHome.stderr.contains("\(sandbox.cofferHome)/")
        && noHome.stderr.contains("Permission denied"), "\(noHome)")
    #expect(!TestFiles.exists(sandbox.path("coffer.toml")) && noHome.output.isEmpty)
    chmod(sandbox.cofferHome, 0o700)

    chmod(sandbox.project, 0o500)
    let noProject = try sandbox.coffer("init", "--yes")
    #expect(noProject.code == 2 && noProject.stderr.contains("coffer.toml: Permission denied"), "\(noProject)")
    #expect(TestFiles.tree(sandbox.cofferHome + "/data").isEmpty, "a vault without a project: \(noProject)")
    chmod(sandbox.project, 0o700)

    try sandbox.succeed("init", "--name", "shop", "--yes")
    try sandbox.succeed("set", "TOKEN", input: .text("the value"))
    for (folder, name) in [(parent(of: sandbox.vaultFile), "the vault's"), (parent(of: sandbox.pinFile), "the pins'")] {
      chmod(folder, 0o500)
      let read = try sandbox.coffer("get", "TOKEN")
      #expect(
        read.stdout == "the value"
          || !read.succeeded && read.output.isEmpty && read.stderr.hasPrefix("coffer: error: "), "\(name): \(read)")
      let write = try sandbox.coffer("set", "TOKEN", input: .text("changed"))
      chmod(folder, 0o700)
      let after = try sandbox.coffer("get", "TOKEN")
      #expect(after.stdout == (write.succeeded ? "changed" : "the value"), "\(name): \(write)\(after)")
      try sandbox.succeed("set", "TOKEN", input: .text("the value"))
    }
    chmod(sandbox.project, 0o500)
    let undeclared = try sandbox.coffer("set", "OTHER", input: .text("x"))
    chmod(sandbox.project, 0o700)
    #expect(!undeclared.succeeded && undeclared.stderr.contains("Permission denied"), "\(undeclared)")
    // What is said is so: either it is stored, or it is not.
    let stored = try sandbox.coffer("get", "OTHER").succeeded
    #expect(undeclared.stderr.contains("OTHER is at version 1") == stored, "\(undeclared)")
  }
}
