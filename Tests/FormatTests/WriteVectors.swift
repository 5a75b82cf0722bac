import Glibc
import Testing

@testable import Platform
@testable import Vault

/// Writes Tests/Vectors anew, when asked by COFFER_WRITE_VECTORS=1. The files under version control are the truth: this is for
/// new cases, never to make a failing build agree with itself.
@Suite(.enabled(if: getenv("COFFER_WRITE_VECTORS") != nil, "it writes, when asked: COFFER_WRITE_VECTORS"), .serialized)
struct WriteVectors {
  @Test func `vectors are written`() throws {
    let files: [(String, () throws -> VectorFile)] = [
      ("encoding", VectorWriter.encoding), ("sealing", VectorWriter.sealing),
      ("identity", VectorWriter.identity),
      ("keys", VectorWriter.keys), ("records", VectorWriter.records), ("maps", VectorWriter.maps),
      ("log", VectorWriter.log), ("device", VectorWriter.device),
      ("tokens", VectorWriter.tokens), ("snapshots", VectorWriter.snapshots),
      ("bundles", VectorWriter.bundles),
    ]
    #expect(files.map(\.0) == VectorFile.names)
    for (name, make) in files { try make().save(name) }
  }

  /// Only where there is none: the vault of a version stays the one that was made first.
  @Test(.enabled(if: !Files.exists(GoldenVault.folder(SQLiteStore.schemaVersion)), "it is made once, and committed"))
  func `the golden vault is made`() throws {
    let scratch = try ScratchFolder()
    let (phrase, expected) = try GoldenVault.make(scratch)
    func write(_ name: String, _ bytes: [UInt8]) throws {
      let path = GoldenVault.folder(SQLiteStore.schemaVersion) + "/" + name
      try Files.makePrivateDirectory(Files.parent(of: path))
      try Files.writeAtomically(path, bytes, mode: 0o644)
    }
    let short = ScratchFolder.entries(scratch.path + "/data")[0]
    for name in ["config/identity", "data/\(short)/vault.db", "state/pins/\(expected.vault)"] {
      try write(name, try scratch.read(name))
    }
    try write("passphrase", Array((GoldenVault.passphrase + "\n").utf8))
    try write("phrase", phrase + [0x0A])
    try write("expected.json", try json(expected))
  }
}
