/// One `[variables.NAME]` of coffer.toml.
package struct Variable: Equatable, Sendable {
  /// Where a variable must have a value.
  package enum Requirement: Equatable, Sendable {
    /// Everywhere; a `default` satisfies it. This holds when coffer.toml says nothing: whoever declares a variable reads it,
    /// and an app that starts without one fails later and worse.
    case always
    /// Nowhere.
    case never
    /// In these environments, with a value of their own: a `default` does not satisfy it there.
    case only([String])
  }

  /// The name in the app's environment.
  package let name: String
  /// What it is for, in the words of the project.
  package var description: String?
  /// What its value must look like.
  package var type: VariableType = .string
  /// Allowed schemes of a `url`, without `://`; empty for any.
  package var schemes: [String] = []
  /// Allowed values of an `enum`.
  package var choices: [String] = []
  /// False for settings, whose values may stand in coffer.toml in the clear.
  package var isSecret = true
  /// Where it must have a value.
  package var requirement = Requirement.always
  /// The literal for every environment without another value.
  package var defaultValue: String?
  /// Literals by environment; only with `secret = false`.
  package var values: [String: String] = [:]
  /// The vault's name for it, when that is another.
  package var from: String?
  /// Texts that its value must not contain, by environment, letters compared without case.
  package var forbid: [String: [String]] = [:]
  /// Who issues it: picks the rotation playbook.
  package var provider: String?
  /// Seconds after which a value is due for rotation.
  package var maxAge: Int?
  /// Whether the app gets the path of a file that holds the value.
  package var isFile = false
  /// Where it is declared in coffer.toml, counted from 1.
  package var line = 0

  init(name: String) { self.name = name }

  /// The name under which the vault holds it.
  package var vaultName: String { from ?? name }

  /// Whether it must have a value in `environment`.
  package func isRequired(in environment: String) -> Bool {
    switch requirement {
    case .always: return true
    case .never: return false
    case .only(let environments): return environments.contains(environment)
    }
  }

  /// The literal that coffer.toml gives for `environment`: its own, else the default; nil when neither may serve.
  package func literal(in environment: String) -> Injection.Source? {
    if let value = values[environment] { return .value(value) }
    if case .only(let environments) = requirement, environments.contains(environment) { return nil }
    return defaultValue.map { .defaultValue($0) }
  }

  /// The environments that it mentions, each with the key that does.
  package var mentionedEnvironments: [(environment: String, key: String)] {
    var mentioned =
      values.keys.sorted().map { ($0, "values") } + forbid.keys.sorted().map { ($0, "forbid") }
    if case .only(let environments) = requirement {
      mentioned += environments.map { ($0, "required") }
    }
    return mentioned
  }
}
