package import Platform
package import Sealing

/// What this device remembers of its syncs of one vault: what its own bundle is called, and which bundles it has dealt with. Held for
/// the length of a sync: one at a time. Can be lost. docs/FORMAT.md, "Files of a device".
package struct SyncState: ~Copyable {
  /// Four random bytes.
  private var device: [UInt8]
  /// The own bundle that was written last; zero for none.
  package var written: Bytes32
  /// Bundles that bring nothing as long as they are the same.
  package var done: [Bytes32]

  private let vault: VaultID
  private let file: LockedFile

  private static let magic = Array("COFFERSY".utf8)
  private static let maximumDone = 4096
  private static let limit = 1 << 20

  /// Waits for another sync of the vault on this device to end.
  /// - Throws: `refusedFile`, `needsNewer`, `system`.
  package init(_ vault: VaultID, _ folders: Folders) throws(VaultError) {
    try system { () throws(SystemError) in try Files.makePrivateDirectory(folders.state + "/sync") }
    let path = folders.state + "/sync/" + vault.hex
    let file = try accessing(.sync) { () throws(FileError) in try LockedFile(path, .exclusive) }
    let bytes = try system { () throws(SystemError) in try file.pread(Self.limit, at: 0) }
    // What was half written when a process ended is as good as none.
    let known = try Self.read(bytes, vault)
    self.vault = vault
    self.file = file
    device = known?.device ?? Randomness.bytes(4)
    written = known?.written ?? Bytes32()
    done = known?.done ?? []
  }

  /// The name of this device's own bundle.
  package var bundleName: String { device.hex + SyncFolder.ending }

  /// Another name: somebody else writes under this one, or wrote.
  package mutating func rename() {
    device = Randomness.bytes(4)
    written = Bytes32()
  }

  /// Remembers it.
  /// - Throws: `system`.
  package borrowing func save() throws(VaultError) {
    var writer = CanonicalWriter()
    writer.fixed(Self.magic)
    writer.u8(Format.version)
    writer.fixed(vault.bytes)
    writer.fixed(device)
    writer.fixed(written)
    writer.list(Array(done.suffix(Self.maximumDone))) { $0.fixed($1) }
    let bytes = writer.bytes + Hashing.digest("coffer/sync", writer.bytes).bytes
    try system { () throws(SystemError) in
      try file.truncate(to: 0)
      try file.pwrite(bytes, at: 0)
    }
  }

  private static func read(
    _ bytes: [UInt8], _ vault: VaultID
  ) throws(VaultError) -> (device: [UInt8], written: Bytes32, done: [Bytes32])? {
    guard bytes.count > 40, bytes.starts(with: magic),
      Hashing.digest("coffer/sync", Array(bytes.dropLast(32))).bytes == Array(bytes.suffix(32))
    else { return nil }
    var reader = CanonicalReader(Array(bytes.dropLast(32)))
    try reader.versioned(magic, part: .sync)
    return try? reading(.sync) { () throws(MalformedBytes) in
      guard VaultID(try reader.bytes16()) == vault else { throw MalformedBytes() }
      let device = try reader.fixed(4)
      let written = try reader.bytes32()
      var done: [Bytes32] = []
      for _ in 0..<(try reader.count(minimum: 32)) { done.append(try reader.bytes32()) }
      try reader.end()
      return (device, written, done)
    }
  }
}
