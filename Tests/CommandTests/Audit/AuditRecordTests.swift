import Foundation
import Testing

/// What a device keeps of reads and launches: names and versions, never a value, and never at a launch's cost.
@Suite struct AuditRecordTests {
  @Test func `a launch is recorded with its names and versions, and no value or argument`() throws {
    let sandbox = try Sandbox.prepared("[variables.FIRST]\n[variables.SECOND]\n")
    let values = (0..<3).map { _ in Marker() }
    let argument = Marker()
    try sandbox.store(["FIRST": values[0].text, "SECOND": values[1].text])
    try sandbox.store(["FIRST": values[2].text])
    let result = try sandbox.coffer(
      "run", "--", "sh", "-c", "echo $$; cut -d' ' -f22 /proc/$$/stat; cat /proc/sys/kernel/random/boot_id",
      argument.text)
    #expect(result.succeeded && result.stderr.isEmpty, "\(result)")
    let said = result.stdout.split(separator: "\n").map(String.init)

    let line = try #require(try sandbox.auditLines.last)
    #expect(line["kind"] as? String == "run" && line["environment"] as? String == "development")
    #expect(line["names"] as? [String: Int] == ["FIRST": 2, "SECOND": 1])
    #expect(line["command"] as? String == "sh")
    // The launched process is the one that is recorded.
    #expect(said == ["\(line["pid"] ?? "")", "\(line["start"] ?? "")", line["boot"] as? String ?? ""])
    #expect((line["run"] as? String)?.count == 16 && (line["vault"] as? String)?.count == 32)

    for command in [
      ["get", "FIRST"], ["get", "FIRST", "--version-number", "1"], ["export"], ["check"], ["run", "--explain"],
      ["env", "copy", "development", "preview"],
    ] {
      let result = try sandbox.run(["coffer"] + command)
      #expect(result.succeeded, "\(result)")
    }
    try sandbox.succeed("import", "-", "--yes", input: .text("FIRST=\(values[2].text)\n"))
    #expect(
      try sandbox.auditLines.suffix(7).map { $0["kind"] as? String } == [
        "get", "get", "export", "check", "check", "copy", "import",
      ])
    #expect(try sandbox.auditLines.suffix(6).first?["names"] as? [String: Int] == ["FIRST": 1])
    // What shows no value is not recorded.
    let count = try sandbox.auditLines.count
    for command in [["list"], ["history", "FIRST"], ["verify"], ["audit"], ["status"], ["doctor"]] {
      _ = try sandbox.run(["coffer"] + command)
    }
    #expect(try sandbox.auditLines.count == count)
    for path in TestFiles.tree(sandbox.cofferHome + "/state") where !TestFiles.isFolder(path) {
      let bytes = try TestFiles.read(path)
      for marker in values + [argument] { #expect(marker.form(in: bytes) == nil, "\(path)") }
      #expect(TestFiles.mode(path) == 0o600 && TestFiles.mode(sandbox.auditFolder) == 0o700)
    }
  }

  @Test func `what stands for a command and is none is not kept`() throws {
    let sandbox = try Sandbox.prepared("[variables.TOKEN]\n")
    try sandbox.store(["TOKEN": "x"])
    let mistake = Marker()
    #expect(try sandbox.coffer("run", "--", mistake.text).code == 127)
    let line = try #require(try sandbox.auditLines.last)
    #expect(line["kind"] as? String == "run" && line["command"] == nil)
    #expect(sandbox.files(holding: mistake.text).isEmpty)
    // Stopped before: the values were read, and went nowhere.
    try sandbox.declare("[variables.TOKEN]\n[variables.MISSING]\n")
    #expect(try sandbox.coffer("run", "--", "true").code == 125)
    #expect(try sandbox.auditLines.last?["kind"] as? String == "check")
  }

  @Test func `sixty-four launches at once are sixty-four whole lines, chained as they came`() throws {
    let sandbox = try Sandbox.prepared((0..<80).map { "[variables.NAME_\($0)]\n" }.joined())
    try sandbox.succeed(
      "import", "-", "--yes", input: .text((0..<80).map { "NAME_\($0)=value \($0) of it\n" }.joined()))
    let before = try sandbox.auditLines.count
    let script = "for i in $(seq 64); do \"$COFFER\" run -- true & done; wait"
    let result = try sandbox.run(["sh", "-c", script], setting: ["COFFER": sandbox.program], seconds: 300)
    #expect(result.stderr.isEmpty, "\(result)")
    let lines = try sandbox.auditLines.dropFirst(before)
    #expect(lines.count == 64 && Set(lines.compactMap { $0["run"] as? String }).count == 64)
    #expect(lines.allSatisfy { ($0["names"] as? [String: Int])?.count == 80 })
    // Some of them were so many that a launch chained them.
    let verified = try sandbox.coffer("audit", "verify")
    #expect(verified.succeeded && verified.stderr.contains("\(before + 64) lines"), "\(verified)")
    #expect(TestFiles.tree(sandbox.auditFolder).contains { $0.hasSuffix(".chain") })
  }

  @Test(arguments: ["state", "audit"])
  func `a folder that cannot be written stops no launch, and one warning says so`(folder: String) throws {
    let sandbox = try Sandbox.withVault(as: .nobody, unlocked: false)
    try sandbox.succeed("set", "TOKEN", input: .text("x"))
    let path = folder == "state" ? sandbox.cofferHome + "/state" : sandbox.auditFolder
    if folder == "audit" { try sandbox.succeed("get", "TOKEN") } else { TestFiles.removeTree(sandbox.auditFolder) }
    for file in TestFiles.tree(path) where !TestFiles.isFolder(file) && path.hasSuffix("audit") { remove(file) }
    chmod(path, 0o500)
    defer { chmod(path, 0o700) }
    let result = try sandbox.coffer("run", "--", "printenv", "TOKEN")
    #expect(result.succeeded && result.stdout == "x\n", "\(result)")
    let lines = result.stderr.split(separator: "\n")
    #expect(lines.count == 1 && lines[0].hasPrefix("coffer: warning: this is not in the audit file: "), "\(result)")
    #expect(lines.first?.hasSuffix(": Permission denied") ?? false, "\(result)")
  }

  @Test(.enabled(if: Binaries.isRoot && Conditions.mounts, "no small disk can be mounted here"))
  func `a full disk stops no launch, and what it tore is passed over`() throws {
    let sandbox = try Sandbox.prepared((0..<300).map { "[variables.A_NAME_OF_SOME_LENGTH_\($0)]\n" }.joined())
    try sandbox.succeed(
      "import", "-", "--yes", input: .text((0..<300).map { "A_NAME_OF_SOME_LENGTH_\($0)=value \($0)\n" }.joined()))
    try sandbox.succeed("run", "--", "true")
    let script = """
      mount -t tmpfs -o size=64k none "$AUDIT" || exit 77
      for i in 1 2 3 4 5 6 7 8 9 10; do "$COFFER" run -- true || echo failed; done
      tail -c 1 "$AUDIT"/*.log | od -An -c >&3
      "$COFFER" audit --format json | wc -l >&3; "$COFFER" audit verify >/dev/null 2>&1 || echo "verify failed"
      """
    let result = try sandbox.run(
      ["unshare", "-m", "bash", "-c", "exec 3>&1; " + script],
      setting: ["COFFER": sandbox.program, "AUDIT": sandbox.auditFolder])
    let warnings = result.stderr.split(separator: "\n").filter { $0.contains("No space left on device") }
    #expect(result.succeeded && !result.stdout.contains("failed") && (1...9).contains(warnings.count), "\(result)")
  }

  @Test func `a torn last line, and a launch killed at any moment, leave whole lines`() throws {
    let sandbox = try Sandbox.prepared("[variables.TOKEN]\n")
    try sandbox.store(["TOKEN": "x"])
    try sandbox.succeed("run", "--", "true")
    let before = try TestFiles.read(sandbox.auditFile)
    try TestFiles.write(before + before.prefix(60), to: sandbox.auditFile, mode: 0o600)
    try sandbox.succeed("run", "--", "true")
    #expect(try sandbox.auditLines.filter { $0["kind"] as? String == "run" }.count == 2)
    let verified = try sandbox.coffer("audit", "verify")
    #expect(verified.succeeded && verified.stderr.contains("1 torn by a crash or a full disk"), "\(verified)")
    let shown = try sandbox.coffer("audit", "--kind", "run")
    #expect(shown.stdout.split(separator: "\n").count == 2 && shown.stderr.contains("cannot be read"), "\(shown)")
  }

  @Test(.enabled(if: Trace.isPossible, "strace cannot work here"), arguments: ["write", "pwrite64", "openat"])
  func `a read that is killed at any moment leaves a chain that fits`(call: String) throws {
    let sandbox = try Sandbox.prepared("[variables.TOKEN]\n")
    try sandbox.store(["TOKEN": "x"])
    try sandbox.succeed("get", "TOKEN")
    let counted = try sandbox.run(
      ["sh", "-c", "strace -f -qq -e trace=\(call) -o trace \"$COFFER\" get TOKEN >/dev/null; wc -l <trace"],
      setting: ["COFFER": sandbox.program])
    let count = Int(counted.stdout.trimmingCharacters(in: .whitespacesAndNewlines)) ?? 0
    #expect(count > 0)
    for number in max(1, count - 12)...max(1, count) {
      _ = try sandbox.run(
        Trace.prefix(to: "/dev/null", calls: [call], more: ["-e", "inject=\(call):signal=KILL:when=\(number)"])
          + [sandbox.program, "get", "TOKEN"])
      let verified = try sandbox.coffer("audit", "verify")
      #expect(verified.succeeded, "\(call) \(number): \(verified)")
    }
  }

  @Test func `what is in the way of the audit file is refused, and the launch goes on`() throws {
    let sandbox = try Sandbox.prepared("[variables.TOKEN]\n")
    try sandbox.store(["TOKEN": "x"])
    try sandbox.succeed("run", "--", "true")
    let file = sandbox.auditFile
    let victim = sandbox.root + "/victim"
    try TestFiles.write([], to: victim, mode: 0o600)
    for (plant, refusal) in [
      ("ln -s '\(victim)' '\(file)'", "is a symbolic link"), ("mkfifo -m 600 '\(file)'", "is not a regular file"),
      ("mkdir '\(file)'", "is not a regular file"),
      ("touch '\(file)'; chmod 644 '\(file)'", "can be reached by others"),
    ] {
      #expect(try sandbox.run(["sh", "-c", "rm -rf '\(file)'; \(plant)"]).succeeded)
      let result = try sandbox.coffer("run", "--", "true", seconds: 20)
      #expect(result.succeeded && result.stderr.contains(refusal), "\(plant): \(result)")
    }
    #expect(try TestFiles.read(victim).isEmpty)
  }
}

extension Sandbox {
  var auditFolder: String { cofferHome + "/state/audit" }
  /// The one vault's, if something was recorded.
  var auditFile: String { TestFiles.entries(auditFolder).first { $0.hasSuffix(".log") } ?? auditFolder + "/none.log" }

  /// What is recorded, by a JSON reader that is not Coffer's; lines that are none are left out.
  var auditLines: [[String: Any]] {
    get throws {
      guard TestFiles.exists(auditFile) else { return [] }
      return try TestFiles.read(auditFile).split(separator: 0x0A).compactMap {
        try? JSONSerialization.jsonObject(with: Data($0)) as? [String: Any]
      }
    }
  }
}
