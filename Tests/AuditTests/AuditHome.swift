import Glibc

@testable import Audit
@testable import Platform

/// An audit file in a folder of its own, removed with everything in it.
final class AuditHome {
  let root: String
  let file: AuditFile

  init(mostBytes: Int = 16 << 20) {
    let parent = getenv("TMPDIR").map { String(cString: $0) } ?? P_tmpdir
    var template = Array("\(parent)/coffer-audit-test-XXXXXX".utf8CString)
    guard mkdtemp(&template) != nil else { fatalError("mkdtemp") }
    root = String(decoding: template.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
    let folders = Folders(config: root, data: root, state: root + "/state", cache: root)
    file = AuditFile(vault: "00ff", folders, mostBytes: mostBytes)
  }

  deinit {
    for path in [file.path, file.olderPath, file.chain.path, file.olderChain.path] { remove(path) }
    rmdir(root + "/state/audit")
    rmdir(root + "/state")
    rmdir(root)
  }

  static func event(_ number: UInt32, names: Int = 1) -> AuditEvent {
    AuditEvent(
      .get, vault: "00ff", environment: "development",
      names: (0..<names).map { AuditEvent.Name("NAME_\($0)", number) })
  }

  func add(_ numbers: ClosedRange<UInt32>, chaining: Bool = true) throws {
    for number in numbers { try file.add(Self.event(number), chaining: chaining) }
  }

  var events: [AuditEvent] {
    get throws {
      var events: [AuditEvent] = []
      try file.forEach { events.append($0) }
      return events
    }
  }

  func bytes(_ path: String) throws -> [UInt8] { try Files.read(path, limit: 1 << 30) }

  func write(_ bytes: [UInt8], to path: String) throws { try Files.writeAtomically(path, bytes) }
}
