import ArgumentParser
import Platform
import Vault

/// A snapshot file in the place of the vault, for a machine that has none.
struct SnapshotOptions: ParsableArguments {
  @Option(
    name: .customLong("snapshot"),
    help: ArgumentHelp(
      "Read from this snapshot, which coffer snapshot made for the token.",
      discussion: "COFFER_SNAPSHOT does the same.", valueName: "path"))
  var path: String?

  @Option(
    name: .customLong("min-sequence"),
    help: ArgumentHelp(
      "Refuse a snapshot of an earlier entry than this.", discussion: "COFFER_MIN_SEQUENCE does the same.",
      valueName: "n"))
  var minimum: UInt64?

  @Flag(name: .customLong("accept-older"), help: "Take a snapshot that is older than one used here before.")
  var acceptsOlder = false

  private var place: String? { path ?? Self.ambient("COFFER_SNAPSHOT") }

  /// The file, not verified; nil when nobody named one.
  /// - Throws: `Failure`, `FileError`, `VaultError`.
  func file() throws -> SnapshotFile? {
    guard let place else {
      guard minimum == nil, !acceptsOlder else {
        throw Failure("--min-sequence and --accept-older go with --snapshot, and there is none")
      }
      return nil
    }
    // Before the descriptor that brings it is ended.
    let isRegular = SecretInput.isRegular(place)
    defer { if !isRegular { InheritedDescriptor.discardAll(of: place) } }
    let bytes = try Files.readStream(place, limit: SnapshotFile.limit)
    do throws(VaultError) { return try SnapshotFile(decoding: bytes) } catch { throw Wording.inSnapshot(error) }
  }

  /// How old it may be on this device.
  func freshness(now: UInt64) throws -> SnapshotFreshness {
    var minimum = minimum
    if minimum == nil, let text = Self.ambient("COFFER_MIN_SEQUENCE") {
      guard let number = UInt64(text) else { throw Failure("COFFER_MIN_SEQUENCE is not a number") }
      minimum = number
    }
    // A container need not have a place for what a device remembers.
    return SnapshotFreshness(now: now, minimum: minimum, folders: try? Folders.current(), acceptsOlder: acceptsOlder)
  }

  private static func ambient(_ name: String) -> String? {
    AmbientEnvironment.value(of: name).flatMap { $0.isEmpty ? nil : $0 }
  }
}
