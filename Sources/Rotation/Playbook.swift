import TOML

/// How a secret of one provider is replaced, step by step, for a person: a file of policies/rotation. The README there says what each
/// field means.
package struct Playbook: Sendable, Equatable {
  /// The file's name without `.toml`: detectors and `--playbook` name it by this.
  package let id: String
  package let title: String
  /// Providers, as coffer.toml's `provider` has them.
  package let providers: [String]
  /// What a new value starts with, one of them; empty: anything.
  package let prefixes: [String]
  /// Variable names it is for, in capitals; `*` stands for any run of characters.
  package let names: [String]
  /// Where the person clicks; nil where there is no such page.
  package let console: String?
  /// What the facts were taken from.
  package let documentation: String?
  /// Whether old and new can work at once, and for how long.
  package let overlap: String
  /// How Coffer makes a value of this kind itself; nil where somebody else issues it.
  package let generator: String?
  /// What to do at each step; `NAME` stands for the variable.
  package let create: String
  package let set: String
  package let test: String
  package let rollOut: String
  package let revoke: String
  package let dead: String
  /// For `--test` and `--dead`: succeeds with a working value in the variable, fails with any other. It holds no single quote, so that
  /// it can be shown between two. Nil where there is none to suggest.
  package let check: String?

  /// The one for everything that no other is for.
  package static let generic = "generic-secret"
  /// The one for values that Coffer makes, and nobody else issues.
  package static let generated = "generated"

  /// Reads one file.
  /// - Parameter name: as `rotation/stripe.toml`.
  /// - Throws: `PlaybookError`.
  package init(name: String, text: String) throws(PlaybookError) {
    let table: TOMLTable
    do { table = try TOMLDocument(text: text).root } catch {
      throw PlaybookError(file: name, line: error.line, reason: error.reason)
    }
    let fields = Fields(file: name, table: table)
    try fields.refuseUnknown()
    let stem = name.split(separator: "/").last.map(String.init) ?? name
    id = stem.hasSuffix(".toml") ? String(stem.dropLast(5)) : stem
    title = try fields.text("title")
    providers = try fields.list("providers")
    prefixes = try fields.list("prefixes")
    names = try fields.list("names")
    console = try fields.optional("console")
    documentation = try fields.optional("documentation")
    overlap = try fields.text("overlap")
    generator = try fields.optional("generator")
    if let generator, Generator(generator) == nil {
      throw PlaybookError(file: name, line: nil, reason: "generator is none that Coffer knows")
    }
    create = try fields.text("create")
    set = try fields.text("set")
    test = try fields.text("test")
    rollOut = try fields.text("roll_out")
    revoke = try fields.text("revoke")
    dead = try fields.text("dead")
    check = try fields.optional("check")
    if let check, check.contains("'") {
      throw PlaybookError(file: name, line: table["check"]?.position.line, reason: "check holds a single quote")
    }
  }

  /// A text of it, about one variable.
  package func about(_ name: String, _ text: KeyPath<Playbook, String>) -> String {
    self[keyPath: text].replacing("NAME", with: name)
  }

  /// The suggested command, about one variable.
  package func check(of name: String) -> String? { check?.replacing("NAME", with: name) }

  func isFor(_ name: String) -> Bool { names.contains { Self.matches(Array(name.utf8)[...], Array($0.utf8)[...]) } }

  /// With `*` for any run of bytes.
  private static func matches(_ text: ArraySlice<UInt8>, _ pattern: ArraySlice<UInt8>) -> Bool {
    guard let first = pattern.first else { return text.isEmpty }
    if first == UInt8(ascii: "*") {
      let rest = pattern.dropFirst()
      return (text.startIndex...text.endIndex).contains { matches(text[$0...], rest) }
    }
    return text.first == first && matches(text.dropFirst(), pattern.dropFirst())
  }

  /// The fields of one file; each fault names it.
  private struct Fields {
    let file: String
    let table: TOMLTable

    private static let known: Set = [
      "title", "providers", "prefixes", "names", "console", "documentation", "overlap", "generator", "create", "set",
      "test", "roll_out", "revoke", "dead", "check",
    ]

    func refuseUnknown() throws(PlaybookError) {
      for entry in table.entries where !Self.known.contains(entry.key) {
        throw PlaybookError(file: file, line: entry.position.line, reason: "unknown key \(entry.key)")
      }
    }

    func text(_ key: String) throws(PlaybookError) -> String {
      guard let text = try optional(key) else {
        throw PlaybookError(file: file, line: nil, reason: "\(key) is missing")
      }
      return text
    }

    func optional(_ key: String) throws(PlaybookError) -> String? {
      guard let entry = table[key] else { return nil }
      guard let text = entry.value.string, !text.isEmpty else {
        throw PlaybookError(file: file, line: entry.position.line, reason: "\(key) is no text")
      }
      return text
    }

    func list(_ key: String) throws(PlaybookError) -> [String] {
      guard let entry = table[key] else { return [] }
      let texts = (entry.value.array ?? []).compactMap(\.value.string)
      guard let list = entry.value.array, texts.count == list.count, !texts.contains("") else {
        throw PlaybookError(file: file, line: entry.position.line, reason: "\(key) is no list of texts")
      }
      return texts
    }
  }
}

/// What is wrong with a playbook's file.
package struct PlaybookError: Error, Equatable, Sendable {
  package let file: String
  /// Counted from 1; nil where no line is at fault.
  package let line: Int?
  package let reason: String
}

/// All playbooks.
package struct Playbooks: Sendable {
  package let all: [Playbook]

  /// - Parameter files: names and texts of policies/rotation/*.toml.
  /// - Throws: `PlaybookError`, also when there is none for everything else.
  package init(_ files: [(name: String, text: String)]) throws(PlaybookError) {
    all = try files.map { (file) throws(PlaybookError) in try Playbook(name: file.name, text: file.text) }
    guard all.contains(where: { $0.id == Playbook.generic }) else {
      throw PlaybookError(file: "rotation", line: nil, reason: "there is no \(Playbook.generic).toml")
    }
  }

  /// The playbook of that id; nil when there is none.
  package func playbook(_ id: String) -> Playbook? { all.first { $0.id == id } }

  /// The one for a variable: by what coffer.toml says (of several of one provider, the one for the name), else by its name, else
  /// the generic one.
  /// - Parameter provider: coffer.toml's, if it names one.
  package func playbook(for name: String, provider: String?) -> Playbook {
    let name = name.uppercased()
    if let provider {
      let candidates = all.filter { $0.providers.contains(provider) }
      if let found = candidates.first(where: { $0.isFor(name) }) ?? candidates.first(where: { $0.id == provider })
        ?? candidates.first
      {
        return found
      }
    }
    return all.first { $0.isFor(name) } ?? playbook(Playbook.generic) ?? all[0]
  }
}
