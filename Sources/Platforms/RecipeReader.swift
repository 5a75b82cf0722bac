import TOML

extension Recipe {
  /// Reads one file.
  /// - Parameter name: as `platforms/vercel.toml`.
  /// - Throws: `RecipeError`.
  package init(name: String, text: String) throws(RecipeError) {
    let root: TOMLTable
    do { root = try TOMLDocument(text: text).root } catch {
      throw RecipeError(file: name, line: error.line, reason: error.reason)
    }
    let fields = RecipeFields(file: name, table: root, path: "")
    try fields.refuseUnknown([
      "id", "title", "documentation", "read", "program", "install", "needs", "notes", "environments", "options", "push",
      "list",
    ])
    file = name
    id = try fields.text("id")
    guard RecipeArgument.isWord(id) else { throw fields.fault("id", "is not of lowercase letters, digits and -") }
    title = try fields.text("title")
    documentation = try fields.list("documentation")
    guard !documentation.isEmpty, documentation.allSatisfy({ $0.hasPrefix("https://") }) else {
      throw fields.fault("documentation", "names no page (https://...)")
    }
    read = try fields.text("read")
    program = try fields.text("program")
    // Found in PATH: a path would be another program in every folder.
    guard !program.contains("/"), !program.hasPrefix("-") else { throw fields.fault("program", "is no program's name") }
    install = try fields.text("install")
    needs = try fields.list("needs")
    notes = try fields.list("notes")
    environments = try fields.names("environments")
    options = try fields.options()
    guard let push = try fields.table("push") else { throw fields.fault("push", "is missing") }
    self.push = try push.push()
    list = try fields.table("list")?.listing()
    let known = Set(options.map(\.name) + [RecipeArgument.environment])
    try push.refuseUnfilled(self.push.arguments, known.union(self.push.isSingle ? [RecipeArgument.name] : []))
    if let list { try fields.table("list")?.refuseUnfilled(list.arguments, known) }
  }
}

/// The fields of one table of a recipe; each fault names file and line.
private struct RecipeFields {
  let file: String
  let table: TOMLTable
  /// Of the table, as it is shown: `push.`
  let path: String

  func fault(_ key: String, _ reason: String) -> RecipeError {
    RecipeError(file: file, line: table[key]?.position.line, reason: "\(path)\(key) \(reason)")
  }

  func refuseUnknown(_ known: Set<String>) throws(RecipeError) {
    for entry in table.entries where !known.contains(entry.key) {
      throw RecipeError(file: file, line: entry.position.line, reason: "unknown key \(path)\(entry.key)")
    }
  }

  func optional(_ key: String) throws(RecipeError) -> String? {
    guard let entry = table[key] else { return nil }
    guard let text = entry.value.string, !text.isEmpty, text.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7F }) else {
      throw fault(key, "is no text of one line")
    }
    return text
  }

  func text(_ key: String) throws(RecipeError) -> String {
    guard let text = try optional(key) else { throw fault(key, "is missing") }
    return text
  }

  func list(_ key: String) throws(RecipeError) -> [String] {
    guard let entry = table[key] else { return [] }
    let texts = (entry.value.array ?? []).compactMap(\.value.string)
    guard let list = entry.value.array, texts.count == list.count, !texts.contains("") else {
      throw fault(key, "is no list of texts")
    }
    return texts
  }

  func flag(_ key: String) throws(RecipeError) -> Bool {
    guard let entry = table[key] else { return false }
    guard let flag = entry.value.boolean else { throw fault(key, "is neither true nor false") }
    return flag
  }

  func number(_ key: String) throws(RecipeError) -> Int? {
    guard let entry = table[key] else { return nil }
    guard let number = entry.value.integer, (1...10_000).contains(number) else {
      throw fault(key, "is no number from 1 to 10000")
    }
    return Int(number)
  }

  func choice<Choice: RawRepresentable<String> & CaseIterable>(_ key: String) throws(RecipeError) -> Choice {
    guard let choice = Choice(rawValue: try text(key)) else {
      throw fault(key, "is none of \(Choice.allCases.map(\.rawValue).joined(separator: ", "))")
    }
    return choice
  }

  func table(_ key: String) throws(RecipeError) -> RecipeFields? {
    guard let entry = table[key] else { return nil }
    guard let inner = entry.value.table else { throw fault(key, "is no table") }
    return RecipeFields(file: file, table: inner, path: path + key + ".")
  }

  func names(_ key: String) throws(RecipeError) -> [String: String] {
    guard let inner = try table(key) else { return [:] }
    var names: [String: String] = [:]
    for entry in inner.table.entries { names[entry.key] = try inner.text(entry.key) }
    return names
  }

  func arguments(_ key: String) throws(RecipeError) -> [RecipeArgument] {
    try list(key).map { (text) throws(RecipeError) in
      do throws(RecipeArgument.Fault) { return try RecipeArgument(text) } catch {
        switch error {
        case .empty: throw fault(key, "has an empty argument")
        case .control: throw fault(key, "has a control character")
        case .braces: throw fault(key, "has a brace that is none of {word} and {{text}}")
        }
      }
    }
  }

  func options() throws(RecipeError) -> [RecipeOption] {
    guard let inner = try table("options") else { return [] }
    return try inner.table.entries.map { (entry) throws(RecipeError) in
      guard RecipeArgument.isWord(entry.key),
        ![RecipeArgument.name, RecipeArgument.environment, "value"].contains(entry.key),
        let fields = try inner.table(entry.key)
      else { throw inner.fault(entry.key, "is no option") }
      try fields.refuseUnknown(["help", "required", "arguments"])
      let option = RecipeOption(
        name: entry.key, help: try fields.text("help"), isRequired: try fields.flag("required"),
        arguments: try fields.arguments("arguments"))
      try fields.refuseUnfilled(option.arguments, [entry.key])
      return option
    }
  }

  func push() throws(RecipeError) -> RecipePush {
    try refuseUnknown(["arguments", "format", "key", "most", "takes_lines", "trims", "shows_values"])
    let format: RecipePush.Format = try choice("format")
    let key = try optional("key")
    let most = try number("most")
    let push = RecipePush(
      arguments: try arguments("arguments"), format: format, key: key,
      most: format == .raw || key != nil ? 1 : most ?? .max, takesLines: try flag("takes_lines"),
      trims: try flag("trims"), showsValues: try flag("shows_values"))
    guard key == nil || format == .json else { throw fault("key", "goes with format = \"json\" only") }
    guard !push.isSingle || push.arguments.contains(where: { $0.placeholders.contains(RecipeArgument.name) }) else {
      throw fault("arguments", "do not say which {\(RecipeArgument.name)} is meant")
    }
    return push
  }

  func listing() throws(RecipeError) -> RecipeList {
    try refuseUnknown(["arguments", "format", "names", "ignores", "most"])
    let format: RecipeList.Format = try choice("format")
    let steps = try list("names").map { (step: String) -> RecipeStep in
      switch step {
      case "*": .items
      case "@": .keys
      default: .key(step)
      }
    }
    guard (format == .json) == !steps.isEmpty else {
      throw fault("names", "is the way to the names, with format = \"json\"")
    }
    if let place = steps.firstIndex(of: .keys), place != steps.count - 1 { throw fault("names", "goes on after @") }
    guard steps.count <= 16 else { throw fault("names", "has too many steps") }
    return RecipeList(
      arguments: try arguments("arguments"), format: format, names: steps, ignores: try list("ignores"),
      most: try number("most"))
  }

  /// A value would be seen by everybody in a list of processes.
  func refuseUnfilled(_ arguments: [RecipeArgument], _ known: Set<String>) throws(RecipeError) {
    for word in arguments.flatMap(\.placeholders) where !known.contains(word) {
      guard word != "value" else {
        throw fault("arguments", "may not have {value}: every user of the machine can read arguments")
      }
      throw fault("arguments", "has {\(word)}, which is no option of this recipe")
    }
  }
}
