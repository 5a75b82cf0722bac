package import Platform
import Sealing

/// What an archive says of its vault to a member who is to decide whether to join it.
package struct VaultPreview: Sendable {
  /// Somebody who may say who is in the vault.
  package struct Admin: Sendable {
    package let name: String
    package let keys: PublicIdentity
    package let isFounder: Bool
  }

  package let name: String
  /// People who are admins of the vault; the founder among them, also one who is a member no more.
  package let admins: [Admin]
  /// The environments that the member may read.
  package let environments: [String]
}

extension VerifiedArchive {
  /// - Throws: `noAccess` when the identity is no member, `damaged`, `sealing`.
  package func preview(_ key: UnlockedIdentity, _ folders: Folders) throws(VaultError) -> VaultPreview {
    let snapshot = try Snapshot(vault: ArchiveStore(self).vault(folders), pin: Pin(head))
    let session = try snapshot.unlock(key.identity)
    var admins: [VaultPreview.Admin] = []
    for member in control.members where member.kind == .person {
      let isFounder = member.id == control.founder.id
      guard isFounder || member.may(.admin, in: .directory) else { continue }
      admins.append(
        VaultPreview.Admin(
          name: try snapshot.memberName(member.id, session.directory) ?? "", keys: member.keys, isFounder: isFounder))
    }
    return VaultPreview(
      name: try snapshot.name(session.directory), admins: admins,
      environments: try snapshot.environments(session.directory).filter { session.environments[$0.id] != nil }.map(
        \.name))
  }
}
