import Foundation

/// A temporary folder in which a test makes real repositories with git; removed when the last reference goes.
///
/// Nothing of the machine's configuration reaches git here; names and dates are fixed, so that ids are the same every time.
final class GitSandbox: Sendable {
  /// The folder, absolute and free of symbolic links.
  let path: String

  init() throws {
    var template = Array((NSTemporaryDirectory() + "/coffer-git-XXXXXX").utf8CString)
    guard let made = mkdtemp(&template), let real = realpath(made, nil) else {
      throw Failure(text: "no temporary folder")
    }
    path = String(cString: real)
    free(real)
    try FileManager.default.createDirectory(atPath: path + "/home", withIntermediateDirectories: true)
  }

  deinit {
    // Loose objects and packs are read-only, which does not stop their removal; folders a test closed would.
    try? FileManager.default.removeItem(atPath: path)
  }

  struct Failure: Error, CustomStringConvertible {
    let text: String
    var description: String { text }
  }

  /// What a program printed, and how it ended.
  struct Output {
    let bytes: [UInt8]
    let errors: String
    let status: Int32
    var text: String { String(decoding: bytes, as: UTF8.self) }
    /// Without the newline at its end.
    var line: String { text.hasSuffix("\n") ? String(text.dropLast()) : text }
  }

  /// The path of something in the sandbox.
  func callAsFunction(_ relative: String) -> String { path + "/" + relative }

  /// Makes a repository in the sandbox, branch `main`.
  /// - Returns: its absolute path.
  @discardableResult
  func makeRepository(_ name: String = "repo", _ options: String...) throws -> String {
    try git(in: ".", ["init", "--quiet", "--initial-branch=main"] + options + [name])
    return self(name)
  }

  /// Runs git in a folder (relative to the sandbox, or absolute) and fails the test if git fails.
  @discardableResult
  func git(in folder: String = "repo", _ arguments: [String], input: [UInt8] = [], date: Int = 1_700_000_000) throws
    -> Output
  {
    let output = try tryGit(in: folder, arguments, input: input, date: date)
    guard output.status == 0 else {
      throw Failure(text: "git \(arguments.joined(separator: " ")) ended with \(output.status): \(output.errors)")
    }
    return output
  }

  @discardableResult
  func git(in folder: String = "repo", _ arguments: String..., input: [UInt8] = [], date: Int = 1_700_000_000) throws
    -> Output
  {
    try git(in: folder, arguments, input: input, date: date)
  }

  /// Runs git, whatever it says.
  func tryGit(in folder: String, _ arguments: [String], input: [UInt8] = [], date: Int = 1_700_000_000) throws -> Output
  {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = ["git"] + arguments
    process.currentDirectoryURL = URL(fileURLWithPath: folder.hasPrefix("/") ? folder : self(folder))
    let who = ["NAME": "A U Thor", "EMAIL": "author@example.com", "DATE": "\(date) +0200"]
    var environment = [
      "PATH": ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin", "HOME": self("home"), "LC_ALL": "C",
      "GIT_CONFIG_NOSYSTEM": "1", "GIT_CONFIG_GLOBAL": "/dev/null", "GIT_TERMINAL_PROMPT": "0",
      // Submodules and clones of the tests come from local folders.
      "GIT_ALLOW_PROTOCOL": "file", "GIT_CONFIG_COUNT": "1", "GIT_CONFIG_KEY_0": "gc.auto", "GIT_CONFIG_VALUE_0": "0",
    ]
    for (name, value) in who {
      environment["GIT_AUTHOR_" + name] = value
      environment["GIT_COMMITTER_" + name] = value
    }
    process.environment = environment
    // Files and not pipes: a full pipe on one side cannot stop the other.
    let place = self("run-\(UUID().uuidString)")
    for suffix in [".in", ".out", ".err"] {
      _ = FileManager.default.createFile(atPath: place + suffix, contents: suffix == ".in" ? Data(input) : nil)
    }
    defer { for suffix in [".in", ".out", ".err"] { try? FileManager.default.removeItem(atPath: place + suffix) } }
    process.standardInput = FileHandle(forReadingAtPath: place + ".in")
    process.standardOutput = FileHandle(forWritingAtPath: place + ".out")
    process.standardError = FileHandle(forWritingAtPath: place + ".err")
    try process.run()
    process.waitUntilExit()
    let printed = try Data(contentsOf: URL(fileURLWithPath: place + ".out"))
    let errors = try Data(contentsOf: URL(fileURLWithPath: place + ".err"))
    return Output(
      bytes: Array(printed), errors: String(decoding: errors, as: UTF8.self), status: process.terminationStatus)
  }

  /// Writes a file, making its folders. The path is relative to the sandbox, or absolute.
  func write(_ bytes: [UInt8], to path: String) throws {
    let full = path.hasPrefix("/") ? path : self(path)
    try FileManager.default.createDirectory(
      atPath: (full as NSString).deletingLastPathComponent, withIntermediateDirectories: true)
    // Git's own files may be read-only: written anew, not over.
    unlink(full)
    try Data(bytes).write(to: URL(fileURLWithPath: full))
  }

  func write(_ text: String, to path: String) throws { try write(Array(text.utf8), to: path) }

  func read(_ path: String) throws -> [UInt8] {
    Array(try Data(contentsOf: URL(fileURLWithPath: path.hasPrefix("/") ? path : self(path))))
  }

  /// Writes a file in a repository's work tree and commits it.
  /// - Returns: the commit's id in hexadecimal digits.
  @discardableResult
  func commit(
    _ file: String, _ text: String, in folder: String = "repo", message: String = "change", date: Int = 1_700_000_000
  ) throws -> String {
    try write(text, to: (folder.hasPrefix("/") ? folder : self(folder)) + "/" + file)
    try git(in: folder, "add", "--force", "--", file)
    try git(in: folder, "commit", "--quiet", "--message", message, date: date)
    return try git(in: folder, "rev-parse", "HEAD").line
  }

  /// The path of a loose object's file.
  func looseFile(_ hex: String, in folder: String = "repo/.git") -> String {
    self(folder) + "/objects/\(hex.prefix(2))/\(hex.dropFirst(2))"
  }

  /// The packs (`…/pack-X.pack`) or other files of a pack folder by their ending, sorted.
  func packFiles(_ ending: String = ".pack", in folder: String = "repo/.git") throws -> [String] {
    let place = self(folder) + "/objects/pack"
    return try FileManager.default.contentsOfDirectory(atPath: place).filter { $0.hasSuffix(ending) }.sorted()
      .map { place + "/" + $0 }
  }
}
