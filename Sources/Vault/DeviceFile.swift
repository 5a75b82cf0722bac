import Platform
import Sealing

/// Small files that Coffer keeps outside the vault: identity, pins, links. Whoever else can write one could fool Coffer, so
/// links, other owners and open modes are refused.
enum DeviceFile {
  /// - Throws: `missing` when there is no such file, `refusedFile` when it is not one that Coffer would have made.
  static func read(
    _ path: String, limit: Int, part: VaultError.Part, missing: VaultError
  ) throws(VaultError) -> [UInt8] {
    guard Files.kind(of: path) != nil else { throw missing }
    return try accessing(part) { () throws(FileError) in try Files.readPrivate(path, limit: limit) }
  }
}

extension CanonicalReader {
  /// Steps over a file's magic and version: a later version is refused before anything else of it is read.
  mutating func versioned(_ magic: [UInt8], part: VaultError.Part) throws(VaultError) {
    let version: UInt8
    do throws(MalformedBytes) {
      guard try fixed(magic.count) == magic else { throw MalformedBytes() }
      version = try u8()
    } catch { throw .damaged(part) }
    guard version == Format.version else { throw .needsNewer }
  }
}
