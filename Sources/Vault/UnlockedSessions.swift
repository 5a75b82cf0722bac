package import Platform
import Sealing

/// Ending what is unlocked of all vaults at once: for when the passphrase or the identity behind it changes.
extension UnlockCache {
  /// What was ended.
  package struct Ended: Equatable, Sendable {
    /// Environments that were unlocked.
    package var environments = 0
    /// Vaults that they were of.
    package var vaults = 0

    package init() {}
  }

  /// Ends all that is kept under the signature of `identity`, and all that is kept of vaults that this device knows. Vaults whose
  /// file is gone are among them: the keyring itself is asked, and where it does not answer, the vaults that this device has seen.
  /// - Parameter identity: nil where nobody can tell whose sessions they were.
  package static func endAll(of identity: PublicIdentity?, _ folders: Folders) -> Ended {
    let names = (try? KernelKeyring.descriptions(startingWith: prefix)) ?? []
    var known = seen(folders)
    for vault in Set(names.compactMap(vault)) where !known.contains(vault) {
      let isHere = Files.kind(of: Vault.path(vault, folders)) != nil
      // What another identity of this user unlocked, in other folders, is not this one's to end.
      let isOwn = identity.map { (try? signer(vault))?.key.publicKey == $0.signing } ?? false
      if isHere || isOwn { known.insert(vault) }
    }
    var ended = Ended()
    for vault in known {
      // What is noted, even where it cannot be listed; and what is listed, even where the note is lost or damaged.
      var count = (try? end(vault: vault)) ?? 0
      for name in names where name.hasPrefix(description(vault, "")) {
        let isRemoved = (try? KernelKeyring.remove(name)) == true
        if isRemoved, isEnvironment(name) { count += 1 }
      }
      ended.environments += count
      ended.vaults += count > 0 ? 1 : 0
    }
    return ended
  }

  /// The vaults that this device has a pin of: it has one of each that it ever opened.
  private static func seen(_ folders: Folders) -> Set<VaultID> {
    Set(FolderWalk(Pin.folder(folders)).files.compactMap { VaultID(hex: String(decoding: $0.path, as: UTF8.self)) })
  }

  private static func vault(_ name: String) -> VaultID? {
    let parts = name.split(separator: ":", omittingEmptySubsequences: false)
    return parts.count == 3 ? VaultID(hex: parts[1]) : nil
  }

  /// Environments' keys have the form of ids; the directory's is shared by all.
  private static func isEnvironment(_ name: String) -> Bool {
    let part = name.split(separator: ":").last.flatMap { VaultID(hex: $0)?.bytes }
    return part != nil && part != EnvironmentID.directory.bytes
  }
}
