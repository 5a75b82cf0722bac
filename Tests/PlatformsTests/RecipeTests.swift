import Policies
import Testing

@testable import Platforms

@Suite struct RecipeTests {
  /// A small sound recipe, and what a test adds at the end of a part of it.
  static func text(_ top: String = "", options: String = "", push: String = "", list: String = "") -> String {
    """
    id = "shop"
    title = "Shop"
    documentation = ["https://shop.example/docs"]
    read = "2026-11-21"
    program = "shopctl"
    install = "ask"
    \(top)
    [options.app]
    help = "the app"
    arguments = ["--app", "{app}"]
    \(options)
    [push]
    arguments = ["set", "{name}"]
    format = "raw"
    \(push)
    [list]
    arguments = ["names"]
    format = "json"
    names = ["*", "name"]
    \(list)
    """
  }

  static func builtIn() throws -> Recipes { try Recipes(Policies.recipes()) }

  @Test func `every platform that is promised has a sound recipe, with its pages`() throws {
    let recipes = try Self.builtIn()
    #expect(
      recipes.all.map(\.id) == ["cloudflare", "fly", "github", "heroku", "netlify", "railway", "render", "vercel"])
    for recipe in recipes.all {
      #expect(recipe.read.hasPrefix("20") && recipe.list != nil, "\(recipe.id)")
      #expect(recipe.documentation.allSatisfy { $0.hasPrefix("https://") }, "\(recipe.id)")
    }
  }

  @Test(
    arguments: [
      (text("nonsense = 1"), 7, "unknown key nonsense"),
      (text(push: "nonsense = 1"), 15, "unknown key push.nonsense"),
      (text("needs = \"KEY\""), 7, "needs is no list of texts"),
      (text(push: "trims = 1"), 15, "push.trims is neither true nor false"),
      (text(push: "most = 0"), 15, "push.most is no number from 1 to 10000"),
      (text(push: "key = \"value\""), 15, "push.key goes with format = \"json\" only"),
      (text(options: "[options.value]\nhelp = \"x\""), 11, "options.value is no option"),
      (text(options: "[options.UP]\nhelp = \"x\""), 11, "options.UP is no option"),
      (
        text(options: "[options.b]\nhelp = \"x\"\narguments = [\"{app}\"]"), 13,
        "options.b.arguments has {app}, which is no option of this recipe"
      ),
      (text().replacing("id = \"shop\"", with: "id = \"../shop\""), 1, "id is not of lowercase letters, digits and -"),
      (text().replacing("\"shopctl\"", with: "\"/bin/shopctl\""), 5, "program is no program's name"),
      (text().replacing("\"shopctl\"", with: "\"--shopctl\""), 5, "program is no program's name"),
      (text().replacing("https://shop", with: "http://shop"), 3, "documentation names no page (https://...)"),
      (text().replacing("\"raw\"", with: "\"yaml\""), 14, "push.format is none of raw, json, dotenv, lines"),
      (text().replacing("\"raw\"", with: "\"raw"), 14, nil),
      (
        text().replacing("[\"set\", \"{name}\"]", with: "[\"set\", \"{name}={value}\"]"), 13,
        "push.arguments may not have {value}: every user of the machine can read arguments"
      ),
      (text().replacing("\"{name}\"]", with: "\"{site}\"]"), 13, "push.arguments do not say which {name} is meant"),
      (
        text().replacing("\"{name}\"]", with: "\"{name}\", \"{site}\"]"), 13,
        "push.arguments has {site}, which is no option of this recipe"
      ),
      (
        text().replacing("\"{name}\"]", with: "\"{name\"]"), 13,
        "push.arguments has a brace that is none of {word} and {{text}}"
      ),
      (
        text().replacing("\"{name}\"]", with: "\"{{name}\"]"), 13,
        "push.arguments has a brace that is none of {word} and {{text}}"
      ),
      (
        text().replacing("\"{name}\"]", with: "\"name}\"]"), 13,
        "push.arguments has a brace that is none of {word} and {{text}}"
      ),
      (text().replacing("\"{name}\"]", with: "\"{name}\\u0007\"]"), 13, "push.arguments has a control character"),
      (
        text().replacing("[\"names\"]", with: "[\"{name}\"]"), 17,
        "list.arguments has {name}, which is no option of this recipe"
      ),
      (
        text().replacing("[\"names\"]", with: "[\"{value}\"]"), 17,
        "list.arguments may not have {value}: every user of the machine can read arguments"
      ),
      (text().replacing("[\"*\", \"name\"]", with: "[\"@\", \"name\"]"), 19, "list.names goes on after @"),
      (
        text().replacing("[\"*\", \"name\"]", with: "[]"), 19,
        "list.names is the way to the names, with format = \"json\""
      ),
    ] as [(String, Int?, String?)])
  func `a faulty recipe is refused with its line`(text: String, line: Int?, reason: String?) throws {
    let error = try #require(throws: RecipeError.self) { try Recipe(name: "platforms/shop.toml", text: text) }
    #expect(error.file == "platforms/shop.toml" && error.line == line, "\(error)")
    if let reason { #expect(error.reason == reason) }
  }

  @Test func `the small recipe itself is sound, and two of one id are not`() throws {
    let recipe = try Recipe(name: "platforms/shop.toml", text: Self.text())
    #expect(recipe.push.isSingle && !recipe.push.takesLines && recipe.options.map(\.name) == ["app"])
    #expect(throws: RecipeError(file: "platforms/b.toml", line: nil, reason: "id shop is that of platforms/a.toml too"))
    {
      try Recipes([("platforms/a.toml", Self.text()), ("platforms/b.toml", Self.text())])
    }
  }

  @Test func `text between two braces stays as it is`() throws {
    let argument = try RecipeArgument("Bearer {{KEY}} of {app}!")
    #expect(argument.placeholders == ["app"] && argument.filled(["app": "x"]) == "Bearer {{KEY}} of x!")
    #expect(argument.filled([:]) == nil)
  }
}
