package import Platform
import Sealing

/// The user's word, on this device, that a folder may use a vault, and what its coffer.toml may ask for.
///
/// A cloned repository brings a coffer.toml that somebody else wrote; without a link it gets nothing. docs/FORMAT.md, "Link".
package struct FolderLink: Equatable, Sendable {
  /// Absolute, without symlinks.
  package let folder: String
  package let vault: VaultID
  /// What coffer.toml asked for when the user approved it: lines whose meaning is the caller's.
  package let approved: [String]

  private static let magic = Array("COFFERLK".utf8)
  private static let limit = 1 << 20

  package init(folder: String, vault: VaultID, approved: [String]) {
    self.folder = folder
    self.vault = vault
    self.approved = approved
  }

  /// The link of `folder`; nil when there is none.
  /// - Throws: `damaged(.binding)`, `refusedFile`.
  package static func load(_ folder: String, _ folders: Folders) throws(VaultError) -> FolderLink? {
    let path = self.path(folder, folders)
    guard Files.kind(of: path) != nil else { return nil }
    let bytes = try DeviceFile.read(path, limit: limit, part: .binding, missing: .damaged(.binding))
    guard bytes.count > 40, bytes.starts(with: magic),
      Hashing.digest("coffer/link", Array(bytes.dropLast(32))).bytes == Array(bytes.suffix(32))
    else { throw .damaged(.binding) }
    var reader = CanonicalReader(Array(bytes.dropLast(32)))
    try reader.versioned(magic, part: .binding)
    let link = try reading(.binding) { () throws(MalformedBytes) -> FolderLink in
      let vault = VaultID(try reader.bytes16())
      let folder = try reader.text()
      var approved: [String] = []
      for _ in 0..<(try reader.count(minimum: 4)) { approved.append(try reader.text()) }
      try reader.end()
      return FolderLink(folder: folder, vault: vault, approved: approved)
    }
    // By bytes: two spellings of one text are two folders.
    guard Array(link.folder.utf8) == Array(folder.utf8) else { throw .damaged(.binding) }
    return link
  }

  /// Writes it, in place of an earlier one.
  package func save(_ folders: Folders) throws(VaultError) {
    var writer = CanonicalWriter()
    writer.fixed(Self.magic)
    writer.u8(Format.version)
    writer.fixed(vault.bytes)
    writer.text(folder)
    writer.u32(UInt32(approved.count))
    for line in approved { writer.text(line) }
    let bytes = writer.bytes + Hashing.digest("coffer/link", writer.bytes).bytes
    try system { () throws(SystemError) in
      try Files.makePrivateDirectory(folders.state + "/links")
      try Files.writeAtomically(Self.path(folder, folders), bytes, mode: 0o600)
    }
  }

  private static func path(_ folder: String, _ folders: Folders) -> String {
    folders.state + "/links/" + Hashing.digest("coffer/link-path", Array(folder.utf8)).bytes.prefix(16).hex
  }
}
