import Testing

/// `make install` puts each thing where its reader looks, and `make uninstall` takes all of it away.
@Suite(.enabled(if: Binaries.staticCoffer != nil && hasProgram("make"), "make dist builds what is installed"))
struct InstallTests {
  @Test func `what is installed works, and is taken away as a whole`() throws {
    let sandbox = try Sandbox()
    let target = sandbox.root + "/target"
    func make(_ goal: String) throws -> RunResult {
      // `make test` has made dist: it is not made again.
      try sandbox.run([
        "make", "-C", Binaries.packageFolder, "--no-print-directory", "-o", "dist", goal, "DESTDIR=" + target,
        "PREFIX=/usr",
      ])
    }
    let installed = try make("install")
    let programs = ["coffer", "coffer-scan"].map { "\(target)/usr/bin/\($0)" }
    #expect(
      installed.succeeded && installed.stdout == programs.map { "installed \($0)\n" }.joined(), "\(installed)")
    let files = TestFiles.tree(target).filter { !TestFiles.isFolder($0) }
    #expect(
      files.map { String($0.dropFirst(target.count)) } == [
        "/usr/bin/coffer", "/usr/bin/coffer-scan", "/usr/share/bash-completion/completions/coffer",
        "/usr/share/fish/vendor_completions.d/coffer.fish", "/usr/share/man/man1/coffer-scan.1",
        "/usr/share/man/man1/coffer.1",
        "/usr/share/zsh/site-functions/_coffer",
      ])
    for program in programs { #expect(TestFiles.mode(program) == 0o755) }
    for file in files where !programs.contains(file) {
      let bytes = try TestFiles.read(file)
      #expect(TestFiles.mode(file) == 0o644 && !bytes.isEmpty, "\(file)")
    }
    for (program, name) in zip(programs, ["coffer ", "coffer-scan "]) {
      let version = try sandbox.run([program, "--version"])
      #expect(version.succeeded && version.stdout.hasPrefix(name), "\(version)")
    }

    let removed = try make("uninstall")
    #expect(removed.succeeded, "\(removed)")
    #expect(TestFiles.tree(target).filter { !TestFiles.isFolder($0) }.isEmpty)
  }
}
