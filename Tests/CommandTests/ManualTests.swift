import Testing

/// docs/coffer.1 is generated from the commands' help (`make man`) and committed: it must not fall behind.
@Suite struct ManualTests {
  @Test func `the man page says of every command and every option what its help says`() throws {
    let page = String(decoding: try TestFiles.read(Binaries.packageFolder + "/docs/coffer.1"), as: UTF8.self)
    var sections = page.split(separator: "\n.It Em ").map(Self.flat)
    sections.removeAll { $0.hasPrefix("help ") }
    #expect(sections.count == HelpTests.commands.count, "make man: a command too many or too few")
    for command in HelpTests.commands {
      let section: String
      if let name = command.last {
        let place = try #require(
          sections.firstIndex { $0.hasPrefix(name + " ") || $0.hasPrefix("\"\(name), ") }, "make man: \(name)")
        section = sections.remove(at: place)
      } else {
        section = sections.removeFirst()
      }
      let help = try Help(Sandbox().run(["coffer"] + command + ["--help"]).stdout)
      for text in help.overview {
        #expect(section.contains(text), "make man: \(command) is described otherwise")
      }
      #expect(!help.entries.isEmpty)
      for (name, text) in help.entries {
        // The long name of an option, the name of an argument, and all that is said of it.
        let key = name.firstMatch(of: /--([a-z-]+)/)?.1 ?? name.dropFirst().prefix { $0 != ">" }
        // The parser adds these to the help alone.
        let said = text.replacing(#/ \((?:values|default): [^)]*\)/#, with: "")
        let isThere = section.contains("-\(key) ") || section.contains(".It Ar \(key)")
        #expect(isThere && section.contains(said), "make man: \(name) of \(command): \(said)")
      }
    }
  }

  /// A command's help, each text in one line.
  private struct Help {
    let overview: [String]
    /// What stands left, and what is said of it.
    let entries: [(name: String, text: String)]

    init(_ help: String) {
      let parts = help.split(separator: "\nUSAGE: ", maxSplits: 1)
      overview = parts[0].replacing("OVERVIEW: ", with: "").split(separator: "\n\n").map { words($0) }
      var entries: [(name: String, text: String)] = []
      var lists = false
      for line in (parts.count > 1 ? parts[1] : "").split(separator: "\n") {
        if line.first != " " {
          lists = line.hasSuffix("OPTIONS:") || line.hasSuffix("ARGUMENTS:")
        } else if lists, line.hasPrefix("  "), line.dropFirst(2).first != " " {
          // Two blanks and a name; what is said follows from column 26, or on the next line.
          entries.append((words(line.prefix(26)), words(line.dropFirst(26))))
          if line.count > 26, line.dropFirst(25).first != " " { entries[entries.count - 1] = (words(line), "") }
        } else if lists, !entries.isEmpty {
          entries[entries.count - 1].text = words(entries[entries.count - 1].text + " " + line)
        }
      }
      self.entries = entries
    }
  }

  /// Without mdoc's macros and folding.
  private static func flat(_ text: Substring) -> String {
    text.split(separator: "\n").filter { $0 != ".Pp" }.map { $0.hasPrefix(".It Fl") ? "\($0) ;" : $0[...] }
      .joined(separator: " ").split(separator: " ").joined(separator: " ") + " "
  }
}

/// One line, whatever the folding.
private func words(_ text: some StringProtocol) -> String {
  text.split { $0 == " " || $0 == "\n" }.joined(separator: " ")
}
