/// All recipes.
package struct Recipes: Sendable {
  /// By their ids.
  package let all: [Recipe]

  /// - Parameter files: names and texts of policies/platforms/*.toml.
  /// - Throws: `RecipeError`, also for an id that two of them have.
  package init(_ files: [(name: String, text: String)]) throws(RecipeError) {
    all = try files.map { (file) throws(RecipeError) in try Recipe(name: file.name, text: file.text) }
      .sorted { $0.id < $1.id }
    for (one, next) in zip(all, all.dropFirst()) where one.id == next.id {
      throw RecipeError(file: next.file, line: nil, reason: "id \(next.id) is that of \(one.file) too")
    }
  }

  /// The recipe of that id; nil when there is none.
  package func recipe(_ id: String) -> Recipe? { all.first { $0.id == id } }
}
