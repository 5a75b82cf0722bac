import Platform

extension Vault {
  /// Takes away what processes that were killed left beside the vault and in this device's folders; what others are at stays, and
  /// nothing here can fail the work that was done.
  func tidy() {
    for folder in [Files.parent(of: path), Pin.folder(folders)] { Files.removeLeftovers(in: folder) }
    guard Files.kind(of: Self.restoringPath(folders)) != nil,
      let lock = try? LockedFile(Self.restoringPath(folders), .exclusive, wait: false)
    else { return }
    defer { withExtendedLifetime(lock) {} }
    try? Self.removeHalfMade(id, folders)
  }

  /// What one process at a time holds that makes a vault's file or a copy of one.
  static func restoringPath(_ folders: Folders) -> String { folders.state + "/restoring" }
}
