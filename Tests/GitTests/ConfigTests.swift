import Testing

@testable import Git

/// The text of `config`, and what it says of a repository's format.
struct ConfigTests {
  private func setting(_ text: String) -> ConfigText.Setting? { ConfigText(Array(text.utf8)).settings.last }

  @Test(arguments: [
    ("[core]\nbare = true", "core", "", "bare", "true"),
    ("[CORE] Bare=true", "core", "", "bare", "true"),
    ("\t[remote \"Origin\"]\r\n\tpromisor = true\r\n", "remote", "Origin", "promisor", "true"),
    ("[remote \"a\\\"b\\\\c\"]\nx = 1", "remote", "a\"b\\c", "x", "1"),
    ("[remote.Old]\nx = 1", "remote", "Old", "x", "1"),
    ("[a]\nx = \"  spaces kept \" # a comment", "a", "", "x", "  spaces kept "),
    ("[a]\nx = one two   ; a comment", "a", "", "x", "one two"),
    ("[a]\nx = \"a # b\"", "a", "", "x", "a # b"),
    ("[a]\nx = one\\\ntwo", "a", "", "x", "onetwo"),
    ("[a]\nx = tab\\tline\\nback\\\\", "a", "", "x", "tab\tline\nback\\"),
    ("[a]\nx =", "a", "", "x", ""),
    ("# x\n; y\n[a] # z\nx = 1\n\n", "a", "", "x", "1"),
  ])
  func `a setting as git reads it`(text: String, section: String, subsection: String, name: String, value: String) {
    #expect(setting(text) == ConfigText.Setting(section: section, subsection: subsection, name: name, value: value))
    #expect(!ConfigText(Array(text.utf8)).isDamaged)
  }

  @Test func `a name alone is true`() {
    #expect(setting("[core]\nbare")?.isTrue == true)
    #expect(setting("[core]\nbare # yes")?.name == "bare")
    for (value, isTrue) in [
      ("no", false), ("off", false), ("FALSE", false), ("0", false), ("", false), ("yes", true), ("7", true),
    ] {
      #expect(setting("[core]\nbare = \(value)")?.isTrue == isTrue)
    }
  }

  @Test(arguments: ["[core", "[core]\nx = \"open", "[core \"open]\nx = 1"])
  func `what cannot be made out is told, and what follows is read`(text: String) {
    #expect(ConfigText(Array(text.utf8)).isDamaged)
    let format = RepositoryFormat(Array((text + "\n[core]\nbare = true\n").utf8))
    #expect(format.isDamaged)
    #expect(format.isBare == true)
  }

  @Test func `any bytes at all are read to their end`() {
    var state: UInt64 = 88_172_645_463_325_252
    for _ in 0..<2000 {
      let bytes = (0..<60).map { _ -> UInt8 in
        state ^= state << 13
        state ^= state >> 7
        state ^= state << 17
        return Array("[]\"\\=#; \n\tab.\0\u{ff}".utf8)[Int(state % 16)]
      }
      #expect(ConfigText(bytes).settings.count <= 60)
    }
  }

  @Test func `features that are not known`() {
    let text = """
      [core]
        repositoryformatversion = 2
      [extensions]
        objectFormat = SHA256
        refStorage = reftable
        compatObjectFormat = sha1
        noop
        worktreeConfig = true
        partialClone = origin
      [remote "b"]
        promisor = true
        partialclonefilter = tree:0
      [remote "c"]
        promisor = false
      """
    let format = RepositoryFormat(Array(text.utf8))
    #expect(
      format.unsupported == [
        .version("2"), .objectFormat("sha256"), .refStorage("reftable"), .unknownExtension("compatobjectformat"),
      ])
    #expect(format.promisorRemotes == ["b", "origin"])
    #expect(format.partialCloneFilter == "tree:0")
    #expect(RepositoryFormat([]).unsupported.isEmpty)
  }
}
