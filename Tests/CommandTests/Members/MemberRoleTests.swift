import Testing

/// Each role, each thing to do: done, or refused with the reason before anything is asked.
@Suite struct MemberRoleTests {
  struct Act: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let words: [String]
    let input: String?
    /// The roles in development that may do it; `vault-admin` is one.
    let allowed: Set<String>
    /// How it is refused.
    let refusal: String

    init(_ words: String, input: String? = nil, _ allowed: Set<String>, _ refusal: String) {
      testDescription = words
      self.words = words.split(separator: " ").map(String.init)
      self.input = input
      self.allowed = allowed
      self.refusal = refusal
    }
  }

  private static let writers: Set = ["write", "admin", "vault-admin"]
  private static let takesWrite = "error: your role in development is read, and this takes write\n"
  private static let takesAdmin = "error: this takes an admin of the vault, and you are none\n"

  private static let acts = [
    Act("get A", ["read", "write", "admin", "vault-admin"], ""),
    Act("set A", input: "new", writers, takesWrite), Act("set NEW", input: "new", writers, takesWrite),
    Act("rm A --yes", writers, takesWrite), Act("rollback A 1", writers, takesWrite),
    Act("rotate A --generate hex:16 --test true --rollout true --yes", writers, takesWrite),
    Act("member role Carol --read staging --yes", ["vault-admin"], takesAdmin),
    Act("member remove Carol --yes", ["vault-admin"], takesAdmin),
    Act("token create -e development", ["vault-admin"], takesAdmin),
    Act("env add preview", ["vault-admin"], takesAdmin), Act("env remove staging --yes", ["vault-admin"], takesAdmin),
    Act("env copy development preview", ["vault-admin"], takesAdmin),
  ]

  @Test(arguments: ["read", "write", "admin", "vault-admin"])
  func `a role allows what it says, and nothing else`(role: String) throws {
    let scene = try MemberScene()
    try scene.owner.store(["A": "one"])
    try scene.owner.store(["A": "two"])
    _ = try scene.member("Carol", "--read", "development")
    let bob = try scene.member("Bob", "--" + role, role == "vault-admin" ? "--quiet" : "development").sandbox
    _ = try bob.coffer("unlock", "--for", "10m")
    let state = try FolderState(of: bob.cofferHome, bob.project)
    for act in Self.acts {
      let result = try bob.run(["coffer"] + act.words, input: act.input.map { .text($0) } ?? .silent)
      if act.allowed.contains(role) {
        #expect(result.succeeded, "\(result)")
      } else {
        #expect(result.code == 5 && result.output.isEmpty, "\(result)")
        #expect(result.stderr.hasPrefix("coffer: " + act.refusal), "\(result)")
        #expect(result.stderr.contains(" can change that: coffer member role Bob "), "\(result)")
      }
      let verified = try bob.coffer("verify")
      #expect(verified.succeeded, "\(act.words): \(verified)")
      try state.restore()
    }
    // Nothing of other environments, whatever the role in this one.
    let other = try bob.coffer("set", "A", "-e", "production", input: .text("x"))
    #expect(other.code == (role == "vault-admin" ? 0 : 5), "\(other)")
    if role != "vault-admin" {
      #expect(other.stderr.hasPrefix("coffer: error: your identity has no access to production\n"), "\(other)")
    }
  }

  @Test func `a reader is refused before a value is asked for`() throws {
    let scene = try MemberScene()
    let bob = try scene.member("Bob", "--read", "development").sandbox
    // The owner's keys are in the same keyring: all of this is one user's.
    _ = try bob.coffer("lock")
    let terminal = try bob.terminal("coffer", "set", "A")
    try terminal.expect("your role in development is read, and this takes write")
    #expect(terminal.finish() == .exit(5) && !terminal.transcript.contains("Value of"), "\(terminal)")
  }
}
