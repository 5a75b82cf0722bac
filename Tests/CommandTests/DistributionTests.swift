import Glibc
import Testing

/// What `make dist` leaves for users without a toolchain, unpacked and installed where there is nothing else.
@Suite(
  .enabled(if: Packages.archive != nil, "make dist makes it"),
  .enabled(if: Conditions.changesRoot, "nobody may change the root here"))
struct DistributionTests {
  @Test func `the archive holds programs, pages, completions and documents, with one time and no owner`() throws {
    let root = try BareRoot()
    let archive = try #require(Packages.archive)
    let listed = try root.sandbox.run(["tar", "--numeric-owner", "--utc", "-tvzf", archive])
    #expect(listed.succeeded, "\(listed)")
    let entries = listed.stdout.split(separator: "\n").map { $0.split(separator: " ", omittingEmptySubsequences: true) }
    #expect(entries.allSatisfy { $0.count == 6 && $0[1] == "0/0" })
    #expect(Set(entries.map { "\($0[3]) \($0[4])" }).count == 1, "more than one time")
    let names = entries.map { String($0[5]) }
    #expect(names == names.sorted())

    let top = try root.unpack(archive)
    #expect(archive.hasSuffix(top + ".tar.gz"))
    for name in Packages.contents + ["share/doc/coffer/LICENSE", "share/man/man1/coffer.1"] {
      #expect(TestFiles.exists(root.folder + top + "/" + name), "\(name)")
    }
    for program in Packages.programs {
      #expect(TestFiles.mode(root.folder + top + "/bin/" + program) == 0o755)
    }
    let notices = String(
      decoding: try TestFiles.read(root.folder + top + "/share/doc/coffer/THIRD-PARTY.txt"), as: UTF8.self)
    for name in ["libsodium", "libsqlite3", "libgit2", "libvectorscan", "libpcre2", "libdeflate", "argument-parser"] {
      #expect(notices.contains(name), "\(name)'s licence")
    }
  }

  @Test func `the archive's programs find a token in a repository, with nothing else there`() throws {
    let root = try BareRoot()
    let top = try root.unpack(#require(Packages.archive))
    try root.seeScan(top + "/bin")
  }

  @Test(.enabled(if: Packages.debian != nil && hasProgram("dpkg"), "there is no dpkg"))
  func `the Debian package installs, works and goes without a trace`() throws {
    let root = try BareRoot()
    let package = try #require(Packages.debian)
    for name in ["info", "updates"] { try TestFiles.makeFolder(root.folder + "/var/lib/dpkg/" + name) }
    try TestFiles.write([], to: root.folder + "/var/lib/dpkg/status")
    func dpkg(_ arguments: String...) throws -> RunResult {
      // Images for containers leave documents out by their own configuration; these are to be seen.
      try root.sandbox.run(
        root.asRoot + ["dpkg", "--root=" + root.folder, "--log=/dev/null", "--path-include=*"] + arguments,
        setting: ["PATH": root.path])
    }
    let installed = try dpkg("-i", package)
    #expect(installed.succeeded, "\(installed)")
    let files = try dpkg("-L", "coffer").stdout.split(separator: "\n")
    let documents = ["share/doc/coffer/copyright", "share/doc/coffer/changelog.gz", "share/man/man1/coffer.1.gz"]
    for name in Packages.contents + documents {
      #expect(files.contains { $0 == "/usr/" + name } && TestFiles.exists(root.folder + "/usr/" + name), "\(name)")
    }
    let verified = try dpkg("-V", "coffer")
    #expect(verified.succeeded && verified.stdout.isEmpty, "\(verified)")
    let needs = try root.sandbox.run(["dpkg-deb", "-f", package, "Version", "Depends", "Pre-Depends"])
    let version = try root.run(["/usr/bin/coffer", "--version"])
    // One line: it needs no package.
    #expect(needs.stdout == version.stdout.replacing("coffer ", with: "Version: "), "\(version)\(needs)")
    try root.seeScan("/usr/bin")

    let removed = try dpkg("--purge", "coffer")
    #expect(removed.succeeded, "\(removed)")
    let left = TestFiles.tree(root.folder).map { $0.dropFirst(root.folder.count) }
    #expect(left.filter { !$0.hasPrefix("/var") && !$0.hasPrefix("/repo") && !$0.hasPrefix("/home") } == [])
  }

  @Test(.enabled(if: Packages.debian != nil && hasProgram("dpkg"), "there is no dpkg"))
  func `the same programs are packed into the same bytes, whenever and by whomever`() throws {
    let root = try BareRoot()
    let archive = try #require(Packages.archive)
    let top = try root.unpack(archive)
    var status = stat()
    #expect(lstat(root.folder + top + "/bin/coffer", &status) == 0)
    let notices = try TestFiles.read(root.folder + top + "/share/doc/coffer/THIRD-PARTY.txt")
    let packages = String(decoding: notices, as: UTF8.self).matches(of: #/\n==== (lib\S+|zlib\S+) /#).map {
      String($0.1)
    }
    let packed = try root.sandbox.run(
      [
        "sh", "-c", "umask 077; exec \"$@\"", "sh", Binaries.packageFolder + "/.packaging/package.sh",
        root.sandbox.root,
      ] + packages,
      setting: ["SOURCE_DATE_EPOCH": "\(status.st_mtim.tv_sec)", "TZ": "Asia/Tokyo", "LC_ALL": "C.UTF-8"], seconds: 300)
    #expect(packed.succeeded, "\(packed)")
    for path in [archive, try #require(Packages.debian)] {
      let again = root.sandbox.root + "/" + path.split(separator: "/").last!
      #expect(try root.sandbox.run(["cmp", path, again]).succeeded, "\(path)")
    }
  }
}

/// What `make dist` packed.
private enum Packages {
  static let archive = find(ending: ".tar.gz")
  static let debian = find(ending: ".deb")
  static let programs = ["coffer", "coffer-scan"]
  /// In both, below their prefix.
  static let contents =
    programs.map { "bin/" + $0 } + [
      "share/bash-completion/completions/coffer", "share/doc/coffer/CHANGELOG.md", "share/doc/coffer/README.md",
      "share/doc/coffer/THIRD-PARTY.txt", "share/fish/vendor_completions.d/coffer.fish",
      "share/zsh/site-functions/_coffer",
    ]
  private static func find(ending: String) -> String? {
    TestFiles.entries(Binaries.packageFolder + "/dist").first { $0.hasSuffix(ending) }
  }
}

/// A folder that is `/` for the programs installed in it. It has no loader, no library, no /etc and no /proc.
private final class BareRoot {
  let sandbox: Sandbox
  let folder: String
  /// What makes a command root, of its own world at least.
  let asRoot = Binaries.isRoot ? [] : ["unshare", "--map-root-user"]
  /// With the folders of system programs, where chroot(8) and ldconfig(8) are.
  let path = (environmentVariable("PATH") ?? "/usr/bin:/bin") + ":/usr/sbin:/sbin"

  init() throws {
    sandbox = try Sandbox()
    folder = sandbox.root + "/root"
    try TestFiles.makeFolder(folder)
  }

  /// - Returns: the one folder that an archive holds, from `/`.
  func unpack(_ archive: String) throws -> String {
    let unpacked = try sandbox.run(["tar", "-xzf", archive, "-C", folder])
    let top = TestFiles.entries(folder)
    guard unpacked.succeeded, top.count == 1 else { throw HarnessError("not one folder: \(top) \(unpacked)") }
    return String(top[0].dropFirst(folder.count))
  }

  /// Runs a program of the folder, in the folder.
  func run(_ command: [String]) throws -> RunResult {
    try runProgram(
      asRoot + ["chroot", folder] + command, environment: ["PATH": path, "COFFER_HOME": "/home"], folder: folder)
  }

  /// Both programs say one version, and each way to scan finds a token that a repository had and has no more.
  func seeScan(_ programs: String) throws {
    let version = try run([programs + "/coffer", "--version"])
    let scanner = try run([programs + "/coffer-scan", "--version"])
    #expect(version.succeeded && scanner.succeeded, "\(version)\(scanner)")
    #expect(scanner.stdout == version.stdout.replacing("coffer ", with: "coffer-scan "))

    let token = InventedToken.github()
    try commit("TOKEN=\(token)\n", to: "config.env")
    try commit("", to: "config.env")
    for command in [[programs + "/coffer-scan"], [programs + "/coffer", "scan"]] {
      let found = try run(command + ["/repo"])
      #expect(found.code == 1 && found.stdout.contains("config.env"), "\(found)")
      #expect(!(found.stdout + found.stderr).contains(token), "\(found)")
    }
  }

  private func commit(_ text: String, to name: String) throws {
    let repository = folder + "/repo"
    try TestFiles.makeFolder(repository)
    try TestFiles.write(Array(text.utf8), to: repository + "/" + name)
    let identity = ["GIT_AUTHOR": "Ann", "GIT_COMMITTER": "Ann"].flatMap { role, person in
      [(role + "_NAME", person), (role + "_EMAIL", "ann@example.com"), (role + "_DATE", "2026-01-02T03:04:05Z")]
    }
    let setting = [("GIT_CONFIG_NOSYSTEM", "1"), ("GIT_CONFIG_GLOBAL", "/dev/null")] + identity
    for command in [["init", "-q"], ["add", "."], ["commit", "-q", "-m", name]] {
      let done = try sandbox.run(
        ["git", "-C", repository] + command, setting: Dictionary(uniqueKeysWithValues: setting.map { ($0, $1) }))
      guard done.succeeded else { throw HarnessError("git: \(done)") }
    }
  }
}
