import Glibc
import Testing

/// coffer token create, list and revoke.
@Suite struct TokenCommandTests {
  @Test func `a token is printed once, alone, and named`() throws {
    let sandbox = try Sandbox.withVault()
    let first = try sandbox.coffer("token", "create", "--env", "production", "--read", "--expires", "90d")
    #expect(first.succeeded && first.stdout.count == 80 && first.stdout.hasPrefix("coffer_"), "\(first)")
    #expect(first.stdout.hasSuffix("\n") && first.stderr.contains("token production-1: reads everything in production"))
    let token = Marker(String(first.stdout.dropLast()))
    #expect(token.form(in: first.errorOutput) == nil)
    let second = try sandbox.coffer(
      "token", "create", "-e", "production", "--only", "B_KEY, A_KEY,B_KEY", "--expires", "never")
    #expect(
      second.stderr.contains("token production-2: reads A_KEY, B_KEY in production, and does not expire"), "\(second)")
    #expect(second.stderr.contains("warning: no value in production yet: A_KEY, B_KEY"), "\(second)")
    let taken = try sandbox.coffer("token", "create", "production-1", "-e", "production")
    #expect(
      taken.code == 2 && taken.output.isEmpty
        && taken.stderr.contains("production-1, or the holder of this key, is a member already"), "\(taken)")

    let listed = try sandbox.coffer("token", "list")
    let lines = listed.stdout.split(separator: "\n")
    #expect(
      lines.count == 2 && lines[0].hasPrefix("production-1  production  all names     valid until 20"), "\(listed)")
    #expect(lines[1] == "production-2  production  A_KEY, B_KEY  valid, does not expire", "\(listed)")
    #expect(listed.stderr == "2 tokens\n")

    try sandbox.succeed("token", "revoke", "production-1", "--yes")
    let json = try sandbox.coffer("token", "list", "--all", "--format", "json")
    #expect(
      json.stdout.contains(#""name": "production-1", "environment": "production", "only": null, "expires": "20"#)
        && json.stdout.contains(#""state": "revoked""#), "\(json)")
    #expect(
      json.stdout.contains(#""only": ["A_KEY", "B_KEY"], "expires": null, "state": "valid""#), "\(json)")
    #expect(try !sandbox.coffer("token", "list").stdout.contains("production-1"))
    // The next one is no namesake of the revoked.
    let third = try sandbox.coffer("token", "create", "-e", "production")
    #expect(third.stderr.contains("token production-3:"), "\(third)")

    for path in TestFiles.tree(sandbox.root) where !TestFiles.isFolder(path) {
      #expect(token.form(in: try TestFiles.read(path)) == nil, "\(path)")
    }
  }

  @Test(arguments: [
    (["--expires", "soon"], "--expires takes"), (["--expires", "0d"], "--expires takes"),
    (["--expires=-1d"], "--expires takes"), (["--expires", "99999999999999999999d"], "--expires takes"),
    (["--expires", "5000d"], "--expires takes"), (["--expires", "2027-02-30"], "--expires takes"),
    (["--expires", "2027-2-3"], "--expires takes"), (["--expires", "2020-01-31"], "--expires is in the past"),
    (["--only", ""], "--only takes names"), (["--only", "A,1B"], "1B is not a variable's name"),
    (["a b"], "a token's name has letters"), (["-e", "nowhere"], "there is no environment named nowhere"),
  ])
  func `what cannot be is refused before anything is made`(options: [String], message: String) throws {
    let sandbox = try Sandbox.withVault()
    let result = try sandbox.run(["coffer", "token", "create"] + options)
    #expect(result.code == 2 && result.output.isEmpty && result.stderr.contains("error: \(message)"), "\(result)")
    #expect(try sandbox.coffer("token", "list").output.isEmpty)
  }

  @Test func `a day is the last day of a token`() throws {
    let sandbox = try Sandbox.withVault()
    try sandbox.succeed("token", "create", "a", "--expires", "2028-02-29")
    #expect(try sandbox.coffer("token", "list").stdout.contains("valid until 2028-03-01T00:00:00Z"))
  }

  @Test func `an expired one is listed so, and nobody is revoked without a yes`() throws {
    let sandbox = try Sandbox.withVault()
    try sandbox.succeed("token", "create", "a", "--expires", "1s")
    sleep(1)
    let listed = try sandbox.coffer("token", "list")
    #expect(listed.stdout.contains("expired just now"), "\(listed)")
    let asked = try sandbox.coffer("token", "revoke", "a")
    #expect(asked.code == 1 && asked.stderr.contains("--yes revokes without asking"), "\(asked)")
    #expect(try sandbox.coffer("token", "list").stdout.contains("a  development"))
  }

  @Test func `a token that could not be written is told, with the way to take it back`() throws {
    let sandbox = try Sandbox.withVault()
    let closed = try sandbox.run(
      ["sh", "-c", "{ sleep 0.2; $0 token create unread; echo $? > code; } | (exec 0<&-; sleep 0.1)", Binaries.coffer])
    #expect(closed.stderr.contains("coffer token revoke unread takes it back"), "\(closed)")
    #expect(try sandbox.text(of: "code") == "2\n", "\(closed)")
    let result = try sandbox.run(["sh", "-c", "exec $0 token create lost > /dev/full", Binaries.coffer])
    #expect(result.code == 2 && result.stderr.contains("coffer token revoke lost takes it back"), "\(result)")
  }
}
