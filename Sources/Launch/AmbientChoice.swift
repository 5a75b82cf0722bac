/// What becomes of the environment that Coffer itself was started with.
package struct AmbientChoice: Equatable, Sendable {
  /// For which names the ambient value wins over the vault's.
  package enum Preserve: Equatable, Sendable {
    case none
    case all
    case names(Set<String>)

    func contains(_ name: String) -> Bool {
      switch self {
      case .none: false
      case .all: true
      case .names(let names): names.contains(name)
      }
    }
  }

  /// Start from nothing but the names the policy keeps, and those preserved by name.
  package let pristine: Bool
  package let preserve: Preserve

  /// Unless told otherwise, everything is inherited and the vault wins.
  package init(pristine: Bool = false, preserve: Preserve = .none) {
    self.pristine = pristine
    self.preserve = preserve
  }
}
