import Foundation
import Testing

/// `coffer audit` and `coffer audit verify`.
@Suite struct AuditShowTests {
  private func rows(_ sandbox: Sandbox, _ arguments: String...) throws -> [[String: Any]] {
    let result = try sandbox.run(["coffer", "audit", "--format", "json"] + arguments)
    #expect(result.succeeded, "\(result)")
    return try result.stdout.split(separator: "\n").map {
      try #require(try JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any], "\($0)")
    }
  }

  private func kinds(_ rows: [[String: Any]]) -> [String] { rows.compactMap { $0["kind"] as? String } }

  @Test func `changes and reads stand together, the newest last, and every filter narrows them`() throws {
    let sandbox = try Sandbox.prepared("[variables.FIRST]\n[variables.SECOND]\nrequired = false\n")
    try sandbox.store(["FIRST": "one"])
    try sandbox.succeed("run", "--", "true")
    try sandbox.store(["FIRST": "two"])
    try sandbox.store(["SECOND": "three"], in: "staging")
    try sandbox.succeed("rollback", "FIRST", "1")
    try sandbox.succeed("get", "SECOND", "-e", "staging")
    try sandbox.succeed("rm", "SECOND", "-e", "staging", "--yes")

    let all = try rows(sandbox)
    #expect(
      kinds(all) == ["found", "epoch", "epoch", "epoch", "put", "run", "put", "put", "point", "get", "remove"])
    #expect(all.compactMap { $0["sequence"] as? Int } == Array(1...9))
    let names = all.suffix(7).map { row in
      (row["names"] as? [[String: Any]] ?? []).map { "\($0["name"] ?? "") \($0["version"] as? Int ?? 0)" }
    }
    #expect(
      names == [["FIRST 1"], ["FIRST 1"], ["FIRST 2"], ["SECOND 1"], ["FIRST 1"], ["SECOND 1"], ["SECOND 0"]])
    #expect(all[4]["author"] as? String == "founder" || all[4]["author"] is String)
    #expect(all[1]["environment"] as? String == "development" && all[0]["environment"] is NSNull)

    #expect(try kinds(rows(sandbox, "--name", "SECOND")) == ["put", "get", "remove"])
    #expect(try kinds(rows(sandbox, "-e", "staging")) == ["epoch", "put", "get", "remove"])
    #expect(try kinds(rows(sandbox, "--kind", "put")) == ["put", "put", "put"])
    #expect(try kinds(rows(sandbox, "--limit", "3")) == ["point", "get", "remove"])
    #expect(try kinds(rows(sandbox, "--limit", "1", "--name", "FIRST")) == ["point"])
    #expect(try kinds(rows(sandbox, "--by", try #require(all[4]["author"] as? String))).count == 9)
    #expect(try rows(sandbox, "--by", "nobody").isEmpty)
    #expect(try rows(sandbox, "--since", "1h").count == 11 && rows(sandbox, "--since", "2999-01-01").isEmpty)
    for bad in ["x", "7", "d", "-1d", "2026-13-01", "99999999999999999999d"] {
      let result = try sandbox.coffer("audit", "--since=\(bad)")
      #expect(result.code == 2 && result.stderr.contains("--since"), "\(result)")
    }
    let text = try sandbox.coffer("audit")
    #expect(
      text.stdout.split(separator: "\n").count == 11 && text.stdout.contains("this device  FIRST 1  true"), "\(text)")
  }

  @Test func `who was let in, changed and shut out is told apart`() throws {
    let scene = try MemberScene()
    _ = try scene.member("Bob", "--write", "development", "--read", "production")
    try scene.owner.succeed("member", "role", "Bob", "--read", "development", "--yes")
    try scene.owner.succeed("member", "remove", "Bob", "--yes")
    try scene.owner.succeed("token", "create", "ci", "-e", "production", "--only", "A_KEY,B_KEY")
    try scene.owner.succeed("token", "revoke", "ci", "--yes")
    let details = try (rows(scene.owner, "--kind", "member") + rows(scene.owner, "--kind", "token"))
    #expect(
      details.compactMap { $0["detail"] as? String } == [
        "added Bob: development write, production read", "Bob may now: development read", "removed Bob",
        "added ci: production read, only A_KEY, B_KEY", "removed ci",
      ], "\(details)")
    let members = details.compactMap { ($0["members"] as? [[String: Any]])?.first }
    #expect(members.compactMap { $0["act"] as? String } == ["added", "changed", "removed", "added", "removed"])
    #expect(members.compactMap { $0["name"] as? String } == ["Bob", "Bob", "Bob", "ci", "ci"])
    #expect(members.first?["roles"] as? [String: String] == ["development": "write", "production": "read"])
    #expect(members.map { $0["only"] as? [String] } == [nil, nil, nil, ["A_KEY", "B_KEY"], nil])
    // What somebody had seen is no variable.
    #expect(try !scene.owner.succeed("audit").stdout.contains("access-ended"))
    #expect(members[2]["roles"] as? [String: String] == [:])
    let found = try #require(try rows(scene.owner, "--kind", "found").first)
    let founders = try #require(found["members"] as? [[String: Any]])
    #expect(founders.allSatisfy { $0["act"] as? String == "added" && $0["rights"] as? String == "admin of the vault" })
    #expect(try rows(scene.owner, "--kind", "epoch").allSatisfy { $0["members"] == nil })
    let text = try scene.owner.coffer("audit", "--kind", "member").stdout
    #expect(text.contains("  added Bob: development write, production read\n"), "\(text)")
  }

  @Test func `while the vault is locked only the device's part is shown`() throws {
    let sandbox = try Sandbox.withVault(unlocked: false)
    try sandbox.succeed("set", "TOKEN", input: .text("x"))
    try sandbox.succeed("run", "--", "true")
    sandbox.environment["COFFER_PASSPHRASE_FILE"] = nil
    let result = try sandbox.coffer("audit")
    #expect(result.succeeded && result.stderr.contains("the vault is locked"), "\(result)")
    #expect(result.stdout.split(separator: "\n").count == 1 && result.stdout.contains("  run "), "\(result)")
  }

  @Test func `a rotation is shown by the name it is of`() throws {
    let sandbox = try Sandbox.prepared("[variables.TOKEN]\n")
    try sandbox.succeed("set", "TOKEN", "--generate", "hex:32")
    _ = try sandbox.coffer("rotate", "TOKEN", "--generate", "hex:32", "--yes")
    let rows = try rows(sandbox, "--kind", "rotation")
    #expect(!rows.isEmpty)
    #expect(
      rows.allSatisfy {
        (($0["names"] as? [[String: Any]])?.first?["name"] as? String) == "TOKEN"
          && $0["environment"] as? String == "development"
      })
  }

  @Test func `what was changed behind coffer's back is found`() throws {
    let sandbox = try Sandbox.prepared("[variables.TOKEN]\n")
    try sandbox.store(["TOKEN": "x"])
    for _ in 0..<3 { try sandbox.succeed("get", "TOKEN") }
    let verified = try sandbox.coffer("audit", "verify")
    #expect(verified.succeeded && verified.stderr.contains("as written, 3 lines\n"), "\(verified)")
    let log = try TestFiles.read(sandbox.auditFile)
    let lines = log.split(separator: 0x0A).map { Array($0) + [0x0A] }
    let renamed = Array(String(decoding: log, as: UTF8.self).replacing("TOKEN", with: "OTHER").utf8)
    for (what, faulty, words) in [
      ("changed", renamed, "was changed"), ("cut out", lines[0] + lines[2], "was changed"),
      ("inserted", lines[0] + log, "was changed"), ("gone", [], "are missing"),
    ] {
      try TestFiles.write(faulty, to: sandbox.auditFile, mode: 0o600)
      let result = try sandbox.coffer("audit", "verify")
      #expect(result.code == 4 && result.stderr.contains(words), "\(what): \(result)")
    }
    try TestFiles.write(log, to: sandbox.auditFile, mode: 0o600)
    #expect(try sandbox.coffer("audit", "verify").succeeded)
    let chain = String(sandbox.auditFile.dropLast(".log".count)) + ".chain"
    let checkpoints = try TestFiles.read(chain)
    for isEmptied in [false, true] {
      if isEmptied { try TestFiles.write([], to: chain, mode: 0o600) } else { remove(chain) }
      let result = try sandbox.coffer("audit", "verify")
      #expect(result.code == 4 && result.stderr.contains("cannot be told"), "\(result)")
      #expect(!result.stderr.contains("as written"), "\(result)")
    }
    try TestFiles.write(checkpoints, to: chain, mode: 0o600)
    #expect(try sandbox.coffer("audit", "verify").succeeded)
    var vault = try TestFiles.read(sandbox.vaultFile)
    vault[5000] ^= 1
    try TestFiles.write(vault, to: sandbox.vaultFile, mode: 0o600)
    #expect(try sandbox.coffer("audit", "verify").code == 4)
  }
}
