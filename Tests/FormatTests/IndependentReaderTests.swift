import Glibc
import Testing

@testable import Platform

/// Tests/Vectors/check.py: a reader that shares no code with Coffer opens the vectors, the golden vault, and copies of it that
/// were tampered with.
@Suite struct IndependentReaderTests {
  private static let python = "/usr/bin/python3"

  @Test(.enabled(if: hasSodium, "needs Debian's python3-nacl, which `make test` installs"))
  func `a reader written from docs/FORMAT.md alone agrees`() throws {
    let scratch = try ScratchFolder()
    let log = scratch.path + "/output"
    let status = Self.run("'\(VectorFile.folder)/check.py' >'\(log)' 2>&1")
    let said = String(decoding: try Files.read(log, limit: 1 << 20), as: UTF8.self)
    #expect(status == 0, "\(said)")
  }

  private static var hasSodium: Bool { run("-c 'import nacl' >/dev/null 2>&1") == 0 }

  private static func run(_ arguments: String) -> Int32 { system("\(python) \(arguments) </dev/null") }
}
