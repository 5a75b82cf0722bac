import Launch
import Policies
import Testing

@Suite struct LaunchPolicyTests {
  let policy: LaunchPolicy

  init() throws { policy = try LaunchPolicy(toml: Policies.launch()) }

  /// The refusal of one name; nil when it may be injected.
  private func refusal(
    of name: String, allowing allowed: Set<String> = [], by policy: LaunchPolicy? = nil
  ) -> LaunchError.Refusal? {
    do throws(LaunchError) { try (policy ?? self.policy).check([name], allowing: allowed) } catch {
      guard case .refused(let refusals) = error else { return nil }
      return refusals.first
    }
    return nil
  }

  @Test(arguments: [
    "LD_PRELOAD", "LD_ANYTHING", "DYLD_INSERT_LIBRARIES", "PATH", "HOME", "NODE_OPTIONS", "BASH_ENV",
    "ENV", "PYTHONPATH", "PYTHONSTARTUP", "PYTHONHOME", "PERL5LIB", "PERL5OPT", "RUBYOPT", "RUBYLIB",
    "JAVA_TOOL_OPTIONS", "_JAVA_OPTIONS", "JDK_JAVA_OPTIONS", "GIT_SSH_COMMAND", "GIT_CONFIG_COUNT",
    "IFS", "PS4", "PROMPT_COMMAND", "SHELLOPTS", "GCONV_PATH", "GLIBC_TUNABLES", "LOCPATH", "NLSPATH",
    "HOSTALIASES", "SSLKEYLOGFILE", "EDITOR", "PAGER", "npm_config_script_shell",
    "NPM_CONFIG_NODE_OPTIONS", "OPENSSL_CONF", "LISTEN_FDS", "DOTNET_STARTUP_HOOKS", "LUA_INIT_5_4",
    "MAKEFLAGS",
  ])
  func `names that load code are refused until a project allows each in full`(name: String) {
    #expect(refusal(of: name) != nil)
    #expect(refusal(of: name, allowing: [name]) == nil)
    #expect(refusal(of: name, allowing: ["LD_*", "OTHER"]) != nil)
  }

  @Test(arguments: [
    "DATABASE_URL", "PORT", "GITHUB_TOKEN", "GITLAB_TOKEN", "NODE_ENV", "PYTHONUNBUFFERED", "NPM_TOKEN",
    "JAVA_ENV", "LDAP_URL", "PATHS", "ENVIRONMENT", "COFFERS", "AWS_SECRET_ACCESS_KEY", "KUBECONFIG",
    "HTTPS_PROXY", "MAILER_DSN", "LD", "COR_API_KEY",
  ])
  func `an app's own names are not`(name: String) {
    #expect(refusal(of: name) == nil)
  }

  @Test(arguments: ["COFFER_HOME", "COFFER_TOKEN", "COFFER_ENV", "COFFER_ANYTHING"])
  func `Coffer's own names are refused whatever is allowed`(name: String) {
    #expect(refusal(of: name, allowing: [name]) != nil)
  }

  @Test func `all refused names of a launch are told at once, with a reason each`() {
    let error = #expect(throws: LaunchError.self) {
      try policy.check(["A", "LD_PRELOAD", "B", "COFFER_HOME", "PATH"], allowing: ["PATH"])
    }
    guard case .refused(let refusals) = error else {
      Issue.record("\(String(describing: error))")
      return
    }
    #expect(refusals.map(\.name) == ["LD_PRELOAD", "COFFER_HOME"])
    #expect(refusals.map(\.canBeAllowed) == [true, false])
    #expect(refusals.allSatisfy { !$0.reason.isEmpty })
    #expect(error?.exitCode == 125)
  }

  @Test(arguments: ["COFFER_TOKEN", "COFFER_TOKEN_FILE", "COFFER_TOKEN_FD", "COFFER_PASSPHRASE_FILE"])
  func `what unlocked Coffer is stripped`(name: String) {
    #expect(policy.strips(name))
    #expect(!policy.keepsWhenPristine(name))
  }

  // The file may come from a folder that COFFER_POLICIES names.
  @Test func `another policy file adds and takes nothing away`() throws {
    let weak = try LaunchPolicy(
      toml: """
        strip = ["A"]
        pristine = ["COFFER_TOKEN"]
        [[refuse]]
        names = ["COFFER_*", "LD_PRELOAD"]
        reason = "weaker"
        final = false
        [[refuse]]
        names = ["LD_AUDIT"]
        reason = "stronger"
        final = true
        """)
    for name in [
      "A", "COFFER_TOKEN", "COFFER_TOKEN_FILE", "COFFER_TOKEN_FD", "COFFER_PASSPHRASE",
      "COFFER_PASSPHRASE_FILE", "COFFER_PASSPHRASE_FD", "COFFER_RECOVERY_PHRASE",
      "COFFER_RECOVERY_PHRASE_FILE",
    ] {
      #expect(weak.strips(name))
      #expect(refusal(of: name, allowing: [name], by: weak)?.canBeAllowed == false)
    }
    for name in ["COFFER_HOME", "COFFER_ANYTHING", "LD_AUDIT"] {
      #expect(refusal(of: name, allowing: [name], by: weak)?.canBeAllowed == false)
    }
    for name in ["LD_PRELOAD", "LD_LIBRARY_PATH", "GLIBC_TUNABLES"] {
      #expect(refusal(of: name, by: weak)?.canBeAllowed == true)
      #expect(refusal(of: name, allowing: [name], by: weak) == nil)
    }
    #expect(refusal(of: "PATH", by: weak) == nil)
  }

  @Test func `pristine keeps what finds programs and terminals`() {
    for name in ["PATH", "HOME", "TERM", "LANG", "LC_ALL", "TZ"] { #expect(policy.keepsWhenPristine(name)) }
    for name in ["AWS_PROFILE", "LD_PRELOAD", "SSH_AUTH_SOCK", "COFFER_HOME"] {
      #expect(!policy.keepsWhenPristine(name))
    }
  }

  @Test(arguments: [
    "", "strip = [", "strip = 1", "strip = ['A']\npristine = ['B']",
    "strip = ['A']\npristine = ['B']\nrefuse = []",
    "strip = ['*']\npristine = ['B']\n[[refuse]]\nnames = ['C']\nreason = 'r'",
    "strip = ['A']\npristine = ['B']\n[[refuse]]\nnames = ['C*D']\nreason = 'r'",
    "strip = ['A']\npristine = ['B']\n[[refuse]]\nnames = ['C']",
    "strip = ['A']\npristine = ['B']\n[[refuse]]\nnames = []\nreason = 'r'",
    "strip = ['A']\npristine = ['B']\n[[refuse]]\nname = ['C']\nreason = 'r'",
    "strip = ['A']\npristin = ['B']\n[[refuse]]\nnames = ['C']\nreason = 'r'",
    "strip = ['A']\npristine = ['B']\n[[refuse]]\nnames = ['C']\nreason = 'r'\nfinal = 'yes'",
  ])
  func `a policy that says less than it seems to is an error`(toml: String) {
    let error = #expect(throws: LaunchError.self) { try LaunchPolicy(toml: toml) }
    guard case .badPolicy = error else {
      Issue.record("\(String(describing: error))")
      return
    }
  }
  @Test(arguments: [
    ("strip = ['A']\npristine = [", 2), ("\nstrip = 1", 2), ("strip = [\n  'A',\n  '*']", 3),
    ("strip = ['A']\npristine = ['B']\n[[refuse]]\nnames = ['C']\nreason = 'r'\n[[refuse]]", 6),
    ("strip = ['A']\n\npristin = ['B']", 3),
  ])
  func `a bad policy is told with its line`(toml: String, expected: Int) {
    let error = #expect(throws: LaunchError.self) { try LaunchPolicy(toml: toml) }
    guard case .badPolicy(_, let line) = error else {
      Issue.record("\(String(describing: error))")
      return
    }
    #expect(line == expected)
  }
}
