import TOML

/// coffer.toml, read and checked: safe to commit, so nothing in it is secret.
package struct Manifest: Equatable, Sendable {
  /// `vault = "shop 7Q4M-2KXD-9TRB"`: a name for people and an id for Coffer.
  package struct VaultReference: Equatable, Sendable {
    /// The words before the id; empty when there is only an id.
    package let name: String
    /// The last word. Whether it is a vault's id is for the caller to judge.
    package let id: String

    /// A reference made by hand.
    package init(name: String, id: String) {
      self.name = name
      self.id = id
    }
  }

  /// The file's name.
  package static let fileName = "coffer.toml"

  /// Which vault the project uses; nil before `init`.
  package internal(set) var vault: VaultReference?
  /// `[scan] salt`: keys the fingerprints of findings.
  package internal(set) var scanSalt: String?
  /// In the order of the file.
  package internal(set) var variables: [Variable] = []
  /// `[launch] allow`: names that the launch policy refuses and this project allows.
  package internal(set) var allowedNames: [String] = []
  /// `[deploy]`, not understood yet: one sorted line for each of its values; empty when it is absent.
  package internal(set) var deploy: [String] = []

  private var positions: [String: Int] = [:]

  /// Reads the text of a coffer.toml.
  ///
  /// - Throws: `ProjectError` with the line: `syntax`, `unknownKey` (with the key that was probably meant) or `invalid`.
  package init(text: String) throws(ProjectError) {
    let document: TOMLDocument
    do {
      document = try TOMLDocument(text: text)
    } catch {
      throw ProjectError(error)
    }
    try ManifestReader.read(document.root, into: &self)
    setVariables(variables)
  }

  mutating func setVariables(_ variables: [Variable]) {
    self.variables = variables
    positions = [:]
    for (position, variable) in variables.enumerated() { positions[variable.name] = position }
  }

  /// The declared variable of that name.
  package func variable(named name: String) -> Variable? {
    positions[name].map { variables[$0] }
  }

  /// The same with the variables alone whose values the vault keeps under one of `vaultNames`: all that a token for those names is
  /// asked for.
  package func limited(to vaultNames: [String]) -> Manifest {
    let names = Set(vaultNames)
    var copy = self
    copy.setVariables(variables.filter { names.contains($0.vaultName) })
    return copy
  }

  /// The same, with every line number forgotten: what an edit elsewhere must not change.
  var withoutLines: Manifest {
    var copy = self
    for position in copy.variables.indices { copy.variables[position].line = 0 }
    return copy
  }

  /// The same in the order of the names, for comparing two layouts.
  var sortedByName: Manifest {
    var copy = self
    copy.setVariables(variables.sorted { $0.name < $1.name })
    return copy
  }
}
