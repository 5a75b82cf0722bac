import Project
import Testing

@Suite struct CheckTests {
  private func findings(
    _ text: String, _ environment: String = "development", values: [String: String] = [:],
    only: [String]? = nil,
    environments: [String]? = nil, lists: Bool = false
  ) throws -> [CheckFinding] {
    let manifest = try Manifest(text: text)
    return Check.findings(
      in: manifest, environment: environment, only: only, environments: environments,
      vaultNames: lists ? Array(values.keys) : nil
    ) { variable in values[variable.vaultName].map { report($0, variable, environment) } }
  }

  @Test func `missing variables come with all one needs to set them`() throws {
    let found = try findings(
      "vault = 'x'\n[variables.A]\ndescription = 'the a'\n\n[variables.B]\nfrom = 'C'\n")
    #expect(found.map(\.variable) == ["A", "B"])
    #expect(found.allSatisfy { $0.severity == .error && $0.kind == .missing })
    #expect(found[0].message == "is missing in development")
    #expect(found[0].description == "the a")
    #expect(found[0].fix == "coffer set A -e development")
    #expect(found[0].line == 2)
    #expect(found[1].fix == "coffer set C -e development")
  }

  @Test(arguments: [
    ("", "development", true), ("required = true", "development", true),
    ("required = false", "development", false),
    ("required = ['production']", "development", false),
    ("required = ['production']", "production", true),
    ("required = []", "production", false), ("default = 'x'", "production", false),
    ("required = true\ndefault = 'x'", "production", false),
    ("required = ['production']\ndefault = 'x'", "production", true),
    ("required = ['production']\ndefault = 'x'", "development", false),
    ("required = ['production']\nsecret = false\nvalues = {production = 'x'}", "production", false),
    ("secret = false\nvalues = {production = 'x'}", "development", true),
  ])
  func `required means what it says`(_ lines: String, _ environment: String, _ isMissing: Bool)
    throws
  {
    let found = try findings("[variables.A]\n" + lines, environment)
    #expect(found.contains { $0.kind == .missing } == isMissing)
  }

  @Test(arguments: [
    ("type = 'url'", "p", "hunter2", CheckFinding.Kind.wrongType, CheckFinding.Severity.error),
    ("type = 'port'", "p", "", .wrongType, .error),
    ("forbid = { p = ['LocalHost'] }", "p", "x@LOCALHOST/", .forbidden, .error),
    ("", "production", "http://example.com", .laptopValue, .warning),
    ("", "production", "postgres://db.localhost/x", .laptopValue, .warning),
    ("", "prod", "sqlite:x.db", .laptopValue, .warning),
    ("", "production", "/home/me/x", .laptopValue, .warning),
    ("", "production", "sk_test_123", .laptopValue, .warning),
    ("", "production", "changeme", .laptopValue, .warning),
    ("", "production", "<your key>", .laptopValue, .warning),
    (
      "secret = false", "p", "ghp_0123456789abcdefghij0123456789abcdef", .exposedCredential,
      .warning
    ),
    ("secret = false", "p", "postgres://u:p@h/d", .exposedCredential, .warning),
    ("secret = false\nvalues = { p = 'a' }", "p", "b", .hiddenLiteral, .warning),
  ])
  func `a value in the vault is judged`(
    _ lines: String, _ environment: String, _ value: String, _ kind: CheckFinding.Kind,
    _ severity: CheckFinding.Severity
  ) throws {
    let found = try findings("[variables.A]\n" + lines, environment, values: ["A": value])
    #expect(found.map(\.kind) == [kind])
    #expect(found.first?.severity == severity)
    for finding in found where value.count > 3 { #expect(!finding.message.contains(value)) }
  }

  @Test(arguments: [
    ("", "development", "http://localhost:3000"),
    ("forbid = { production = ['sqlite:'] }", "production", "http://x"),
    ("forbid = { production = ['localhost'] }", "development", "localhost"),
    ("type = 'url'", "p", "a://b"),
    ("secret = false", "p", "re_engagement_campaign"), ("", "production", ""),
  ])
  func `a good value is not spoken of`(_ lines: String, _ environment: String, _ value: String)
    throws
  {
    #expect(try findings("[variables.A]\n" + lines, environment, values: ["A": value]).isEmpty)
  }

  @Test func `a literal is judged like a value`() throws {
    let text = """
      [variables.A]
      secret = false
      default = "http://localhost"
      forbid = { production = ["localhost"] }
      [variables.B]
      default = "ghp_0123456789abcdefghij0123456789abcdef"
      """
    #expect(try findings(text, "production").map(\.kind) == [.forbidden, .exposedCredential])
    #expect(try findings(text, "development").map(\.kind) == [.exposedCredential])
  }

  @Test(arguments: Check.publicPrefixes)
  func `a secret with a public name is warned of`(_ prefix: String) throws {
    let name = prefix + "X"
    #expect(try findings("[variables.\(name)]", values: [name: "v"]).map(\.kind) == [.publicSecret])
    #expect(try findings("[variables.\(name)]\nsecret = false", values: [name: "v"]).isEmpty)
  }

  @Test func `undeclared names are listed last, and only on request`() throws {
    let values = ["Z": "1", "Y": "1", "C": "1"]
    let text = "[variables.B]\nfrom = 'C'\n[variables.A]"
    let found = try findings(text, values: values, lists: true)
    #expect(found.map(\.variable) == ["A", "Y", "Z"])
    #expect(found.map(\.kind) == [.missing, .undeclared, .undeclared])
    #expect(try findings(text, values: values).map(\.variable) == ["A"])
  }

  @Test func `only narrows`() throws {
    #expect(try findings("[variables.A]\n[variables.B]", only: ["B"]).map(\.variable) == ["B"])
  }

  @Test func `a misspelt environment is found`() throws {
    let found = try findings(
      "[variables.A]\nrequired = ['staging']\nforbid = { prodction = ['x'] }\nsecret = false\nvalues = { q = 'x' }",
      environments: ["development", "staging", "production"])
    #expect(found.map(\.kind) == [.unknownEnvironment, .unknownEnvironment])
    #expect(found.last?.message.contains("did you mean production?") == true)
  }
}
