import Platform
import Sealing

/// A folder that carries bundles between people, or between one person's machines: `FOLDER/<short id>/<device>.cofferbundle`. Each device
/// writes its own file and reads the others'. docs/FORMAT.md, "Files of a device".
package struct SyncFolder: Sendable {
  private let folder: String

  /// What the names of bundles end with.
  package static let ending = ".cofferbundle"
  private static let maximumFiles = 1024

  /// - Parameter root: absolute.
  package init(_ root: String, vault: VaultID) { folder = root + "/" + vault.short }

  /// The names of the bundles in it, sorted; copies that a cloud drive made of conflicting files are among them.
  /// - Throws: `storage` when there are more than anybody would have; `system`.
  package func names() throws(VaultError) -> [String] {
    guard Files.exists(folder) else { return [] }
    let walk = FolderWalk(folder)
    if let failure = walk.failures.first(where: { $0.path.isEmpty }) {
      throw .system(SystemError(operation: "open", path: folder, code: failure.code))
    }
    let names = walk.files.compactMap { String(validating: $0.path, as: UTF8.self) }
      .filter { $0.hasSuffix(Self.ending) && !$0.contains("/") }
    guard names.count <= Self.maximumFiles else {
      throw .storage(code: 0, message: "more than \(Self.maximumFiles) bundles in \(folder)")
    }
    return names.sorted()
  }

  /// Reads one.
  /// - Throws: `damaged(.bundle)`, `needsNewer`, `refusedFile`, `system`.
  package func bundle(_ name: String) throws(VaultError) -> VaultBundle { try VaultBundle(path: path(name)) }

  /// Where it is.
  package func path(_ name: String) -> String { folder + "/" + name }

  /// Writes this device's own, in place of an earlier one. It is ciphertext: who shares the folder may read it.
  /// - Throws: `system`.
  package func write(_ name: String, _ bytes: [UInt8]) throws(VaultError) {
    try system { () throws(SystemError) in
      if !Files.exists(folder) { try Files.makeDirectory(folder) }
      try Files.writeAtomically(path(name), bytes, mode: nil)
    }
  }
}

extension VaultBundle {
  /// Reads and parses a file.
  /// - Throws: as `init(bytes:)`; `refusedFile`, `system`.
  package init(path: String) throws(VaultError) {
    try self.init(bytes: accessing(.bundle) { () throws(FileError) in try Files.read(path, limit: Self.limit) })
  }
}
