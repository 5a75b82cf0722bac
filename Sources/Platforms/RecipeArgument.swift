/// One argument of a program, with `{WORD}` for what is filled in. What stands between `{{` and `}}` stays as it is.
package struct RecipeArgument: Sendable, Equatable {
  /// The placeholder of a variable's name.
  package static let name = "name"
  /// The placeholder of the platform's name of an environment.
  package static let environment = "environment"

  private enum Part: Sendable, Equatable {
    case text(String)
    case placeholder(String)
  }

  private let parts: [Part]

  /// Why a text is no argument.
  enum Fault: Error, Equatable {
    case empty
    /// A brace without its other one, or with something else than a word between.
    case braces
    /// A zero byte or another control character.
    case control
  }

  init(_ text: String) throws(Fault) {
    guard !text.isEmpty else { throw .empty }
    guard text.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7F }) else { throw .control }
    var parts: [Part] = []
    var plain = ""
    var rest = text[...]
    while let first = rest.first {
      if rest.hasPrefix("{{") {
        guard let end = rest.firstRange(of: "}}") else { throw .braces }
        plain += rest[..<end.upperBound]
        rest = rest[end.upperBound...]
      } else if first == "{" {
        guard let end = rest.firstIndex(of: "}") else { throw .braces }
        let word = rest[rest.index(after: rest.startIndex)..<end]
        guard Self.isWord(word) else { throw .braces }
        if !plain.isEmpty { parts.append(.text(plain)) }
        plain = ""
        parts.append(.placeholder(String(word)))
        rest = rest[rest.index(after: end)...]
      } else {
        guard first != "}" else { throw .braces }
        plain.append(rest.removeFirst())
      }
    }
    if !plain.isEmpty { parts.append(.text(plain)) }
    self.parts = parts
  }

  /// Lowercase letters, digits and `-`, a letter first; at most 32.
  static func isWord(_ word: some StringProtocol) -> Bool {
    guard let first = word.utf8.first, (0x61...0x7A).contains(first), word.utf8.count <= 32 else { return false }
    return word.utf8.allSatisfy { (0x61...0x7A).contains($0) || (0x30...0x39).contains($0) || $0 == 0x2D }
  }

  /// The words that are to be filled in.
  package var placeholders: [String] {
    parts.compactMap { if case .placeholder(let word) = $0 { word } else { nil } }
  }

  /// Whether a placeholder stands beside other text, where what is filled in must not change the text's meaning.
  func embeds(_ word: String) -> Bool { parts.count > 1 && placeholders.contains(word) }

  /// The argument with everything filled in; nil when a word has nothing.
  package func filled(_ words: [String: String]) -> String? {
    var text = ""
    for part in parts {
      switch part {
      case .text(let plain): text += plain
      case .placeholder(let word):
        guard let given = words[word] else { return nil }
        text += given
      }
    }
    return text
  }
}
