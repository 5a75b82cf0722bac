import Launch
import Project
import Sealing

extension Workspace {
  /// Refuses a value that no launch could hand over.
  /// - Parameter name: the vault's.
  /// - Throws: `LaunchError`.
  func checkLaunch(_ name: String, _ value: Secret) throws(LaunchError) {
    let variables = manifest.variables.filter { $0.vaultName == name }
    let names = variables.isEmpty ? [name] : variables.filter { !$0.isFile }.map(\.name)
    try value.bytes.withBytes { (bytes) throws(LaunchError) in
      for name in names {
        try LaunchLimits.check(name: name, valueCount: bytes.byteCount, containsNUL: LaunchLimits.containsNUL(bytes))
      }
    }
  }
}
