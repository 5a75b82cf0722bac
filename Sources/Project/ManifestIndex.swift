/// Where the tables and keys of coffer.toml stand, which the TOML library does not tell.
struct ManifestIndex {
  /// A table header or a `key = value` outside inline tables: what an edit can take away whole.
  struct Statement {
    let path: [String]
    /// Bytes from the start of its first line to the end of its last, line end included.
    let bytes: Range<Int>
  }

  private let found: [ManifestScanner.Found]
  private let variables: [String: (rank: Int, line: Int)]

  /// - Throws: `ProjectError.syntax`.
  init(text: String) throws(ProjectError) {
    var scanner = ManifestScanner(text: text)
    try scanner.scan()
    found = scanner.found
    // The one part that every reading asks for; all the rest is for errors and edits, and is searched when it comes to that.
    var variables: [String: (rank: Int, line: Int)] = [:]
    for place in found where place.path.count > 1 && place.path[0] == "variables" {
      let name = place.path[1]
      if variables[name] == nil { variables[name] = (variables.count, place.line) }
    }
    self.variables = variables
  }

  /// In the order of the file.
  var statements: [Statement] {
    found.compactMap { place in place.statement.map { Statement(path: place.path, bytes: $0) } }
  }

  /// Variables' names in the order of the file: the library sorts keys, people read them as they wrote them.
  func inOrder(_ names: [String]) -> [String] {
    names.sorted { (variables[$0]?.rank ?? .max, $0) < (variables[$1]?.rank ?? .max, $1) }
  }

  /// The line, counted from 1, on which a variable's declaration begins.
  func line(ofVariable name: String) -> Int { variables[name]?.line ?? 1 }

  /// The line, counted from 1, on which `path` first appears; else that of the nearest table around it.
  func line(of path: [String]) -> Int {
    var path = path
    while !path.isEmpty {
      if let place = found.first(where: { $0.path.starts(with: path) }) { return place.line }
      path.removeLast()
    }
    return 1
  }
}
