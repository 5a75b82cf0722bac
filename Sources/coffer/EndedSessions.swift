import Platform
import Vault

/// What is unlocked under an identity, ended, and what to say of it.
struct EndedSessions {
  private let identity: PublicIdentity?
  private let folders: Folders
  private var ended = UnlockCache.Ended()

  /// Ends it.
  init(_ identity: PublicIdentity?, _ folders: Folders) {
    self.identity = identity
    self.folders = folders
    endMore()
  }

  /// Ends what somebody unlocked meanwhile.
  mutating func endMore() {
    let more = UnlockCache.endAll(of: identity, folders)
    ended.environments += more.environments
    ended.vaults += more.vaults
  }

  var text: String {
    guard ended.environments > 0 else { return "nothing was unlocked" }
    let environments = ended.environments == 1 ? "1 environment was" : "\(ended.environments) environments were"
    return "\(environments) unlocked, of \(Wording.count(ended.vaults, "vault")): locked now"
  }
}
