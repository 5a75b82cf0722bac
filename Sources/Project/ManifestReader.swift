import TOMLKit

/// Turns the TOML library's tables into a `Manifest`, refusing what it does not know.
struct ManifestReader {
  let index: ManifestIndex

  func read(_ root: TOMLTable, into manifest: inout Manifest) throws(ProjectError) {
    try refuseUnknown(in: root, at: [], known: ["vault", "scan", "variables", "launch", "deploy"])
    if let text = try TOMLField(index, root, [], "vault").string() {
      let words = text.split(separator: " ")
      guard let id = words.last else {
        throw invalid(["vault"], "is empty: it is a name and an id, as in \"shop 7Q4M-2KXD-9TRB\"")
      }
      manifest.vault = .init(name: words.dropLast().joined(separator: " "), id: String(id))
    }
    if let scan = try TOMLField(index, root, [], "scan").table() {
      try refuseUnknown(in: scan, at: ["scan"], known: ["salt"])
      manifest.scanSalt = try TOMLField(index, scan, ["scan"], "salt").string()
    }
    if let launch = try TOMLField(index, root, [], "launch").table() {
      try refuseUnknown(in: launch, at: ["launch"], known: ["allow"])
      manifest.allowedNames = try TOMLField(index, launch, ["launch"], "allow").strings() ?? []
      for name in manifest.allowedNames where !VariableName.isValid(name) {
        throw invalid(
          ["launch", "allow"], "names \(TOMLText.quoted(name)), which is not a variable's name")
      }
    }
    if let deploy = try TOMLField(index, root, [], "deploy").table() {
      manifest.deploy = TOMLText.flattened(deploy, under: "").sorted()
      // An empty table is still one that was not there before.
      if manifest.deploy.isEmpty { manifest.deploy = ["{}"] }
    }
    guard let variables = try TOMLField(index, root, [], "variables").table() else { return }
    for name in index.inOrder(variables.keys) {
      let path = ["variables", name]
      guard VariableName.isValid(name) else {
        throw invalid(
          path, "is not a variable's name: letters, digits and _ only, and no digit first")
      }
      guard let table = try TOMLField(index, variables, ["variables"], name).table() else {
        continue
      }
      manifest.variables.append(try VariableReader(reader: self, table: table, path: path).read())
    }
  }

  func refuseUnknown(in table: TOMLTable, at path: [String], known: [String]) throws(ProjectError) {
    let unknown = table.keys.filter { !known.contains($0) }
    guard !unknown.isEmpty else { return }
    // The first in the file: the library sorts them.
    let places = unknown.map { (line: index.line(of: path + [$0]), key: $0) }
    guard let first = places.min(by: { $0 < $1 }) else { return }
    throw .unknownKey(
      line: first.line, key: TOMLText.key(path + [first.key]),
      suggestion: Suggestion.nearest(to: first.key, among: known))
  }

  func invalid(_ path: [String], _ reason: String) -> ProjectError {
    .invalid(line: index.line(of: path), key: TOMLText.key(path), reason: reason)
  }
}

/// One key of a table, read as the type it must have.
struct TOMLField {
  let index: ManifestIndex
  let parent: [String]
  let key: String
  let value: (any TOMLValueConvertible)?

  init(_ index: ManifestIndex, _ table: TOMLTable, _ parent: [String], _ key: String) {
    self.index = index
    self.parent = parent
    self.key = key
    self.value = table[key]
  }

  private func wrong(_ expected: String) -> ProjectError {
    let path = parent + [key]
    let found = value?.type.description ?? "nothing"
    let article = "aeiou".contains(found.prefix(1)) ? "an" : "a"
    return .invalid(
      line: index.line(of: path), key: TOMLText.key(path),
      reason: "must be \(expected), not \(article) \(found)")
  }

  func string() throws(ProjectError) -> String? {
    guard let value else { return nil }
    guard let text = value.string else { throw wrong("a string in quotes") }
    return text
  }

  func bool() throws(ProjectError) -> Bool? {
    guard let value else { return nil }
    guard let answer = value.bool else { throw wrong("true or false") }
    return answer
  }

  func table() throws(ProjectError) -> TOMLTable? {
    guard let value else { return nil }
    guard let table = value.table else { throw wrong("a table") }
    return table
  }

  func strings() throws(ProjectError) -> [String]? {
    guard let value else { return nil }
    guard let array = value.array else { throw wrong("a list of strings") }
    var texts: [String] = []
    for item in array {
      guard let text = item.string else { throw wrong("a list of strings in quotes") }
      texts.append(text)
    }
    return texts
  }
}
