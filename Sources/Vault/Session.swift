package import Sealing

/// The keys that were unlocked, for as long as the process needs them.
package struct Session: Sendable {
  /// Opens the names of environments and members.
  package let directory: EnvironmentKey
  /// By environment.
  package var environments: [EnvironmentID: EnvironmentKey]
  /// Nil where only reading is asked for.
  package var signer: Signer?

  package init(
    directory: EnvironmentKey, environments: [EnvironmentID: EnvironmentKey] = [:], signer: Signer? = nil
  ) {
    self.directory = directory
    self.environments = environments
    self.signer = signer
  }
}

/// Whose signature new log entries carry.
package final class Signer: Sendable {
  let key: SigningKey

  /// - Throws: `damaged(.identity)` unless the seed has 32 bytes.
  package init(seed: borrowing SecretBytes) throws(VaultError) {
    do { key = try SigningKey(seed: seed) } catch { throw .damaged(.identity) }
  }
}
