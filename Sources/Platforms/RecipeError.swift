/// What is wrong with a recipe's file. It quotes names of keys, and nothing else of the file.
package struct RecipeError: Error, Equatable, Sendable {
  package let file: String
  /// Counted from 1; nil where no line is at fault.
  package let line: Int?
  package let reason: String
}
