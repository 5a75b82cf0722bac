import Leaks
import Sealing
package import Vault

extension RotationRecord {
  private static let version: UInt8 = 1

  /// The record's content.
  var encoded: [UInt8] {
    var writer = CanonicalWriter()
    writer.u8(Self.version)
    writer.fixed(id.bytes)
    writer.fixed(environment.bytes)
    writer.text(name)
    writer.u32(from)
    writer.text(playbook)
    writer.u8(leak == nil ? 0 : 1)
    if let leak { writer.fixed(leak.bytes) }
    writer.u32(to ?? 0)
    writer.text(generator)
    writer.u8(test?.rawValue ?? 0)
    writer.u32(UInt32(marks.count))
    for mark in marks {
      writer.u8(mark.step.rawValue)
      writer.u64(mark.time)
      writer.fixed(mark.author.bytes)
    }
    return writer.bytes
  }

  /// Reads a record of the ledger.
  /// - Throws: `needsNewer` for a version of a later Coffer, `damaged(.record)`.
  package init(_ record: LedgerRecord) throws(VaultError) {
    guard let version = record.content.first else { throw .damaged(.record) }
    guard version == Self.version else { throw .needsNewer }
    do throws(MalformedBytes) { try self.init(decoding: record.content) } catch { throw .damaged(.record) }
    guard id.description == record.name, isSound else { throw .damaged(.record) }
  }

  private init(decoding content: [UInt8]) throws(MalformedBytes) {
    var reader = CanonicalReader(content)
    _ = try reader.u8()
    id = RotationID(try reader.bytes16())
    environment = EnvironmentID(try reader.bytes16())
    name = try reader.text()
    from = try reader.u32()
    playbook = try reader.text()
    switch try reader.u8() {
    case 0: leak = nil
    case 1: leak = LeakFingerprint(try reader.bytes16())
    default: throw MalformedBytes()
    }
    let to = try reader.u32()
    self.to = to == 0 ? nil : to
    generator = try reader.text()
    let test = try reader.u8()
    self.test = Test(rawValue: test)
    guard test == 0 || self.test != nil else { throw MalformedBytes() }
    marks = []
    for _ in 0..<(try reader.count(minimum: 25)) {
      guard let step = RotationStep(rawValue: try reader.u8()) else { throw MalformedBytes() }
      marks.append(Mark(step: step, time: try reader.u64(), author: MemberID(try reader.bytes16())))
    }
    try reader.end()
  }

  /// Whether the marks are a way that the machine can take, and the rest says what that way has brought: a record that claims a
  /// step without those before it must not steer anything.
  private var isSound: Bool {
    guard from > 0, marks.first?.step == .planned else { return false }
    for (mark, next) in zip(marks, marks.dropFirst())
    where !RotationEvent.allCases.contains(where: { mark.step.after($0) == next.step }) { return false }
    let passed = Set(marks.map(\.step))
    return (to != nil) == passed.contains(.pending) && (test != nil) == passed.contains(.tested)
      && (generator.isEmpty || to != nil)
  }
}
