import Glibc

/// A file system that holds the static `coffer`, a passphrase, and nothing else: no loader, no library, no /etc, no /proc.
final class EmptyRoot {
  private let sandbox: Sandbox
  private let changingRoot: [String]
  /// The folder that is `/` inside.
  let folder: String

  /// Needs ``Conditions/changesRoot``.
  init(holding program: String) throws {
    sandbox = try Sandbox()
    folder = sandbox.root + "/empty-root"
    changingRoot = Binaries.isRoot ? ["chroot", folder] : ["unshare", "--map-root-user", "chroot", folder]
    try TestFiles.makeFolder(folder)
    try TestFiles.copy(program, to: folder + "/coffer")
    try TestFiles.write(Array("\(Sandbox.passphrase)\n".utf8), to: folder + "/passphrase", mode: 0o600)
  }

  /// Compiles a C program into it, static as `coffer` itself. Needs ``Conditions/compilesStatically``.
  func compile(_ source: String, as name: String) throws {
    let result = try sandbox.run(
      ["cc", "-static", "-x", "c", "-o", folder + "/" + name, "-"], input: .text(source))
    guard result.succeeded else { throw HarnessError("not compiled: \(result)") }
  }

  /// Runs `/coffer` inside, in `/`, where COFFER_HOME is `/home`.
  func coffer(_ arguments: String..., input: Input = .none) throws -> RunResult {
    // chroot(8) is looked up in this process's PATH: the environment inside has none.
    try runProgram(
      changingRoot + ["/coffer"] + arguments,
      environment: ["COFFER_HOME": "/home", "COFFER_PASSPHRASE_FILE": "/passphrase"], folder: folder,
      input: input)
  }

  deinit {
    _ = try? coffer("lock")
  }
}
