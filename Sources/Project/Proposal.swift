/// Guesses what coffer.toml should say about the variables of a dotenv file.
///
/// When in doubt a variable is a secret: what is proposed as a setting has its value written into coffer.toml in the clear.
package struct Proposal: Sendable {
  /// Whether the file's values are real, as in `.env`, or placeholders, as in `.env.example`.
  package enum Source: Equatable, Sendable {
    case real, example

    /// By the file's name: `.env.example`, `.env.sample`, `.env.template`, `.env.dist`, `env.example` …
    package init(fileName: String) {
      let words = fileName.lowercased().split(separator: ".")
      let marks: Set<Substring> = ["example", "sample", "template", "dist", "defaults", "tpl"]
      self = words.contains(where: marks.contains) ? .example : .real
    }
  }

  /// One draft for each name, in the file's order; of duplicates the last one counts.
  ///
  /// - Parameters:
  ///   - assignments: from `Dotenv.parse`.
  ///   - input: the bytes that were parsed: comments are read from them.
  ///   - values: the output of the parse.
  package static func drafts(
    for assignments: [DotenvAssignment], input: RawSpan, values: RawSpan, source: Source,
    environment: String = "development"
  ) -> [VariableDraft] {
    var drafts: [VariableDraft] = []
    var positions: [String: Int] = [:]
    for assignment in assignments {
      var draft = draft(
        name: assignment.name, value: values.extracting(assignment.value), source: source, environment: environment)
      if let comment = assignment.comment {
        draft.description = CommentText.description(
          input.extracting(comment), isExample: source == .example)
      }
      if let position = positions[draft.name] {
        if draft.description == nil { draft.description = drafts[position].description }
        drafts[position] = draft
      } else {
        positions[draft.name] = drafts.count
        drafts.append(draft)
      }
    }
    return drafts
  }

  /// The draft for one name and its value, as `coffer set` declares it.
  ///
  /// - Parameter environment: whose value it is. Only development's may serve others as `default`, and not where the variable
  ///   says which environment this is.
  package static func draft(
    name: String, value: RawSpan, source: Source = .real, environment: String = "development"
  ) -> VariableDraft {
    var draft = VariableDraft(name: name)
    draft.provider = Provider.guess(name: name, value: value)
    if source == .example {
      if let type = SettingRules.setting(name: name) {
        // DEBUG is mostly true or false, but `DEBUG=app:*` is common too.
        draft.type = value.isEmpty || type.problem(in: value) == nil ? type : .string
        draft.isSecret = false
      }
    } else if let type = SettingRules.setting(name: name, value: value) {
      draft.type = type
      draft.isSecret = false
      let text = value.plainText(0..<value.byteCount)
      if environment == "development", !SettingRules.namesEnvironment(name) {
        draft.defaultValue = text
      } else {
        draft.values = [environment: text]
      }
    }
    // A placeholder's form says something too where it is a form that nobody types by accident.
    if draft.type == .string, draft.isSecret { (draft.type, draft.schemes) = form(of: value) }
    if !draft.isSecret { draft.provider = nil }
    return draft
  }

  private static func form(of value: RawSpan) -> (VariableType, [String]) {
    if VariableType.pem.problem(in: value) == nil { return (.pem, []) }
    if value.has("{", at: 0), JSONCheck.isValid(value) { return (.json, []) }
    guard VariableType.url.problem(in: value) == nil else { return (.string, []) }
    let families = [
      ["postgres", "postgresql"], ["mysql"], ["mariadb", "mysql"], ["mongodb", "mongodb+srv"],
      ["redis", "rediss"],
      ["amqp", "amqps"],
    ]
    let family = families.first { $0.contains { value.has($0 + "://", at: 0, ignoringCase: true) } }
    return (.url, family ?? [])
  }
}
