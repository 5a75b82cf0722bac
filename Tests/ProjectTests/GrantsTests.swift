import Project
import Testing

@Suite struct GrantsTests {
  @Test func `the lines are canonical`() throws {
    let lines = Grants.lines(of: try Manifest(text: shopManifest + "[deploy]\nrun = \"a\\nb\"\n"))
    #expect(
      lines == [
        "allow NODE_OPTIONS", "deploy run = \"a\\nb\"",
        "forbid DATABASE_URL in production \"127.0.0.1\"",
        "forbid DATABASE_URL in production \"localhost\"",
        "forbid DATABASE_URL in production \"sqlite:\"",
        "inject API_DB from API_DATABASE_URL", "inject DATABASE_URL", "inject PORT",
        "literal PORT default \"3000\"",
        "literal PORT in production \"8080\"",
      ])
  }

  @Test func `layout, comments and order do not matter`() throws {
    let one = try Manifest(text: "[variables.A]\n[variables.B]\nfrom = 'C'\n")
    let other = try Manifest(
      text: "# c\nvariables.B.from = 'C'\nvariables.A = { description = 'x' }\n")
    #expect(Grants.lines(of: one) == Grants.lines(of: other))
  }

  @Test(arguments: [
    ("[variables.A]", "[variables.A]", []),
    ("[variables.A]", "", []),
    ("[variables.A]", "[variables.A]\n[variables.B]", ["gives the app B"]),
    ("[variables.A]", "[variables.A]\nfrom = 'B'", ["gives the app A from B"]),
    ("", "[launch]\nallow = ['PATH']", ["allows PATH, which changes how programs load code"]),
    ("", "[deploy]\nrun = 'x'", ["deploys with run = \"x\""]),
    ("[variables.A]\nforbid = { p = ['x'] }", "[variables.A]", ["no longer forbids A in p \"x\""]),
    ("[variables.A]\nforbid = { p = ['x'] }", "", []),
    ("[variables.A]", "[variables.A]\nforbid = { p = ['x'] }", []),
    ("[variables.A]\ndefault = 'a'", "[variables.A]\ndefault = 'b'", ["sets A default \"b\""]),
    ("[variables.A]\nfrom = 'B'\nrequired = true", "[variables.A]\nfrom = 'B'\ntype = 'url'", []),
  ])
  func `a widening is told in words`(_ before: String, _ after: String, _ expected: [String]) throws {
    let approved = Grants.lines(of: try Manifest(text: before))
    let now = Grants.lines(of: try Manifest(text: after))
    #expect(Grants.widening(from: approved, to: now) == expected)
    #expect(Grants.widening(from: now, to: now).isEmpty)
  }

  @Test func `a literal cannot forge a line`() throws {
    let lines = Grants.lines(
      of: try Manifest(text: "[variables.A]\ndefault = \"x\\ninject B\\u0085\\u007F\"\n"))
    #expect(lines == ["inject A", "literal A default \"x\\ninject B\\u0085\\u007F\""])
  }
}
