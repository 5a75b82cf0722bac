import Platform
import Sealing
import Vault

/// What a snapshot file says of itself, and whether that is so: all that can be told without a key.
struct SnapshotFacts {
  private let file: SnapshotFile
  private let size: Int
  /// Why it is not to be trusted; nil when it is.
  private let problem: Failure?

  init(path: String) throws {
    let bytes = try Files.readStream(path, limit: SnapshotFile.limit)
    size = bytes.count
    do throws(VaultError) { file = try SnapshotFile(decoding: bytes) } catch { throw Wording.inSnapshot(error) }
    do throws(VaultError) {
      _ = try file.verified()
      problem = nil
    } catch { problem = Wording.inSnapshot(error) }
  }

  /// - Returns: the exit code: 4 for one that does not verify.
  func show(_ format: ListFormat, _ console: Console) throws -> Int32 {
    let header = file.header
    switch format {
    case .text:
      let rows = [
        ["vault", header.vault.short],
        ["vault id", header.vault.hex],
        ["environment id", header.environment.bytes.bytes.hex],
        ["token id", header.token.bytes.bytes.hex],
        ["entry", "\(header.sequence)"],
        ["created", "\(Age.timestamp(header.created)) (\(Age.text(since: header.created)))"],
        ["usable until", header.expires.map(Age.timestamp) ?? "no end"],
        ["author id", header.author.bytes.bytes.hex],
        ["names", "\(file.count)"],
        ["size", "\(size) bytes"],
        ["verified", problem == nil ? "yes, from the vault's founder to the author" : "no"],
      ]
      try console.data(text: Table.text(rows))
    case .json:
      try console.data(
        text: JSONText.object([
          ("vault", .string(header.vault.short)), ("vault_id", .string(header.vault.hex)),
          ("environment_id", .string(header.environment.bytes.bytes.hex)),
          ("token_id", .string(header.token.bytes.bytes.hex)), ("sequence", .number(Int(clamping: header.sequence))),
          ("created", .string(Age.timestamp(header.created))),
          ("expires", header.expires.map { .string(Age.timestamp($0)) } ?? .null),
          ("author_id", .string(header.author.bytes.bytes.hex)), ("names", .number(file.count)),
          ("size", .number(size)), ("verified", .bool(problem == nil)),
        ]).text + "\n")
    }
    guard let problem else { return 0 }
    console.report(problem)
    return 4
  }
}
