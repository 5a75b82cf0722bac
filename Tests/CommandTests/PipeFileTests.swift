import Glibc
import Testing

/// Pipes where files are named: with a writer they are read, without one nothing waits for ever.
@Suite struct PipeFileTests {
  @Test(arguments: [
    ("run --snapshot fifo -- true", 125, "fifo is a pipe, and nobody wrote to it for 5 seconds"),
    ("snapshot --inspect fifo", 2, "fifo is a pipe, and nobody wrote to it for 5 seconds"),
    ("set TOKEN --file fifo", 2, "fifo is a pipe, and nobody wrote to it for 5 seconds"),
    ("join fifo", 4, "fifo is not a regular file"), ("restore fifo", 4, "fifo is not a regular file"),
    ("recover fifo", 4, "fifo is not a regular file"), ("backup fifo", 4, "fifo is not a regular file"),
    ("bundle -o fifo", 2, "fifo is no bundle of this vault"), ("identity import fifo", 4, "fifo is not a regular file"),
  ])
  func `a FIFO that nobody writes to is told`(words: String, code: Int32, text: String) throws {
    let sandbox = try Sandbox.prepared()
    #expect(mkfifo(sandbox.path("fifo"), 0o600) == 0)
    let result = try sandbox.run(["coffer"] + words.split(separator: " ").map(String.init), seconds: 30)
    #expect(result.code == code && result.output.isEmpty && result.stderr.contains(text), "\(result)")
  }

  @Test(arguments: ["COFFER_TOKEN_FILE", "COFFER_SNAPSHOT", "COFFER_PASSPHRASE_FILE"])
  func `nor is one waited for that a variable names`(variable: String) throws {
    let sandbox = try Sandbox.withVault(unlocked: false)
    #expect(mkfifo(sandbox.path("fifo"), 0o600) == 0)
    let result = try sandbox.coffer("get", "TOKEN", setting: [variable: "fifo"], seconds: 30)
    #expect(result.code == 2 && result.stderr.contains("fifo is a pipe, and nobody wrote to it"), "\(result)")
  }

  @Test func `who writes late, slowly or through a process substitution is heard`() throws {
    let sandbox = try Sandbox.prepared()
    #expect(mkfifo(sandbox.path("fifo"), 0o600) == 0)
    let setting: [String: String?] = ["COFFER": sandbox.program]
    for (value, script) in [
      ("late", "(sleep 1; printf late > fifo) & exec \"$COFFER\" set TOKEN --file fifo"),
      // Longer open without a byte than a writer is waited for.
      ("slow", "(exec 3>fifo; sleep 6; printf slow >&3) & exec \"$COFFER\" set TOKEN --file fifo"),
      ("substituted", "exec \"$COFFER\" set TOKEN --file <(sleep 0.2; printf substituted)"),
      ("a descriptor", "exec \"$COFFER\" set TOKEN --file /dev/fd/7 7< <(printf 'a descriptor')"),
    ] {
      let result = try sandbox.run(["bash", "-c", script], setting: setting, seconds: 30)
      #expect(try result.succeeded && sandbox.coffer("get", "TOKEN").stdout == value, "\(value): \(result)")
    }
    // One that ended without a word is empty, at once.
    let empty = try sandbox.run(["bash", "-c", "\"$COFFER\" set TOKEN --file <(true)"], setting: setting, seconds: 4)
    #expect(!empty.stderr.contains("nobody wrote"), "\(empty)")
  }
}
