import Testing

/// What `coffer init` calls a vault, and that nothing is left of an init that cannot be finished.
@Suite struct InitTests {
  @Test(arguments: [
    ("two  blanks ", "two blanks"), (" before", "before"), ("a \"quoted\" \\ $HOME name", "a \"quoted\" \\ $HOME name"),
    ("日本語 ☕️", "日本語 ☕️"), ("new\nline", "vault"), ("tab\tbed", "vault"), ("\u{1B}[31mred", "vault"),
    ("\u{202E}reversed", "vault"), (String(repeating: "long", count: 17), "vault"),
  ])
  func `a folder's name becomes a vault's as far as it can`(folder: String, name: String) throws {
    let sandbox = try Sandbox()
    try TestFiles.makeFolder(sandbox.path(folder))
    let made = try sandbox.coffer("init", "--yes", in: folder)
    #expect(made.succeeded && made.stderr.contains("vault \(name) "), "\(made)")
    #expect(!made.stderr.contains("\u{1B}") && !made.stderr.contains("\u{202E}"))
    // It reads back.
    #expect(try sandbox.coffer("verify", in: folder).succeeded)
  }

  @Test(arguments: ["", "  ", "new\nline", "\u{1B}[31mred", String(repeating: "long", count: 17)])
  func `a name that would not read back is refused before anything is made`(name: String) throws {
    let sandbox = try Sandbox()
    let result = try sandbox.coffer("init", "--yes", "--name", name)
    #expect(result.code == 2 && result.output.isEmpty, "\(result)")
    #expect(result.stderr.contains("a vault's name is one line of at most 64 bytes"))
    #expect(TestFiles.tree(sandbox.cofferHome).isEmpty && TestFiles.tree(sandbox.project).isEmpty)
  }
}
