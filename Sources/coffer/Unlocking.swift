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
  ///   - role: what the user must have there; nil: write for what signs, else read.
  /// - Throws: `Failure` that says who could change it, for an environment in which the user may not do it.
  func session(_ environment: String, signing: Bool, fresh: Bool = false, role: Role? = nil) throws -> Session {
    let role = role ?? (signing ? .write : .read)
    try TokenOptions.refuse()
    if !fresh {
      let cached = try vault.read { (snapshot) throws(VaultError) in
        try snapshot.cachedSession(environment: environment, signing: signing)
      }
      if let cached {
        if signing { try Standing(vault, cached).check(role, in: environment) }
        return cached
      }
    }
    let session = try session()
    try Standing(vault, session).check(role, in: environment)
    return session
  }

  /// The directory's key and the signer, for what concerns the vault as a whole.
  func session() throws -> Session {
    try TokenOptions.refuse()
    let identity = try Self.identity(folders, options)
    return try vault.read { (snapshot) throws(VaultError) in try snapshot.unlock(identity) }
  }

  /// All keys, where a passphrase is given without anybody being asked; nil where none is.
  func givenSession() throws -> Session? {
    guard options.passphraseDescriptor != nil || options.passphraseFile != nil else { return nil }
    return try session()
  }

  /// This device's identity, opened by its passphrase.
  static func identity(_ folders: Folders, _ options: UnlockOptions) throws -> Identity {
    let file = try IdentityFile.load(folders)
    return try file.open(passphrase: try passphrase(options, prompt: "Passphrase: "))
  }

  /// A new identity for this device, which has none, sealed under a new passphrase.
  static func newIdentity(_ folders: Folders, _ options: UnlockOptions, _ console: Console) throws -> Identity {
    let identity = try Identity()
    let passphrase = try newPassphrase(options)
    let file = try IdentityFile(sealing: identity, passphrase: passphrase, created: Clock.now())
    do { try file.save(folders) } catch VaultError.identityExists {
      // Another process was first: its identity is this device's.
      return try IdentityFile.load(folders).open(passphrase: passphrase)
    }
    console.note("made your identity: \(IdentityFile.path(folders))")
    return identity
  }

  /// This device's identity; made, under a new passphrase, where there is none.
  static func identityOrNew(_ folders: Folders, _ options: UnlockOptions, _ console: Console) throws -> Identity {
    do { return try identity(folders, options) } catch VaultError.noIdentity {
      return try newIdentity(folders, options, console)
    }
  }

  /// How whoever uses this device is called in the list of members, unless told otherwise.
  static var memberName: String {
    let user = AmbientEnvironment.value(of: "USER") ?? ""
    return user.isEmpty || user.utf8.count > 64 ? "founder" : user
  }

  /// The passphrase: from `--passphrase-fd`, from COFFER_PASSPHRASE_FILE, or asked for.
  static func passphrase(_ options: UnlockOptions, prompt: String) throws -> SecretBytes {
    let given: SecretBytes
    defer { options.discard() }
    if let descriptor = options.passphraseDescriptor {
      given = try SecretInput.descriptor(descriptor, limit: SecretInput.passphraseLimit)
    } else if let path = options.passphraseFile {
      given = try SecretInput.keyFile(path, limit: SecretInput.passphraseLimit)
    } else {
      return try nonEmpty(SecretInput.prompt(prompt, limit: SecretInput.passphraseLimit))
    }
    return try nonEmpty(SecretInput.withoutLineEnd(given))
  }

  /// A new passphrase from where the passphrase comes from; typed twice where a person types it.
  static func newPassphrase(_ options: UnlockOptions) throws -> SecretBytes {
    guard options.isGiven else { return try typedTwice() }
    return try longEnough(passphrase(options, prompt: ""))
  }

  /// A new passphrase from a descriptor, or typed twice.
  static func newPassphrase(descriptor: Int32?) throws -> SecretBytes {
    guard let descriptor else { return try typedTwice() }
    defer { InheritedDescriptor.discard(descriptor) }
    return try longEnough(
      SecretInput.withoutLineEnd(SecretInput.descriptor(descriptor, limit: SecretInput.passphraseLimit)))
  }

  private static func typedTwice() throws -> SecretBytes {
    let first = try longEnough(
      SecretInput.prompt("New passphrase for your identity: ", limit: SecretInput.passphraseLimit))
    let second = try SecretInput.prompt("Once more: ", limit: SecretInput.passphraseLimit)
    guard second.withBytes({ first.matches($0) }) else { throw Failure("the two passphrases differ") }
    return first
  }

  private static func longEnough(_ passphrase: consuming SecretBytes) throws -> SecretBytes {
    guard passphrase.count > 0 else { throw Failure("the passphrase is empty", code: 5) }
    guard passphrase.count >= 8 else { throw Failure("the passphrase is too short: eight characters at least") }
    return passphrase
  }

  private static func nonEmpty(_ passphrase: consuming SecretBytes) throws -> SecretBytes {
    guard passphrase.count > 0 else { throw Failure("the passphrase is empty", code: 5) }
    return passphrase
  }
}
