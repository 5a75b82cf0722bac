/// A variable's name as a policy writes it: whole, or a beginning with a star.
struct NamePattern: Equatable, Sendable {
  let text: String
  let isPrefix: Bool

  /// Nil for an empty pattern, a lone star, or a star elsewhere than at the end.
  init?(_ pattern: String) {
    let isPrefix = pattern.hasSuffix("*")
    let text = isPrefix ? String(pattern.dropLast()) : pattern
    guard !text.isEmpty, !text.contains("*"), !text.contains("=") else { return nil }
    self.text = text
    self.isPrefix = isPrefix
  }
}

/// Many patterns, looked up by name, without regard to case: npm reads `Npm_Config_…` as it reads `npm_config_…`.
struct NamePatterns: Sendable {
  private var exact: Set<String> = []
  private var prefixes: [String] = []

  /// None.
  init() {}

  /// - Parameter patterns: each a valid `NamePattern`; others are left out.
  init(_ patterns: [String]) {
    for case let pattern? in patterns.map(NamePattern.init) { insert(pattern) }
  }

  mutating func insert(_ pattern: NamePattern) {
    let text = pattern.text.uppercased()
    if pattern.isPrefix { prefixes.append(text) } else { exact.insert(text) }
  }

  func contains(_ name: String) -> Bool {
    let name = name.uppercased()
    return exact.contains(name) || prefixes.contains { name.hasPrefix($0) }
  }
}
