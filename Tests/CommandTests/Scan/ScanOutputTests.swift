import Foundation
import Glibc
import Testing

/// What a scan shows, and what it never shows.
@Suite struct ScanOutputTests {
  /// Secrets in many places, one of each.
  private struct Scene {
    let repository: ScannedRepository
    let secrets: [String]
    var markers: [Marker] {
      secrets.map { Marker(String($0.split(separator: "_").last ?? "")) } + secrets.map { Marker($0) }
    }

    init() throws {
      repository = try ScannedRepository()
      secrets = (0..<6).map { _ in InventedToken.github() } + [InventedToken.characters(40)]
      let sandbox = repository.sandbox
      try repository.commit("a = \(secrets[0])\n", to: "folder/\(secrets[0])", message: "start")
      try repository.git(
        "commit", "--quiet", "--allow-empty", "-m", "with \(secrets[1])", "--author", "\(secrets[2]) <x@example.com>")
      try repository.git("tag", "-a", "v1", "-m", "with \(secrets[3])")
      try repository.git("notes", "add", "-m", "with \(secrets[4])")
      try repository.commit("password = \"\(secrets[6])\"\n", to: "config.py")
      try sandbox.write("b = \(secrets[5])\n", to: "staged")
      try repository.git("add", "staged")
    }
  }

  @Test func `no secret shows in any report, message, command line or file`() throws {
    let scene = try Scene()
    let sandbox = scene.repository.sandbox
    let markers = scene.markers
    let watch = try CommandLineWatch(for: markers)
    var number = 0
    for scope in [[], ["--staged"], ["--range", "HEAD~1..HEAD"], ["--dir", "."], ["--stdin"]] {
      for options in [
        ["--format", "text"], ["--format", "jsonl"], ["--all-places", "--no-color"], ["--quiet"],
        ["--min-confidence", "high"],
        ["-o", "FILE"], ["-o", "FILE", "--format", "jsonl"],
      ] {
        number += 1
        let report = sandbox.root + "/report.\(number)"
        let words = ["coffer", "scan"] + scope + options.map { $0 == "FILE" ? report : $0 }
        let input = scene.secrets.map { "k = \($0)\n" }.joined()
        let result = try sandbox.run(words, input: scope == ["--stdin"] ? .text(input) : .none)
        #expect(result.code == 1 || result.code == 0, "\(result)")
        let shown =
          [result.output, result.errorOutput] + (options.contains("FILE") ? [try TestFiles.read(report)] : [])
        for marker in markers { #expect(shown.allSatisfy { marker.form(in: $0) == nil }, "\(result)") }
        #expect(!options.contains("--quiet") || result.errorOutput.isEmpty, "\(result)")
      }
    }
    let seen = watch.end()
    #expect(seen.seen.isEmpty && seen.rounds > 3)
    for secret in scene.secrets {
      let kept = sandbox.files(holding: String(secret.suffix(20))).filter { !$0.hasPrefix(sandbox.project) }
      #expect(kept.isEmpty, "\(kept)")
    }
    // They are there to be shown.
    let open = try sandbox.coffer("scan", "--show-secrets")
    for secret in scene.secrets { #expect(open.stdout.contains(secret), "\(open)") }
    #expect(open.errorOutput.isEmpty)
  }

  @Test(arguments: ["text", "jsonl"]) func `an argument that is a secret is not repeated`(_ format: String) throws {
    let sandbox = try Sandbox()
    let secret = Marker()
    for arguments in [["--\(secret.text)"], ["--threads", secret.text], ["--format", format, "--range", secret.text]] {
      let result = try sandbox.run(["coffer", "scan"] + arguments)
      #expect(result.code == 2 && secret.form(in: result.output + result.errorOutput) == nil, "\(result)")
    }
  }

  // MARK: At a terminal

  /// Scans a stream that lasts for longer than it takes until progress is drawn.
  private static func slow(_ words: String = "") -> [String] {
    ["sh", "-c", "{ echo 'k = \(InventedToken.github())'; sleep 2; } | \"$0\" scan --stdin \(words)", Binaries.coffer]
  }

  private static func isProgress(_ text: String) -> Bool { text.hasPrefix("preparing") || text.hasPrefix("reading") }

  private static let clearing = "\r\u{1B}[K"

  @Test func `progress shows at a terminal and is gone at the end`() throws {
    let sandbox = try Sandbox()
    let terminal = try sandbox.terminal(running: Self.slow())
    #expect(terminal.finish() == .exit(1), "\(terminal)")
    let parts = terminal.transcript.components(separatedBy: Self.clearing)
    // It is taken away after each part of the work, too.
    let shown = parts.dropFirst().dropLast().filter { !$0.isEmpty }
    #expect(shown.count > 3 && shown.allSatisfy(Self.isProgress), "\(terminal)")
    #expect(parts.first == "" && parts.last.map(Self.isProgress) == false, "\(terminal)")
    #expect(
      parts.last?.contains("\u{1B}[1mGitHub") == true && parts.last?.contains("1 secret found") == true, "\(terminal)")
  }

  @Test func `no progress and no colour where they are not wanted`() throws {
    let sandbox = try Sandbox()
    for (words, setting) in [("--quiet --no-color", [:]), ("--quiet", ["NO_COLOR": "1"])]
      as [(String, [String: String])]
    {
      let terminal = try sandbox.terminal(running: Self.slow(words), setting: setting)
      #expect(terminal.finish() == .exit(1), "\(terminal)")
      #expect(!terminal.transcript.contains("\u{1B}"), "\(terminal)")
    }
    // Colours go, progress stays.
    let terminal = try sandbox.terminal(running: Self.slow(), setting: ["NO_COLOR": "1"])
    #expect(terminal.finish() == .exit(1), "\(terminal)")
    #expect(terminal.transcript.contains(Self.clearing), "\(terminal)")
    #expect(!terminal.transcript.replacing(Self.clearing, with: "").contains("\u{1B}"), "\(terminal)")
    // Neither goes into a pipe.
    let piped = try sandbox.run(Self.slow())
    #expect(!piped.stdout.contains("\u{1B}") && piped.errorOutput.isEmpty, "\(piped)")
  }
}
