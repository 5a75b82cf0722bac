/// One thing that `coffer check` says, and that `coffer run` may stop at.
package struct CheckFinding: Equatable, Sendable {
  /// Errors stop a launch; warnings are shown.
  package enum Severity: Equatable, Sendable {
    case error, warning
  }

  /// What kind of thing it is.
  package enum Kind: String, Equatable, Sendable {
    case missing, wrongType, forbidden, undeclared, publicSecret, exposedCredential, laptopValue,
      hiddenLiteral
    case unknownEnvironment, refusedName, tooLong, notApproved
  }

  /// Whether it stops a launch.
  package let severity: Severity
  /// What kind of thing it is.
  package let kind: Kind
  /// The variable's name.
  package let variable: String
  /// A sentence without the variable's name at its front and without a final period: "is missing in production".
  package let message: String
  /// The variable's description in coffer.toml.
  package let description: String?
  /// What to type, or to change, to be rid of it.
  package let fix: String?
  /// Where the variable is declared in coffer.toml, counted from 1.
  package let line: Int?
}

/// Compares one environment with coffer.toml, before anything starts. It sees reports on values, never a value.
package struct Check: Sendable {
  /// Prefixes by which frameworks put a variable into what a browser downloads: Next.js, Vite, Create React App, Expo,
  /// SvelteKit and Astro, Nuxt, Gatsby.
  package static let publicPrefixes = [
    "NEXT_PUBLIC_", "VITE_", "REACT_APP_", "EXPO_PUBLIC_", "PUBLIC_", "NUXT_PUBLIC_", "GATSBY_",
  ]

  private let manifest: Manifest
  private let environment: String
  private var findings: [CheckFinding] = []

  private init(_ manifest: Manifest, _ environment: String) {
    self.manifest = manifest
    self.environment = environment
  }

  /// Everything there is to say about one environment, in the order of coffer.toml, undeclared names last.
  ///
  /// - Parameters:
  ///   - only: look at these variables alone (`--only`); nil for all.
  ///   - environments: the vault's environments, to find a misspelt one in coffer.toml; nil when unknown.
  ///   - vaultNames: all the names that the vault holds in this environment, to find undeclared ones; nil when a
  ///     launch has no need to list them.
  ///   - report: the report on a variable's value in the vault, under `variable.vaultName`; nil when there is none.
  package static func findings<E: Error>(
    in manifest: Manifest, environment: String, only: [String]? = nil,
    environments: [String]? = nil,
    vaultNames: [String]? = nil, report: (Variable) throws(E) -> ValueReport?
  ) throws(E) -> [CheckFinding] {
    var check = Check(manifest, environment)
    let wanted = only.map(Set.init)
    for variable in manifest.variables where wanted?.contains(variable.name) ?? true {
      check.compare(variable, try report(variable))
      if let environments { check.compareEnvironments(of: variable, with: environments) }
    }
    if let vaultNames { check.findUndeclared(among: vaultNames) }
    return check.findings
  }

  private mutating func add(
    _ severity: CheckFinding.Severity, _ kind: CheckFinding.Kind, _ variable: Variable,
    _ message: String,
    fix: String?
  ) {
    findings.append(
      CheckFinding(
        severity: severity, kind: kind, variable: variable.name, message: message,
        description: variable.description, fix: fix, line: variable.line))
  }

  private mutating func compare(_ variable: Variable, _ report: ValueReport?) {
    let set = "coffer set \(variable.vaultName) -e \(environment)"
    if let report {
      compareStored(variable, report, fix: set)
    } else if let literal = variable.literal(in: environment) {
      compareLiteral(variable, literal)
    } else if variable.isRequired(in: environment) {
      add(.error, .missing, variable, "is missing in \(environment)", fix: set)
    }
    if variable.isSecret,
      let prefix = Self.publicPrefixes.first(where: { variable.name.hasPrefix($0) })
    {
      add(
        .warning, .publicSecret, variable,
        "is secret, but its name starts with \(prefix): the build puts it into what browsers download",
        fix: "rename it, or declare secret = false if everybody may see it")
    }
  }

  private mutating func compareStored(_ variable: Variable, _ report: ValueReport, fix: String) {
    if let problem = report.typeProblem { add(.error, .wrongType, variable, problem, fix: fix) }
    compareContents(variable, report, fix: fix)
    if !variable.isSecret {
      if report.looksLikeCredential {
        add(
          .warning, .exposedCredential, variable,
          "is declared secret = false, but its value looks like a credential",
          fix: "remove secret = false")
      }
      if variable.values[environment] != nil {
        add(
          .warning, .hiddenLiteral, variable,
          "has a value in the vault, which hides the one in coffer.toml",
          fix: "coffer rm \(variable.vaultName) -e \(environment)")
      }
    }
  }

  private mutating func compareLiteral(_ variable: Variable, _ literal: Injection.Source) {
    guard let text = literal.text else { return }
    let report = text.withRawBytes { ValueReport(on: $0, of: variable, environment: environment) }
    compareContents(variable, report, fix: "change it in \(Manifest.fileName)")
    if report.looksLikeCredential {
      add(
        .warning, .exposedCredential, variable,
        "stands in coffer.toml in the clear and looks like a credential",
        fix: "move it: coffer set \(variable.vaultName) -e \(environment)")
    }
  }

  /// What a value must not hold, wherever it stands.
  private mutating func compareContents(_ variable: Variable, _ report: ValueReport, fix: String) {
    if let needle = report.forbidden {
      add(
        .error, .forbidden, variable, "holds '\(needle)', which is forbidden in \(environment)",
        fix: fix)
    }
    if let suspicion = report.suspicion {
      add(.warning, .laptopValue, variable, "\(suspicion), in \(environment)", fix: fix)
    }
  }

  private mutating func compareEnvironments(of variable: Variable, with known: [String]) {
    for (name, key) in variable.mentionedEnvironments where !known.contains(name) {
      let hint = Suggestion.nearest(to: name, among: known).map { "; did you mean \($0)?" } ?? ""
      add(
        .warning, .unknownEnvironment, variable,
        "names the environment \(name) in \(key), which does not exist\(hint)",
        fix: "coffer env add \(name), or change it in \(Manifest.fileName)")
    }
  }

  private mutating func findUndeclared(among vaultNames: [String]) {
    let declared = Set(manifest.variables.map(\.vaultName))
    for name in vaultNames.sorted() where !declared.contains(name) {
      findings.append(
        CheckFinding(
          severity: .warning, kind: .undeclared, variable: name,
          message: "is in the vault (\(environment)) but not declared, so it is not injected",
          description: nil,
          fix:
            "add [variables.\(name)] to \(Manifest.fileName), or: coffer rm \(name) -e \(environment)",
          line: nil))
    }
  }
}

extension Injection.Source {
  /// The literal's text; nil for the vault's.
  var text: String? {
    switch self {
    case .vault: return nil
    case .value(let text), .defaultValue(let text): return text
    }
  }
}
