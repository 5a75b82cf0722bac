import TOML

/// Turns the tables of coffer.toml into a `Manifest`, refusing what it does not know.
enum ManifestReader {
  static func read(_ root: TOMLTable, into manifest: inout Manifest) throws(ProjectError) {
    try refuseUnknown(in: root, at: [], known: ["vault", "scan", "variables", "launch", "deploy"])
    let vault = TOMLField(root, [], "vault")
    if let text = try vault.string() {
      let words = text.split(separator: " ")
      guard let id = words.last else {
        throw vault.invalid("is empty: it is a name and an id, as in \"shop 7Q4M-2KXD-9TRB\"")
      }
      manifest.vault = .init(name: words.dropLast().joined(separator: " "), id: String(id))
    }
    if let scan = try TOMLField(root, [], "scan").table() {
      try refuseUnknown(in: scan, at: ["scan"], known: ["salt"])
      manifest.scanSalt = try TOMLField(scan, ["scan"], "salt").string()
    }
    if let launch = try TOMLField(root, [], "launch").table() {
      try refuseUnknown(in: launch, at: ["launch"], known: ["allow"])
      let allow = TOMLField(launch, ["launch"], "allow")
      manifest.allowedNames = try allow.strings() ?? []
      for name in manifest.allowedNames where !VariableName.isValid(name) {
        throw allow.invalid("names \(TOMLText.quoted(name)), which is not a variable's name")
      }
    }
    if let deploy = try TOMLField(root, [], "deploy").table() {
      manifest.deploy = TOMLText.flattened(deploy, under: "").sorted()
      // An empty table is still one that was not there before.
      if manifest.deploy.isEmpty { manifest.deploy = ["{}"] }
    }
    guard let variables = try TOMLField(root, [], "variables").table() else { return }
    for entry in variables.entries {
      let field = TOMLField(entry, ["variables"])
      guard VariableName.isValid(entry.key) else {
        throw field.invalid("is not a variable's name: letters, digits and _ only, and no digit first")
      }
      guard let table = try field.table() else { continue }
      let reader = VariableReader(
        table: table, path: ["variables", entry.key], line: entry.position.line)
      manifest.variables.append(try reader.read())
    }
  }

  static func refuseUnknown(
    in table: TOMLTable, at path: [String], known: [String]
  ) throws(ProjectError) {
    guard let unknown = table.entries.first(where: { !known.contains($0.key) }) else { return }
    throw .unknownKey(
      line: unknown.position.line, key: TOMLText.key(path + [unknown.key]),
      suggestion: Suggestion.nearest(to: unknown.key, among: known))
  }
}

/// One key of a table, read as the type it must have.
struct TOMLField {
  private let parent: [String]
  private let key: String
  private let entry: TOMLEntry?

  init(_ table: TOMLTable, _ parent: [String], _ key: String) {
    self.parent = parent
    self.key = key
    entry = table[key]
  }

  init(_ entry: TOMLEntry, _ parent: [String]) {
    self.parent = parent
    key = entry.key
    self.entry = entry
  }

  /// Nil when the key is absent.
  var value: TOMLValue? { entry?.value }

  /// A fault of this key's value.
  func invalid(_ reason: String) -> ProjectError {
    .invalid(line: entry?.position.line ?? 0, key: TOMLText.key(parent + [key]), reason: reason)
  }

  func string() throws(ProjectError) -> String? {
    guard let value else { return nil }
    guard let text = value.string else { throw wrong("a string in quotes") }
    return try checked(text)
  }

  func bool() throws(ProjectError) -> Bool? {
    guard let value else { return nil }
    guard let answer = value.boolean else { throw wrong("true or false") }
    return answer
  }

  func table() throws(ProjectError) -> TOMLTable? {
    guard let value else { return nil }
    guard let table = value.table else { throw wrong("a table") }
    return table
  }

  func strings() throws(ProjectError) -> [String]? {
    guard let value else { return nil }
    guard let items = value.array else { throw wrong("a list of strings") }
    var texts: [String] = []
    for item in items {
      guard let text = item.value.string else { throw wrong("a list of strings in quotes") }
      texts.append(try checked(text))
    }
    return texts
  }

  /// No name, argument or environment can carry a NUL, and to a C string it would be the end.
  private func checked(_ text: String) throws(ProjectError) -> String {
    guard !text.utf8.contains(0) else { throw invalid("holds a NUL character") }
    return text
  }

  private func wrong(_ expected: String) -> ProjectError {
    let found = value?.typeName ?? "nothing"
    let article = "aeiou".contains(found.prefix(1)) ? "an" : "a"
    return invalid("must be \(expected), not \(article) \(found)")
  }
}
