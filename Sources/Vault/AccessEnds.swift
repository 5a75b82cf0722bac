import Sealing

/// What a member could read until it was shut out of it: a setting record of the directory, so that what it has seen stays known until it
/// was replaced. docs/FORMAT.md, "Access that ended".
struct AccessEnds: Hashable, Sendable {
  /// The end of the access to one environment.
  struct End: Hashable, Sendable {
    let environment: EnvironmentID
    /// The last epoch whose key the member had.
    let epoch: UInt32
    /// Milliseconds since 1970 by the clock of whoever ended it.
    let time: UInt64
    /// The only names that it could read; nil for all.
    let names: [String]?
  }

  let member: MemberID
  /// In the order in which they happened, one for an environment: a later end covers the one before.
  private(set) var ends: [End] = []

  init(of member: MemberID) { self.member = member }

  mutating func add(_ end: End) {
    ends.removeAll { $0.environment == end.environment }
    ends.append(end)
  }

  // MARK: The record

  static let prefix = "access-ended/"
  private static let version: UInt8 = 1

  /// The record's name within its kind.
  static func name(_ member: MemberID) -> String { prefix + member.bytes.bytes.hex }

  var encoded: [UInt8] {
    var writer = CanonicalWriter()
    writer.u8(Self.version)
    writer.list(ends) { writer, end in
      writer.fixed(end.environment.bytes)
      writer.u32(end.epoch)
      writer.u64(end.time)
      writer.u8(end.names == nil ? 0 : 1)
      if let names = end.names { writer.list(names) { $0.text($1) } }
    }
    return writer.bytes
  }

  /// Reads a setting; nil for one of another kind.
  /// - Throws: `needsNewer` for a version of a later Coffer, `damaged(.record)`.
  init?(_ record: LedgerRecord) throws(VaultError) {
    guard record.name.hasPrefix(Self.prefix) else { return nil }
    guard let version = record.content.first else { throw .damaged(.record) }
    guard version == Self.version else { throw .needsNewer }
    let hex = record.name.dropFirst(Self.prefix.count)
    guard let member = MemberID(hex: hex) else { throw .damaged(.record) }
    self.member = member
    ends = try reading(.record) { () throws(MalformedBytes) in try Self.ends(record.content) }
  }

  private static func ends(_ content: [UInt8]) throws(MalformedBytes) -> [End] {
    var reader = CanonicalReader(content)
    _ = try reader.u8()
    var ends: [End] = []
    for _ in 0..<(try reader.count(minimum: 29)) {
      let environment = EnvironmentID(try reader.bytes16())
      let epoch = try reader.u32()
      let time = try reader.u64()
      let names = try reader.flag() ? try reader.texts() : nil
      guard epoch > 0, !ends.contains(where: { $0.environment == environment }) else { throw MalformedBytes() }
      ends.append(End(environment: environment, epoch: epoch, time: time, names: names))
    }
    try reader.end()
    guard !ends.isEmpty else { throw MalformedBytes() }
    return ends
  }
}

extension MemberID {
  /// Reads 32 lower-case hexadecimal digits; nil for anything else.
  init?(hex text: some StringProtocol) {
    let digits = text.utf8.map { digit -> UInt8? in
      switch digit {
      case 0x30...0x39: digit - 0x30
      case 0x61...0x66: digit - 0x57
      default: nil
      }
    }
    guard digits.count == 32, !digits.contains(nil) else { return nil }
    let halves = digits.compactMap(\.self)
    self.init(Bytes16(stride(from: 0, to: 32, by: 2).map { halves[$0] << 4 | halves[$0 + 1] }))
  }
}

extension CanonicalReader {
  fileprivate mutating func texts() throws(MalformedBytes) -> [String] {
    var texts: [String] = []
    for _ in 0..<(try count(minimum: 4)) { texts.append(try text()) }
    return texts
  }
}
