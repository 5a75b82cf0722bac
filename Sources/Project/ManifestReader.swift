import TOMLKit

/// Turns the TOML library's tables into a `Manifest`, refusing what it does not know.
struct ManifestReader {
  let index: ManifestIndex

  func read(_ root: TOMLTable, into manifest: inout Manifest) throws(ProjectError) {
    try refuseUnknown(in: root, at: [], known: ["vault", "scan", "variables", "launch", "deploy"])
    if let text = try TOMLField(index, root, ["vault"]).string() {
      let words = text.split(separator: " ")
      guard let id = words.last else {
        throw invalid(["vault"], "is empty: it is a name and an id, as in \"shop 7Q4M-2KXD-9TRB\"")
      }
      manifest.vault = .init(name: words.dropLast().joined(separator: " "), id: String(id))
    }
    if let scan = try TOMLField(index, root, ["scan"]).table() {
      try refuseUnknown(in: scan, at: ["scan"], known: ["salt"])
      manifest.scanSalt = try TOMLField(index, scan, ["scan", "salt"]).string()
    }
    if let launch = try TOMLField(index, root, ["launch"]).table() {
      try refuseUnknown(in: launch, at: ["launch"], known: ["allow"])
      manifest.allowedNames = try TOMLField(index, launch, ["launch", "allow"]).strings() ?? []
      for name in manifest.allowedNames where !VariableName.isValid(name) {
        throw invalid(
          ["launch", "allow"], "names \(TOMLText.quoted(name)), which is not a variable's name")
      }
    }
    if let deploy = try TOMLField(index, root, ["deploy"]).table() {
      manifest.deploy = TOMLText.flattened(deploy, under: "").sorted()
      // An empty table is still one that was not there before.
      if manifest.deploy.isEmpty { manifest.deploy = ["{}"] }
    }
    guard let variables = try TOMLField(index, root, ["variables"]).table() else { return }
    for name in ordered(variables.keys, under: ["variables"]) {
      let path = ["variables", name]
      guard VariableName.isValid(name) else {
        throw invalid(
          path, "is not a variable's name: letters, digits and _ only, and no digit first")
      }
      guard let table = try TOMLField(index, variables, path).table() else { continue }
      manifest.variables.append(try VariableReader(reader: self, table: table, path: path).read())
    }
  }

  /// The library sorts keys; people read them in the order in which they wrote them.
  private func ordered(_ keys: [String], under path: [String]) -> [String] {
    var rank: [String: Int] = [:]
    for key in index.keys(under: path) { rank[key] = rank.count }
    return keys.sorted { (rank[$0] ?? .max, $0) < (rank[$1] ?? .max, $1) }
  }

  func refuseUnknown(in table: TOMLTable, at path: [String], known: [String]) throws(ProjectError) {
    for key in ordered(table.keys, under: path) where !known.contains(key) {
      throw .unknownKey(
        line: index.line(of: path + [key]), key: TOMLText.key(path + [key]),
        suggestion: Suggestion.nearest(to: key, among: known))
    }
  }

  func invalid(_ path: [String], _ reason: String) -> ProjectError {
    .invalid(line: index.line(of: path), key: TOMLText.key(path), reason: reason)
  }
}

/// One key of a table, read as the type it must have.
struct TOMLField {
  let index: ManifestIndex
  let path: [String]
  let value: (any TOMLValueConvertible)?

  init(_ index: ManifestIndex, _ table: TOMLTable, _ path: [String]) {
    self.index = index
    self.path = path
    self.value = path.last.flatMap { table[$0] }
  }

  private func wrong(_ expected: String) -> ProjectError {
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
