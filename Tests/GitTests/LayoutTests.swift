import Foundation
import Testing

@testable import Git

/// Where a repository's parts are found, for every way to name it.
struct LayoutTests {
  let sandbox: GitSandbox
  let repo: String

  init() throws {
    sandbox = try GitSandbox()
    repo = try sandbox.makeRepository()
    try sandbox.commit("folder/deep/file", "text\n")
  }

  @Test(arguments: ["", "/folder", "/folder/deep", "/.git", "/.git/objects/info"])
  func `a work tree, a folder in it and its git folder lead to the same repository`(below: String) throws {
    let layout = try RepositoryLayout.find(at: repo + below)
    #expect(layout.workTree == repo)
    #expect(layout.gitDirectory == repo + "/.git")
    #expect(layout.commonDirectory == repo + "/.git")
    #expect(layout.objectFolders == [ObjectFolder(path: repo + "/.git/objects", isOutside: false, listedIn: nil)])
    #expect(layout.outsideFolders.isEmpty)
    #expect(layout.facts.isEmpty)
    #expect(!layout.isShallow)
    #expect(layout.format.objectFormat == "sha1")
  }

  @Test func `a bare repository has no work tree`() throws {
    try sandbox.git(in: ".", "clone", "--quiet", "--bare", repo, "bare.git")
    let layout = try RepositoryLayout.find(at: sandbox("bare.git"))
    #expect(layout.workTree == nil)
    #expect(layout.gitDirectory == sandbox("bare.git"))
    #expect(layout.format.isBare == true)
    #expect(try RepositoryLayout.find(at: sandbox("bare.git/refs")).gitDirectory == sandbox("bare.git"))
  }

  @Test func `no repository, no folder, and the root itself`() throws {
    try sandbox.write("x", to: "plain/file")
    for path in ["plain", "plain/file", "nowhere"] {
      #expect(throws: GitError.notRepository(path: sandbox(path))) { try RepositoryLayout.find(at: sandbox(path)) }
    }
    #expect(throws: GitError.notRepository(path: "/")) { try RepositoryLayout.find(at: "/") }
  }

  @Test func `an empty .git folder is passed over, a folder above it found`() throws {
    try FileManager.default.createDirectory(atPath: repo + "/folder/.git", withIntermediateDirectories: true)
    #expect(try RepositoryLayout.find(at: repo + "/folder").gitDirectory == repo + "/.git")
  }

  @Test func `a linked work tree elsewhere is known by its way back`() throws {
    try sandbox.git("worktree", "add", "--quiet", sandbox("linked"))
    for path in [sandbox("linked"), sandbox("linked/folder"), sandbox("linked/.git"), repo + "/.git/worktrees/linked"] {
      let layout = try RepositoryLayout.find(at: path)
      #expect(layout.workTree == sandbox("linked"), "\(path)")
      #expect(layout.gitDirectory == repo + "/.git/worktrees/linked")
      #expect(layout.commonDirectory == repo + "/.git")
      #expect(layout.outsideFolders.isEmpty)
    }
  }

  @Test func `a work tree of a bare repository has files though core.bare says otherwise`() throws {
    try sandbox.git(in: ".", "clone", "--quiet", "--bare", repo, "bare.git")
    try sandbox.git(in: "bare.git", "worktree", "add", "--quiet", sandbox("linked"), "main")
    let layout = try RepositoryLayout.find(at: sandbox("linked"))
    #expect(layout.workTree == sandbox("linked"))
    #expect(layout.commonDirectory == sandbox("bare.git"))
  }

  @Test func `a submodule's git folder lies in the .git above it`() throws {
    try sandbox.makeRepository("super")
    try sandbox.git(in: "super", "submodule", "--quiet", "add", repo, "sub")
    let layout = try RepositoryLayout.find(at: sandbox("super/sub"))
    #expect(layout.workTree == sandbox("super/sub"))
    #expect(layout.gitDirectory == sandbox("super/.git/modules/sub"))
    #expect(layout.outsideFolders.isEmpty)
  }

  @Test func `a .git file that points at someone else's repository is told`() throws {
    try sandbox.git("worktree", "add", "--quiet", sandbox("linked"))
    for target in [repo + "/.git", repo + "/.git/worktrees/linked"] {
      try sandbox.write("gitdir: \(target)\n", to: "evil/.git")
      let layout = try RepositoryLayout.find(at: sandbox("evil"))
      #expect(
        layout.outsideFolders == [
          RepositoryLayout.OutsideFolder(path: target, namedIn: sandbox("evil/.git"))
        ])
    }
  }

  @Test func `a commondir that points at someone else's repository is told`() throws {
    try sandbox.makeRepository("evil")
    try sandbox.write(repo + "/.git\n", to: "evil/.git/commondir")
    let layout = try RepositoryLayout.find(at: sandbox("evil"))
    #expect(
      layout.outsideFolders == [
        RepositoryLayout.OutsideFolder(path: repo + "/.git", namedIn: sandbox("evil/.git/commondir"))
      ])
    #expect(layout.commonDirectory == repo + "/.git")
  }

  @Test func `a .git that is a link, and objects that are a link, are told`() throws {
    try FileManager.default.createDirectory(atPath: sandbox("evil"), withIntermediateDirectories: true)
    try FileManager.default.createSymbolicLink(atPath: sandbox("evil/.git"), withDestinationPath: repo + "/.git")
    #expect(try RepositoryLayout.find(at: sandbox("evil")).outsideFolders.map(\.path) == [repo + "/.git"])

    let other = try sandbox.makeRepository("other")
    try FileManager.default.removeItem(atPath: other + "/.git/objects")
    try FileManager.default.createSymbolicLink(
      atPath: other + "/.git/objects", withDestinationPath: repo + "/.git/objects")
    #expect(
      try RepositoryLayout.find(at: other).objectFolders == [
        ObjectFolder(path: repo + "/.git/objects", isOutside: true, listedIn: other + "/.git/objects")
      ])
  }

  @Test(arguments: ["", "nonsense", "gitdir: /nowhere/at/all", "gitdir: ../plain", "gitdir: a\nb", "gitdir: a\0b"])
  func `a .git file that cannot be followed is an error`(text: String) throws {
    try sandbox.write("x", to: "plain/file")
    try sandbox.write(text, to: "broken/.git")
    let fault: GitError.LayoutFault =
      text.hasPrefix("gitdir: /") || text.hasSuffix("plain") ? .leadsNowhere : .malformed
    #expect(throws: GitError.layout(file: sandbox("broken/.git"), fault)) {
      try RepositoryLayout.find(at: sandbox("broken"))
    }
  }

  @Test func `small files that are huge, or no files, are refused`() throws {
    try sandbox.write([UInt8](repeating: 97, count: 70_000), to: "huge/.git")
    #expect(throws: GitError.layout(file: sandbox("huge/.git"), .tooLarge(limit: 65536))) {
      try RepositoryLayout.find(at: sandbox("huge"))
    }
    try sandbox.makeRepository("pipe")
    unlink(sandbox("pipe/.git/config"))
    #expect(mkfifo(sandbox("pipe/.git/config"), 0o600) == 0)
    let layout = try RepositoryLayout.find(at: sandbox("pipe"))
    #expect(layout.facts == [.unreadable(path: sandbox("pipe/.git/config"), code: EINVAL)])
  }

  @Test func `a shallow clone's boundary`() throws {
    try sandbox.commit("file", "2\n")
    let last = try sandbox.commit("file", "3\n")
    try sandbox.git(in: ".", "clone", "--quiet", "--depth=1", "file://" + repo, "shallow")
    let layout = try RepositoryLayout.find(at: sandbox("shallow"))
    #expect(layout.isShallow)
    #expect(layout.shallowBoundary.map(\.hex) == [last])
    #expect(layout.facts == [.shallow(commits: 1)])
  }

  @Test func `a partial clone names its remote and its filter`() throws {
    try sandbox.git("config", "uploadpack.allowFilter", "true")
    try sandbox.git(in: ".", "clone", "--quiet", "--no-checkout", "--filter=blob:none", "file://" + repo, "partial")
    let opened = try Opened(sandbox("partial"))
    #expect(opened.layout.format.promisorRemotes == ["origin"])
    #expect(opened.layout.facts == [.partialClone(remotes: ["origin"], filter: "blob:none")])
    let promisors = try sandbox.packFiles(".promisor", in: "partial/.git")
    #expect(!promisors.isEmpty)
    #expect(opened.repository.facts == opened.layout.facts + promisors.map { .promisorPack(path: $0) })
    let blob = try sandbox.git("rev-parse", "HEAD:folder/deep/file").line
    #expect(throws: GitError.missing(try id(blob))) { try opened.read(blob) }
  }

  @Test func `a SHA-256 repository is found and not opened`() throws {
    try sandbox.makeRepository("wide", "--object-format=sha256")
    try sandbox.commit("file", "x\n", in: "wide")
    let layout = try RepositoryLayout.find(at: sandbox("wide"))
    #expect(layout.workTree == sandbox("wide"))
    #expect(layout.facts == [.format(.objectFormat("sha256"))])
    #expect(throws: GitError.unsupported(.objectFormat("sha256"))) {
      try Repository(layout, followAlternates: false)
    }
  }

  @Test func `objects are read whatever the reference storage and the extensions are`() throws {
    let blob = try sandbox.git("rev-parse", "HEAD:folder/deep/file").line
    for (name, value) in [
      ("core.repositoryformatversion", "1"), ("extensions.refStorage", "reftable"), ("extensions.someDay", "true"),
      ("extensions.noop", "x"), ("extensions.preciousObjects", "true"), ("extensions.worktreeConfig", "true"),
      ("extensions.relativeWorktrees", "true"),
    ] {
      try sandbox.git(in: ".", "config", "--file", repo + "/.git/config", name, value)
    }
    let opened = try Opened(repo)
    #expect(opened.layout.facts == [.format(.refStorage("reftable")), .format(.unknownExtension("someday"))])
    #expect(try opened.read(blob).bytes == Array("text\n".utf8))
    #expect(opened.references().entries.isEmpty)
  }

  @Test(.enabled(if: getuid() == 0, "only root can be two users"))
  func `a repository of another owner is read`() throws {
    let blob = try sandbox.git("rev-parse", "HEAD:folder/deep/file").line
    for path in [repo, repo + "/.git", repo + "/.git/config", repo + "/.git/objects"] { chown(path, 12345, 12345) }
    #expect(try Opened(repo).read(blob).bytes == Array("text\n".utf8))
  }

  @Test func `an empty repository and a HEAD without commits`() throws {
    let empty = try Opened(try sandbox.makeRepository("empty"))
    #expect(try empty.ids().isEmpty)
    #expect(empty.references().head == .unborn("refs/heads/main"))
    #expect(empty.references().entries.isEmpty)
    #expect(empty.references().facts.isEmpty)
    #expect(empty.repository.facts.isEmpty)
    #expect(IndexEntries(empty.layout).entries.isEmpty)
  }
}
