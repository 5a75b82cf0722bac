import Testing

@testable import Git

/// Commits as bytes, sound and damaged.
struct CommitTextTests {
  private static let tree = String(repeating: "a1", count: 20)
  private static let parent = String(repeating: "b2", count: 20)

  private func parse(_ text: String) -> CommitText? {
    let bytes = Array(text.utf8)
    return CommitText.parse(bytes.span.bytes)
  }

  private func part(_ text: String, _ range: Range<Int>) -> String {
    String(decoding: Array(text.utf8)[range], as: UTF8.self)
  }

  @Test func `a whole commit`() throws {
    let text = """
      tree \(Self.tree)
      parent \(Self.parent)
      parent \(Self.tree)
      author A > U Thor <a@b> 1700000000 -0330
      committer C <c@d> 1700000001 +0200
      gpgsig -----BEGIN
       parent nothing
       -----END

      subject

      body

      """
    let commit = try #require(parse(text))
    #expect(commit.tree.hex == Self.tree)
    #expect(commit.parents.map(\.hex) == [Self.parent, Self.tree])
    #expect(part(text, commit.author) == "A > U Thor <a@b>")
    #expect(commit.authored == .init(seconds: 1_700_000_000, zone: -210))
    #expect(part(text, commit.committer) == "C <c@d>")
    #expect(commit.committed == .init(seconds: 1_700_000_001, zone: 120))
    #expect(part(text, commit.message) == "subject\n\nbody\n")
  }

  @Test(arguments: [
    ("A <a> 12 +0100", "A <a>", 12, 60),
    ("A <a>   12    -0000", "A <a>", 12, 0),
    ("A <a> 12", "A <a>", 12, 0),
    ("A <a> 12 ", "A <a>", 12, 0),
    ("A <a> 12 UTC", "A <a>", 12, 0),
    ("A <a> 12 +51800", "A <a>", 12, 0),
    ("A <a> 12 +99999999999999999999999999", "A <a>", 12, 0),
    ("A <a> 99999999999999999999999999 +0100", "A <a>", 0, 0),
    ("A <a> -1 +0100", "A <a>", 0, 0),
    ("A <a>", "A <a>", 0, 0),
    ("A <a <b> c> 12 +0100", "A <a <b> c>", 12, 60),
    ("no address 12 +0100", "no address 12 +0100", 0, 0),
    (">12", ">", 12, 0),
    ("", "", 0, 0),
  ]) func `an author as git reads it`(_ line: String, _ name: String, _ seconds: Int64, _ zone: Int) throws {
    let text = "tree \(Self.tree)\nauthor \(line)\ncommitter C <c> 5 +0000\n\nm"
    let commit = try #require(parse(text))
    #expect(part(text, commit.author) == name)
    #expect(commit.authored == .init(seconds: seconds, zone: zone))
    #expect(commit.committed.seconds == 5)
    #expect(part(text, commit.message) == "m")
  }

  @Test(arguments: [
    "", "\n", "tree", "tree \n", "tree abc\n", "parent \(parent)\n", "tree \(tree)x\n", "tree  \(tree)\n",
    "tree \(tree)\nparent abc\n", "tree \(tree)\nparent \(parent)0\n", "blob \(tree)\n",
  ]) func `what is no commit`(_ text: String) { #expect(parse(text) == nil) }

  @Test func `a commit without authors or message is one`() throws {
    let commit = try #require(parse("tree \(Self.tree)"))
    #expect(commit.parents.isEmpty && commit.author.isEmpty && commit.message.isEmpty && commit.committed.seconds == 0)
    let bare = try #require(parse("tree \(Self.tree)\n\nhello"))
    #expect(part("tree \(Self.tree)\n\nhello", bare.message) == "hello")
  }

  @Test func `more parents than any merge has are refused`() {
    let line = "parent \(Self.parent)\n"
    let most = "tree \(Self.tree)\n" + String(repeating: line, count: CommitText.parentLimit)
    #expect(parse(most)?.parents.count == CommitText.parentLimit)
    #expect(parse(most + line) == nil)
  }

  @Test func `cut off anywhere and with any byte changed it is read or refused`() {
    let text = Array(
      "tree \(Self.tree)\nparent \(Self.parent)\nauthor A <a> 12 +0100\ncommitter C <c> 5 +0000\n\nm".utf8)
    for end in text.indices {
      let part = Array(text[..<end])
      _ = CommitText.parse(part.span.bytes)
    }
    for index in text.indices {
      for byte: UInt8 in [0, 10, 32, 62, 43, 0xff, text[index] ^ 1] {
        var changed = text
        changed[index] = byte
        if let commit = CommitText.parse(changed.span.bytes) {
          #expect(commit.author.upperBound <= changed.count && commit.message.upperBound <= changed.count)
        }
      }
    }
  }

  @Test(arguments: [
    ("object \(tree)\ntype commit\ntag x\n", ObjectKind.commit), ("object \(tree)\ntype blob", .blob),
    ("object \(tree)\ntype tree\n", .tree), ("object \(tree)\ntype tag\n", .tag),
    ("object \(tree)\ntype commits\n", nil),
    ("object \(tree)\n\ntype commit\n", nil), ("object \(tree)\n", nil), ("type commit\nobject \(tree)\n", nil),
    ("", nil),
  ]) func `a tag names its target`(_ text: String, _ kind: ObjectKind?) {
    let bytes = Array(text.utf8)
    let tag = TagText.parse(bytes.span.bytes)
    #expect(tag?.kind == kind)
    #expect(tag == nil || tag?.target.hex == Self.tree)
  }

  @Test func `an author is read again on demand`() throws {
    let sandbox = try GitSandbox()
    try sandbox.makeRepository()
    let id = try #require(ObjectID(hex: try sandbox.commit("a", "a", date: 1_600_000_000)))
    let reader = try Repository(try .find(at: sandbox("repo")), followAlternates: false).makeReader()
    let author = try CommitAuthor(of: id, reader)
    #expect(String(decoding: author.name, as: UTF8.self) == "A U Thor <author@example.com>")
    #expect(author.authored == .init(seconds: 1_600_000_000, zone: 120))
    let blob = try #require(ObjectID(hex: try sandbox.git("rev-parse", "HEAD:a").line))
    #expect(throws: GitError.damaged(blob)) { try CommitAuthor(of: blob, reader) }
  }
}
