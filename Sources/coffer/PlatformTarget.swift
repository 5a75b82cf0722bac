import Platforms
import Policies

/// A platform that the user named, and what was chosen there.
struct PlatformTarget {
  let recipe: Recipe
  let choices: RecipeChoices

  /// - Parameters:
  ///   - id: the recipe's.
  ///   - environment: ours.
  ///   - options: each NAME=VALUE.
  /// - Throws: `Failure`; `RecipeError` for any faulty recipe.
  init(_ id: String, environment: String, options: [String]) throws {
    let recipes = try Recipes(Policies.recipes())
    guard let recipe = recipes.recipe(id) else {
      throw Failure(
        "there is no platform of that name", hints: ["there are: \(recipes.all.map(\.id).joined(separator: ", "))"])
    }
    self.recipe = recipe
    do throws(RecipeChoices.Fault) {
      choices = try RecipeChoices(recipe, environment: environment, options: options)
    } catch {
      throw Self.failure(error, recipe)
    }
  }

  /// What the platform and the place there are called in a sentence.
  var place: String { recipe.title + (choices.environment.map { ", \($0)" } ?? "") }

  private static func failure(_ fault: RecipeChoices.Fault, _ recipe: Recipe) -> Failure {
    switch fault {
    case .form: return Failure("--option takes NAME=VALUE", hints: hints(recipe))
    case .unknownOption(let name):
      return Failure("\(recipe.id) has no option \(name.isEmpty ? "of that name" : name)", hints: hints(recipe))
    case .twice(let name): return Failure("--option \(name) was given twice")
    case .badOption(let name):
      return Failure("--option \(name) takes letters, digits and ._- only, a letter or digit first")
    case .missingOption(let option):
      return Failure("\(recipe.id) needs --option \(option.name)=...", hints: ["\(option.name): \(option.help)"])
    case .unknownEnvironment(let environment):
      let known = recipe.environments.keys.sorted().joined(separator: ", ")
      return Failure(
        "\(recipe.id) has no environment for \(environment)" + (known.isEmpty ? "" : " (but for \(known))"),
        hints: ["--option environment=NAME says what it is called there"])
    }
  }

  private static func hints(_ recipe: Recipe) -> [String] {
    let options = recipe.options.map { "\($0.name) (\($0.help))" }
    let all = options + (recipe.namesEnvironment ? ["environment (what it is called there)"] : [])
    return all.isEmpty ? [] : ["there are: \(all.joined(separator: ", "))"]
  }
}
