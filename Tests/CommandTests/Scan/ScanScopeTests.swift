import Foundation
import Glibc
import Testing

/// Less than a whole history: what is staged, what a branch adds, a folder, a stream; and what is left out of a report.
@Suite struct ScanScopeTests {
  @Test func `--staged reads what the next commit would bring in`() throws {
    let repository = try ScannedRepository()
    try repository.commit("old = \(InventedToken.github())\n", to: "old")
    #expect(try repository.scan("--staged").status == 0)
    try repository.sandbox.write("new = \(InventedToken.github())\n", to: "new")
    #expect(try repository.scan("--staged").status == 0)
    try repository.git("add", "new")
    let staged = try repository.scan("--staged")
    #expect(staged.status == 1, "\(staged.result)")
    #expect(staged.findings.map { $0["file"] as? String } == ["new"])
    #expect(staged.findings.first?["source"] as? String == "index")
    // What is staged counts, not what the file holds by now.
    try repository.sandbox.write("nothing\n", to: "new")
    #expect(try repository.scan("--staged").status == 1)
  }

  @Test(arguments: [["-a"], ["tracked"], []])
  func `a hook sees what git commits, by whatever index`(_ words: [String]) throws {
    let repository = try ScannedRepository()
    try repository.commit("nothing\n", to: "tracked")
    try repository.sandbox.write(
      "#!/bin/sh\nexec '\(repository.sandbox.program)' scan --staged --quiet\n", to: ".git/hooks/pre-commit",
      mode: 0o755)
    try repository.sandbox.write("k = \(InventedToken.github())\n", to: "tracked")
    if words.isEmpty { try repository.git("add", "tracked") }
    let refused = try repository.sandbox.run(["git", "commit", "--quiet", "-m", "x"] + words)
    #expect(!refused.succeeded, "\(refused)")
    try repository.sandbox.write("clean\n", to: "tracked")
    if words.isEmpty { try repository.git("add", "tracked") }
    let taken = try repository.sandbox.run(["git", "commit", "--quiet", "-m", "x"] + words)
    #expect(taken.succeeded, "\(taken)")
  }

  @Test func `a folder of a sparse index, and a submodule, are no blind spots`() throws {
    let repository = try ScannedRepository()
    try repository.commit("nothing\n", to: "e/kept")
    let base = try repository.git("rev-parse", "HEAD")
    try repository.commit("k = \(InventedToken.github())\n", to: "d/f")
    try repository.git("sparse-checkout", "set", "--cone", "--sparse-index", "e")
    try repository.git("reset", "--quiet", "--soft", base)
    #expect(try repository.scan("--staged").findings.map { $0["file"] as? String } == ["d/f"])
    try repository.git("commit", "--quiet", "-m", "again")
    try repository.git(
      "update-index", "--add", "--cacheinfo", "160000,\(String(repeating: "1a", count: 20)),library")
    #expect(try repository.scan("--staged").gaps == ["submodule"])
    try repository.git("commit", "--quiet", "-m", "submodule")
    #expect(try repository.scan("--range", "HEAD~1..HEAD").gaps == ["submodule"])
  }

  @Test func `a .git file that leads outside is refused where CI is set, and told elsewhere`() throws {
    let repository = try ScannedRepository()
    try repository.commit("k = \(InventedToken.github())\n", to: "leak")
    let other = repository.sandbox.root + "/other"
    try TestFiles.makeFolder(other)
    try TestFiles.write(Array("gitdir: \(repository.sandbox.project)/.git\n".utf8), to: other + "/.git")
    let told = try repository.scan(other)
    #expect(told.status == 1 && told.result.stderr.contains("reads "), "\(told.result)")
    repository.sandbox.environment["CI"] = "1"
    #expect(try repository.scan(other).status == 2)
    #expect(try repository.scan("--follow-alternates", other).status == 1)
  }

  @Test func `--staged reads everything before the first commit`() throws {
    let repository = try ScannedRepository()
    try repository.sandbox.write("new = \(InventedToken.github())\n", to: "deep/new")
    try repository.git("add", "--all")
    #expect(try repository.scan("--staged").findings.map { $0["file"] as? String } == ["deep/new"])
  }

  @Test func `--range reads what its commits bring in`() throws {
    let repository = try ScannedRepository()
    try repository.commit("old = \(InventedToken.github())\n", to: "old")
    try repository.git("checkout", "--quiet", "-b", "side")
    try repository.commit("side = \(InventedToken.github())\n", to: "side")
    try repository.git("rm", "--quiet", "side")
    try repository.commit("removed with \(InventedToken.github())")
    let scanned = try repository.scan("--range", "main..side")
    #expect(scanned.status == 1)
    #expect(Set(scanned.findings.map { $0["source"] as? String }) == ["blob", "commit-message"], "\(scanned.result)")
    #expect(scanned.findings.allSatisfy { $0["file"] as? String != "old" })
    #expect(try repository.scan("--range", "main..main").status == 0)
    #expect(try repository.scan("--range", "main..").status == 1)
    #expect(try repository.scan("--range", "nonsense..side").status == 2)
  }

  @Test func `--range in a shallow clone that holds it whole is complete`() throws {
    let repository = try ScannedRepository()
    try repository.commit("start\n", to: "file")
    try repository.git("branch", "side")
    for number in 0..<5 { try repository.commit("\(number)\n", to: "file") }
    try repository.git(
      "clone", "--quiet", "--depth", "3", "--no-single-branch", "file://" + repository.sandbox.project, "../clone")
    let whole = try repository.scan("--range", "HEAD~1..HEAD", "../clone")
    #expect(whole.status == 0, "\(whole.result)")
    // Where the two parted is not here.
    let cut = try repository.scan("--range", "origin/side..HEAD", "../clone")
    #expect(cut.status == 3, "\(cut.result)")
    #expect(cut.gaps == ["shallow"])
  }

  @Test func `--dir reads files without git`() throws {
    let sandbox = try Sandbox()
    try sandbox.write("k = \(InventedToken.github())\n", to: "deep/er/file")
    try sandbox.write("k = \(InventedToken.github())\n", to: ".hidden")
    symlink("/etc/hostname", sandbox.path("link"))
    mkfifo(sandbox.path("fifo"), 0o600)
    let scanned = try Scanned(sandbox.coffer("scan", "--format", "jsonl", "--dir", "."))
    #expect(scanned.status == 1)
    #expect(Set(scanned.findings.map { $0["file"] as? String }) == ["deep/er/file", ".hidden"], "\(scanned.result)")
    #expect(scanned.findings.allSatisfy { $0["source"] as? String == "worktree" })
  }

  @Test func `--dir with a file that may not be read is not clean`() throws {
    let sandbox = try Sandbox(as: .nobody)
    try sandbox.write("nothing\n", to: "file")
    chmod(sandbox.path("file"), 0)
    let scanned = try Scanned(sandbox.coffer("scan", "--format", "jsonl", "--dir", "."))
    #expect(scanned.status == 3, "\(scanned.result)")
    #expect(scanned.gaps == ["unreadable"])
    #expect(try sandbox.coffer("scan", "--dir", "nowhere").code == 2)
  }

  @Test func `--stdin reads a stream`() throws {
    let sandbox = try Sandbox()
    let secret = InventedToken.github()
    let scanned = try Scanned(
      sandbox.coffer("scan", "--format", "jsonl", "--stdin", input: .text("one\ntwo \(secret)\n")))
    #expect(scanned.status == 1)
    #expect(scanned.findings.first?["line"] as? Int == 2)
    #expect(scanned.findings.first?["column"] as? Int == 5)
    #expect(scanned.findings.first?["source"] as? String == "stdin")
    #expect(try sandbox.coffer("scan", "--stdin", input: .text("nothing\n")).code == 0)
  }

  @Test func `a line that allows it is passed over, and counted`() throws {
    let sandbox = try Sandbox()
    let text = "k = \(InventedToken.github()) # coffer:allow\nk = \(InventedToken.github()) // gitleaks:allow\n"
    let result = try sandbox.coffer("scan", "--stdin", input: .text(text))
    #expect(result.code == 0, "\(result)")
    #expect(result.stdout.contains("2"), "\(result)")
  }

  @Test func `a finding in .cofferignore is no finding, and a stale line is told`() throws {
    let repository = try ScannedRepository()
    try repository.sandbox.write("vault = \"x 0\"\n[scan]\nsalt = \"0123456789abcdef\"\n", to: "coffer.toml")
    try repository.commit("k = \(InventedToken.github())\n", to: "test.js")
    let fingerprint = try #require(try repository.scan().findings.first?["fingerprint"] as? String)
    #expect(try repository.scan().findings.first?["fingerprint"] as? String == fingerprint)
    try repository.sandbox.write(
      "# judged by hand\n\(fingerprint) an invented token of a test\n\(String(repeating: "0", count: 32)) gone\n",
      to: ".cofferignore")
    let scanned = try repository.scan()
    #expect(scanned.status == 0, "\(scanned.result)")
    #expect(scanned.findings.isEmpty)
    let text = try repository.sandbox.coffer("scan")
    #expect(text.stdout.contains(".cofferignore:3"), "\(text)")
    // Its time has ended.
    try repository.sandbox.write("\(fingerprint) until:2020-01-01 an old one\n", to: ".cofferignore")
    #expect(try repository.scan().status == 1)
    // Without a reason it is not judged.
    try repository.sandbox.write("\(fingerprint)\n", to: ".cofferignore")
    #expect(try repository.scan().status == 1)
  }

  @Test func `a report goes to a file that is new or empty`() throws {
    let repository = try ScannedRepository()
    let secret = InventedToken.github()
    try repository.commit("k = \(secret)\n", to: "a")
    let result = try repository.sandbox.coffer("scan", "--format", "jsonl", "-o", "report.jsonl")
    #expect(result.code == 1, "\(result)")
    #expect(result.output.isEmpty)
    #expect(try repository.sandbox.text(of: "report.jsonl").contains("\"summary\""))
    let again = try repository.sandbox.coffer("scan", "-o", "report.jsonl")
    #expect(again.code == 2, "\(again)")
  }

  @Test func `--min-confidence leaves out what is less sure`() throws {
    let sandbox = try Sandbox()
    let token = InventedToken.github().dropLast() + "!"
    let text = "password = \"\(InventedToken.characters(20))\"\n\(token)\n"
    let all = try Scanned(sandbox.coffer("scan", "--format", "jsonl", "--stdin", input: .text(text)))
    let sure = try Scanned(
      sandbox.coffer("scan", "--format", "jsonl", "--stdin", "--min-confidence", "high", input: .text(text)))
    #expect(all.findings.count > sure.findings.count, "\(all.result)")
    #expect(sure.status == 0, "\(sure.result)")
  }

  @Test(arguments: [
    ["--dir", ".", "--staged"], ["--stdin", "."], ["--range", "a"], ["--range", "a...b"], ["--threads", "0"],
    ["--format", "xml"], ["--nonsense"],
  ])
  func `words that make no sense are refused`(_ arguments: [String]) throws {
    let result = try Sandbox().run(["coffer", "scan"] + arguments)
    #expect(result.code == 2, "\(result)")
    #expect(result.output.isEmpty)
  }
}
