/// One variable of the launched program, and where its value comes from.
package struct Injection: Equatable, Sendable {
  /// Where a value comes from.
  package enum Source: Equatable, Sendable {
    /// The vault, under this name.
    case vault(name: String)
    /// `values` of coffer.toml for this environment.
    case value(String)
    /// `default` of coffer.toml.
    case defaultValue(String)
  }

  /// The name in the program's environment.
  package let name: String
  /// Where its value comes from.
  package let source: Source
  /// Whether the program gets the path of a file that holds the value.
  package let isFile: Bool
  /// False for what only `--all` brings in.
  package let isDeclared: Bool
}

/// What one environment injects, by coffer.toml and the vault: declared variables in their order, then the others by name.
package struct Resolution: Equatable, Sendable {
  /// What is injected. The vault wins over `values`, and `values` over `default`.
  package let injections: [Injection]

  /// Resolves without seeing a value.
  ///
  /// - Parameters:
  ///   - only: the names to keep (`--only A,B`); nil for all.
  ///   - undeclared: the vault's names in this environment, when `--all` asks for them too; declared ones among them,
  ///     and names that only another variable's `from` takes, are not injected a second time.
  ///   - vaultHas: whether the vault holds a name in this environment.
  /// - Throws: `ProjectError.unknownVariable` for a name in `only` that is neither declared nor in `undeclared`.
  package init(
    manifest: Manifest, environment: String, only: [String]? = nil, undeclared: [String] = [],
    vaultHas: (String) -> Bool
  ) throws(ProjectError) {
    let taken = Set(manifest.variables.flatMap { [$0.name, $0.vaultName] })
    let extra = undeclared.filter { !taken.contains($0) && VariableName.isValid($0) }.sorted()
    if let only {
      let known = manifest.variables.map(\.name) + extra
      let names = Set(known)
      for name in only where !names.contains(name) {
        throw .unknownVariable(name: name, suggestion: Suggestion.nearest(to: name, among: known))
      }
    }
    let wanted = only.map(Set.init)
    var injections: [Injection] = []
    for variable in manifest.variables where wanted?.contains(variable.name) ?? true {
      // What has no value is left out; `Check` says whether it is required.
      let source =
        vaultHas(variable.vaultName)
        ? .vault(name: variable.vaultName) : variable.literal(in: environment)
      if let source {
        injections.append(
          Injection(name: variable.name, source: source, isFile: variable.isFile, isDeclared: true))
      }
    }
    for name in extra where wanted?.contains(name) ?? true {
      injections.append(
        Injection(name: name, source: .vault(name: name), isFile: false, isDeclared: false))
    }
    self.injections = injections
  }
}
