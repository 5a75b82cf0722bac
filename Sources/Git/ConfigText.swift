/// The text of a git configuration file as far as the repository's format is written in it; no includes are followed, as git
/// follows none for these.
/// Source: git-config(1), "CONFIGURATION FILE".
struct ConfigText {
  /// One setting. Section and name are in lowercase; `subsection` is as written.
  struct Setting: Equatable {
    let section: String
    let subsection: String
    let name: String
    /// Nil when only the name is written, which means true.
    let value: String?

    /// As git reads a truth value; what is no truth value is true, so that a doubt is reported.
    var isTrue: Bool {
      guard let value else { return true }
      return !["false", "no", "off", "0", ""].contains(value.lowercased())
    }
  }

  private(set) var settings: [Setting] = []
  /// Whether a line could not be made out; what comes after it is read all the same.
  private(set) var isDamaged = false

  /// Parses text; never fails.
  init(_ bytes: [UInt8]) {
    var section: (name: String, sub: String) = ("", "")
    var lines = bytes.split(separator: 10, omittingEmptySubsequences: false)[...]
    while let first = lines.popFirst() {
      var line = first.trimmed
      if line.first == UInt8(ascii: "[") {
        guard let (found, rest) = Self.header(line) else {
          isDamaged = true
          continue
        }
        section = found
        line = rest.trimmed
      }
      guard let start = line.first, start != UInt8(ascii: "#"), start != UInt8(ascii: ";") else { continue }
      let name = line.prefix { $0 != UInt8(ascii: "=") && $0 != UInt8(ascii: "#") && $0 != UInt8(ascii: ";") }
      var value: [UInt8]?
      if line.dropFirst(name.count).first == UInt8(ascii: "=") {
        value = Self.value(line.dropFirst(name.count + 1), continuedIn: &lines)
        if value == nil { isDamaged = true }
      }
      settings.append(
        Setting(
          section: section.name, subsection: section.sub, name: Self.text(name.trimmed).lowercased(),
          value: value.map { Self.text($0[...]) }))
    }
  }

  /// The last value of a setting.
  func last(_ section: String, _ name: String) -> Setting? {
    settings.last { $0.section == section && $0.subsection.isEmpty && $0.name == name }
  }

  /// `[section]`, `[section "subsection"]` or the old `[section.subsection]`.
  private static func header(_ line: ArraySlice<UInt8>) -> ((name: String, sub: String), rest: ArraySlice<UInt8>)? {
    var name: [UInt8] = []
    var sub: [UInt8] = []
    var rest = line.dropFirst()
    while let byte = rest.popFirst() {
      switch byte {
      case UInt8(ascii: "]"):
        let parts = name.split(separator: UInt8(ascii: "."), maxSplits: 1)
        if sub.isEmpty, parts.count == 2 { return ((text(parts[0]).lowercased(), text(parts[1])), rest) }
        return ((text(name[...]).lowercased(), text(sub[...])), rest)
      case UInt8(ascii: "\""):
        while let inner = rest.popFirst(), inner != UInt8(ascii: "\"") {
          sub.append(inner == UInt8(ascii: "\\") ? rest.popFirst() ?? inner : inner)
        }
      case 32, 9: continue
      default: name.append(byte)
      }
    }
    return nil
  }

  /// A value with its quotes, escapes and comments taken away, continued where a line ends in a backslash; nil when a quote
  /// stays open.
  private static func value(
    _ first: ArraySlice<UInt8>, continuedIn lines: inout ArraySlice<ArraySlice<UInt8>>
  ) -> [UInt8]? {
    var value: [UInt8] = []
    var rest = first.trimmed
    var isQuoted = false
    // Where the value ends if only spaces follow.
    var end = 0
    while true {
      guard let byte = rest.popFirst() else { break }
      switch byte {
      case UInt8(ascii: "\""):
        isQuoted.toggle()
        end = value.count
      case UInt8(ascii: "\\"):
        guard let escaped = rest.popFirst() else {
          guard let next = lines.popFirst() else { return nil }
          rest = next
          continue
        }
        value.append([UInt8(ascii: "n"): 10, UInt8(ascii: "t"): 9, UInt8(ascii: "b"): 8][escaped] ?? escaped)
        end = value.count
      case UInt8(ascii: "#") where !isQuoted, UInt8(ascii: ";") where !isQuoted:
        return Array(value[..<end])
      default:
        value.append(byte)
        if isQuoted || byte != 32 && byte != 9 && byte != 13 { end = value.count }
      }
    }
    return isQuoted ? nil : Array(value[..<end])
  }

  private static func text(_ bytes: ArraySlice<UInt8>) -> String { String(decoding: bytes, as: UTF8.self) }
}
