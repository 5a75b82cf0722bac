/// A variable about to be written into coffer.toml: what a person or a proposal decided about it.
package struct VariableDraft: Equatable, Sendable {
  /// The name in the app's environment.
  package var name: String
  /// One line for people; nothing secret.
  package var description: String?
  /// What its value must look like.
  package var type: VariableType
  /// Allowed schemes of a `url`.
  package var schemes: [String]
  /// Whether its values belong into the vault.
  package var isSecret: Bool
  /// Who issues it.
  package var provider: String?
  /// A literal that goes into coffer.toml in the clear, as `default`. Only for what is not secret.
  package var defaultValue: String?
  /// Literals by environment, in the clear, as `values`. Only for what is not secret.
  package var values: [String: String]
  /// False for what may be missing.
  package var isRequired: Bool

  /// A secret string that is required, unless told otherwise.
  package init(
    name: String, description: String? = nil, type: VariableType = .string, schemes: [String] = [],
    isSecret: Bool = true, provider: String? = nil, defaultValue: String? = nil,
    values: [String: String] = [:],
    isRequired: Bool = true
  ) {
    self.name = name
    self.description = description
    self.type = type
    self.schemes = schemes
    self.isSecret = isSecret
    self.provider = provider
    self.defaultValue = defaultValue
    self.values = values
    self.isRequired = isRequired
  }

  /// The `[variables.NAME]` block, without the empty line before it.
  var toml: String {
    var lines = ["[variables.\(TOMLText.key([name]))]"]
    if let description { lines.append("description = \(TOMLText.quoted(description))") }
    if type != .string { lines.append("type = \(TOMLText.quoted(type.rawValue))") }
    if !schemes.isEmpty { lines.append("schemes = \(TOMLText.list(schemes))") }
    if !isSecret { lines.append("secret = false") }
    if !isRequired { lines.append("required = false") }
    if let defaultValue { lines.append("default = \(TOMLText.quoted(defaultValue))") }
    if !values.isEmpty {
      let pairs = values.keys.sorted().map {
        "\(TOMLText.key([$0])) = \(TOMLText.quoted(values[$0] ?? ""))"
      }
      lines.append("values = { \(pairs.joined(separator: ", ")) }")
    }
    if let provider { lines.append("provider = \(TOMLText.quoted(provider))") }
    return lines.map { $0 + "\n" }.joined()
  }

  /// What must be read back.
  var variable: Variable {
    var variable = Variable(name: name)
    variable.description = description
    variable.type = type
    variable.schemes = schemes
    variable.isSecret = isSecret
    variable.requirement = isRequired ? .always : .never
    variable.defaultValue = defaultValue
    variable.values = values
    variable.provider = provider
    return variable
  }
}
