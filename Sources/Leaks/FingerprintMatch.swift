import Sealing
package import Vault

/// A version of a name whose value has a leak's fingerprint.
package struct FingerprintMatch: Hashable, Sendable {
  package let environment: EnvironmentID
  package let name: String
  package let version: UInt32
  /// Whether a launch gets it today.
  package let isCurrent: Bool

  /// Every value that the vault holds or ever held with this fingerprint, in the environments that `session` opens: current
  /// versions first, then by environment and name.
  /// - Parameter compute: the fingerprint of a value under the salt of the project's coffer.toml.
  /// - Throws: as `Snapshot.history`; what `compute` throws.
  package static func find(
    _ fingerprint: LeakFingerprint, in snapshot: Snapshot, _ session: Session,
    compute: (RawSpan) throws(VaultError) -> LeakFingerprint
  ) throws(VaultError) -> [FingerprintMatch] {
    var found: [FingerprintMatch] = []
    for environment in try snapshot.environments(session.directory) {
      guard let key = session.environments[environment.id] else { continue }
      for entry in try snapshot.entries(key, includingRemoved: true) {
        for version in try snapshot.history(entry.name, key) {
          let value = try snapshot.value(entry.name, version: version.version, key)
          let computed = try value.bytes.withBytes { (bytes) throws(VaultError) in try compute(bytes) }
          guard computed == fingerprint else { continue }
          found.append(
            FingerprintMatch(
              environment: environment.id, name: entry.name, version: version.version, isCurrent: version.isCurrent))
        }
      }
    }
    return found.filter(\.isCurrent) + found.filter { !$0.isCurrent }
  }
}
