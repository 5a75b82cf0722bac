import Platform
package import Sealing

/// Unlocked keys in the kernel's keyring, so that one passphrase serves all terminals of a user for a while. Every process of that
/// user can read them meanwhile; docs/THREATS.md says so. docs/FORMAT.md, "Unlock cache".
package enum UnlockCache {
  /// How long a key stays.
  package struct Lifetime: Sendable {
    /// Until the kernel forgets it.
    package let seconds: UInt32
    /// Gone after the first use.
    package let once: Bool

    /// The longest that a key is kept, in seconds: a day.
    package static let longest: UInt32 = 24 * 3600

    package init(seconds: UInt32, once: Bool = false) {
      self.seconds = seconds
      self.once = once
    }

    /// Development is unlocked all day; what customers' data hangs on is not.
    package static func standard(environment: String) -> Lifetime {
      Lifetime(seconds: environment == "development" ? 8 * 3600 : 15 * 60)
    }
  }

  /// What the description of every key starts with.
  static let prefix = "coffer:"

  /// Whether this machine has a keyring that only this user reaches.
  package static var isAvailable: Bool { KernelKeyring.isAvailable }

  /// Keeps one environment's key, the directory's and the signing seed.
  /// - Returns: false when the machine has no usable keyring.
  /// - Throws: `damaged(.wrap)` when what is kept already cannot be read, `sealing`.
  package static func keep(
    _ key: EnvironmentKey, directory: EnvironmentKey, signingSeed: borrowing SecretBytes, lifetime: Lifetime
  ) throws(VaultError) -> Bool {
    let vault = key.vault
    var kept = try kept(vault)
    let longest = Lifetime(seconds: max(lifetime.seconds, kept.secondsLeft()))
    kept.until = Clock.now() + UInt64(longest.seconds) * 1000
    if !kept.environments.contains(key.environment) { kept.environments.append(key.environment) }
    do {
      try store(key, lifetime)
      try store(directory, longest)
      var payload = try SecretBytes(count: 1 + SigningKey.seedCount)
      signingSeed.withBytes { seed in
        payload.withMutableBytes { output in
          output.storeByte(Format.version, at: 0)
          output.store(seed, at: 1)
        }
      }
      let name = description(vault, "signing")
      try payload.withBytes { (bytes) throws(KeyringError) in
        try KernelKeyring.store(description: name, payload: bytes, timeout: longest.seconds)
      }
      try note(kept, vault, seconds: longest.seconds)
      return true
    } catch let error as SealingError {
      throw .sealing(error)
    } catch { return false }
  }

  /// The kept key of `environment`, if it is still the one that the vault's log states. One that was kept for once is gone
  /// then, and with the last of them all else that is kept of the vault: ask for `signer` first.
  /// - Parameter sparing: leave one that was kept for once, as if there were none.
  static func key(
    _ environment: EnvironmentID, in control: Control, sparing: Bool = false
  ) throws(VaultError) -> EnvironmentKey? {
    guard let state = control.environment(environment), state.isActive else { return nil }
    let vault = control.vault
    let name = description(vault, environment.bytes.bytes.hex)
    var payload = try sealing { () throws(SealingError) in
      try SecretBytes(count: 6 + SymmetricKey.count)
    }
    let count = payload.withMutableBytes { output in try? KernelKeyring.read(name, into: &output) }
    guard let count, count == payload.count else { return nil }
    let header = payload.withBytes { $0.extracting(0..<6).array }
    if header[1] & 1 == 1 {
      guard !sparing else { return nil }
      // Of two processes that read it at once only one has the use.
      guard (try? KernelKeyring.remove(name)) == true else { return nil }
      if try !kept(vault).environments.contains(where: { isKept($0, vault) }) { removeShared(vault) }
    }
    var reader = CanonicalReader(Array(header.dropFirst(2)))
    let epoch = try reading(.wrap) { () throws(MalformedBytes) in try reader.u32() }
    guard header[0] == Format.version, epoch == state.epoch, let commitment = state.commitment(of: epoch) else {
      return nil
    }
    let bytes = try sealing { () throws(SealingError) in try payload.slice(6..<payload.count) }
    return try? EnvironmentKey.from(
      bytes, vault: vault, environment: environment, epoch: epoch, commitment: commitment)
  }

  /// What is kept of a vault.
  package struct Unlocked: Hashable, Sendable {
    package let environments: [EnvironmentID]
    /// When the longest of them ends, in milliseconds since 1970.
    package let until: UInt64
  }

  /// The environments that are unlocked now, those for one use included; nil when none is.
  /// - Throws: `damaged(.wrap)` when what is kept cannot be read, `sealing`.
  package static func unlocked(_ vault: VaultID) throws(VaultError) -> Unlocked? {
    let kept = try kept(vault)
    let environments = kept.environments.filter { isKept($0, vault) }
    return environments.isEmpty ? nil : Unlocked(environments: environments, until: kept.until)
  }

  /// The kept signing key.
  static func signer(_ vault: VaultID) throws(VaultError) -> Signer? {
    var payload = try sealing { () throws(SealingError) in try SecretBytes(count: 1 + SigningKey.seedCount) }
    let name = description(vault, "signing")
    let count = payload.withMutableBytes { output in try? KernelKeyring.read(name, into: &output) }
    guard let count, count == payload.count, payload.withBytes({ $0.byte(at: 0) }) == Format.version else {
      return nil
    }
    return try Signer(seed: sealing { () throws(SealingError) in try payload.slice(1..<payload.count) })
  }

  /// Ends what is kept: of some environments, or of the whole vault. Needs neither keys nor the vault itself.
  /// - Returns: how many environments were unlocked.
  /// - Throws: `damaged(.wrap)` when what is kept cannot be read, `sealing`.
  package static func end(vault: VaultID, only environments: [EnvironmentID]? = nil) throws(VaultError) -> Int {
    var ended = 0
    let kept = try kept(vault)
    for environment in environments ?? kept.environments
    where (try? KernelKeyring.remove(description(vault, environment.bytes.bytes.hex))) == true {
      ended += 1
    }
    if environments == nil || kept.environments.allSatisfy({ environments?.contains($0) ?? true }) {
      removeShared(vault)
    }
    return ended
  }

  private static func isKept(_ environment: EnvironmentID, _ vault: VaultID) -> Bool {
    KernelKeyring.contains(description(vault, environment.bytes.bytes.hex))
  }

  /// Ends what all environments of the vault share.
  private static func removeShared(_ vault: VaultID) {
    for name in [EnvironmentID.directory.bytes.bytes.hex, "signing", "kept"] {
      _ = try? KernelKeyring.remove(description(vault, name))
    }
  }

  private static func store(_ key: EnvironmentKey, _ lifetime: Lifetime) throws {
    var payload = try SecretBytes(count: 6 + SymmetricKey.count)
    var header = CanonicalWriter()
    header.u8(Format.version)
    header.u8(lifetime.once ? 1 : 0)
    header.u32(key.epoch)
    key.withBytes { key in
      payload.withMutableBytes { output in
        output.store(header.bytes, at: 0)
        output.store(key, at: header.bytes.count)
      }
    }
    let name = description(key.vault, key.environment.bytes.bytes.hex)
    try payload.withBytes { (bytes) throws(KeyringError) in
      try KernelKeyring.store(description: name, payload: bytes, timeout: lifetime.seconds)
    }
  }

  /// What the cache holds of a vault. The directory and the signing seed are shared by all environments and must outlast
  /// each, and the kernel does not tell how long a key has left: so it is noted beside them.
  struct Kept {
    /// Milliseconds since 1970.
    var until: UInt64 = 0
    var environments: [EnvironmentID] = []

    func secondsLeft() -> UInt32 {
      let now = Clock.now()
      // A clock that jumped gives no more than anybody may ask for.
      return until > now ? UInt32(min((until - now) / 1000, UInt64(Lifetime.longest))) : 0
    }
  }

  static func kept(_ vault: VaultID) throws(VaultError) -> Kept {
    var payload = try sealing { () throws(SealingError) in try SecretBytes(count: 8 + 16 * 256) }
    let name = description(vault, "kept")
    let count = payload.withMutableBytes { output in try? KernelKeyring.read(name, into: &output) }
    guard let count, count >= 8 else { return Kept() }
    var reader = CanonicalReader(payload.withBytes { $0.extracting(0..<count).array })
    return try reading(.wrap) { () throws(MalformedBytes) in
      var kept = Kept()
      kept.until = try reader.u64()
      for _ in 0..<((count - 8) / 16) { kept.environments.append(EnvironmentID(try reader.bytes16())) }
      return kept
    }
  }

  private static func note(_ kept: Kept, _ vault: VaultID, seconds: UInt32) throws {
    var writer = CanonicalWriter()
    writer.u64(kept.until)
    for environment in kept.environments.prefix(256) { writer.fixed(environment.bytes) }
    let payload = try SecretBytes(copying: writer.bytes)
    try payload.withBytes { (bytes) throws(KeyringError) in
      try KernelKeyring.store(description: description(vault, "kept"), payload: bytes, timeout: seconds)
    }
  }

  static func description(_ vault: VaultID, _ part: String) -> String {
    "\(prefix)\(vault.hex):\(part)"
  }
}
