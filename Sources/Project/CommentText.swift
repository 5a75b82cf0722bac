/// Takes a description from the comment above an assignment, when it can hold no old secret.
///
/// People park old values in comments of a `.env`, and coffer.toml is committed: there a comment must read as plain words.
enum CommentText {
  private static let pastWords: Set<String> = [
    "old", "previous", "previously", "was", "former", "formerly", "backup", "password",
    "passphrase", "pass", "passwd", "pwd",
    "pin", "login",
  ]

  /// The comment as one line, or nil.
  /// - Parameter isExample: the file is a template with placeholders, where more may stand.
  static func description(_ bytes: RawSpan, isExample: Bool) -> String? {
    guard bytes.byteCount <= 300, UTF8Check.isValid(bytes) else { return nil }
    let lines = bytes.plainText(0..<bytes.byteCount).split(whereSeparator: \.isNewline).map {
      line in
      String(line.drop { $0 == "#" || $0 == " " || $0 == "\t" })
    }
    guard lines.count <= 3 else { return nil }
    let words = lines.flatMap { $0.split(whereSeparator: \.isWhitespace) }
    let text = words.joined(separator: " ").trimmingRules
    guard text.count >= 3, text.count <= 160, text.contains(where: \.isLetter) else { return nil }
    let isHarmless = words.allSatisfy { isExample ? isExampleWord($0) : isPlainWord($0) }
    guard isHarmless, !isParkedAssignment(lines) else { return nil }
    if !isExample, words.contains(where: { pastWords.contains($0.lowercased().filter(\.isLetter)) }) {
      return nil
    }
    return text
  }

  /// `# NAME=value`: an assignment out of use.
  private static func isParkedAssignment(_ lines: [String]) -> Bool {
    lines.contains { line in
      guard let sign = line.firstIndex(of: "=") else { return false }
      let name = line[..<sign].split(separator: " ").last.map(String.init) ?? ""
      return VariableName.isValid(name)
    }
  }

  private static func isPlainWord(_ word: Substring) -> Bool {
    let core = word.filter { !".,;()!?'\"-".contains($0) }
    guard core.count <= 16, core.allSatisfy(\.isLetter) else { return false }
    // Lowercase, Capitalised or CAPITALS: any other mix is a token's.
    let tail = core.dropFirst()
    return tail.allSatisfy(\.isLowercase) || core.allSatisfy(\.isUppercase)
  }

  private static func isExampleWord(_ word: Substring) -> Bool {
    if word.contains("://") {
      return word.count <= 100 && !word.contains("@") && !CredentialForm.isToken(word)
    }
    return word.count <= 32 && !CredentialForm.isToken(word)
  }
}

extension CredentialForm {
  /// Whether a word of a comment could be a credential.
  static func isToken(_ word: Substring) -> Bool {
    String(word).withRawBytes { matches($0) || ($0.byteCount >= 12 && mixes($0)) }
  }

  private static func mixes(_ word: RawSpan) -> Bool {
    !word.all { !$0.isDigit } && !word.all { !$0.isLetter }
      && word.firstOffset(of: UInt8(ascii: "/")) == nil
  }
}

extension String {
  /// Without the rules and colons that people draw around headings.
  fileprivate var trimmingRules: String {
    let drawn: Set<Character> = ["-", "=", "*", "#", ":", " "]
    let front = drop { drawn.contains($0) }
    return String(front.reversed().drop { drawn.contains($0) }.reversed())
  }
}
