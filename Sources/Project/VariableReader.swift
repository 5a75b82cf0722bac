import TOML

/// Reads one `[variables.NAME]`.
struct VariableReader {
  private static let known = [
    "description", "type", "schemes", "choices", "secret", "required", "default", "values", "from",
    "forbid",
    "provider", "max_age", "file",
  ]

  let table: TOMLTable
  let path: [String]
  /// Where the variable is declared.
  let line: Int

  private func field(_ key: String) -> TOMLField { TOMLField(table, path, key) }

  private func invalid(_ key: String, _ reason: String) -> ProjectError {
    field(key).invalid(reason)
  }

  func read() throws(ProjectError) -> Variable {
    try ManifestReader.refuseUnknown(in: table, at: path, known: Self.known)
    var variable = Variable(name: path.last ?? "")
    variable.line = line
    variable.description = try field("description").string()
    try readType(into: &variable)
    variable.isSecret = try field("secret").bool() ?? true
    variable.requirement = try readRequirement()
    variable.provider = try field("provider").string()
    variable.isFile = try field("file").bool() ?? false
    variable.from = try field("from").string()
    if let from = variable.from, !VariableName.isValid(from) {
      throw invalid("from", "must be a variable's name")
    }
    variable.maxAge = try readMaxAge()
    try readForbid(into: &variable)
    try readLiterals(into: &variable)
    return variable
  }

  private func readType(into variable: inout Variable) throws(ProjectError) {
    variable.schemes = try field("schemes").strings() ?? []
    variable.choices = try field("choices").strings() ?? []
    if let text = try field("type").string() {
      guard let type = VariableType(rawValue: text) else {
        let all = VariableType.allCases.map(\.rawValue)
        let hint = Suggestion.nearest(to: text, among: all).map { "; did you mean \($0)?" } ?? ""
        throw invalid("type", "must be one of \(all.joined(separator: ", "))\(hint)")
      }
      variable.type = type
    } else if !variable.schemes.isEmpty {
      variable.type = .url
    } else if !variable.choices.isEmpty {
      variable.type = .enum
    }
    if !variable.schemes.isEmpty, variable.type != .url {
      throw invalid("schemes", "goes with type = \"url\" only")
    }
    if !variable.choices.isEmpty, variable.type != .enum {
      throw invalid("choices", "goes with type = \"enum\" only")
    }
    if variable.type == .enum, variable.choices.isEmpty {
      throw invalid("type", "is enum, which needs choices = [ … ]")
    }
    for scheme in variable.schemes where !ValueCheck.isScheme(scheme) {
      throw invalid("schemes", "are written without ://, as in \"postgres\"")
    }
  }

  private func readRequirement() throws(ProjectError) -> Variable.Requirement {
    let field = field("required")
    guard let value = field.value else { return .always }
    if let answer = value.boolean { return answer ? .always : .never }
    guard value.array != nil else {
      throw invalid("required", "must be true, false or a list of environments")
    }
    let environments = try field.strings() ?? []
    for environment in environments { try checkEnvironment(environment, "required") }
    return .only(environments)
  }

  /// A number and a unit: h, d, w or y (365 days). No months: they have no fixed length.
  private func readMaxAge() throws(ProjectError) -> Int? {
    guard let text = try field("max_age").string() else { return nil }
    let units = ["h": 3600, "d": 86_400, "w": 604_800, "y": 31_536_000]
    let digits = text.dropLast()
    guard let unit = units[String(text.suffix(1))], digits.utf8.allSatisfy(\.isDigit),
      let count = Int(digits),
      count > 0, count <= 36_500
    else { throw invalid("max_age", "must be a number and a unit (h d w y), as in \"90d\"") }
    return count * unit
  }

  private func readForbid(into variable: inout Variable) throws(ProjectError) {
    guard let table = try field("forbid").table() else { return }
    for entry in table.entries {
      try checkEnvironment(entry.key, "forbid")
      let field = TOMLField(entry, path + ["forbid"])
      let needles = try field.strings() ?? []
      // An empty text stands in every value.
      if needles.contains("") { throw field.invalid("holds an empty text") }
      variable.forbid[entry.key] = needles
    }
  }

  private func readLiterals(into variable: inout Variable) throws(ProjectError) {
    if let text = try field("default").string() {
      try checkLiteral(text, of: variable, in: field("default"))
      variable.defaultValue = text
    }
    guard let table = try field("values").table() else { return }
    if variable.isSecret {
      throw invalid(
        "values",
        "stand here in the clear, so they need secret = false; a secret goes into the vault")
    }
    for entry in table.entries {
      try checkEnvironment(entry.key, "values")
      let field = TOMLField(entry, path + ["values"])
      guard let text = try field.string() else { continue }
      try checkLiteral(text, of: variable, in: field)
      variable.values[entry.key] = text
    }
  }

  private func checkLiteral(
    _ text: String, of variable: Variable, in field: TOMLField
  ) throws(ProjectError) {
    if let problem = text.withRawBytes({ ValueCheck.problem(in: $0, of: variable) }) {
      throw field.invalid(problem)
    }
  }

  private func checkEnvironment(_ name: String, _ key: String) throws(ProjectError) {
    let isPlain = name.utf8.allSatisfy {
      $0.isNameByte || $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: ".")
    }
    guard !name.isEmpty, isPlain else {
      throw invalid(key, "names \(TOMLText.quoted(name)), which cannot be an environment")
    }
  }
}
