import Testing

@testable import Platform
@testable import Sealing
@testable import Vault

/// What lies in the write-ahead log when a process is killed or the power fails.
struct WriteAheadTests {
  /// A vault whose newest write is only in the write-ahead log, as after a kill, beside the file as a whole checkpoint
  /// leaves it.
  private struct Killed {
    let founded: Founded
    let file: [UInt8]
    let log: [UInt8]
    let checkpointed: [UInt8]
    let contents: Contents

    init() throws {
      founded = try Founded()
      let vault = try founded.open()
      // Long enough that the file grows.
      try founded.put([("A", String(repeating: "a", count: 20_000)), ("B", "b")], in: vault)
      file = try founded.file()
      log = try Files.read(founded.path + "-wal", limit: .max)
      contents = try Contents(of: vault, identity: founded.identity)
      let rows = try founded.rows()
      try rows.run("PRAGMA wal_checkpoint(FULL)")
      checkpointed = try founded.file()
    }

    /// Puts a file and its write-ahead log where a killed process left them.
    func restore(file: [UInt8]? = nil, log: [UInt8]? = nil) throws {
      try founded.replaceFile(file ?? self.file)
      try Files.writeAtomically(founded.path + "-wal", log ?? self.log, mode: 0o600)
    }
  }

  @Test func `a committed write that is only in the write-ahead log is there`() throws {
    let killed = try Killed()
    #expect(killed.checkpointed.count > killed.file.count)
    try killed.restore()
    #expect(try killed.founded.contents() == killed.contents)
    #expect(try killed.founded.contents() == killed.contents)
  }

  @Test func `a checkpoint that was killed after any page loses nothing`() throws {
    let killed = try Killed()
    let pages = killed.checkpointed.count / 4096
    for done in 0...pages {
      // Checkpoints write pages in order, so the rest of the file is as it was.
      let end = done * 4096
      let mixed = Array(killed.checkpointed[..<end]) + Array(killed.file.dropFirst(end))
      try killed.restore(file: mixed)
      let found = Result { () throws(VaultError) in try killed.founded.contents() }
      #expect(found == .success(killed.contents), "\(done) of \(pages) pages")
    }
  }

  @Test func `a page that the power failure tore is restored from the write-ahead log`() throws {
    let killed = try Killed()
    for place in 0..<(killed.checkpointed.count / 4096) {
      var torn = killed.checkpointed
      guard torn[(place * 4096)..<((place + 1) * 4096)] != killed.file.dropFirst(place * 4096).prefix(4096)
      else { continue }
      for offset in (place * 4096 + 1024)..<((place + 1) * 4096) { torn[offset] = 0 }
      try killed.restore(file: torn)
      let found = Result { () throws(VaultError) in try killed.founded.contents() }
      #expect(found == .success(killed.contents), "page \(place)")
    }
  }

  @Test func `damage in the write-ahead log is refused or of no effect`() throws {
    let killed = try Killed()
    var outcomes: Set<String> = []
    for offset in stride(from: 0, to: killed.log.count, by: 61) {
      try killed.restore(log: flipped(killed.log, bit: offset * 8 + offset % 8))
      do throws(VaultError) {
        #expect(try killed.founded.contents() == killed.contents, "byte \(offset)")
        outcomes.insert("none")
      } catch { outcomes.insert("\(error)") }
    }
    for length in stride(from: 0, to: killed.log.count, by: 997) {
      try killed.restore(log: Array(killed.log[..<length]))
      do throws(VaultError) {
        #expect(try killed.founded.contents() == killed.contents, "\(length) bytes")
      } catch { outcomes.insert("\(error)") }
    }
    let sequence = try #require(try Pin.load(killed.founded.id, killed.founded.home.folders)).sequence
    // The last write is gone, which is what an older file put back looks like; the device's pin tells.
    #expect(outcomes.contains("\(VaultError.rollback(seen: sequence, found: sequence - 1))"))
  }
}
