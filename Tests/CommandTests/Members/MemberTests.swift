import FoundationEssentials
import Platform
import Testing

/// People let in, and shut out, by the program itself.
@Suite struct MemberTests {
  /// One line of what `member remove` lists.
  private struct Seen: Decodable, Hashable {
    let environment: String
    let name: String
    let version: Int?
    let pending: Int?
  }

  private func seen(_ result: RunResult) throws -> [Seen] {
    try #require(result.succeeded, "\(result)")
    return try JSONDecoder().decode([Seen].self, from: Data(result.output))
  }

  @Test func `a newcomer reads what the role says, and is shut out with the list of what was seen`() throws {
    let scene = try MemberScene()
    let owner = scene.owner
    try owner.store(["A": "a one", "B": "b one"])
    try owner.store(["P": "p one", "Q": "q one", "GONE": "g one"], in: "production")
    try owner.store(["S": "s one"], in: "staging")
    try owner.store(["Q": "q two"], in: "production")
    try owner.succeed("rm", "GONE", "-e", "production", "--yes")
    let bob = try scene.member("Bob", "--read", "development", "--write", "production")
    let his = bob.sandbox
    #expect(try his.succeed("get", "A").stdout == "a one")
    #expect(try his.succeed("get", "Q", "-e", "production").stdout == "q two")
    let closed = try his.coffer("get", "S", "-e", "staging")
    #expect(closed.code == 5 && closed.output.isEmpty, "\(closed)")
    #expect(closed.stderr.contains("error: your identity has no access to staging\n"), "\(closed)")
    try his.succeed("set", "P", "-e", "production", input: .text("p two"))
    try scene.carry(from: his, to: owner)
    #expect(try owner.succeed("get", "P", "-e", "production").stdout == "p two")
    #expect(try owner.succeed("history", "P", "-e", "production").stdout.contains("Bob"))

    // What Bob opens in the vault as it was: names and versions in use.
    var opened: Set<Seen> = []
    for environment in ["development", "staging", "production"] {
      let listed = try his.coffer("list", "-e", environment, "--format", "json")
      guard listed.succeeded else { continue }
      struct Entry: Decodable {
        let name: String
        let version: Int?
      }
      for entry in try JSONDecoder().decode([Entry].self, from: Data(listed.output)) {
        #expect(try his.coffer("get", entry.name, "-e", environment).succeeded)
        opened.insert(Seen(environment: environment, name: entry.name, version: entry.version, pending: nil))
      }
    }
    let listed = try seen(owner.coffer("member", "remove", "Bob", "--yes", "--format", "json"))
    #expect(Set(listed) == opened && listed.count == 4, "\(listed)")

    // The old file stays open to him, the new one does not.
    #expect(try his.succeed("get", "A").stdout == "a one")
    let old = try FolderState(of: his.cofferHome)
    try scene.carry(from: owner, to: his)
    for command in [["get", "A"], ["get", "P", "-e", "production"], ["list"], ["run", "--", "true"], ["export"]] {
      let refused = try his.run(["coffer"] + command)
      #expect(refused.code == (command[0] == "run" ? 125 : 5) && refused.output.isEmpty, "\(refused)")
      #expect(
        refused.stderr.hasPrefix("coffer: error: your identity is no member of this vault any more: removed by "),
        "\(refused)")
    }
    // What he writes onto the old one is no continuation of the new.
    try old.restore()
    try his.succeed("set", "P", "-e", "production", input: .text("p forged"))
    try owner.succeed("set", "NEWER", input: .text("n"))
    let kept = try FolderState(of: owner.cofferHome)
    try scene.carry(from: his, to: owner)
    let forked = try owner.coffer("get", "A")
    #expect(forked.code == 4 && forked.output.isEmpty, "\(forked)")
    try kept.restore()
    #expect(try owner.succeed("get", "P", "-e", "production").stdout == "p two")
    #expect(try owner.coffer("verify").succeeded)
  }

  @Test func `a key is confirmed by its words, and a swapped one is refused`() throws {
    let scene = try MemberScene()
    let (bob, eve) = (try scene.person(), try scene.person())
    let before = try FolderState(of: scene.owner.cofferHome + "/data")
    // Eve's key under way instead of Bob's, Bob's words by telephone.
    let swapped = try scene.owner.coffer("member", "add", "Bob", eve.key, "--words", bob.words)
    #expect(swapped.code == 1 && swapped.stderr.contains("these are not the words of this key"), "\(swapped)")
    for words in ["", bob.words + " zoo", String(bob.words.dropLast()), bob.words.split(separator: " ")[0] + ""] {
      #expect(try scene.owner.coffer("member", "add", "Bob", bob.key, "--words", words).code == 1)
    }
    let silent = try scene.owner.coffer("member", "add", "Bob", bob.key)
    #expect(silent.code == 1 && silent.stderr.contains("nobody has confirmed whose key this is"), "\(silent)")
    #expect(silent.stderr.contains(bob.words) && silent.output.isEmpty)

    let no = try scene.owner.terminal("coffer", "member", "add", "Bob", bob.key)
    try no.expect("the words of this key:  \(bob.words)")
    try no.expect("Does Bob see the same six words?")
    try no.send("n\r")
    #expect(no.finish() == .exit(1), "\(no)")
    let after = try FolderState(of: scene.owner.cofferHome + "/data")
    #expect(before.paths.allSatisfy { $0.hasSuffix("-shm") || before.bytes(of: $0) == after.bytes(of: $0) })

    let yes = try scene.owner.terminal("coffer", "member", "add", "Bob", bob.key)
    try yes.expect("Does Bob see the same six words?")
    try yes.send("y\r")
    try yes.expect("Bob is a member: development write")
    try yes.expect("coffer bundle Bob -o FILE")
    #expect(yes.finish() == .exit(0), "\(yes)")
    let loud = "  " + eve.words.uppercased().replacing(" ", with: "  ")
    try scene.owner.succeed("member", "add", "Eve", eve.key, "--words", loud, "--vault-admin")
    let list = try scene.owner.succeed("member", "list").stdout
    #expect(list.contains("person    development write") && list.contains("by \(Self.user(list))"), "\(list)")
    #expect(list.contains(bob.words) && list.contains(eve.words))
    let json = try scene.owner.succeed("member", "list", "--format", "json").stdout
    #expect(
      json.contains(
        #""name": "Bob", "kind": "person", "active": true, "vault_admin": false, "roles": {"development": "write"}, "#),
      "\(json)")
    #expect(json.contains(#""words": "\#(bob.words)""#))
  }

  /// The founder's name: the first column of the first line.
  private static func user(_ list: String) -> String { list.split(separator: " ").first.map(String.init) ?? "" }

  @Test func `a removal asks, and a founder may be removed by another admin`() throws {
    let scene = try MemberScene()
    let owner = scene.owner
    let founder = Self.user(try owner.succeed("member", "list").stdout)
    for (refused, reason) in [
      (try owner.coffer("member", "remove", founder, "--yes"), "nobody would be left who may change members"),
      (try owner.coffer("member", "role", founder, "--read", "development", "--yes"), "nobody would be left"),
      (try owner.coffer("member", "remove", "Nobody", "--yes"), "there is no member named Nobody"),
    ] { #expect(refused.code == 1 && refused.stderr.contains("error: " + reason), "\(refused)") }
    let ann = try scene.member("Ann", "--vault-admin")
    for words in [
      ["remove", founder], ["role", founder, "--vault-admin"], ["role", founder, "--read", "development"],
    ] {
      let own = try owner.run(["coffer", "member"] + words + ["--yes"])
      #expect(own.code == 1 && own.stderr.contains("your own access is not yours to change"), "\(own)")
    }
    let silent = try ann.sandbox.coffer("member", "remove", founder)
    #expect(silent.code == 1 && silent.stderr.contains("hint: --yes removes without asking"), "\(silent)")
    let asked = try ann.sandbox.terminal("coffer", "member", "remove", founder)
    try asked.expect("Shut \(founder) out, who reads development (0 values)")
    try asked.send("\r")
    #expect(asked.finish() == .exit(1), "\(asked)")
    let removed = try ann.sandbox.succeed("member", "remove", founder, "--yes")
    #expect(
      removed.output.isEmpty && removed.stderr.contains("the recovery phrase opens the vault still"), "\(removed)")
    try scene.carry(from: ann.sandbox, to: owner)
    #expect(try owner.coffer("member", "list").code == 5)
    try ann.sandbox.succeed("set", "A", input: .text("after"))
    #expect(try ann.sandbox.succeed("get", "A").stdout == "after")
    let list = try ann.sandbox.succeed("member", "list", "--all").stdout
    #expect(list.contains("\(founder)") && list.contains("removed"), "\(list)")
    #expect(try !ann.sandbox.succeed("member", "list").stdout.contains("removed"))
  }

  @Test(.enabled(if: KernelKeyring.isAvailable, "no kernel keyring here"))
  func `what was unlocked before a removal is locked after it, and says so`() throws {
    let scene = try MemberScene()
    _ = try scene.member("Bob", "--read", "production")
    try scene.owner.store(["A": "1"])
    try scene.owner.succeed("unlock", "-e", "production")
    let removed = try scene.owner.succeed("member", "remove", "Bob", "--yes")
    #expect(removed.stderr.contains("is locked: coffer unlock opens it again"), "\(removed)")
    let locked = try scene.owner.run(["coffer", "get", "A"], setting: ["COFFER_PASSPHRASE_FILE": nil])
    #expect(locked.code == 5, "\(locked)")
    try scene.owner.succeed("unlock")
    let opened = try scene.owner.run(["coffer", "get", "A"], setting: ["COFFER_PASSPHRASE_FILE": nil])
    #expect(opened.stdout == "1", "\(opened)")
  }

  @Test func `mistakes are told`() throws {
    let scene = try MemberScene()
    let bob = try scene.member("Bob", "--read", "development")
    let eve = try scene.person()
    func add(_ more: String...) throws -> RunResult {
      try scene.owner.run(["coffer", "member", "add"] + more + ["--words", eve.words])
    }
    let mistyped = eve.key.dropLast() + (eve.key.hasSuffix("0") ? "1" : "0")
    for (result, code, text) in [
      (try add("Eve", String(mistyped)), 2, "this is no public key of coffer"),
      (try add("Eve", String(eve.key.dropLast(3))), 2, "this is no public key of coffer"),
      (try add("Eve", eve.key, "--read", "nowhere"), 2, "there is no environment named nowhere"),
      (try add("Eve", eve.key, "--read", "development,", "--write", "staging"), 2, "names of environments"),
      (try add("Eve", eve.key, "--read", "development", "--write", "development"), 2, "development is named twice"),
      (try add("Eve", eve.key, "--vault-admin", "--read", "staging"), 2, "an admin of every environment: name none"),
      (try add("Bob", eve.key), 2, "Bob, or the holder of this key, is a member already"),
      (try add("E\nve", eve.key), 2, "a member's name is one line"), (try add("", eve.key), 2, "a member's name"),
      (try add("Robert", bob.key), 2, "Robert, or the holder of this key, is"),
      (try scene.owner.coffer("member", "role", "Bob"), 2, "which roles?"),
      (try scene.owner.coffer("member", "role", "Bob", "--write", "nowhere"), 2, "no environment named nowhere"),
      (try scene.owner.coffer("member", "role", "Bob", "--write", "staging"), 1, "nothing was changed"),
      (try scene.owner.coffer("member", "role", "recovery phrase", "--write", "staging", "--yes"), 1, "is no person"),
    ] as [(RunResult, Int32, String)] {
      #expect(result.code == code && result.output.isEmpty && result.stderr.contains(text), "\(result)")
    }
    #expect(try scene.owner.succeed("member", "list").stdout.contains("development read"))
    // Removed, and back: allowed, and said.
    try scene.owner.succeed("member", "rm", "Bob", "--yes")
    let back = try scene.owner.succeed("member", "add", "Robert", bob.key, "--words", bob.words)
    #expect(back.stderr.contains("warning: this key was a member before, and was removed"), "\(back)")
    try scene.hand(to: bob)
    #expect(try bob.sandbox.coffer("list").succeeded)
  }
}

/// What `coffer rotate --due` lists after somebody was shut out.
@Suite struct DueTests {
  private struct Due: Decodable {
    let environment: String
    let name: String
    let version: Int?
    let reason: String
    let seenBy: [String]?
    let command: String

    enum CodingKeys: String, CodingKey {
      case environment, name, version, reason, command
      case seenBy = "seen_by"
    }
  }

  private func due(_ sandbox: Sandbox, _ more: String...) throws -> (code: Int32?, due: [Due]) {
    let result = try sandbox.run(["coffer", "rotate", "--due", "--format", "json"] + more)
    try #require(result.stderr.isEmpty, "\(result)")
    return (result.code, try JSONDecoder().decode([Due].self, from: Data(result.output)))
  }

  @Test func `what was seen is due until it was replaced, and due again when it is put back`() throws {
    let scene = try MemberScene()
    let owner = scene.owner
    try owner.store(["A": "1", "B": "1"])
    try owner.store(["P": "1", "Q": "1"], in: "production")
    let empty = try due(owner)
    #expect(empty.code == 0 && empty.due.isEmpty)
    _ = try scene.member("Bob", "--read", "development,production")
    try owner.succeed("member", "remove", "Bob", "--yes")
    let first = try due(owner)
    #expect(first.code == 1 && first.due.map(\.name) == ["A", "B", "P", "Q"], "\(first)")
    #expect(first.due.allSatisfy { $0.reason == "seen" && $0.version == 1 })
    #expect(first.due[2].command == "coffer rotate P -e production")

    try owner.store(["NEW": "1"], in: "production")
    try owner.succeed("rotate", "A", "--generate", "hex:16", "--test", "true", "--rollout", "true", "--yes")
    try owner.store(["P": "2"], in: "production")
    try owner.succeed("rm", "B", "--yes")
    let second = try due(owner)
    #expect(second.code == 1 && second.due.map(\.name) == ["Q"], "\(second)")
    try owner.succeed("rollback", "P", "1", "-e", "production")
    #expect(try due(owner).due.map(\.name) == ["P", "Q"])
    #expect(try due(owner, "-e", "production").due.count == 2)
    #expect(try due(owner, "-e", "development").code == 0)
    #expect(try due(owner, "P").due.map(\.name) == ["P"])
    let text = try owner.coffer("rotate", "--due")
    #expect(
      text.stdout.contains(
        "production  P  version 1  was seen by Bob, shut out just now  coffer rotate P -e production\n"),
      "\(text)")
    let status = try owner.coffer("status")
    #expect(
      status.code == 1 && status.stdout.contains("Q in production was seen by Bob, shut out just now"), "\(status)")
    for name in ["P", "Q"] { try owner.store([name: "3"], in: "production") }
    let done = try owner.coffer("rotate", "--due")
    #expect(done.succeeded && done.output.isEmpty && done.stderr == "nothing is due\n", "\(done)")
  }

  @Test func `what two have seen is due once, and names both`() throws {
    let scene = try MemberScene()
    let owner = scene.owner
    try owner.store(["P": "1"], in: "production")
    for name in ["Bob", "Carol"] {
      _ = try scene.member(name, "--read", "production")
      try owner.succeed("member", "remove", name, "--yes")
    }
    // Whoever was shut out twice is named once; whoever has not seen it is not.
    let dan = try scene.member("Dan", "--read", "production")
    try owner.succeed("member", "role", "Dan", "--read", "development", "--yes")
    try owner.succeed("member", "role", "Dan", "--read", "production", "--yes")
    try owner.succeed("member", "remove", "Dan", "--yes")
    try owner.store(["NEW": "1"], in: "production")
    _ = dan
    let found = try due(owner)
    #expect(found.code == 1 && found.due.map(\.name) == ["P"], "\(found)")
    #expect(found.due.first?.seenBy == ["Bob", "Carol", "Dan"], "\(found)")
    let text = try owner.coffer("status").stdout
    #expect(
      text.contains(
        "P in production was seen by Bob, shut out just now, and by Carol, shut out just now, and by Dan, shut out"),
      "\(text)")
    try owner.store(["P": "2"], in: "production")
    #expect(try due(owner).due.isEmpty)
  }
}
