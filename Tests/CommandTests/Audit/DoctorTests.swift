import Foundation
import Testing

/// `coffer doctor`: what is wrong, without a passphrase, a project or a vault.
@Suite struct DoctorTests {
  private func findings(_ sandbox: Sandbox, _ prefix: [String] = []) throws -> (code: Int32?, all: [[String: String]]) {
    let result = try sandbox.run(prefix + [prefix.isEmpty ? "coffer" : sandbox.program, "doctor", "--format", "json"])
    let all = try JSONSerialization.jsonObject(with: Data(result.output)) as? [[String: Any]]
    return (
      result.code,
      try #require(all, "\(result)").map { finding in finding.compactMapValues { $0 as? String } }
    )
  }

  private func finding(_ check: String, _ all: [[String: String]]) throws -> [String: String] {
    try #require(all.first { $0["check"] == check }, "\(all)")
  }

  @Test func `a machine without any project is looked at, and a sound project is sound`() throws {
    let bare = try Sandbox()
    bare.environment["COFFER_PASSPHRASE_FILE"] = nil
    let (_, nothing) = try findings(bare)
    #expect(try finding("identity", nothing)["state"] == "note" && finding("project", nothing)["state"] == "note")
    #expect(try finding("coffer-scan", nothing)["state"] == "ok" && finding("libsodium", nothing)["state"] == "ok")
    #expect(TestFiles.tree(bare.cofferHome).isEmpty, "it changes nothing")

    let sandbox = try Sandbox.prepared("[variables.TOKEN]\n")
    sandbox.environment["COFFER_PASSPHRASE_FILE"] = nil
    let (_, found) = try findings(sandbox)
    for check in ["permissions", "audit file", "identity", "project", "vault", "clock", "sqlite"] {
      #expect(try finding(check, found)["state"] == "ok", "\(check)")
    }
    let text = try sandbox.coffer("doctor")
    #expect(text.stdout.contains("ok") && text.stdout.split(separator: "\n").count == found.count, "\(text)")
  }

  @Test func `open modes, links and what does not belong are told with what to do`() throws {
    let sandbox = try Sandbox.prepared("[variables.TOKEN]\n")
    chmod(sandbox.identityFile, 0o644)
    chmod(sandbox.cofferHome + "/state", 0o755)
    symlink("/etc/passwd", sandbox.cofferHome + "/data/link")
    let (code, found) = try findings(sandbox)
    let problems = found.filter { $0["check"] == "permissions" }
    #expect(code == 1 && problems.count == 3 && problems.allSatisfy { $0["state"] == "attention" }, "\(problems)")
    #expect(problems.contains { $0["fix"] == "chmod 600 \(sandbox.identityFile)" })
    #expect(problems.contains { $0["fix"] == "chmod 700 \(sandbox.cofferHome)/state" })
    #expect(problems.contains { $0["text"]?.contains("symbolic link") ?? false })
  }

  @Test func `a folder that is not linked, a damaged identity and an older vault need attention`() throws {
    let sandbox = try Sandbox.prepared("[variables.TOKEN]\n")
    let older = try TestFiles.read(sandbox.vaultFile)
    try sandbox.store(["TOKEN": "x"])
    let toml = try sandbox.text(of: "coffer.toml")
    try sandbox.write(toml + "[variables.MORE]\n", to: "coffer.toml")
    #expect(try finding("project", findings(sandbox).all)["fix"] == "coffer link")
    try sandbox.write(toml, to: "coffer.toml")
    for suffix in ["-wal", "-shm"] { remove(sandbox.vaultFile + suffix) }
    try TestFiles.write(older, to: sandbox.vaultFile, mode: 0o600)
    try TestFiles.write(Array("none".utf8), to: sandbox.identityFile, mode: 0o600)
    let (code, found) = try findings(sandbox)
    #expect(code == 1)
    #expect(try finding("identity", found)["state"] == "attention")
    #expect(try finding("vault", found)["text"]?.contains("rollback") ?? false, "\(found)")
    try sandbox.write("nonsense", to: "coffer.toml")
    #expect(try finding("project", findings(sandbox).all)["state"] == "attention")
    remove(sandbox.linkFile)
    try sandbox.write(toml, to: "coffer.toml")
    #expect(try finding("project", findings(sandbox).all)["fix"]?.contains("coffer link") ?? false)
  }

  @Test(.enabled(if: Binaries.isRoot, "only root can become another user"))
  func `memory that cannot be locked and a folder that cannot be written need attention`() throws {
    let sandbox = try Sandbox.withVault(as: .nobody, unlocked: false)
    chmod(sandbox.cofferHome + "/state", 0o500)
    defer { chmod(sandbox.cofferHome + "/state", 0o700) }
    let (code, found) = try findings(sandbox, ["prlimit", "--memlock=0"])
    #expect(code == 1)
    #expect(
      try finding("memory", found)["state"] == "attention" && finding("audit file", found)["state"] == "attention")
  }

  @Test(.enabled(if: Conditions.shiftsClocks, "no library can be put before the clock"))
  func `a clock behind the vault's newest entry needs attention`() throws {
    let sandbox = try Sandbox.prepared("[variables.TOKEN]\n")
    let set = try sandbox.run(
      [Binaries.debugCoffer, "set", "TOKEN"], input: .text("x"),
      setting: try Conditions.clock(shifted: 3600, in: sandbox))
    #expect(set.succeeded, "\(set)")
    let (code, found) = try findings(sandbox)
    #expect(code == 1)
    #expect(try finding("clock", found)["state"] == "attention")
  }
}
