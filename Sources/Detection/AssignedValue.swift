import Findings

/// Whether what is assigned to a name is a secret written out, and not a word, a reference, a path, a type or a call.
enum AssignedValue {
  /// - Parameter isQuoted: it stands between two equal quotes, so that it is text and no expression.
  /// - Returns: nil: no secret.
  static func confidence(
    of value: [UInt8], named meaning: AssignmentName.Meaning, isQuoted: Bool
  ) -> Confidence? {
    guard meaning != .other, (8...1024).contains(value.count), value.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else {
      return nil
    }
    if Placeholder.isOne(value[...]) || isReference(value, isQuoted: isQuoted) || isOfAnotherKind(value) { return nil }
    let classes = classes(of: value)
    if isUUID(value) { return meaning == .secret || meaning == .password ? .low : nil }
    if isRandom(value, classes) { return meaning == .weak ? .low : .medium }
    guard meaning == .password, !NaturalText.isWords(value) else { return nil }
    // People's passwords: letters with digits, in both cases, or with signs. Expressions have signs too, so these count
    // only in quotes.
    guard classes.letters, classes.digits || classes.upper && classes.lower || classes.signs && isQuoted else {
      return nil
    }
    return classes.count >= 3 && Entropy.bitsPerByte(value) >= 2.75 ? .medium : .low
  }

  private struct Classes {
    var upper = false
    var lower = false
    var digits = false
    var signs = false
    var letters: Bool { upper || lower }
    var count: Int { [upper, lower, digits, signs].count { $0 } }
  }

  private static func classes(of value: [UInt8]) -> Classes {
    var classes = Classes()
    for byte in value {
      if byte.isUppercase {
        classes.upper = true
      } else if byte.isLowercase {
        classes.lower = true
      } else if byte.isDigit {
        classes.digits = true
      } else {
        classes.signs = true
      }
    }
    return classes
  }

  private static func isRandom(_ value: [UInt8], _ classes: Classes) -> Bool {
    guard value.count >= 16, classes.letters, classes.digits, !NaturalText.isWords(value) else { return false }
    // A random text of n characters has about log2(n) bits, less by some repeats; hexadecimal at most 4.
    let isHex = value.allSatisfy(\.isHexDigit)
    let floor = isHex ? 2.8 : value.count >= 32 ? 3.6 : 3.2
    // Words joined by digits and signs (`user1_name2_field3`): the parts give them away.
    let parts = value.split(whereSeparator: { !$0.isLetterOrDigit })
    let wordy = parts.reduce(0) { NaturalText.isWords($1) ? $0 + $1.count : $0 }
    return Entropy.bitsPerByte(value) >= floor && wordy * 2 < value.count
  }

  /// A variable, a member, a call, an index, a lookup of the environment.
  private static func isReference(_ value: [UInt8], isQuoted: Bool) -> Bool {
    let text = value[...]
    for mark in ["process.env", "os.environ", "getenv", "env.", "secrets.", "vars.", "::", "->", "=>"] as [StaticString]
    where text.holds(mark) { return true }
    if isQuoted { return false }
    if value.contains(where: { "()[]{};,".utf8.contains($0) }) { return true }
    if let first = value.first, "@*&|".utf8.contains(first) { return true }
    if value.last == UInt8(ascii: ":") { return true }
    // `config.db.password`, `self.token`: identifiers joined by dots.
    return value.contains(UInt8(ascii: "."))
      && value.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        .allSatisfy { part in
          part.first?.isDigit == false && part.allSatisfy(\.isWordByte)
            && (part.count < 20 || NaturalText.isWords(part))
        }
  }

  /// A path, an address, a number, a date, a version, a digest of a known form.
  private static func isOfAnotherKind(_ value: [UInt8]) -> Bool {
    let text = value[...]
    if text.holds("://") || text.holds("sha256:") || text.holds("sha1-") || text.holds("sha512-")
      || text.holds("sha256-")
    {
      return true
    }
    if let first = value.first, "/.~#\\-+".utf8.contains(first), value.count < 64 {
      return first != UInt8(ascii: "#") || isColor(value)
    }
    if value.allSatisfy({ $0.isDigit || ".:-/_,+ ".utf8.contains($0) }) { return true }
    let slashes = value.count { $0 == UInt8(ascii: "/") || $0 == UInt8(ascii: "\\") }
    if slashes > 0 {
      let parts = value.split(whereSeparator: { $0 == UInt8(ascii: "/") || $0 == UInt8(ascii: "\\") })
      if parts.allSatisfy({ $0.count < 3 || NaturalText.isWords($0) }) { return true }
    }
    for ending in [
      ".pem", ".key", ".json", ".yml", ".yaml", ".txt", ".html", ".md", ".js", ".ts", ".py", ".com", ".org", ".crt",
      ".png",
    ]
      as [StaticString]
    where text.ends(ending) { return true }
    // Of an encrypted value there is nothing to leak: bcrypt and crypt(3), sops, Ansible, dotenvx, sealed secrets.
    return text.holds("$2a$") || text.holds("$2b$") || text.holds("$argon2") || text.holds("enc[")
      || text.holds("encrypted:")
      || text.holds("pbkdf2")
  }

  private static func isColor(_ value: [UInt8]) -> Bool {
    [4, 5, 7, 9].contains(value.count) && value.dropFirst().allSatisfy(\.isHexDigit)
  }

  private static func isUUID(_ value: [UInt8]) -> Bool {
    guard value.count == 36 else { return false }
    return value.enumerated().allSatisfy { place, byte in
      [8, 13, 18, 23].contains(place) ? byte == UInt8(ascii: "-") : byte.isHexDigit
    }
  }
}
