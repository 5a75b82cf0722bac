import Sealing
package import Vault

/// One leaked secret's life. Holds no value. docs/FORMAT.md, "Ledger".
package struct LeakRecord: Hashable, Sendable {
  /// Where the leaked value stands in the vault.
  package struct Home: Hashable, Sendable {
    package let environment: EnvironmentID
    package let name: String

    package init(environment: EnvironmentID, name: String) {
      self.environment = environment
      self.name = name
    }
  }

  /// A state that the leak came to.
  package struct Mark: Hashable, Sendable {
    package let state: LeakState
    /// Milliseconds since 1970 by the author's clock.
    package let time: UInt64
    package let author: MemberID
  }

  package let fingerprint: LeakFingerprint
  /// The detector that found it; `known-value` for what was only recognised as the vault's own.
  package let rule: String
  /// What it is, for people.
  package let title: String
  /// Nil when the vault does not hold the value.
  package let home: Home?
  /// What happened, the oldest first; never empty. Of very many the first and the last are kept.
  package private(set) var marks: [Mark]

  /// The newest mark's.
  package var state: LeakState { marks[marks.count - 1].state }
  /// When it was recorded, in milliseconds since 1970.
  package var firstSeen: UInt64 { marks[0].time }

  /// A leak that begins its life.
  init(
    _ fingerprint: LeakFingerprint, rule: String, title: String, home: Home?, state: LeakState, time: UInt64,
    author: MemberID
  ) {
    self.fingerprint = fingerprint
    self.rule = rule
    self.title = title
    self.home = home
    marks = [Mark(state: state, time: time, author: author)]
  }

  /// Notes the next state.
  mutating func mark(_ state: LeakState, time: UInt64, author: MemberID) {
    if marks.count == Self.mostMarks { marks.remove(at: 1) }
    marks.append(Mark(state: state, time: time, author: author))
  }

  /// More than a leak that is opened again and again needs.
  static let mostMarks = 256
  private static let version: UInt8 = 1

  /// The record's content.
  var encoded: [UInt8] {
    var writer = CanonicalWriter()
    writer.u8(Self.version)
    writer.fixed(fingerprint.bytes)
    writer.text(rule)
    writer.text(title)
    writer.u8(home == nil ? 0 : 1)
    if let home {
      writer.fixed(home.environment.bytes)
      writer.text(home.name)
    }
    writer.u32(UInt32(marks.count))
    for mark in marks {
      writer.u8(mark.state.number)
      if case .dismissed(let reason) = mark.state { writer.text(reason) }
      writer.u64(mark.time)
      writer.fixed(mark.author.bytes)
    }
    return writer.bytes
  }

  /// Reads a record of the ledger.
  /// - Throws: `needsNewer` for a version of a later Coffer, `damaged(.record)`.
  init(_ record: LedgerRecord) throws(VaultError) {
    guard let version = record.content.first else { throw .damaged(.record) }
    guard version == Self.version else { throw .needsNewer }
    do throws(MalformedBytes) { try self.init(decoding: record.content) } catch { throw .damaged(.record) }
    guard fingerprint.description == record.name else { throw .damaged(.record) }
  }

  private init(decoding content: [UInt8]) throws(MalformedBytes) {
    var reader = CanonicalReader(content)
    _ = try reader.u8()
    fingerprint = LeakFingerprint(try reader.bytes16())
    rule = try reader.text()
    title = try reader.text()
    switch try reader.u8() {
    case 0: home = nil
    case 1: home = Home(environment: EnvironmentID(try reader.bytes16()), name: try reader.text())
    default: throw MalformedBytes()
    }
    let count = try reader.count(minimum: 25)
    guard (1...Self.mostMarks).contains(count) else { throw MalformedBytes() }
    marks = []
    for _ in 0..<count {
      let state = try LeakState(from: &reader)
      marks.append(Mark(state: state, time: try reader.u64(), author: MemberID(try reader.bytes16())))
    }
    try reader.end()
  }
}

extension LeakState {
  fileprivate init(from reader: inout CanonicalReader) throws(MalformedBytes) {
    switch try reader.u8() {
    case 1: self = .open
    case 2: self = .rotating
    case 3: self = .rotated
    case 4: self = .revoked
    case 5: self = .dead
    case 6: self = .dismissed(reason: try reader.text())
    default: throw MalformedBytes()
    }
  }
}
