package import Sealing

/// One variable for the launched program, its value resolved.
package struct LaunchVariable: Sendable {
  package let name: String
  package let value: Secret
  /// The program gets the path of a memory file that holds the value.
  package let deliversFile: Bool
  /// Permission bits of that file. OpenSSH refuses a key that others could read.
  package let fileMode: UInt32

  package init(name: String, value: Secret, deliversFile: Bool = false, fileMode: UInt32 = 0o400) {
    self.name = name
    self.value = value
    self.deliversFile = deliversFile
    self.fileMode = fileMode
  }
}

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

  package init(pristine: Bool = false, preserve: Preserve = .none) {
    self.pristine = pristine
    self.preserve = preserve
  }

  /// Everything is inherited, and the vault wins.
  package static let inherit = AmbientChoice()
}
