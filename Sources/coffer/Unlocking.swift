import Platform
import Sealing
import Vault

/// How a command comes by its keys: from the kernel's keyring, else by the passphrase.
struct Unlocking {
  let vault: Vault
  let folders: Folders
  let options: UnlockOptions

  /// The keys for one environment.
  /// - Parameters:
  ///   - signing: whether something will be written.
  ///   - fresh: ask even when unlocked: for what shows production's values.
  func session(_ environment: String, signing: Bool, fresh: Bool = false) throws -> Session {
    if !fresh {
      let cached = try vault.read { (snapshot) throws(VaultError) in
        try snapshot.cachedSession(environment: environment, signing: signing)
      }
      if let cached { return cached }
    }
    let identity = try Self.identity(folders, options)
    return try vault.read { (snapshot) throws(VaultError) in
      let session = try snapshot.unlock(identity)
      _ = try snapshot.key(environment, in: session)
      return session
    }
  }

  /// The directory's key and the signer, for what concerns the vault as a whole.
  func session() throws -> Session {
    let identity = try Self.identity(folders, options)
    return try vault.read { (snapshot) throws(VaultError) in try snapshot.unlock(identity) }
  }

  /// This device's identity, opened by its passphrase.
  static func identity(_ folders: Folders, _ options: UnlockOptions) throws -> Identity {
    let file = try IdentityFile.load(folders)
    return try file.open(passphrase: try passphrase(options, prompt: "Passphrase: "))
  }

  /// The passphrase: from `--passphrase-fd`, from COFFER_PASSPHRASE_FILE, or asked for.
  static func passphrase(_ options: UnlockOptions, prompt: String) throws -> SecretBytes {
    let given: SecretBytes
    defer { options.discard() }
    if let descriptor = options.passphraseDescriptor {
      given = try SecretInput.descriptor(descriptor, limit: SecretInput.passphraseLimit)
    } else if let path = options.passphraseFile {
      given = try SecretInput.file(path, limit: SecretInput.passphraseLimit)
    } else {
      return try nonEmpty(SecretInput.prompt(prompt, limit: SecretInput.passphraseLimit))
    }
    return try nonEmpty(SecretInput.withoutLineEnd(given))
  }

  /// Whether a new passphrase has to be typed twice: it does when a person types it.
  static func newPassphrase(_ options: UnlockOptions) throws -> SecretBytes {
    let isGiven = options.passphraseDescriptor != nil || options.passphraseFile != nil
    let first = try passphrase(options, prompt: "New passphrase for your identity: ")
    guard first.count >= 8 else { throw Failure("the passphrase is too short: eight characters at least") }
    guard !isGiven else { return first }
    let second = try SecretInput.prompt("Once more: ", limit: SecretInput.passphraseLimit)
    guard second.withBytes({ first.matches($0) }) else { throw Failure("the two passphrases differ") }
    return first
  }

  private static func nonEmpty(_ passphrase: consuming SecretBytes) throws -> SecretBytes {
    guard passphrase.count > 0 else { throw Failure("the passphrase is empty", code: 5) }
    return passphrase
  }
}
