import Glibc
import Testing

/// The day after the laptop is lost: a backup, twelve words, and nothing else.
@Suite struct RecoveryTests {
  @Test func `the drill: a backup and the phrase bring everything back on an empty machine`() throws {
    let lost = try Sandbox()
    try lost.makeIdentity()
    let words = try lost.succeed("init", "--name", "shop", "--yes", "--backup-folder", lost.root + "/stick").output
    try lost.succeed("set", "TOKEN", input: .text("of development"))
    try lost.succeed("set", "TOKEN", "-e", "production", input: .text("of production"))
    try lost.succeed("env", "add", "qa")
    try lost.succeed("set", "TOKEN", "-e", "qa", input: .text("of qa"))
    let backup = try #require(lost.onlyFile(in: lost.root + "/stick"))

    let fresh = try Sandbox()
    fresh.environment["USER"] = "ada"
    try fresh.write("a new passphrase for it\n", to: "new-passphrase", mode: 0o600)
    fresh.environment["COFFER_PASSPHRASE_FILE"] = fresh.path("new-passphrase")
    try TestFiles.copy(lost.path("coffer.toml"), to: fresh.path("coffer.toml"))
    TestFiles.removeTree(lost.cofferHome)

    let result = try fresh.succeed("recover", backup, "--phrase-fd", "5", "--yes", descriptors: [5: words])
    #expect(result.stderr.contains("made your identity") && result.stderr.contains("linked"), "\(result)")
    #expect(result.stderr.contains("who else holds keys of it: founder"), "\(result)")
    #expect(result.stderr.contains("coffer member remove founder"), "\(result)")
    let text = String(decoding: words, as: UTF8.self)
    for word in text.split(whereSeparator: \.isWhitespace).suffix(2) where word.count > 6 {
      #expect(!result.stderr.contains(word))
    }
    for environment in ["development", "production", "qa"] {
      #expect(try fresh.coffer("get", "TOKEN", "-e", environment).stdout == "of \(environment)")
      try fresh.succeed("set", "TOKEN", "-e", environment, input: .text("new"))
    }
    // The lost laptop's identity goes, and what is here stays.
    try fresh.succeed("member", "remove", "founder", "--yes")
    let members = try fresh.succeed("member", "list").stdout
    #expect(members.contains("ada"), "\(members)")
    #expect(try fresh.coffer("get", "TOKEN", "-e", "production").stdout == "new")
    try fresh.succeed("verify")
    // Again: nothing is enrolled twice.
    let entries = try fresh.entries()
    try fresh.succeed("recover", backup, "--phrase-fd", "5", "--yes", descriptors: [5: words])
    #expect(try fresh.entries() == entries)
  }

  @Test func `words that are not this vault's are refused, and nothing is made`() throws {
    let lost = try Sandbox()
    try lost.makeIdentity()
    let words = String(decoding: try lost.succeed("init", "--name", "shop", "--yes").output, as: UTF8.self)
    let stranger = String(
      decoding: try Sandbox().succeed("init", "--name", "other", "--yes").output, as: UTF8.self)
    let backup = lost.root + "/the.cofferbackup"
    try lost.succeed("backup", backup)
    let list = words.split(whereSeparator: \.isWhitespace).map(String.init)
    let fresh = try Sandbox()
    for (phrase, text) in [
      (stranger, "are not this vault's recovery phrase"),
      ((list[..<4] + ["zzzz"] + list[5...]).joined(separator: " "), "word 5 is not in the list"),
      (list.dropLast().joined(separator: " "), "does not check out"), ("", "does not check out"),
    ] {
      let result = try fresh.coffer(
        "recover", backup, "--phrase-fd", "5", "--yes", descriptors: [5: Array(phrase.utf8)])
      #expect(result.code == 5 && result.stderr.contains(text), "\(result)")
      #expect(!result.stderr.contains("zzzz"))
    }
    #expect(TestFiles.tree(fresh.cofferHome).filter { !TestFiles.isFolder($0) }.isEmpty)
  }

  @Test func `the phrase is asked for at a hidden prompt`() throws {
    let lost = try Sandbox()
    try lost.makeIdentity()
    let words = String(decoding: try lost.succeed("init", "--name", "shop", "--yes").output, as: UTF8.self)
    let backup = lost.root + "/the.cofferbackup"
    try lost.succeed("backup", backup)
    let fresh = try Sandbox()
    let terminal = try fresh.terminal("coffer", "recover", backup)
    try terminal.expect("Recovery phrase (twelve words): ")
    try terminal.waitForEcho(false)
    try terminal.send(words.replacing("\n", with: "") + "\r")
    try terminal.expect("is an admin of the vault now")
    #expect(terminal.finish() == .exit(0), "\(terminal)")
    #expect(!terminal.transcript.contains(words.prefix(20)), "\(terminal)")
  }
}
