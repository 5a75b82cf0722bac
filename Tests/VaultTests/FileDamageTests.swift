import Glibc
import Testing

@testable import Platform
@testable import Sealing
@testable import Vault

/// The file as a failing disk leaves it: flipped, cut, longer, pages in the wrong place. Nothing may be emitted from it.
struct FileDamageTests {
  /// A small vault, closed, and one on a device of its own that reads it.
  private func small() throws -> (founded: Founded, file: [UInt8], contents: Contents) {
    let founded = try Founded()
    try founded.put([("API_KEY", "sk_live_1"), ("DATABASE_URL", "postgres://u:p@h/d")])
    try founded.put([("API_KEY", "sk_live_2")])
    let contents = try founded.contents()
    return (founded, try founded.file(), contents)
  }

  /// Opens the vault's file as it is and reads everything: nil when it was not refused.
  private func outcome(_ founded: Founded) -> VaultError? {
    refusal { () throws(VaultError) in try founded.contents() }
  }

  /// Changes single bytes of the file in place, which is what makes hundreds of thousands of changes affordable.
  private final class Patch {
    let descriptor: Int32
    init(_ path: String) { descriptor = Glibc.open(path, O_RDWR | O_CLOEXEC) }
    deinit { close(descriptor) }
    func write(_ byte: UInt8, at offset: Int) {
      var byte = byte
      precondition(pwrite(descriptor, &byte, 1, offset) == 1)
    }
    func truncate(to length: Int) { precondition(ftruncate(descriptor, length) == 0) }
  }

  /// One bit of each byte, or all of them where the time is given (COFFER_TESTS=exhaustive).
  private static let bits: [Int?] =
    getenv("COFFER_TESTS").map { String(cString: $0) } == "exhaustive" ? Array(0..<8) : [nil]

  @Test(arguments: bits) func `a flipped bit is refused when the vault is opened`(bit: Int?) throws {
    let (founded, file, contents) = try small()
    let patch = Patch(founded.path)
    var accepted: [Int] = []
    var seen: Set<String> = []
    for offset in file.indices {
      patch.write(file[offset] ^ 1 << UInt8(bit ?? (offset + offset / 8) % 8), at: offset)
      if let error = outcome(founded) {
        seen.insert("\(error)")
      } else {
        accepted.append(offset)
      }
      patch.write(file[offset], at: offset)
    }
    #expect(accepted.isEmpty)
    // One class, whatever the place: nobody should guess whether an attacker or a disk did it.
    #expect(seen == ["\(VaultError.damaged(.database))"])
    #expect(try founded.file() == file)
    #expect(try founded.contents() == contents)
  }

  @Test func `every flipped bit is found by the check that each opening makes`() throws {
    let (founded, file, _) = try small()
    let connection = try SQLiteConnection(founded.path, create: false)
    let limit = SQLiteStore.wholeCheckPages
    #expect(file.count <= Int(limit) * 4096)
    #expect(refusal { () throws(VaultError) in try connection.checkPages(limit: limit) } == nil)
    let patch = Patch(founded.path)
    var accepted: [Int] = []
    for bit in 0..<(file.count * 8) {
      patch.write(file[bit / 8] ^ 1 << UInt8(bit % 8), at: bit / 8)
      let error = refusal { () throws(VaultError) in try connection.checkPages(limit: limit) }
      if error != .damaged(.database) { accepted.append(bit) }
      if bit % 8 == 7 { patch.write(file[bit / 8], at: bit / 8) }
    }
    #expect(accepted.isEmpty)
  }

  @Test func `every cut is refused`() throws {
    let (founded, file, _) = try small()
    // Shortened in place, byte by byte.
    let cut = Patch(founded.path)
    var wrong: [Int] = []
    for length in file.indices.reversed() {
      cut.truncate(to: length)
      if outcome(founded) != .damaged(.database) { wrong.append(length) }
    }
    #expect(wrong.isEmpty)
    try founded.replaceFile(file)
    #expect(outcome(founded) == nil)
  }

  @Test func `what is longer is refused`() throws {
    let (founded, file, _) = try small()
    let page = Array(file[..<4096])
    let tails: [[UInt8]] = [
      [0], [0xFF], [UInt8](repeating: 0, count: 4096), page, Array(file.suffix(4096)), file,
      [UInt8](repeating: 0, count: 100), Array(page[..<4095]), Randomness.bytes(4096),
      Randomness.bytes(40960),
    ]
    for tail in tails {
      try founded.replaceFile(file + tail)
      #expect(outcome(founded) == .damaged(.database), "\(tail.count) bytes more")
    }
  }

  @Test func `a page in another's place is refused`() throws {
    let (founded, file, _) = try small()
    let count = file.count / 4096
    for from in 0..<count {
      for to in 0..<count where to != from {
        let source = file[(from * 4096)..<((from + 1) * 4096)]
        guard source != file[(to * 4096)..<((to + 1) * 4096)] else { continue }
        var changed = file
        changed.replaceSubrange((to * 4096)..<((to + 1) * 4096), with: source)
        try founded.replaceFile(changed)
        #expect(outcome(founded) == .damaged(.database), "page \(from) over \(to)")
      }
    }
  }

  @Test func `noise, text and other databases are refused`() throws {
    let (founded, _, _) = try small()
    let files: [[UInt8]] = [
      Randomness.bytes(40960), Array("PASSWORD=hunter2\n".utf8), [],
      Array("SQLite format 3\0".utf8) + [UInt8](repeating: 0, count: 4080),
    ]
    for file in files {
      try founded.replaceFile(file)
      #expect(outcome(founded) == .damaged(.database))
    }
  }

  @Test func `a schema of a later version says so`() throws {
    let (founded, _, _) = try small()
    try founded.rows().run("PRAGMA user_version = 3")
    #expect(outcome(founded) == .needsNewer)
    // The tables of another version than the file says.
    for version in [0, 1] {
      try founded.rows().run("PRAGMA user_version = \(version)")
      #expect(outcome(founded) == .damaged(.database))
    }
    try founded.rows().run("PRAGMA user_version = 2")
    #expect(outcome(founded) == nil)
    try founded.rows().run("PRAGMA application_id = 1")
    #expect(outcome(founded) == .damaged(.database))
  }

  // Beyond the limit of the whole check only the pages that are read are checked: a flip is refused or changes nothing that is read.
  @Test func `a flipped bit of a large vault is refused or of no effect`() throws {
    let founded = try Founded()
    let long = String(repeating: "x", count: 1 << 20)
    try founded.put([("LONG", long), ("SHORT", "1")])
    try founded.put([("SHORT", "2")])
    let file = try founded.file()
    #expect(file.count > Int(SQLiteStore.wholeCheckPages) * 4096)
    let contents = try founded.contents()
    let patch = Patch(founded.path)
    var wrong: [Int] = []
    var whole: [Int] = []
    let header = (0..<100).flatMap { offset in (0..<8).map { offset * 8 + $0 } }
    let others = stride(from: 100 * 8, to: file.count * 8, by: file.count / 40).map { $0 + $0 / 8 % 8 }
    for bit in header + others {
      let offset = bit / 8
      patch.write(file[offset] ^ 1 << UInt8(bit % 8), at: offset)
      do throws(VaultError) {
        if try founded.contents() != contents { wrong.append(bit) }
      } catch {}
      if refusal({ () throws(VaultError) in try founded.open().verifyWhole() }) == nil { whole.append(bit) }
      patch.write(file[offset], at: offset)
    }
    #expect(wrong.isEmpty)
    #expect(whole.isEmpty, "a whole check finds each")
    #expect(try founded.file() == file)
  }
}
