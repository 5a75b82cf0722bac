package import Platform
package import Sealing

/// Why the vault refused. No case carries a value; names appear only where the user typed them.
package enum VaultError: Error, Equatable, Sendable {
  /// No vault with this id on this device.
  case noVault(VaultID)
  /// No identity on this device yet.
  case noIdentity
  /// An identity is already here.
  case identityExists
  /// What was read is not what was written: bit rot, truncation or tampering.
  case damaged(Part)
  /// The vault is older than what this device has seen: an old file was put back.
  case rollback(seen: UInt64, found: UInt64)
  /// The vault's history differs from what this device has seen.
  case forked(sequence: UInt64)
  /// A log entry whose signature is not its author's.
  case badSignature(sequence: UInt64)
  /// A log entry whose author had no right to write it.
  case unauthorised(sequence: UInt64)
  /// Something that only a later version of Coffer knows.
  case needsNewer
  /// The file holds another vault than the one asked for.
  case wrongVault
  /// The file is not one that Coffer would have made: a link, a device, another owner, an open mode.
  case refusedFile(path: String, FileRefusal)
  /// The keys are not at hand.
  case locked(environment: String)
  /// The passphrase does not open the identity.
  case wrongPassphrase
  /// The recovery phrase has an unknown word (counted from 1), or its checksum fails.
  case badPhrase(word: Int?)
  /// Not a public key of a member, or one that was mistyped or cut.
  case badPublicKey
  /// Not a token, or one that was mistyped or cut.
  case badToken
  /// The token was valid until then, in milliseconds since 1970.
  case tokenExpired(at: UInt64)
  /// The token was taken back.
  case tokenRevoked
  /// A snapshot file is not to be used.
  case snapshot(SnapshotRefusal)
  /// This machine's clock is before something that was signed, in milliseconds since 1970: nobody can say what has expired.
  case clockBehind(signed: UInt64)
  /// Key-derivation parameters of the identity are outside what Coffer accepts.
  case derivationOutOfBounds
  /// This identity cannot read, or not change, the environment.
  case noAccess(environment: String)
  /// This identity was a member, and is one no more.
  case removed(Departure)
  /// No such environment.
  case noEnvironment(String)
  /// An environment of this name exists.
  case environmentExists(String)
  /// No such member.
  case noMember(String)
  /// A member of this name, or with these keys, is in the vault.
  case memberExists(String)
  /// Nobody would be left who may change members.
  case lastAdmin
  /// Whoever shuts himself out could not sign what has to follow.
  case ownAccess
  /// No such name in the environment.
  case noEntry(name: String, environment: String)
  /// No such version of the name.
  case noVersion(name: String, version: UInt32)
  /// The current or the pending version is not the one that was to be moved: another rotation, `set` or `rollback` moved it.
  case moved(name: String, current: UInt32?, pending: UInt32?)
  /// Whoever was changing the vault gave up: nothing was changed.
  case abandoned
  /// Somebody else wrote first.
  case conflict
  /// Other processes held the vault for too long.
  case busy
  /// The disk is full, or a write or read failed.
  case storage(code: Int32, message: String)
  /// The system refused.
  case system(SystemError)
  /// The change is in the vault, but this device could not note that it has seen it.
  case unpinned(SystemError)
  /// A file that a backup must not replace.
  case backupRefused(path: String, BackupRefusal)
  /// A bundle that was sealed to others.
  case notForYou
  /// Cryptography refused for another reason than those above.
  case sealing(SealingError)

  /// What was found damaged.
  package enum Part: String, Sendable {
    case identity = "the identity file"
    case database = "the vault's file"
    case log = "the vault's log"
    case control = "the list of members and environments"
    case map = "the map of names"
    case record = "a stored version"
    case wrap = "a wrapped key"
    case pin = "this device's pin"
    case snapshot = "the snapshot"
    case binding = "this folder's link"
    case archive = "the backup"
    case bundle = "the bundle"
    case sync = "the note about syncs"
    case backups = "the note about backups"
  }
}

/// Runs `body`, telling its failure as damage to `part` where authentication failed.
func opening<R: ~Copyable>(
  _ part: VaultError.Part, _ body: () throws(SealingError) -> R
) throws(VaultError) -> R {
  do { return try body() } catch {
    switch error {
    case .wrongKeyOrContext, .damaged, .badSignature: throw .damaged(part)
    default: throw .sealing(error)
    }
  }
}

/// Runs `body`, whose failures are the machine's (no memory, no randomness) and not the data's.
func sealing<R: ~Copyable>(_ body: () throws(SealingError) -> R) throws(VaultError) -> R {
  do { return try body() } catch { throw .sealing(error) }
}

/// Runs `body`, telling malformed bytes as damage to `part`.
func reading<R>(_ part: VaultError.Part, _ body: () throws(MalformedBytes) -> R) throws(VaultError) -> R {
  do { return try body() } catch { throw .damaged(part) }
}

/// Runs `body` on a file of Coffer's own, telling one that is too long as damage to `part`.
func accessing<R: ~Copyable>(
  _ part: VaultError.Part, _ body: () throws(FileError) -> R
) throws(VaultError) -> R {
  do { return try body() } catch {
    switch error {
    case .refused(let refusal, let path): throw .refusedFile(path: path, refusal)
    case .tooLarge: throw .damaged(part)
    case .noWriter(let path): throw .refusedFile(path: path, .notRegular)
    case .system(let error): throw .system(error)
    }
  }
}

/// Runs `body`, passing on what the system refused.
func system<R: ~Copyable>(_ body: () throws(SystemError) -> R) throws(VaultError) -> R {
  do { return try body() } catch { throw .system(error) }
}
