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

/// Many patterns, looked up by name.
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
    if pattern.isPrefix { prefixes.append(pattern.text) } else { exact.insert(pattern.text) }
  }

  func contains(_ name: String) -> Bool {
    exact.contains(name) || prefixes.contains { name.hasPrefix($0) }
  }
}
