import Platform
import Sealing

/// The newest state of a vault that this device has verified, kept outside the vault, so that an older file put back is noticed
/// and only newer log entries need verifying. docs/FORMAT.md, "Pin".
struct Pin: Equatable, Sendable {
  let sequence: UInt64
  /// Of the entry with that sequence.
  let hash: Bytes32

  private static let magic = Array("COFFERPN".utf8)
  private static let count = 8 + 1 + 16 + 8 + 32 + 32

  /// What it is a pin of: the vault's log, or what snapshot files for one token brought.
  enum Subject {
    case log
    case snapshot(MemberID)
    /// The last of the entries that changed members or environments.
    case members(MemberID)

    fileprivate var suffix: String {
      switch self {
      case .log: ""
      case .snapshot(let token): "-" + token.bytes.bytes.hex
      case .members(let token): "-" + token.bytes.bytes.hex + "-members"
      }
    }
  }

  /// The pin of `vault`; nil when this device never verified it.
  /// - Throws: `damaged(.pin)`; `refusedFile` for one that others could have written.
  static func load(
    _ vault: VaultID, _ folders: Folders, of subject: Subject = .log
  ) throws(VaultError) -> Pin? {
    try load(path(vault, folders, subject), vault)
  }

  private static func load(_ path: String, _ vault: VaultID) throws(VaultError) -> Pin? {
    guard Files.kind(of: path) != nil else { return nil }
    let bytes = try accessing(.pin) { () throws(FileError) in try read(path) }
    // Made and not written yet, by another process or by one that was killed: as good as none.
    guard !bytes.isEmpty else { return nil }
    return try Pin(decoding: bytes, vault: vault)
  }

  private static func read(_ path: String) throws(FileError) -> [UInt8] {
    do throws(FileError) {
      let file = try LockedFile(path, .shared)
      do throws(SystemError) { return try file.pread(count + 1, at: 0) } catch { throw .system(error) }
    } catch {
      // Nobody writes there meanwhile.
      guard case .system(let cause) = error, cause.isReadOnly else { throw error }
      return try Files.readPrivate(path, limit: count)
    }
  }

  /// Moves the pin forward, never back: another process may have seen more meanwhile.
  /// - Parameter isHeld: whether the vault still holds the entry: its history may have been replaced meanwhile.
  /// - Throws: `damaged(.pin)`, `refusedFile`, `system`; what `isHeld` throws.
  func advance(
    _ vault: VaultID, _ folders: Folders, of subject: Subject = .log,
    isHeld: () throws(VaultError) -> Bool = { () in true }
  ) throws(VaultError) {
    try system { () throws(SystemError) in try Files.makePrivateDirectory(Self.folder(folders)) }
    let path = Self.path(vault, folders, subject)
    let file = try accessing(.pin) { () throws(FileError) in try LockedFile(path, .exclusive) }
    let found = try system { () throws(SystemError) in try file.pread(Self.count + 1, at: 0) }
    if !found.isEmpty, try Pin(decoding: found, vault: vault).sequence >= sequence { return }
    guard try isHeld() else { return }
    try system { () throws(SystemError) in try file.pwrite(encoded(vault), at: 0) }
  }

  // MARK: A history that is being replaced

  /// Writes where the pin will be once the vault is another, before it is: killed in between, this device knows both. Within the
  /// vault's write transaction, so that there is one at a time.
  /// - Throws: `system`.
  func intend(_ vault: VaultID, _ folders: Folders) throws(VaultError) {
    try system { () throws(SystemError) in
      try Files.makePrivateDirectory(Self.folder(folders))
      try Files.writeAtomically(Self.nextPath(vault, folders), encoded(vault), mode: 0o600)
    }
  }

  /// Where the pin was to be, if a replacement began and its end was not noted.
  /// - Throws: as `load`.
  static func intended(_ vault: VaultID, _ folders: Folders) throws(VaultError) -> Pin? {
    try load(nextPath(vault, folders), vault)
  }

  /// The vault is as it was to be: this is the pin now. Nothing when another process has noted it already.
  /// - Throws: as `advance`.
  func adopt(_ vault: VaultID, _ folders: Folders) throws(VaultError) {
    let file = try accessing(.pin) { () throws(FileError) in
      try LockedFile(Self.path(vault, folders), .exclusive)
    }
    guard try Self.intended(vault, folders) == self else { return }
    try system { () throws(SystemError) in
      try file.truncate(to: 0)
      try file.pwrite(encoded(vault), at: 0)
      try file.sync()
      try Files.remove(Self.nextPath(vault, folders))
    }
  }

  /// The replacement never happened: its intention must not be there for an older file to fit.
  /// - Throws: `system`.
  static func abandonIntention(_ vault: VaultID, _ folders: Folders) throws(VaultError) {
    try system { () throws(SystemError) in _ = try Files.remove(nextPath(vault, folders)) }
  }

  private static func nextPath(_ vault: VaultID, _ folders: Folders) -> String { path(vault, folders) + ".next" }

  /// Forgets what was seen, after the user accepted an older vault.
  static func forget(_ vault: VaultID, _ folders: Folders, of subject: Subject = .log) throws(VaultError) {
    try system { () throws(SystemError) in _ = try Files.remove(path(vault, folders, subject)) }
  }

  private static func path(_ vault: VaultID, _ folders: Folders, _ subject: Subject = .log) -> String {
    folder(folders) + "/" + vault.hex + subject.suffix
  }

  /// Where the pins are, each named by its vault.
  static func folder(_ folders: Folders) -> String { folders.state + "/pins" }

  private func encoded(_ vault: VaultID) -> [UInt8] {
    var writer = CanonicalWriter()
    writer.fixed(Self.magic)
    writer.u8(Format.version)
    writer.fixed(vault.bytes)
    writer.u64(sequence)
    writer.fixed(hash)
    return writer.bytes + Hashing.digest("coffer/pin", writer.bytes).bytes
  }

  private init(decoding bytes: [UInt8], vault: VaultID) throws(VaultError) {
    guard bytes.count > Self.magic.count + 32, bytes.starts(with: Self.magic),
      Hashing.digest("coffer/pin", Array(bytes.dropLast(32))).bytes == Array(bytes.suffix(32))
    else { throw .damaged(.pin) }
    var reader = CanonicalReader(Array(bytes.dropLast(32)))
    try reader.versioned(Self.magic, part: .pin)
    let fields = try reading(.pin) { () throws(MalformedBytes) in
      let fields = (
        vault: VaultID(try reader.bytes16()), sequence: try reader.u64(), hash: try reader.bytes32()
      )
      try reader.end()
      return fields
    }
    guard fields.vault == vault else { throw .damaged(.pin) }
    sequence = fields.sequence
    hash = fields.hash
  }

  init(_ entry: LogEntry) {
    sequence = entry.sequence
    hash = entry.hash
  }
}
