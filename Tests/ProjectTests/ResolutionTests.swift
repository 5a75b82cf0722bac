import Project
import Testing

@Suite struct ResolutionTests {
  static let text = """
    [variables.PORT]
    secret = false
    default = "3000"
    values = { production = "8080" }
    [variables.DB]
    from = "API_DB"
    file = true
    [variables.KEY]
    [variables.MAYBE]
    required = ["production"]
    default = "x"
    """

  private func resolve(
    _ environment: String, vault: Set<String>, only: [String]? = nil, all: Bool = false
  ) throws -> Resolution {
    try Resolution(
      manifest: Manifest(text: Self.text), environment: environment, only: only,
      undeclared: all ? Array(vault) : []
    ) { vault.contains($0) }
  }

  @Test func `vault over values over default, in the declared order`() throws {
    let development = try resolve("development", vault: ["API_DB", "OTHER"])
    #expect(development.injections.map(\.name) == ["PORT", "DB", "MAYBE"])
    #expect(
      development.injections.map(\.source) == [
        .defaultValue("3000"), .vault(name: "API_DB"), .defaultValue("x"),
      ])
    #expect(development.injections.map(\.isFile) == [false, true, false])
    let production = try resolve("production", vault: ["KEY"])
    #expect(production.injections.map(\.source) == [.value("8080"), .vault(name: "KEY")])
    #expect(
      try resolve("production", vault: ["PORT"]).injections.first?.source == .vault(name: "PORT"))
  }

  @Test func `a variable with from does not take the vault's value of its own name`() throws {
    #expect(try resolve("development", vault: ["DB"]).injections.map(\.name) == ["PORT", "MAYBE"])
  }

  @Test func `all adds what is not declared, by name`() throws {
    let resolution = try resolve("development", vault: ["API_DB", "Z", "B", "KEY"], all: true)
    #expect(resolution.injections.map(\.name) == ["PORT", "DB", "KEY", "MAYBE", "B", "Z"])
    #expect(resolution.injections.filter { !$0.isDeclared }.map(\.name) == ["B", "Z"])
  }

  @Test func `only narrows, and refuses what nobody knows`() throws {
    #expect(
      try resolve("development", vault: ["KEY"], only: ["KEY", "PORT"]).injections.map(\.name) == [
        "PORT", "KEY",
      ])
    #expect(throws: ProjectError.unknownVariable(name: "PROT", suggestion: "PORT")) {
      try resolve("development", vault: [], only: ["PROT"])
    }
    #expect(throws: ProjectError.self) { try resolve("development", vault: ["Z"], only: ["Z"]) }
    #expect(
      try resolve("development", vault: ["Z"], only: ["Z"], all: true).injections.map(\.name) == [
        "Z"
      ])
    #expect(try resolve("development", vault: ["Z"], only: []).injections.isEmpty)
  }
}
