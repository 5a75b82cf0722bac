import Glibc
import Testing

/// What is sealed for age opens in the standard `age`, to the bytes that export writes in the clear, and for nobody else.
@Suite(.enabled(if: hasProgram("age"), "age is not installed; `make test` installs it"))
struct AgeExportTests {
  /// A key of age's own making.
  private struct Key {
    let file: String
    let recipient: String

    init(_ sandbox: Sandbox, _ name: String) throws {
      file = sandbox.root + "/" + name
      let made = try sandbox.run(["age-keygen", "-o", file])
      let shown = try sandbox.run(["age-keygen", "-y", file])
      guard made.succeeded, shown.succeeded else { throw HarnessError("no key: \(made)\(shown)") }
      recipient = String(shown.stdout.dropLast())
    }

    func open(_ file: [UInt8], _ sandbox: Sandbox) throws -> RunResult {
      try sandbox.run(["age", "--decrypt", "-i", self.file], input: .bytes(file))
    }
  }

  @Test(arguments: ["dotenv", "json", "shell"])
  func `age opens it to what export writes`(format: String) throws {
    let sandbox = try Sandbox.prepared()
    let key = try Key(sandbox, "key")
    try sandbox.store(AwkwardValues.text)
    let clear = try sandbox.succeed("export", "--format", format)
    let sealed = try sandbox.succeed("export", "--format", format, "--age", key.recipient)
    let opened = try key.open(sealed.output, sandbox)
    #expect(opened.succeeded && opened.output == clear.output, "\(opened)")
    #expect(sealed.stderr.contains("values of development, sealed for 1 recipient\n"), "\(sealed.stderr)")
    #expect(Set(AwkwardValues.text.keys).allSatisfy { !sealed.stdout.contains($0) })
  }

  @Test func `age opens an empty environment, and one value`() throws {
    let sandbox = try Sandbox.prepared()
    let key = try Key(sandbox, "key")
    let empty = try key.open(sandbox.succeed("export", "--age", key.recipient).output, sandbox)
    #expect(empty.succeeded && empty.output.isEmpty, "\(empty)")
    try sandbox.store(["TOKEN": "canary"])
    let one = try key.open(sandbox.succeed("export", "--age", key.recipient).output, sandbox)
    #expect(one.stdout == "TOKEN=canary\n", "\(one)")
  }

  @Test(arguments: [65535, 65536, 65537, 131071, 131072, 131073])
  func `age opens it at the edges of chunks`(count: Int) throws {
    let sandbox = try Sandbox.prepared()
    let key = try Key(sandbox, "key")
    let values = ["A": String(repeating: "x", count: 60_000), "B": String(repeating: "y", count: count - 60_006)]
    let text = values.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)\n" }.joined()
    try sandbox.store(values)
    let sealed = try sandbox.succeed("export", "--age", key.recipient)
    let opened = try key.open(sealed.output, sandbox)
    #expect(text.utf8.count == count && opened.succeeded && opened.stdout == text, "\(opened.stderr)")
    // Nothing but whole chunks before the last: age would refuse an empty one.
    #expect(sealed.output.count == count + 16 * ((count + 65535) / 65536) + 16 + 168)
  }

  @Test func `each of several recipients opens it, by argument and by file, and nobody else`() throws {
    let sandbox = try Sandbox.prepared()
    try sandbox.store(["TOKEN": "canary"])
    let keys = try ["a", "b", "c", "d"].map { try Key(sandbox, $0) }
    try sandbox.write("# the team\n\n  \(keys[2].recipient)  \r\n\t# nobody\n\(keys[0].recipient)", to: "team.txt")
    let sealed = try sandbox.succeed(
      "export", "--age", keys[0].recipient, "--age", keys[1].recipient, "--age-file", "team.txt")
    #expect(sealed.stderr.contains("sealed for 3 recipients"), "\(sealed.stderr)")
    for key in keys[..<3] { #expect(try key.open(sealed.output, sandbox).stdout == "TOKEN=canary\n") }
    let refused = try keys[3].open(sealed.output, sandbox)
    #expect(!refused.succeeded && refused.stderr.contains("no identity matched"), "\(refused)")
    for place in [30, 150, sealed.output.count - 1] {
      var changed = sealed.output
      changed[place] ^= 1
      #expect(try !keys[0].open(changed, sandbox).succeeded, "a changed byte went unnoticed")
    }
    let short = try keys[0].open(sealed.output.dropLast(17), sandbox)
    #expect(!short.succeeded && short.output.isEmpty, "\(short)")
  }

  @Test func `armor is text that age opens, and goes to a terminal; what is not text does not`() throws {
    let sandbox = try Sandbox.prepared()
    let key = try Key(sandbox, "key")
    try sandbox.store(["TOKEN": "canary"])
    let armored = try sandbox.succeed("export", "--age", key.recipient, "-a")
    #expect(armored.stdout.hasPrefix("-----BEGIN AGE ENCRYPTED FILE-----\n") && armored.output.allSatisfy { $0 < 0x7F })
    #expect(try key.open(armored.output, sandbox).stdout == "TOKEN=canary\n")
    // On a terminal nothing is asked: nothing is shown in the clear.
    let shown = try sandbox.terminal("coffer", "export", "--age", key.recipient, "--armor")
    #expect(shown.finish() == .exit(0) && shown.transcript.contains("-----END AGE ENCRYPTED FILE-----"), "\(shown)")
    #expect(!shown.transcript.contains("[y/N]") && !shown.transcript.contains("canary"), "\(shown)")
    let refused = try sandbox.terminal("coffer", "export", "--age", key.recipient)
    #expect(refused.finish() == .exit(2) && refused.transcript.contains("a sealed file is not text"), "\(refused)")
    #expect(!refused.transcript.contains("age-encryption"), "\(refused)")
    let filed = try sandbox.terminal("coffer", "export", "--age", key.recipient, "-o", "out.age")
    #expect(filed.finish() == .exit(0) && !filed.transcript.contains("[y/N]"), "\(filed)")
    #expect(try key.open(TestFiles.read(sandbox.path("out.age")), sandbox).stdout == "TOKEN=canary\n")
  }

  @Test func `sealed, it may go into a git work tree, and replaces no file`() throws {
    let sandbox = try Sandbox.prepared()
    let key = try Key(sandbox, "key")
    try sandbox.store(["TOKEN": "canary"])
    try TestFiles.makeFolder(sandbox.path(".git"))
    try sandbox.succeed("export", "--age", key.recipient, "--output", "out.age")
    #expect(TestFiles.mode(sandbox.path("out.age")) == 0o600)
    #expect(try key.open(TestFiles.read(sandbox.path("out.age")), sandbox).stdout == "TOKEN=canary\n")
    let before = try TestFiles.read(sandbox.path("out.age"))
    let again = try sandbox.coffer("export", "--age", key.recipient, "--output", "out.age")
    #expect(again.code == 2 && again.stderr.contains("out.age"), "\(again)")
    #expect(try TestFiles.read(sandbox.path("out.age")) == before)
    let shell = try sandbox.run(["sh", "-c", #""$0" export --age "$1" > redirected"#, Binaries.coffer, key.recipient])
    #expect(try shell.succeeded && !sandbox.text(of: "redirected").contains("canary"), "\(shell)")
    #expect(sandbox.files(holding: "canary").isEmpty, "in the clear somewhere")
  }

  @Test func `production asks for the passphrase again`() throws {
    let sandbox = try Sandbox.prepared()
    let key = try Key(sandbox, "key")
    try sandbox.store(["TOKEN": "canary"], in: "production")
    let result = try sandbox.coffer(
      "export", "-e", "production", "--age", key.recipient, setting: ["COFFER_PASSPHRASE_FILE": nil])
    #expect(result.code == 5 && result.output.isEmpty, "\(result)")
    let asked = try sandbox.succeed("export", "-e", "production", "--age", key.recipient)
    #expect(try key.open(asked.output, sandbox).stdout == "TOKEN=canary\n")
  }

  @Test func `a recipient that is none is refused with the reason, and not repeated`() throws {
    let sandbox = try Sandbox.prepared()
    try sandbox.store(["TOKEN": "canary"])
    let key = try Key(sandbox, "key")
    let secret =
      try String(decoding: TestFiles.read(key.file), as: UTF8.self).split(separator: "\n").last.map(String.init) ?? ""
    let ssh = "ssh-ed25519 " + String(repeating: "Canary", count: 12)
    for (text, reason) in [
      (secret, "it is a secret key, not a recipient"),
      (ssh, "it is an ssh key, and only recipients that start with age1 are taken"),
      (key.recipient + "q", "a letter of it is wrong or missing"), ("bob", "it does not start with age1"),
      ("", "it does not start with age1"),
    ] {
      let given = try sandbox.coffer("export", "--age", key.recipient, "--age", text, "-o", "out.age")
      #expect(given.code == 2 && given.stderr.contains("--age, number 2: \(reason)"), "\(given)")
      try sandbox.write("# one\n\(key.recipient)\n\(text)\n", to: "team.txt")
      let filed = try sandbox.coffer("export", "--age-file", "team.txt", "-o", "out.age")
      #expect(text.isEmpty || filed.code == 2 && filed.stderr.contains("team.txt:3: \(reason)"), "\(filed)")
      for result in [given, filed] where text.count > 3 { #expect(!result.stderr.contains(text), "\(result)") }
      if !text.isEmpty { #expect(!TestFiles.exists(sandbox.path("out.age"))) }
      remove(sandbox.path("out.age"))
    }
  }

  @Test func `no recipient at all never means in the clear`() throws {
    let sandbox = try Sandbox.prepared()
    try sandbox.store(["TOKEN": "canary"])
    try sandbox.write("# nobody\n\n", to: "none.txt")
    for words in [
      ["--age-file", "none.txt"], ["--age-file", "missing.txt"], ["--age-file", "."], ["--age-file", ""], ["--armor"],
      ["--age", ""], ["--age"],
    ] {
      let result = try sandbox.run(["coffer", "export"] + words)
      #expect(!result.succeeded && result.output.isEmpty && result.stderr.contains("coffer: error: "), "\(result)")
    }
  }
}
