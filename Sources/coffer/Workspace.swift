import Platform
import Project
import Sealing
import Vault

/// The project a command works in: the nearest coffer.toml upward, and what this device knows of its folder.
struct Workspace {
  /// Absolute, without symlinks.
  let folder: String
  let text: String
  let manifest: Manifest
  let folders: Folders
  /// Nil in a folder that was never linked on this device.
  let link: FolderLink?

  private static let manifestLimit = 1 << 20

  var manifestPath: String { folder + "/" + Manifest.fileName }

  /// - Parameters:
  ///   - start: where to look first: this folder, then upward.
  ///   - linking: the folder is about to be linked, or needs no link: a damaged one counts as none.
  /// - Throws: `Failure` when no folder upward has a coffer.toml; `ProjectError` when it is wrong.
  static func find(from start: String = ".", linking: Bool = false) throws -> Workspace {
    guard let folder = try folder(above: start) else {
      throw Failure("no coffer.toml here or in a folder above", hints: ["coffer init starts a project in this folder"])
    }
    return try Workspace(folder: folder, linking: linking)
  }

  /// The project that needs no link yet; nil when no folder upward has a coffer.toml.
  static func above() throws -> Workspace? {
    try folder(above: ".").map { folder in try Workspace(folder: folder, linking: true) }
  }

  /// The nearest coffer.toml upward for a token, which needs no link, nor a place for one; nil when there is none.
  static func manifestAbove() throws -> Manifest? {
    try folder(above: ".").map { folder in try Manifest(text: text(in: folder)) }
  }

  private static func text(in folder: String) throws -> String {
    let bytes = try Files.read(folder + "/" + Manifest.fileName, limit: manifestLimit)
    guard let text = String(validating: bytes, as: UTF8.self) else { throw Failure("coffer.toml is not UTF-8 text") }
    return text
  }

  private static func folder(above start: String) throws -> String? {
    var folder = try Files.canonical(start)
    while !Files.exists(folder + "/" + Manifest.fileName) {
      guard folder != "/" else { return nil }
      folder = Files.parent(of: folder)
    }
    return folder
  }

  init(folder: String, linking: Bool = false) throws {
    self.folder = folder
    folders = try Folders.current()
    text = try Self.text(in: folder)
    manifest = try Manifest(text: text)
    do throws(VaultError) { link = try FolderLink.load(folder, folders) } catch {
      guard linking, error == .damaged(.binding) else { throw error }
      link = nil
    }
  }

  /// The vault that this folder was linked to on this device.
  /// - Throws: `Failure` when it never was, or coffer.toml now names another.
  func linkedVault() throws -> VaultID {
    guard let reference = manifest.vault else {
      throw Failure("coffer.toml names no vault", hints: ["vault = \"name ID\" is what coffer init writes"])
    }
    guard let link else {
      throw Failure(
        "this folder is not linked to a vault on this device, so it gets nothing",
        hints: ["if you trust its coffer.toml: coffer link"], code: 5)
    }
    guard link.vault.short == reference.id else {
      throw Failure(
        "coffer.toml names another vault (\(Wording.line(reference.id))) than the one this folder was linked to (\(link.vault.short))",
        hints: ["if that is meant: coffer link"], code: 5)
    }
    return link.vault
  }

  /// The vault, opened; its backup follows what is changed in it.
  func vault() throws -> Vault {
    let vault = try Vault(opening: linkedVault(), folders)
    Backups.follow(vault, folders)
    return vault
  }

  /// The vault's name for a variable: another one where coffer.toml says `from`.
  func vaultName(_ name: String) -> String { manifest.variable(named: name)?.vaultName ?? name }

  /// Whether coffer.toml knows the name: as a variable, or as one that a variable is taken from.
  func declares(_ name: String) -> Bool {
    manifest.variable(named: name) != nil || manifest.variables.contains { $0.vaultName == name }
  }

  /// What coffer.toml asks for now.
  var grants: [String] { Grants.lines(of: manifest) }

  /// What coffer.toml asks for beyond what was approved, in words.
  var widening: [String] { Grants.widening(from: link?.approved ?? [], to: grants) }

  /// Declares variables in coffer.toml. What the user adds by a command is approved with it; other changes stay unapproved.
  /// - Returns: the workspace as it is then.
  func declaring(_ drafts: [VariableDraft]) throws -> Workspace {
    // Two commands at once must not each write the other's declarations away.
    try Files.makePrivateDirectory(folders.state)
    let lock = try LockedFile(folders.state + "/declaring", .exclusive)
    return try withExtendedLifetime(lock) { try Workspace(folder: folder).declaringAlone(drafts) }
  }

  private func declaringAlone(_ drafts: [VariableDraft]) throws -> Workspace {
    let missing = drafts.filter { !declares($0.name) }
    guard !missing.isEmpty else { return self }
    let changed = try ManifestEditor.declaring(missing, in: text)
    // The approval first: killed in between, the next command finds coffer.toml approved, as it was or as it will be.
    if let link {
      let added = Set(Grants.lines(of: try Manifest(text: changed))).subtracting(grants)
      try FolderLink(folder: folder, vault: link.vault, approved: (link.approved + added).sorted()).save(folders)
    }
    // A link's target is meant, not the link.
    try Files.writeAtomically(Files.canonical(manifestPath), Array(changed.utf8), mode: nil)
    return try Workspace(folder: folder)
  }

  /// Writes the user's approval of coffer.toml as it is.
  func approve(_ vault: VaultID) throws {
    try FolderLink(folder: folder, vault: vault, approved: grants).save(folders)
  }
}
