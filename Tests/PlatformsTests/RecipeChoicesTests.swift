import Testing

@testable import Platforms

@Suite struct RecipeChoicesTests {
  private static func recipe(_ id: String) throws -> Recipe { try #require(try RecipeTests.builtIn().recipe(id)) }

  private static func push(_ id: String, _ environment: String = "production", _ options: [String] = []) throws
    -> [String]
  {
    let recipe = try Self.recipe(id)
    return try RecipeChoices(recipe, environment: environment, options: options).push(recipe, name: "A")
  }

  @Test func `environments have the platform's names, and an option wins`() throws {
    #expect(try Self.push("vercel") == ["vercel", "env", "add", "A", "production", "--force"])
    #expect(
      try Self.push("vercel", "staging", ["environment=preview", "branch=next"])
        == ["vercel", "env", "add", "A", "preview", "--force", "next"])
    // Railway's environments have the names that people give them.
    #expect(try Self.push("railway", "staging").suffix(2) == ["--environment", "staging"])
    #expect(throws: RecipeChoices.Fault.unknownEnvironment("staging")) { try Self.push("vercel", "staging") }
    #expect(throws: RecipeChoices.Fault.unknownEnvironment("--prod")) { try Self.push("railway", "--prod") }
  }

  @Test(
    arguments: [
      ("fly", ["app"], .form), ("fly", ["=x"], .form), ("fly", ["token=x"], .unknownOption("token")),
      ("fly", ["FLY_SECRET=x"], .unknownOption("")), ("fly", ["app=a", "app=b"], .twice("app")),
      ("fly", ["app="], .badOption("app")), ("fly", ["app=--json"], .badOption("app")),
      ("fly", ["app=a b"], .badOption("app")), ("fly", ["app=a\nb"], .badOption("app")),
      ("fly", ["environment=x"], .unknownOption("environment")),
      ("github", ["repo=../x"], .badOption("repo")),
      ("github", ["repo=" + String(repeating: "x", count: 201)], .badOption("repo")),
      // In an address neither a slash nor a way up.
      ("render", ["service=srv-1/env-vars/X?"], .badOption("service")),
      ("render", ["service=a/b"], .badOption("service")),
      ("render", ["service=.."], .badOption("service")), ("heroku", ["app=a/b"], .badOption("app")),
    ] as [(String, [String], RecipeChoices.Fault)])
  func `an option that does not fit is refused`(id: String, options: [String], fault: RecipeChoices.Fault) throws {
    #expect(throws: fault) { try Self.push(id, "production", options) }
  }

  @Test func `what is required is asked for`() throws {
    let recipe = try Self.recipe("render")
    #expect(throws: RecipeChoices.Fault.missingOption(try #require(recipe.options.first))) {
      try RecipeChoices(recipe, environment: "production", options: [])
    }
    #expect(try Self.push("github", "production", ["repo=o/n"]).suffix(2) == ["--repo", "o/n"])
  }
}
