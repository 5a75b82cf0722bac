/// How one hosting platform takes variables: a file of policies/platforms. The README there says what each field means.
package struct Recipe: Sendable, Equatable {
  /// Its file, as `platforms/vercel.toml`.
  package let file: String
  /// `--to` names it by this.
  package let id: String
  package let title: String
  /// The pages of the provider that the facts are from.
  package let documentation: [String]
  /// When they were read, and of what version.
  package let read: String
  /// The program that is run, found in PATH.
  package let program: String
  /// What to do where the program is not there.
  package let install: String
  /// Environment variables without which the program cannot work.
  package let needs: [String]
  /// What happens besides, told before the question.
  package let notes: [String]
  /// Our names of environments to the platform's. Empty: a name is used as it is.
  package let environments: [String: String]
  /// By name, in the file's order.
  package let options: [RecipeOption]
  package let push: RecipePush
  /// Nil where the names that the platform has cannot be listed.
  package let list: RecipeList?

  /// Whether the platform's name of the environment is said to the program.
  package var namesEnvironment: Bool {
    (push.arguments + (list?.arguments ?? [])).contains { $0.placeholders.contains(RecipeArgument.environment) }
  }
}

/// A choice that the user makes by `--option NAME=VALUE`.
package struct RecipeOption: Sendable, Equatable {
  package let name: String
  /// What it is, in a few words.
  package let help: String
  package let isRequired: Bool
  /// What is put behind every call when the option is given; empty where only other arguments speak of it.
  package let arguments: [RecipeArgument]
}

/// How values are handed over. They go to the program's standard input, and nowhere else.
package struct RecipePush: Sendable, Equatable {
  /// In what form the program reads values.
  package enum Format: String, Sendable, CaseIterable {
    /// The value's bytes, and nothing else.
    case raw
    /// One JSON object of names and values; with `key`, of that one name and the value.
    case json
    /// As the npm package dotenv reads it.
    case dotenv
    /// NAME=value lines, quoted by three double quotes where need be: as flyctl reads them.
    case lines
  }

  package let arguments: [RecipeArgument]
  package let format: Format
  /// The key of the value in the object, where one call takes one JSON value.
  package let key: String?
  /// How many names one call takes: 1 for a call a name.
  package let most: Int
  /// Whether a value may have more than one line.
  package let takesLines: Bool
  /// Whether the program takes away line ends, or blanks, at a value's end.
  package let trims: Bool
  /// Whether the program writes values to standard output, which then goes nowhere.
  package let showsValues: Bool

  /// Whether each name is a call of its own.
  package var isSingle: Bool { most == 1 }
}

/// How the names that the platform has are listed.
package struct RecipeList: Sendable, Equatable {
  /// In what form the program tells them.
  package enum Format: String, Sendable, CaseIterable {
    /// JSON; `names` is the way to them.
    case json
    /// One a line: what stands before the first blank or `=`.
    case lines
  }

  package let arguments: [RecipeArgument]
  package let format: Format
  /// The way to the names from the top of a JSON text.
  package let names: [RecipeStep]
  /// Names that the platform sets itself; `*` at the end stands for the rest.
  package let ignores: [String]
  /// So many names may mean that there are more; nil where all come at once.
  package let most: Int?

  /// Whether the platform sets that name itself.
  package func ignores(_ name: String) -> Bool {
    ignores.contains { $0.hasSuffix("*") ? name.hasPrefix($0.dropLast()) : name == $0 }
  }
}

/// One step on the way to names in JSON.
package enum RecipeStep: Sendable, Equatable {
  /// The value of that key, whose case does not matter.
  case key(String)
  /// Every item of an array.
  case items
  /// Every key of an object: they are the names.
  case keys
}
