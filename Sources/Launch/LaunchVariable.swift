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
