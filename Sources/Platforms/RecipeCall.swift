/// What the user said about a platform, ready to fill in arguments.
package struct RecipeChoices: Sendable, Equatable {
  /// The platform's name of the environment; nil where the recipe does not speak of it.
  package let environment: String?
  private let given: [String: String]

  /// Why the user's choices do not fit a recipe. Values of options are not in it: somebody may have put a secret there.
  package enum Fault: Error, Equatable, Sendable {
    /// Not of the form NAME=VALUE.
    case form
    case unknownOption(String)
    case twice(String)
    /// Not of letters, digits and `._-` (and `/` and `@`, where it is an argument of its own), a letter or digit first.
    case badOption(String)
    case missingOption(RecipeOption)
    /// The recipe has no name for this environment.
    case unknownEnvironment(String)
  }

  /// - Parameters:
  ///   - environment: ours.
  ///   - options: each NAME=VALUE.
  /// - Throws: `Fault`.
  package init(_ recipe: Recipe, environment: String, options: [String]) throws(Fault) {
    var given: [String: String] = [:]
    let known = Set(recipe.options.map(\.name) + (recipe.namesEnvironment ? [RecipeArgument.environment] : []))
    for option in options {
      guard let equals = option.firstIndex(of: "="), equals > option.startIndex else { throw .form }
      let (name, value) = (String(option[..<equals]), String(option[option.index(after: equals)...]))
      guard known.contains(name) else { throw .unknownOption(RecipeArgument.isWord(name) ? name : "") }
      guard given[name] == nil else { throw .twice(name) }
      let isEmbedded = (recipe.push.arguments + (recipe.list?.arguments ?? [])).contains { $0.embeds(name) }
      guard Self.isSafe(value, isEmbedded: isEmbedded) else { throw .badOption(name) }
      given[name] = value
    }
    for option in recipe.options where option.isRequired && given[option.name] == nil { throw .missingOption(option) }
    if recipe.namesEnvironment, given[RecipeArgument.environment] == nil {
      let name = recipe.environments.isEmpty ? environment : recipe.environments[environment]
      guard let name, Self.isSafe(name, isEmbedded: true) else { throw .unknownEnvironment(environment) }
      given[RecipeArgument.environment] = name
    }
    self.environment = given[RecipeArgument.environment]
    self.given = given
  }

  /// The arguments of one call that hands over, the program's name first.
  /// - Parameter name: of the variable, where a call is about one.
  package func push(_ recipe: Recipe, name: String?) -> [String] {
    call(recipe, recipe.push.arguments, name)
  }

  /// The arguments of the call that lists names, the program's name first.
  package func list(_ recipe: Recipe, _ list: RecipeList) -> [String] { call(recipe, list.arguments, nil) }

  /// A recipe's arguments have no other words than those given: `Recipe` and `init` see to it.
  private func call(_ recipe: Recipe, _ arguments: [RecipeArgument], _ name: String?) -> [String] {
    var words = given
    words[RecipeArgument.name] = name
    let chosen = recipe.options.filter { given[$0.name] != nil }.flatMap(\.arguments)
    return [recipe.program] + (arguments + chosen).compactMap { $0.filled(words) }
  }

  /// A value of an option must neither look like another option nor lead an address elsewhere.
  private static func isSafe(_ value: String, isEmbedded: Bool) -> Bool {
    guard let first = value.utf8.first, isLetterOrDigit(first) || (first == 0x40 && !isEmbedded) else { return false }
    return value.utf8.count <= 200
      && value.utf8.allSatisfy {
        isLetterOrDigit($0) || "._-".utf8.contains($0) || (!isEmbedded && "/@".utf8.contains($0))
      }
  }

  private static func isLetterOrDigit(_ byte: UInt8) -> Bool {
    (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
  }
}
