import Testing

/// A folder gets from a vault what was approved for it on this device, and nothing else. The vault is unlocked throughout: the
/// binding is all that stands between.
@Suite struct BindingTests {
  private static let show = ["coffer", "run", "--", "cat", "/proc/self/environ"]

  /// A project with a secret, and the same coffer.toml in a folder that was never linked.
  private func sandboxWithClone(_ variables: String = "[variables.TOKEN]\n") throws -> Sandbox {
    let sandbox = try Sandbox.prepared(variables)
    try sandbox.store(["TOKEN": "canary", "OTHER": "canary"])
    try sandbox.write(SharedVault.shared().manifest + variables, to: "../clone/coffer.toml")
    try sandbox.write("TOKEN=stolen\n", to: "../clone/.env")
    return sandbox
  }

  @Test(arguments: [
    ["run", "--", "cat", "/proc/self/environ"], ["run", "--all", "--", "cat", "/proc/self/environ"],
    ["run", "--explain"],
    ["get", "TOKEN"], ["get", "TOKEN", "-e", "production"], ["list"], ["list", "--removed", "--format", "json"],
    ["history", "TOKEN"], ["export"], ["export", "--yes", "-o", "out"], ["check"], ["check", "--all"],
    ["set", "TOKEN"],
    ["set", "NEW", "--generate", "hex"], ["rm", "TOKEN", "--yes"], ["rollback", "TOKEN", "1"],
    ["import", ".env", "--yes"],
    ["unlock"], ["lock"], ["verify"], ["env", "list"], ["env", "add", "preview"],
    ["env", "copy", "development", "staging", "--yes"], ["env", "remove", "staging", "--yes"],
  ])
  func `a cloned folder's coffer.toml gets nothing from the vault it names`(command: [String]) throws {
    let sandbox = try sandboxWithClone()
    let result = try sandbox.run(["coffer"] + command, input: .text("stolen"), in: "../clone")
    #expect(result.code == (command[0] == "run" ? 125 : 5) && result.output.isEmpty, "\(result)")
    #expect(result.stderr.contains("this folder is not linked to a vault on this device, so it gets nothing"))
    #expect(result.stderr.contains("hint: if you trust its coffer.toml: coffer link"), "\(result)")
    #expect(!result.stderr.contains("canary"))
    let own = try sandbox.coffer("get", "TOKEN")
    #expect(own.stdout == "canary", "the vault was changed, or locked: \(own)")
    #expect(try sandbox.coffer("list").stdout.contains("version 2") == false)
  }

  @Test(arguments: [
    ("a new name", "[variables.TOKEN]\n[variables.OTHER]\n", "gives the app OTHER"),
    ("a new source", "[variables.TOKEN]\nfrom = \"OTHER\"\n", "gives the app TOKEN from OTHER"),
    ("a literal", "[variables.TOKEN]\n[variables.PGHOST]\nsecret = false\ndefault = \"evil.example\"\n", "PGHOST"),
    ("an allowed name", "[launch]\nallow = [\"NODE_OPTIONS\"]\n[variables.TOKEN]\n", "allows NODE_OPTIONS"),
    ("a deployment", "[deploy]\ncommand = \"curl evil.example\"\n[variables.TOKEN]\n", "deploys with "),
  ])
  func `a coffer.toml that asks for more stops without a terminal, and asks on one`(
    what: String, variables: String, shown: String
  ) throws {
    let sandbox = try Sandbox.prepared("[variables.TOKEN]\n")
    try sandbox.store(["TOKEN": "canary"])
    _ = try sandbox.coffer("import", "-", "--yes", "--no-declare", input: .text("OTHER=canary\n"))
    try sandbox.write(SharedVault.shared().manifest + "\n" + variables, to: "coffer.toml")
    let silent = try sandbox.run(Self.show)
    #expect(silent.code == 125 && silent.output.isEmpty, "\(what): \(silent)")
    #expect(silent.stderr.contains("coffer.toml asks for more than you approved: ") && silent.stderr.contains(shown))
    #expect(silent.stderr.contains("hint: coffer link shows and approves it"), "\(silent)")

    let refused = try sandbox.terminal("coffer", "run", "--", "echo", "launched")
    try refused.expect("coffer.toml changed. It now:")
    try refused.expect(shown)
    try refused.expect("Allow this? [y/N] ")
    try refused.send("n\r")
    #expect(refused.finish() == .exit(125) && !refused.transcript.contains("launched\r"), "\(refused)")
    #expect(try sandbox.run(Self.show).code == 125, "a refusal was kept as an approval")

    let allowed = try sandbox.terminal("coffer", "run", "--", "echo", "launched")
    try allowed.expect("Allow this? [y/N] ")
    try allowed.send("y\r")
    try allowed.expect("launched")
    #expect(allowed.finish() == .exit(0), "\(allowed)")
    #expect(try sandbox.run(Self.show).succeeded, "the approval was not kept")
  }

  @Test func `a coffer.toml cannot steer the terminal that shows what it asks for`() throws {
    let sandbox = try Sandbox.prepared("[variables.TOKEN]\n")
    let hostile = #"\u001b[2J\u009b1A\u202e\rgives the app nothing\ncoffer: error: all is well"#
    let shared = try SharedVault.shared()
    try sandbox.write(
      shared.manifest.replacing("shared ", with: "sha\(hostile)red ") + """
        [variables.OTHER]
        description = "\(hostile)"
        secret = false
        default = "\(hostile)"
        forbid = { staging = ["\(hostile)"] }
        [variables.MISSING]
        description = "\(hostile)"
        [deploy]
        "\(hostile)" = "\(hostile)"

        """, to: "coffer.toml")
    for command in [["run", "--", "true"], ["link"], ["link", "--yes"], ["run", "--", "true"], ["check"]] {
      let result = try sandbox.run(["coffer"] + command)
      let shown = result.stdout + result.stderr
      for control in ["\u{1B}", "\u{9B}", "\u{202E}", "\r", "\ngives the app nothing", "\ncoffer: error: all is well"] {
        #expect(!shown.contains(control), "\(result)")
      }
    }
  }

  @Test(arguments: [["run", "-q", "--", "true"], ["link", "-q"]])
  func `what is asked about is shown, however quiet`(command: [String]) throws {
    let sandbox = try Sandbox.prepared("[variables.TOKEN]\n")
    try sandbox.write(sandbox.text(of: "coffer.toml") + "[variables.OTHER]\n", to: "coffer.toml")
    let terminal = try PseudoTerminal(
      [Binaries.coffer] + command, environment: sandbox.environment, folder: sandbox.project)
    try terminal.expect("gives the app OTHER")
    try terminal.expect("[y/N] ")
    try terminal.send("n\r")
    #expect(terminal.finish() == .exit(command[0] == "run" ? 125 : 1), "\(terminal)")
  }

  @Test func `what narrows needs no approval`() throws {
    let sandbox = try Sandbox.prepared("[variables.TOKEN]\n[variables.OTHER]\nrequired = false\n")
    try sandbox.store(["TOKEN": "canary"])
    try sandbox.write(
      SharedVault.shared().manifest
        + "[variables.TOKEN]\nforbid = { development = [\"localhost\"] }\ndescription = \"x\"\n",
      to: "coffer.toml")
    #expect(try sandbox.run(Self.show).variable("TOKEN") == "canary")
  }

  @Test func `a removed forbid is a change that asks for more`() throws {
    let sandbox = try Sandbox.prepared("[variables.TOKEN]\nforbid = { production = [\"test\", \"localhost\"] }\n")
    try sandbox.store(["TOKEN": "canary"])
    #expect(try sandbox.run(Self.show).succeeded)
    for left in ["forbid = { production = [\"localhost\"] }", ""] {
      try sandbox.write(SharedVault.shared().manifest + "[variables.TOKEN]\n\(left)\n", to: "coffer.toml")
      let result = try sandbox.run(Self.show)
      #expect(
        result.code == 125 && result.stderr.contains("no longer forbids TOKEN in production \"test\""), "\(result)")
    }
  }

  @Test func `a coffer.toml that names another vault gets nothing from either`() throws {
    let sandbox = try Sandbox.prepared("[variables.TOKEN]\n")
    try sandbox.store(["TOKEN": "canary"])
    let other = try Sandbox()
    // A second vault of the same identity, on the same device.
    let made = try sandbox.coffer("init", "--yes", "--name", "other", in: other.project)
    #expect(made.succeeded, "\(made)")
    let reference = try other.text(of: "coffer.toml").split(separator: "\"")[1]
    let shared = try SharedVault.shared()
    try sandbox.write(
      shared.manifest.replacing("shared \(shared.id)", with: reference) + "[variables.TOKEN]\n", to: "coffer.toml")
    for command in [["run", "--", "true"], ["get", "TOKEN"], ["export"], ["set", "TOKEN", "--generate", "hex"]] {
      let result = try sandbox.run(["coffer"] + command)
      #expect(result.code == (command[0] == "run" ? 125 : 5) && result.output.isEmpty, "\(result)")
      #expect(result.stderr.contains("coffer.toml names another vault"), "\(result)")
    }
    let unknown = shared.manifest.replacing(shared.id, with: "AAAA-BBBB-CCCC")
    try sandbox.write(unknown, to: "coffer.toml")
    #expect(try sandbox.coffer("list").code == 5)
  }

  @Test func `a moved folder is linked anew, a symbolic link to a folder is that folder`() throws {
    let sandbox = try Sandbox.prepared("[variables.TOKEN]\n")
    try sandbox.store(["TOKEN": "canary"])
    #expect(try sandbox.run(["ln", "-s", sandbox.project, "../alias"]).succeeded)
    #expect(try sandbox.run(Self.show, in: "../alias").variable("TOKEN") == "canary")
    // The shell's idea of where it is does not count.
    let logical = try sandbox.run([
      "sh", "-c", #"cd ../alias && exec "$0" run -- sh -c 'echo $TOKEN'"#, Binaries.coffer,
    ])
    #expect(logical.stdout == "canary\n", "\(logical)")

    #expect(try sandbox.run(["mv", sandbox.project, sandbox.root + "/moved"], in: "..").succeeded)
    let moved = try sandbox.run(Self.show, in: sandbox.root + "/moved")
    #expect(moved.code == 125 && moved.stderr.contains("this folder is not linked"), "\(moved)")
    #expect(try sandbox.coffer("link", "--yes", in: sandbox.root + "/moved").succeeded)
    #expect(try sandbox.run(Self.show, in: sandbox.root + "/moved").variable("TOKEN") == "canary")
  }

  @Test func `another project put where a linked one was is asked about`() throws {
    let sandbox = try Sandbox.prepared("[variables.TOKEN]\n")
    try sandbox.store(["TOKEN": "canary"])
    _ = try sandbox.coffer("import", "-", "--yes", "--no-declare", input: .text("OTHER=canary\n"))
    TestFiles.removeTree(sandbox.project)
    try sandbox.write(SharedVault.shared().manifest + "[variables.OTHER]\n", to: "coffer.toml")
    let result = try sandbox.run(Self.show)
    #expect(result.code == 125 && result.stderr.contains("gives the app OTHER"), "\(result)")
  }

  @Test(arguments: [["set", "MINE"], ["import", "-", "--yes"]])
  func `set and import approve only what they add`(command: [String]) throws {
    let sandbox = try Sandbox.prepared("[variables.TOKEN]\n")
    try sandbox.store(["TOKEN": "canary"])
    _ = try sandbox.coffer("import", "-", "--yes", "--no-declare", input: .text("OTHER=canary\n"))
    // Somebody else's line, as it comes with a git pull.
    try sandbox.write(sandbox.text(of: "coffer.toml") + "[variables.OTHER]\n", to: "coffer.toml")
    let added = try sandbox.run(["coffer"] + command, input: .text(command[0] == "set" ? "canary" : "MINE=canary\n"))
    #expect(added.succeeded, "\(added)")
    let result = try sandbox.run(Self.show)
    #expect(result.code == 125 && result.stderr.contains("gives the app OTHER"), "\(result)")
    #expect(!result.stderr.contains("MINE"), "\(result)")
    // Without that line everything is approved.
    try sandbox.write(sandbox.text(of: "coffer.toml").replacing("[variables.OTHER]\n", with: ""), to: "coffer.toml")
    #expect(try sandbox.run(Self.show).variable("MINE") == "canary")
  }

  @Test func `a damaged or foreign link is refused`() throws {
    let sandbox = try Sandbox.prepared("[variables.TOKEN]\n")
    try sandbox.store(["TOKEN": "canary"])
    let links = TestFiles.tree(sandbox.cofferHome + "/state/links")
    #expect(links.count == 1)
    let bytes = try TestFiles.read(links[0])
    for place in [0, 9, bytes.count / 2, bytes.count - 1] {
      var changed = bytes
      changed[place] ^= 1
      try TestFiles.write(changed, to: links[0], mode: 0o600)
      let result = try sandbox.run(Self.show)
      #expect(result.code == 125 && result.output.isEmpty, "byte \(place): \(result)")
    }
    // Another folder's link under this folder's name.
    try sandbox.write(sandbox.text(of: "coffer.toml"), to: "../clone/coffer.toml")
    #expect(try sandbox.coffer("link", "--yes", in: "../clone").succeeded)
    let cloned = TestFiles.tree(sandbox.cofferHome + "/state/links").first { $0 != links[0] }
    try TestFiles.write(TestFiles.read(#require(cloned)), to: links[0], mode: 0o600)
    #expect(try sandbox.run(Self.show).code == 125)
    try TestFiles.write(bytes, to: links[0], mode: 0o600)
    #expect(try sandbox.run(Self.show).succeeded)
  }
}
