import Glibc
package import Platform

/// One identity file in the place of another. The seeds in it are all that opens a vault: no step may lose them.
extension IdentityFile {
  /// Puts this in the place of this device's identity file, in one step: killed at any moment, the old one is there or this.
  /// - Parameter stored: what is there now, by `stored(_:)`; whoever replaced it meanwhile is not overwritten.
  /// - Returns: false when it is there, and the disk did not say that it will be after a power loss.
  /// - Throws: `conflict` when somebody did; `noIdentity`, `refusedFile`, `system`: the old one is there.
  package func replace(_ stored: [UInt8], _ folders: Folders) throws(VaultError) -> Bool {
    let path = Self.path(folders)
    guard Files.kind(of: path) != nil else { throw .noIdentity }
    // Two that hold the lock of two files, one already replaced by the other: the bytes, which never come again, tell.
    let lock = try accessing(.identity) { () throws(FileError) in try LockedFile(path, .exclusive) }
    guard try Self.stored(folders) == stored else { throw .conflict }
    do throws(SystemError) { try Files.writeAtomically(lock.path, bytes) } catch {
      guard try Self.stored(folders) == bytes else { throw .system(error) }
      return false
    }
    return true
  }

  /// Keeps a copy of `stored` beside this device's identity file, under a name that is free: `identity.old`, `identity.old-2` …
  /// - Returns: its path.
  /// - Throws: `system`; EEXIST when a hundred are there.
  package static func setAside(_ stored: [UInt8], _ folders: Folders) throws(VaultError) -> String {
    let path = self.path(folders) + ".old"
    return try system { () throws(SystemError) in
      for number in 1...100 {
        let path = number == 1 ? path : "\(path)-\(number)"
        if try Files.writeNew(path, stored) { return path }
      }
      throw SystemError(operation: "open", path: path, code: EEXIST)
    }
  }

  /// Writes it to a new file, mode 0600.
  /// - Returns: false when anything has the name.
  /// - Throws: `system`.
  package func write(to path: String) throws(VaultError) -> Bool {
    try system { () throws(SystemError) in try Files.writeNew(path, bytes) }
  }
}
