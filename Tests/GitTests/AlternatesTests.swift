import Foundation
import Testing

@testable import Git

/// The object folders that a repository borrows from.
struct AlternatesTests {
  let sandbox: GitSandbox

  init() throws {
    sandbox = try GitSandbox()
    try sandbox.makeRepository()
    try sandbox.commit("file", "borrowed\n")
  }

  private func list(_ text: String, in folder: String) throws {
    try sandbox.write(text, to: folder + "/.git/objects/info/alternates")
  }

  private func folders(_ name: String) throws -> [String] {
    try RepositoryLayout.find(at: sandbox(name)).objectFolders.map {
      String($0.path.dropFirst(sandbox.path.utf8.count + 1))
    }
  }

  @Test func `a shared clone reads outside only when that is asked for`() throws {
    try sandbox.git(in: ".", "clone", "--quiet", "--shared", sandbox("repo"), "borrower")
    try sandbox.commit("own", "own\n", in: "borrower")
    let borrowed = try sandbox.git("rev-parse", "HEAD:file").line
    let own = try sandbox.git(in: "borrower", "rev-parse", "HEAD:own").line
    let listed = sandbox("borrower/.git/objects/info/alternates")

    let alone = try Opened(sandbox("borrower"))
    #expect(alone.layout.objectFolders.map(\.isOutside) == [false, true])
    #expect(alone.layout.objectFolders[1].listedIn == listed)
    #expect(
      alone.repository.facts == [.alternateNotFollowed(path: sandbox("repo/.git/objects"), listedIn: listed)])
    #expect(throws: GitError.missing(try id(borrowed))) { try alone.read(borrowed) }
    #expect(try alone.read(own).bytes == Array("own\n".utf8))
    #expect(try alone.ids().count == 3)

    let all = try Opened(sandbox("borrower"), followAlternates: true)
    #expect(all.repository.facts.isEmpty)
    #expect(try all.read(borrowed).bytes == Array("borrowed\n".utf8))
    #expect(try all.ids() == sandbox.everyObject(in: "borrower").map(\.hex))
  }

  @Test func `a packed outside folder is not read by way of libgit2 either`() throws {
    try sandbox.git("repack", "-adq")
    try sandbox.git(in: ".", "clone", "--quiet", "--shared", sandbox("repo"), "borrower")
    try sandbox.commit("own", "own\n", in: "borrower")
    try sandbox.git(in: "borrower", "repack", "-lq")
    let borrowed = try sandbox.git("rev-parse", "HEAD:file").line
    let alone = try Opened(sandbox("borrower"))
    #expect(throws: GitError.missing(try id(borrowed))) { try alone.read(borrowed) }
    #expect(try Opened(sandbox("borrower"), followAlternates: true).read(borrowed).kind == .blob)
  }

  @Test func `a chain, relative paths at every level, comments and quotes`() throws {
    for name in ["a", "b b", "c"] { try sandbox.makeRepository(name) }
    try list("# a comment\n\n../../../a/.git/objects\n", in: "repo")
    try list("\"../../../b\\040b/.git/objects\"\n", in: "a")
    try list("../../../c/.git/objects/\r\n", in: "b b")
    #expect(try folders("repo") == ["repo", "a", "b b", "c"].map { $0 + "/.git/objects" })
  }

  @Test func `a cycle ends, and no folder comes twice`() throws {
    try sandbox.makeRepository("a")
    try list("../../../a/.git/objects\n../../../a/.git/objects\n", in: "repo")
    try list("../../../repo/.git/objects\n../../../a/.git/objects\n", in: "a")
    #expect(try folders("repo") == ["repo/.git/objects", "a/.git/objects"])
    #expect(try RepositoryLayout.find(at: sandbox("repo")).facts.isEmpty)
  }

  @Test func `as deep as git and no deeper`() throws {
    for level in 0...8 {
      try sandbox.makeRepository("level\(level)")
      if level > 0 { try list("../../../level\(level)/.git/objects\n", in: "level\(level - 1)") }
    }
    for level in 0...8 { try sandbox.commit("file", "\(level)\n", in: "level\(level)") }
    // git's own answer: of which level it still sees the blob.
    let seen = try (0...8).filter { level in
      let blob = try sandbox.git(in: "level\(level)", "rev-parse", "HEAD:file").line
      return try sandbox.tryGit(in: "level0", ["cat-file", "-e", blob]).status == 0
    }
    let layout = try RepositoryLayout.find(at: sandbox("level0"))
    #expect(try folders("level0") == seen.map { "level\($0)/.git/objects" })
    #expect(
      layout.facts == [.alternatesBeyondLimit(listedIn: sandbox("level\(seen.count - 1)/.git/objects/info/alternates"))]
    )
  }

  @Test func `more than 64 folders are not followed`() throws {
    try list((0..<100).map { "../../../many/\($0)\n" }.joined(), in: "repo")
    for number in 0..<100 {
      try FileManager.default.createDirectory(atPath: sandbox("many/\(number)"), withIntermediateDirectories: true)
    }
    let layout = try RepositoryLayout.find(at: sandbox("repo"))
    #expect(layout.objectFolders.count == 64)
    #expect(layout.facts == [.alternatesBeyondLimit(listedIn: sandbox("repo/.git/objects/info/alternates"))])
  }

  @Test func `a folder that is gone, a file in its place and a line that is no path are facts`() throws {
    try sandbox.write("x", to: "file")
    try list("/nowhere/objects\n../../../file\n\"open\n\"bad\\q\"\n", in: "repo")
    let file = sandbox("repo/.git/objects/info/alternates")
    #expect(
      try RepositoryLayout.find(at: sandbox("repo")).facts == [
        .alternateMissing(path: "/nowhere/objects", listedIn: file),
        .alternateMissing(path: "../../../file", listedIn: file),
        .layout(file: file, .malformed), .layout(file: file, .malformed),
      ])
  }

  @Test func `what lies inside the work tree is no outside`() throws {
    try sandbox.makeRepository("repo/inner")
    try list("../../inner/.git/objects\n", in: "repo")
    #expect(try RepositoryLayout.find(at: sandbox("repo")).objectFolders.map(\.isOutside) == [false, false])
  }

  @Test func `a huge list is refused`() throws {
    try list(String(repeating: "#", count: 65537), in: "repo")
    #expect(
      try RepositoryLayout.find(at: sandbox("repo")).facts == [
        .layout(file: sandbox("repo/.git/objects/info/alternates"), .tooLarge(limit: 65536))
      ])
  }
}
