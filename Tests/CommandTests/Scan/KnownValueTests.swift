import Foundation
import Glibc
import Testing

/// In a project with a vault a scan also finds every value that the vault holds or ever held, however it is written.
@Suite struct KnownValueTests {
  /// A way in which a value ends up in a file.
  struct Form: Sendable, CustomStringConvertible {
    let description: String
    let write: @Sendable ([UInt8]) throws -> [UInt8]
  }

  static let forms: [Form] = [
    Form(description: "as it is") { $0 },
    Form(description: "base64") { Array(Data($0).base64EncodedString().utf8) },
    Form(description: "base64 inside of more, one byte on") {
      Array(Data(Array("u".utf8) + $0 + [10]).base64EncodedString().utf8)
    },
    Form(description: "base64 inside of more, two bytes on") {
      Array(Data(Array("u:".utf8) + $0).base64EncodedString().utf8)
    },
    Form(description: "base64url") {
      Array(Data($0).base64EncodedString().replacing("+", with: "-").replacing("/", with: "_").utf8)
    },
    Form(description: "hex") { Array(hex($0).joined().utf8) },
    Form(description: "HEX") { Array(hex($0).joined().uppercased().utf8) },
    Form(description: "percent-encoded") { bytes in
      Array(String(decoding: bytes, as: UTF8.self).addingPercentEncoding(withAllowedCharacters: .alphanumerics)!.utf8)
    },
    Form(description: "escaped in JSON") { Array(try JSONEncoder().encode(String(decoding: $0, as: UTF8.self))) },
    Form(description: "UTF-16, little end first") { $0.flatMap { [$0, 0] } },
    Form(description: "UTF-16, big end first") { $0.flatMap { [0, $0] } },
  ]

  private static func hex(_ bytes: [UInt8]) -> [String] {
    bytes.map { String(UInt16($0) | 0x100, radix: 16).suffix(2).lowercased() }
  }

  /// A value that no detector knows, with signs that each form writes in its own way.
  private static func value() -> String { InventedToken.characters(11) + "\"/+?\\" + InventedToken.characters(11) }

  /// A repository whose project has the shared vault.
  private static func project() throws -> ScannedRepository {
    let repository = try ScannedRepository()
    try repository.sandbox.useSharedVault(declaring: "")
    return repository
  }

  @Test(arguments: forms) func `a value of the vault is found in history`(_ form: Form) throws {
    let repository = try Self.project()
    let value = Self.value()
    try repository.sandbox.store(["NOTE": value], in: "staging")
    try repository.writeBytes(Array("see ".utf8) + (try form.write(Array(value.utf8))) + Array("\n".utf8), to: "leak")
    let commit = try repository.commit("leak")
    try repository.git("rm", "--quiet", "leak")
    try repository.commit("gone")

    let scanned = try repository.scan()
    #expect(scanned.status == 1, "\(scanned.result)")
    let finding = try #require(scanned.findings.first, "\(scanned.result)")
    #expect(scanned.findings.count == 1, "\(scanned.result)")
    #expect(finding["commit"] as? String == commit)
    #expect(finding["confidence"] as? String == "high")
    #expect(Self.names(finding) == ["NOTE staging 1 current"], "\(scanned.result)")
    let text = try repository.sandbox.coffer("scan")
    #expect(text.stdout.contains("NOTE (staging, version 1, in use)"), "\(text)")
    #expect(text.stdout.contains("coffer rotate NOTE -e staging"), "\(text)")
  }

  @Test func `older versions, other environments and removed names are found`() throws {
    let repository = try Self.project()
    let sandbox = repository.sandbox
    let (old, new, production, removed) = (Self.value(), Self.value(), Self.value(), Self.value())
    try sandbox.store(["NOTE": old])
    try sandbox.store(["NOTE": new])
    try sandbox.store(["NOTE": production], in: "production")
    try sandbox.store(["GONE": removed])
    try sandbox.succeed("rm", "GONE", "--yes")
    try repository.commit([old, new, production, removed].joined(separator: "\n") + "\n", to: "notes.txt")

    let scanned = try repository.scan()
    let found = Set(scanned.findings.flatMap(Self.names))
    #expect(
      found == [
        "NOTE development 1 retired", "NOTE development 2 current", "NOTE production 1 current",
        "GONE development 1 retired",
      ], "\(scanned.result)")
    #expect(scanned.findings.count == 4)
  }

  @Test func `one value under two names is one finding with both`() throws {
    let repository = try Self.project()
    let value = Self.value()
    try repository.sandbox.store(["ONE": value, "TWO": value])
    try repository.commit(value, to: "note")
    let scanned = try repository.scan()
    #expect(
      scanned.findings.map(Self.names) == [["ONE development 1 current", "TWO development 1 current"]],
      "\(scanned.result)")
  }

  @Test func `a value of the vault that a detector knows too is one finding`() throws {
    let repository = try Self.project()
    let token = InventedToken.github()
    let password = InventedToken.characters(20)
    try repository.sandbox.store(["TOKEN": token, "PASSWORD": password])
    try repository.commit("k = \(token)\nurl = \"postgres://app:\(password)@db.internal/app\"\n", to: "config")
    let scanned = try repository.scan()
    #expect(scanned.findings.count == 2, "\(scanned.result)")
    #expect(
      Set(scanned.findings.map { ($0["rule"] as? String ?? "") + ": " + Self.names($0).joined() })
        == [
          "github-personal-access-token: TOKEN development 1 current",
          "postgres-url-password: PASSWORD development 1 current",
        ], "\(scanned.result)")
  }

  @Test func `fingerprints are the same in every run, every clone and without the vault`() throws {
    let repository = try Self.project()
    let token = InventedToken.github()
    try repository.sandbox.store(["TOKEN": token])
    try repository.commit("k = \(token)\nother = \(InventedToken.github())\n", to: "config")
    try repository.git("clone", "--quiet", ".", "../clone")
    func fingerprints(_ scanned: Scanned) -> Set<String?> { Set(scanned.findings.map { $0["fingerprint"] as? String }) }
    let first = try repository.scan()
    #expect(first.findings.count == 2, "\(first.result)")
    #expect(try fingerprints(repository.scan()) == fingerprints(first))
    #expect(try fingerprints(repository.scan("../clone")) == fingerprints(first))
    #expect(try fingerprints(repository.scan(in: "../clone")) == fingerprints(first))
    // Who has no vault here, as CI, gets the same by the salt of coffer.toml alone.
    repository.sandbox.environment["COFFER_HOME"] = repository.sandbox.root + "/nothing"
    let bare = try repository.scan("../clone")
    #expect(fingerprints(bare) == fingerprints(first), "\(bare.result)")
    #expect(bare.findings.allSatisfy { Self.names($0).isEmpty })
  }

  @Test func `a locked vault is told, and a passphrase file opens it`() throws {
    let repository = try ScannedRepository()
    try repository.sandbox.makeIdentity()
    try repository.sandbox.succeed("init", "--name", "shop", "--yes")
    let value = Self.value()
    try repository.sandbox.store(["NOTE": value])
    try repository.commit(value + "\nk = \(InventedToken.github())\n", to: "note")
    try repository.sandbox.succeed("lock")
    let open = repository.sandbox.environment
    repository.sandbox.environment["COFFER_PASSPHRASE_FILE"] = nil

    let locked = try repository.scan()
    #expect(locked.status == 1, "\(locked.result)")
    #expect(locked.findings.count == 1)
    let text = try repository.sandbox.coffer("scan")
    #expect(text.stdout.contains("known values not checked"), "\(text)")
    #expect(text.stdout.contains("locked"), "\(text)")

    repository.sandbox.environment = open
    let unlocked = try repository.scan()
    #expect(unlocked.findings.count == 2, "\(unlocked.result)")
    #expect(try !repository.sandbox.coffer("scan").stdout.contains("known values not checked"))
  }

  @Test func `a wrong passphrase costs the known values and not the scan`() throws {
    let repository = try Self.project()
    try repository.commit("k = \(InventedToken.github())\n", to: "note")
    try TestFiles.write(Array("not the passphrase\n".utf8), to: repository.sandbox.root + "/passphrase", mode: 0o600)
    let scanned = try repository.scan()
    #expect(scanned.status == 1 && scanned.findings.count == 1, "\(scanned.result)")
    #expect(try repository.sandbox.coffer("scan").stdout.contains("known values not checked"))
  }

  @Test(.enabled(if: Trace.isPossible, "strace cannot work here"))
  func `no value of the vault crosses to the scanner`() throws {
    let repository = try Self.project()
    let sandbox = repository.sandbox
    let values = (0..<3).map { _ in Marker() }
    let passphrase = Marker(Sandbox.passphrase)
    try sandbox.store(["ONE": values[0].text, "TWO": values[1].text])
    try sandbox.store(["ONE": values[2].text])
    try repository.commit("nothing\n", to: "readme")
    let file = sandbox.root + "/trace"
    let result = try sandbox.run(Trace.prefix(to: file, more: ["-v"]) + [sandbox.program, "scan", "--format", "jsonl"])
    #expect(result.code == 0, "\(result)")
    let calls = try Trace(file: file).calls
    let start = try #require(
      calls.firstIndex { $0.name == "execve" && $0.arguments.contains("/coffer-scan\"") && $0.result.hasPrefix("0") })
    let handed = calls[start].arguments
    #expect(handed.contains("--known-values-fd="))
    #expect(!handed.contains("COFFER_PASSPHRASE_FILE") && !handed.contains("GIT_"), "\(handed)")
    #expect(calls[start...].contains { $0.name == "read" && $0.target.contains("memfd:coffer-known-values") })
    for call in calls[start...] {
      for marker in values + [passphrase] { #expect(marker.form(in: call.arguments) == nil, "\(call)") }
    }
  }

  @Test func `the scanner's environment holds nothing but what it needs`() throws {
    let repository = try Self.project()
    let sandbox = repository.sandbox
    sandbox.environment.merge(["AWS_SECRET_ACCESS_KEY": "x", "COFFER_TOKEN": "y", "LD_LIBRARY_PATH": "/z"]) { $1 }
    // It waits for the end of standard input, and can be looked at.
    let pipe = try Pipe()
    let output = open("/dev/null", O_RDWR | O_CLOEXEC)
    defer { for descriptor in [pipe.writing, output] { close(descriptor) } }
    let child = try Child(
      [sandbox.program, "scan", "--stdin"], environment: sandbox.environment, folder: sandbox.project,
      descriptors: [0: pipe.reading, 1: output, 2: output])
    close(pipe.reading)
    defer { child.kill() }
    let deadline = Deadline(seconds: 60)
    func file(_ name: String) -> [UInt8] { (try? TestFiles.read("/proc/\(child.pid)/\(name)")) ?? [] }
    // The new program's name stands there a moment before its environment does.
    var environment: [UInt8] = []
    while environment.isEmpty, !deadline.hasPassed {
      usleep(1000)
      if file("comm").starts(with: "coffer-scan".utf8) { environment = file("environ") }
    }
    let names = environment.split(separator: 0).map {
      String(decoding: $0.prefix { $0 != UInt8(ascii: "=") }, as: UTF8.self)
    }
    #expect(names.contains("HOME"))
    #expect(Set(names).isSubset(of: ["HOME", "COFFER_HOME", "LANG", "TERM"]), "\(names)")
  }

  /// `NAME environment version use`.
  private static func names(_ finding: [String: Any]) -> [String] {
    (finding["known_as"] as? [[String: Any]] ?? []).map {
      "\($0["name"] ?? "") \($0["environment"] ?? "") \($0["version"] ?? "") \($0["use"] ?? "")"
    }
  }
}

extension KnownValueTests {
  @Test func `a value of the vault is shown nowhere, be it an author or a folder`() throws {
    let repository = try ScannedRepository()
    let value = "zQ7rK2" + InventedToken.characters(24)
    try repository.sandbox.makeIdentity()
    _ = try repository.sandbox.run(["coffer", "init", "--name", "shop", "--yes"])
    let stored = try repository.sandbox.run(["coffer", "set", "PLAIN_VALUE"], input: .text(value))
    try #require(stored.succeeded, "\(stored)")
    try repository.commit("key = \(value)\n", to: "d-\(value)/conf")
    try repository.git("commit", "--quiet", "--allow-empty", "-m", "x", "--author", "\(value) <a@example.com>")
    for format in ["text", "jsonl"] {
      let result = try repository.sandbox.run(["coffer", "scan", "--format", format])
      #expect(result.code == 1, "\(result)")
      #expect(!(result.stdout + result.stderr).contains(value), "\(result)")
    }
    #expect(try repository.sandbox.run(["coffer", "scan", "--show-secrets"]).stdout.contains(value))
  }
}
