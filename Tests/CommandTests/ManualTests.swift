import Testing

/// docs/coffer.1 is generated from the commands' help (`make man`) and committed: it must not fall behind.
@Suite struct ManualTests {
  @Test func `the man page has every command and every option`() throws {
    let page = String(decoding: try TestFiles.read(Binaries.packageFolder + "/docs/coffer.1"), as: UTF8.self)
    for command in HelpTests.commands {
      let help = try Sandbox().run(["coffer"] + command + ["--help"]).stdout
      if let name = command.last {
        let isThere = page.contains(".It Em \(name)\n") || page.contains(".It Em \"\(name), ")
        #expect(isThere, "make man: \(name) is missing")
      }
      let overview = help.split(separator: "\n").first.map { $0.replacing("OVERVIEW: ", with: "") } ?? ""
      let words = overview.split(separator: " ").prefix(4).joined(separator: " ")
      #expect(page.contains(words), "make man: \(words)")
      for match in help.matches(of: /(?m)^  (?:-\w, )?--([a-z-]+)/) {
        let isThere = page.contains(" -\(match.1) ") || page.contains(" -\(match.1)\n")
        #expect(isThere, "make man: --\(match.1) of \(command) is missing")
      }
    }
  }
}
